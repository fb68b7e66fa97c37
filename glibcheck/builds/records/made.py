"""A row of a build's own record: which declaration made which files. And how a record is read from disk.

Records are written by programs that the project steers, so they are bounded and believed in nothing: a part that is
not as it should be counts as not there.
"""

from __future__ import annotations

import json
import os

from glibcheck.model.record import Record

LARGEST = 1 << 25  # bytes of one file; the record of a very large project has a few megabytes
MOST_ROWS = 20_000


class Made(Record):
    """What one declaration made.

    `name` is that of the declaration, as in `model.plan`. `files` are absolute paths in the build, also of links.
    `installed` are the paths where they go, as the record has them: absolute ones without DESTDIR, or relative to the
    prefix. `place` is 'path:line' of the declaration, relative to the project; None when the record does not say.
    """

    name: str
    files: tuple[str, ...]
    installed: tuple[str, ...] = ()
    place: str | None = None


def read_bytes(path: str, largest: int = LARGEST) -> bytes:
    """Read a regular file; empty when there is none, or a larger one."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > largest:
            return b""
        with open(path, "rb") as stream:
            return stream.read(largest)
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return b""


def read_json(path: str) -> object:
    """Read a JSON text; None when there is none."""
    try:
        return json.loads(read_bytes(path) or b"null")
    except (ValueError, RecursionError):
        return None


def rows_of(value: object) -> list[dict[str, object]]:
    """Give the objects of what should be a list of them."""
    return [row for row in value[:MOST_ROWS] if isinstance(row, dict)] if isinstance(value, list) else []


def table_of(value: object) -> dict[str, object]:
    """Give what should be an object; an empty one when it is none."""
    return value if isinstance(value, dict) else {}


def texts_of(value: object) -> tuple[str, ...]:
    """Give the strings of what should be one or a list of them."""
    rows = value[:MOST_ROWS] if isinstance(value, list) else [value]
    return tuple(row for row in rows if isinstance(row, str) and "\0" not in row)


def declared_name(source: str, folder: str, name: str) -> str | None:
    """Name a declaration by the folder of its build file in the project; None when that lies elsewhere."""
    place = os.path.relpath(os.path.realpath(folder), os.path.realpath(source)).replace(os.sep, "/")
    if place.split("/")[0] == "..":
        return None
    return name if place == "." else f"{place}/{name}"
