"""The screen: what stdout can show, and writing to it."""

from __future__ import annotations

import os
import sys

from glibcheck.report.ink import WIDTH, Ink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def ink(stream: TextIO | None = None) -> Ink:
    """Choose colour and width for a stream, stdout by default: colour on a terminal, unless NO_COLOR says no."""
    shown = sys.stdout if stream is None else stream
    if not shown.isatty():
        return Ink()
    try:
        width = os.get_terminal_size(shown.fileno()).columns or WIDTH
    except OSError:
        width = WIDTH
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Ink(colour, max(width, 40))


def show(text: str) -> None:
    """Write a report to stdout; characters that its encoding lacks become escapes."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write one line to stderr, in the name of the program."""
    sys.stderr.write(f"glibcheck: {text}\n")
