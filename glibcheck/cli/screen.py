"""The screen: what stdout can show, and writing to it."""

from __future__ import annotations

import os
import sys

from glibcheck.errors import GlibcheckError
from glibcheck.report.ink import WIDTH, Ink, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

_AT_ONCE = 1 << 16  # characters


def ink(stream: TextIO | None = None, demangle: bool | None = None) -> Ink:
    """Choose colour, width and the form of names for a stream, stdout by default.

    Colour is for terminals, unless NO_COLOR says no; names are demangled on terminals, unless `demangle` decides.
    """
    shown = sys.stdout if stream is None else stream
    if shown is None or not shown.isatty():  # Python has no stdout when it was started with `>&-`.
        return Ink(demangle=bool(demangle))
    try:
        width = os.get_terminal_size(shown.fileno()).columns or WIDTH
    except OSError:
        width = WIDTH
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Ink(colour, max(width, 40), demangle is not False)


def can_show(text: str) -> bool:
    """Say whether the encoding of stdout has these characters."""
    try:
        text.encode((sys.stdout and sys.stdout.encoding) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def stderr_is_terminal() -> bool:
    """Say whether somebody watches stderr, so that progress is worth showing."""
    return sys.stderr is not None and sys.stderr.isatty()


def show(text: str) -> None:
    """Write a report to stdout; characters that its encoding lacks become escapes.

    Raises: BrokenPipeError when the reader went away, GlibcheckError when stdout cannot take the report.
    """
    if sys.stdout is None:
        raise GlibcheckError("stdout is closed, there is nowhere to write the report")
    try:
        _write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon()
        raise GlibcheckError(f"the report cannot be written to stdout: {error.strerror}") from error


def show_all(pieces: Iterable[str]) -> None:
    """Write the pieces of a report as they come, many at a time; raises as `show` does."""
    waiting, size = [], 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size > _AT_ONCE:
            show("".join(waiting))
            waiting, size = [], 0
    show("".join(waiting))


def abandon() -> None:
    """Send the rest of stdout nowhere, or Python would try and complain again when it flushes it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Write one line to stderr, in the name of the program; nothing is done when nobody reads it.

    Control characters, which names of files and libraries may hold, become escapes.
    """
    if sys.stderr is not None:
        try:
            sys.stderr.write(f"glibcheck: {printable(text)}\n")
        except OSError:
            return


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
