"""Where wheels are: files and folders of this machine, and whatever fsspec has a protocol for ('s3://bucket/folder').

The unit of work is `survey_wheel`: all that it does depends on the path alone, so any process on any machine that can
read the path may do it, and do it again.
"""

from __future__ import annotations

import os

from glibcheck.archives.ranged import FileBuffer
from glibcheck.errors import InputError, ToolError
from glibcheck.model.finding import Failure
from glibcheck.survey.rows import Row, rows_of
from glibcheck.workspace.archives import scan_archive
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from glibcheck.model.finding import Result

_SUFFIX = ".whl"
_HEAD = 262  # bytes by which archives are told apart


def find_wheels(places: Iterable[str]) -> Iterator[str]:
    """Name every wheel of these places once, those of a place in the order of their paths.

    Raises: InputError when a place is not there; ToolError when fsspec, or what it needs for a protocol, is missing.
    """
    seen: set[str] = set()
    for place in places:
        for path in _remote(place) if "://" in place else _local(place):
            if path not in seen:
                seen.add(path)
                yield path


def survey_wheel(path: str) -> tuple[Row, ...]:
    """Read one wheel, and give its rows; what cannot be read is a row that says so."""
    try:
        return rows_of(path, _scan_remote(path) if "://" in path else scan_paths([path], Options()))
    except (InputError, ToolError, OSError) as error:
        return unread(path, str(error))


def unread(path: str, reason: str) -> tuple[Row, ...]:
    """Give the row of a wheel of which nothing is known."""
    return rows_of(path, [Failure(path, reason)])


def _local(place: str) -> Iterator[str]:
    if not os.path.isdir(place):
        if not os.path.exists(place):
            raise InputError(place, "is not there")
        yield place
        return
    waiting = [place]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            raise InputError(folder, f"cannot be listed: {error.strerror}") from error
        waiting += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        yield from (entry.path for entry in reversed(entries) if entry.name.endswith(_SUFFIX) and entry.is_file())


def _remote(place: str) -> Iterator[str]:
    system, root = _system(place)
    try:
        found = sorted(system.find(root))
    except Exception as error:  # each protocol has its own
        raise InputError(place, f"cannot be listed: {_short(error)}") from error
    if not found:
        raise InputError(place, "is not there, or is empty")
    yield from (system.unstrip_protocol(path) for path in found if path.endswith(_SUFFIX))


def _scan_remote(path: str) -> Iterator[Result]:
    system, inner = _system(path)
    try:
        with system.open(inner, "rb") as stream:
            buffer = FileBuffer(stream)
            yield from scan_archive(path, buffer, buffer[:_HEAD], Options())
    except InputError as error:
        yield Failure(error.path, error.text)
    except Exception as error:  # as above; what was read until then stays
        yield Failure(path, f"cannot be read: {_short(error)}")


def _system(path: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ToolError(
            "fsspec", "is not installed, and reads such places; run: pip install 'glibcheck[survey]'"
        ) from error
    try:
        system, inner = url_to_fs(path)
    except (ImportError, ValueError) as error:
        raise ToolError("fsspec", f"cannot read {path.partition('://')[0]}:// ({_short(error)})") from error
    return system, str(inner)


def _short(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
