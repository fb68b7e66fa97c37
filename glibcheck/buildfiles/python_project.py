"""The build files of a project that setuptools builds, each kind by a module of its own.

A change is offered to every file; one that does not declare its extension leaves it to the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from glibcheck.buildfiles import setuptools
from glibcheck.errors import RewriteError
from glibcheck.model.plan import Change, Declaration, Declared


class BuildFile(Protocol):
    """What the module of one kind of file offers; `path` is relative to the project, with forward slashes."""

    def recognises(self, path: str, text: str) -> bool:
        """Say whether this file of a project can declare extensions in this kind's way; a cheap test."""
        ...

    def declarations(self, path: str, text: str) -> tuple[Declaration, ...]:
        """Tell the extensions that a recognised text declares, in file order.

        Raises: RewriteError when that cannot be told at all.
        """
        ...

    def rewrite(self, path: str, text: str, changes: Sequence[Change]) -> str:
        """Carry out the changes to extensions declared in the text, keep every other byte.

        Running it again changes nothing more.

        Raises: RewriteError when one of them cannot be done safely; then none is done.
        """
        ...


_KINDS: tuple[BuildFile, ...] = (setuptools,)


def reads(path: str) -> bool:
    """Say whether a file can declare extensions: any Python file, as cffi's build scripts have any name."""
    return path.endswith(".py")


def declarations(texts: Mapping[str, str]) -> Declared:
    """Tell the extensions that the files declare."""
    rows: list[Declaration] = []
    unread: list[str] = []
    for path, text in texts.items():
        for kind in _KINDS:
            found = _declared(kind, path, text)
            if isinstance(found, RewriteError):
                unread.append(str(found))
            else:
                rows += found
    return Declared(tuple(rows), tuple(unread))


def rewrite(texts: Mapping[str, str], changes: Sequence[Change]) -> Mapping[str, str]:
    """Carry out the changes in the files that declare their extensions.

    Raises: RewriteError when one of them cannot be done safely.
    """
    return {path: _rewritten(path, text, changes) for path, text in texts.items()}


def _rewritten(path: str, text: str, changes: Sequence[Change]) -> str:
    for kind in _KINDS:
        declared = _declared(kind, path, text)
        # A file that declares none of them is left alone, also when it is one that cannot be read.
        names = set() if isinstance(declared, RewriteError) else {row.name for row in declared}
        own = tuple(change for change in changes if change.extension in names)
        text = kind.rewrite(path, text, own) if own else text
    return text


def _declared(kind: BuildFile, path: str, text: str) -> tuple[Declaration, ...] | RewriteError:
    """Tell what a file declares, or why it cannot be read."""
    try:
        return kind.declarations(path, text) if kind.recognises(path, text) else ()
    except RewriteError as error:
        return error
