"""The rows that were measured, as JSON lines in the user's cache: a run that was stopped goes on where it was.

A row counts for the sources of glibcheck that made it; `fingerprint` stands for them. Of one package on one host the
last row of a state counts.

Deleting the file is always safe: `$XDG_CACHE_HOME/glibcheck/corpus/rows.jsonl`, or below `~/.cache`.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading

from tests.corpus.row import Row

_PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "glibcheck")
_KINDS = (".py", ".json", ".c", ".h")

Key = tuple[str, str, str, str]  # package, version, host, target


def key(row: Row) -> Key:
    """Say what a row is about."""
    return row.package, row.version, row.host, row.target


def fingerprint() -> str:
    """Name the state of glibcheck's sources: a hash of all of them."""
    digest = hashlib.sha256()
    for place, folders, names in os.walk(_PACKAGE):
        folders.sort()
        for name in sorted(names):
            if name.endswith(_KINDS):
                path = os.path.join(place, name)
                with open(path, "rb") as stream:
                    digest.update(os.path.relpath(path, _PACKAGE).encode() + b"\0" + stream.read() + b"\0")
    return digest.hexdigest()[:12]


class Results:
    """The file of rows; several threads may add to it."""

    def __init__(self, path: str | None = None) -> None:
        """Open the file of the user's cache, or another one."""
        self._path = path or _path()
        self._lock = threading.Lock()

    def rows(self, state: str | None) -> dict[Key, Row]:
        """Give the last row of each, those of one state of the sources, None for any."""
        found = {}
        try:
            with open(self._path, encoding="utf-8") as stream:
                lines = stream.readlines()
        except FileNotFoundError:
            return {}
        for line in lines:
            values = json.loads(line)
            if values.keys() == set(Row._fields) and state in (None, values["fingerprint"]):
                row = Row(**values)
                found[key(row)] = row
        return found

    def add(self, row: Row) -> None:
        """Write a row behind the others."""
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        with self._lock, open(self._path, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(row._asdict()) + "\n")


def _path() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "glibcheck", "corpus", "rows.jsonl")
