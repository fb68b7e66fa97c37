"""Changes to extensions that a file declares in tables of lists: `pyproject.toml`, and the sections of `setup.cfg`.

Such a file computes nothing, so a change is a question of which list holds what, and the same for both. How a list is
found and spelled is each file's own business: its module is a `Tables`, and the parameters have setuptools' names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, assert_never

from glibcheck.buildfiles import stdcxx
from glibcheck.errors import RewriteError
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)


class Tables(Protocol):
    """A text that declares extensions; the methods give the text that they make of it, and raise RewriteError."""

    path: str

    def known(self, text: str, extension: str, parameter: str) -> tuple[str, ...]:
        """Tell what the list of a parameter holds; () when it is not given."""
        ...

    def grow(self, text: str, extension: str, parameter: str, new: Sequence[str]) -> str:
        """Put `new`, at least one, at the end of a list, which may have to be made."""
        ...

    def replace(self, text: str, extension: str, parameter: str, index: int, new: str) -> str:
        """Put `new` in the place of an item that is there."""
        ...

    def shrink(self, text: str, extension: str, parameter: str, index: int) -> str:
        """Take an item that is there away, and with the last one the list."""
        ...

    def remove(self, text: str, extension: str) -> str:
        """Take the declaration away; one that is not there is no error."""
        ...


def rewrite(tables: Tables, text: str, changes: Sequence[Change]) -> str:
    """Carry out the changes to extensions that `text` declares.

    Raises: RewriteError when one of them cannot be done safely.
    """
    for change in changes:
        text = _carry_out(tables, text, change)
    return text


def _carry_out(tables: Tables, text: str, change: Change) -> str:  # noqa: PLR0911  # a table
    extension = change.extension
    match change:
        case AddSources():
            return _add(tables, text, extension, "sources", change.sources)
        case AddIncludeDirs():
            return _add(tables, text, extension, "include_dirs", change.directories)
        case AddCompileFlags():
            return _add_in_a_row(tables, text, extension, "extra_compile_args", change.flags)
        case AddLinkFlags():
            return _add_in_a_row(tables, text, extension, "extra_link_args", change.flags)
        case ForceInclude():
            text = _add_in_a_row(tables, text, extension, "extra_compile_args", ("-include", change.header))
            return _add(tables, text, extension, "depends", (change.header,))
        case DropLibrary():
            return _drop(tables, text, extension, "libraries", change.library)
        case DropExtension():
            return tables.remove(text, extension)
        case PrivateRuntime():
            return _private_runtime(tables, text, extension)
        case MakeStatic() | LinkArchive():
            raise RewriteError(tables.path, None, f"{extension} is an extension, which is never an archive")
        case _:
            assert_never(change)


def _add(tables: Tables, text: str, extension: str, parameter: str, new: Sequence[str]) -> str:
    known = tables.known(text, extension, parameter)
    missing = [item for item in dict.fromkeys(new) if item not in known]
    return tables.grow(text, extension, parameter, missing) if missing else text


def _add_in_a_row(tables: Tables, text: str, extension: str, parameter: str, new: tuple[str, ...]) -> str:
    known = tables.known(text, extension, parameter)
    there = any(known[start : start + len(new)] == new for start in range(len(known)))
    return text if there else tables.grow(text, extension, parameter, new)


def _drop(tables: Tables, text: str, extension: str, parameter: str, item: str) -> str:
    while item in (known := tables.known(text, extension, parameter)):
        text = tables.shrink(text, extension, parameter, len(known) - 1 - known[::-1].index(item))
    return text


def _private_runtime(tables: Tables, text: str, extension: str) -> str:
    """Name the archive where stdc++ is linked by name (see `stdcxx`)."""
    flags = tables.known(text, extension, "extra_link_args")
    if stdcxx.NAMED in flags:
        text = tables.replace(text, extension, "extra_link_args", flags.index(stdcxx.NAMED), stdcxx.ARCHIVE)
        return _private_runtime(tables, text, extension)
    if stdcxx.ARCHIVE in flags:
        text = _add_in_a_row(tables, text, extension, "extra_link_args", (stdcxx.PRIVATE,))
    elif stdcxx.NAME in tables.known(text, extension, "libraries"):
        text = _add_in_a_row(tables, text, extension, "extra_link_args", (stdcxx.ARCHIVE, stdcxx.PRIVATE))
    else:
        text = _add_in_a_row(tables, text, extension, "extra_link_args", (stdcxx.STATIC, stdcxx.PRIVATE))
    return _drop(tables, text, extension, "libraries", stdcxx.NAME)
