"""The libraries and settings of this system, as its loader would use them; nothing is loaded or run."""

from __future__ import annotations

import glob
import os
import re

from glibcheck.errors import InputError
from glibcheck.loader import SearchPath, load, read_cache, read_conf
from glibcheck.workspace.reading import read_file_linkage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.closure import Closure
    from glibcheck.model.image import Linkage


def load_closure(path: str, library_path: str) -> Closure:
    """Find and bind what the loader of this system would load for `path`; `library_path` is LD_LIBRARY_PATH.

    Raises: InputError when `path` itself cannot be read.
    """
    linkage = read_file_linkage(path)
    search = SearchPath(tuple(re.split("[:;]", library_path)) if library_path else (), *_system_search())
    return load(path, search, lambda name: linkage if name == path else _linkage_or_none(name))


def _system_search() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Read ld.so.cache, or where there is none the directories of ld.so.conf."""
    try:
        with open("/etc/ld.so.cache", "rb") as stream:
            return read_cache(stream.read()), ()
    except OSError:
        return {}, _configured_directories("/etc/ld.so.conf")


def _configured_directories(path: str) -> tuple[str, ...]:
    def texts(pattern: str) -> list[str]:
        return [_text_or_empty(name) for name in sorted(glob.glob(os.path.join(os.path.dirname(path), pattern)))]

    return read_conf(_text_or_empty(path), texts)


def _text_or_empty(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read()
    except OSError:
        return ""


def _linkage_or_none(path: str) -> Linkage | None:
    try:
        return read_file_linkage(path)
    except InputError:
        return None
