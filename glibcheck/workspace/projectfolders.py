"""Which folders in a project are none of its sources: what builds, environments and tools left there.

They are large, and what they hold looks like the project's own: a copy of `setup.py` in a stale `build/`, the build
files of other people's packages in `.venv/`. `build` and `dist` are such folders at the top only: further down projects
use these names for sources.

A copy to build in leaves out less than a search for build files does: a library that was built inside of the project
may be linked by it, and `.git` tells a build the version of the project.
"""

from __future__ import annotations

import fnmatch
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NOT_COPIED = (
    ".nox", ".tox", ".venv", "venv", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
)  # fmt: skip
_NOT_COPIED_AT_THE_TOP = ("build", "dist", "_skbuild")  # the last has a CMakeCache.txt that names the original
_NOT_SEARCHED = (".git", ".hg", ".svn", ".eggs", "*.egg-info", "*.dist-info", "builddir", "cmake-build-*", "_skbuild")
# What a tool writes into a folder that it made, whatever the name; unless it was told to build inside of the sources.
_MADE = ("pyvenv.cfg", "meson-private", "CMakeCache.txt")
_SOURCES = ("CMakeLists.txt", "meson.build")


def not_copied(project: str, folder: str, names: Iterable[str]) -> set[str]:
    """Choose among the names in one folder of a project those that a copy to build in leaves out."""
    patterns = _NOT_COPIED + (_NOT_COPIED_AT_THE_TOP if os.path.samefile(folder, project) else ())
    return {name for name in names if _matches(name, patterns)}


def source_files(project: str, unreadable: list[tuple[str, str]]) -> Iterator[str]:
    """List the files in folders that hold sources, relative and with forward slashes, in order; follow no links.

    A folder that cannot be read is added to `unreadable`, with the reason.
    """

    def tell(error: OSError) -> None:
        unreadable.append((_relative(project, error.filename), f"cannot be read: {error.strerror}"))

    for folder, folders, names in os.walk(project, onerror=tell):
        passed = not_copied(project, folder, folders)
        folders[:] = sorted(name for name in folders if name not in passed and _is_searched(folder, name))
        for name in sorted(names):
            yield _relative(project, os.path.join(folder, name))


def _relative(project: str, path: str) -> str:
    return os.path.relpath(path, project).replace(os.sep, "/")


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _is_searched(folder: str, name: str) -> bool:
    path = os.path.join(folder, name)
    made = any(os.path.lexists(os.path.join(path, mark)) for mark in _MADE)
    return not _matches(name, _NOT_SEARCHED) and (
        not made or any(os.path.lexists(os.path.join(path, source)) for source in _SOURCES)
    )
