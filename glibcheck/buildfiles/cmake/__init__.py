"""`CMakeLists.txt`, and what it includes: the targets that CMake makes of a project."""

from __future__ import annotations

from collections.abc import Mapping

from glibcheck.buildfiles.cmake.declared import declaration, riddles
from glibcheck.buildfiles.cmake.rewriting import rewrite
from glibcheck.buildfiles.cmake.targets import read
from glibcheck.model.plan import Declared

__all__ = ["declarations", "reads", "rewrite"]


def reads(path: str) -> bool:
    """Say whether a file is one of this system's."""
    return path.rpartition("/")[2] == "CMakeLists.txt" or path.endswith(".cmake")


def declarations(texts: Mapping[str, str]) -> Declared:
    """Tell what the files declare."""
    builds, unread = read(texts)
    rows = [declaration(build, target) for build in builds for target in build.targets]
    rows.sort(key=lambda row: (row.path, row.line))
    return Declared(tuple(rows), (*unread, *(text for build in builds for text in riddles(build))))
