"""Where the user said that more is known of a file: objects, maps, a linker's output, debug files.

What is found by chance and cannot be read is passed over; a place that somebody named and that is not there is a
mistake, and an answer without it would look like one that took it into account.
"""

from __future__ import annotations

import os
import stat

from glibcheck.errors import InputError
from glibcheck.model.record import Record


class Hints(Record):
    """What was named; () means that the usual places are tried.

    `objects` are folders, archives and object files; `maps` linkers' maps, or what lld wrote for --why-extract;
    `linker_output` texts with the output of --trace-symbol; `debug_folders` roots of separate debug files, looked
    through before the system's.
    """

    objects: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    linker_output: tuple[str, ...] = ()
    debug_folders: tuple[str, ...] = ()
    debuginfod: bool = False
    runtimes: bool = False  # look into the compiler's own archives also when `objects` are named


def require_places(hints: Hints) -> None:
    """Raise InputError when something that was named is not there, or of the wrong kind."""
    for path in hints.objects:
        mode = _mode(path)
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise InputError(path, "is neither a folder, nor an archive or object")
    for path in (*hints.maps, *hints.linker_output):
        if not stat.S_ISREG(_mode(path)):
            raise InputError(path, "is not a regular file")
    for path in hints.debug_folders:
        if not stat.S_ISDIR(_mode(path)):
            raise InputError(path, "is not a folder")


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode
    except OSError as error:
        raise InputError(path, f"cannot be opened: {error.strerror}") from error
    except ValueError as error:
        raise InputError(path, "cannot be opened: the name holds a zero byte") from error
