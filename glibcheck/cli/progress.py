"""A line on stderr for work that takes long: how far it is, on a terminal only, and gone when the work is done."""

from __future__ import annotations

import contextlib
import sys
import time

from glibcheck.cli.screen import complain, stderr_is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    _T = TypeVar("_T")

_SILENT, _EVERY = 1.0, 0.2  # seconds until the first line, and between two


def watched(items: Iterable[_T], noun: str) -> Iterator[_T]:
    """Hand the items on; after a second, show how many there were so far."""
    start = shown = time.monotonic()
    count = 0
    try:
        for item in items:
            yield item
            count += 1
            now = time.monotonic()
            if now - start > _SILENT and now - shown > _EVERY:
                sys.stderr.write(f"\r{count} {noun} ...")
                sys.stderr.flush()
                shown = now
    finally:
        if shown > start:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextlib.contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Show what is being done in long work of several steps; on a terminal only."""
    if not stderr_is_terminal():
        yield lambda _: None
        return
    try:
        from rich.console import Console
    except ImportError:
        yield complain
        return
    with Console(stderr=True).status("starting") as status:
        yield status.update
