"""The build files of a project that setuptools builds, each kind by a module of its own.

A change is offered to every file; one that does not declare its extension leaves it to the others. What `[build_ext]`
of setup.cfg links into all extensions goes only when no extension of the project is left that may want it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from glibcheck.buildfiles import pyproject, setupcfg, setuptools, stdcxx
from glibcheck.buildfiles.ownership import only_ours
from glibcheck.errors import RewriteError
from glibcheck.model.plan import AddLinkFlags, Change, Declaration, Declared, DropLibrary, PrivateRuntime


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

    def unseen(self, path: str, text: str) -> tuple[str, ...]:
        """Tell, with line and advice, where a recognised text declares extensions that cannot be named.

        Raises: RewriteError as `declarations`.
        """
        ...

    def rewrite(self, path: str, text: str, changes: Sequence[Change]) -> str:
        """Carry out the changes to extensions declared in the text, keep every other byte.

        Running it again changes nothing more.

        Raises: RewriteError when one of them cannot be done safely; then none is done.
        """
        ...


_KINDS: tuple[BuildFile, ...] = (setuptools, pyproject, setupcfg)


def reads(path: str) -> bool:
    """Say whether a file can declare extensions: any Python file, as cffi's build scripts have any name."""
    return path.endswith(".py") or path.rpartition("/")[2] in ("pyproject.toml", "setup.cfg")


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
                unread += kind.unseen(path, text) if kind.recognises(path, text) else ()
    return Declared(tuple(rows), tuple(unread))


def rewrite(texts: Mapping[str, str], changes: Sequence[Change]) -> Mapping[str, str]:
    """Carry out the changes in the files that declare their extensions.

    Raises: RewriteError when one of them cannot be done safely.
    """
    written = texts
    for path in filter(setupcfg.is_one, texts):
        written, changes = _without_libraries_for_all(written, changes, path)
    return only_ours(texts, {path: _rewritten(path, text, changes) for path, text in written.items()})


def _rewritten(path: str, text: str, changes: Sequence[Change]) -> str:
    for kind in _KINDS:
        declared = _declared(kind, path, text)
        # A file that declares none of them is left alone, also when it is one that cannot be read.
        names = set() if isinstance(declared, RewriteError) else {row.name for row in declared}
        own = tuple(change for change in changes if change.extension in names)
        text = kind.rewrite(path, text, own) if own else text
    return text


def _without_libraries_for_all(
    texts: Mapping[str, str], changes: Sequence[Change], path: str
) -> tuple[Mapping[str, str], Sequence[Change]]:
    """Drop from `[build_ext]` of a setup.cfg what no extension wants any more; give the changes that this leaves."""
    libraries, line = _libraries_for_all(path, texts[path])
    folder = path.removesuffix("setup.cfg")
    named = declarations({other: text for other, text in texts.items() if other.startswith(folder)})
    names = {row.name for row in named.rows}
    left: list[Change] = []
    for change in changes:
        library = _dropped(change)
        if library not in libraries or change.extension not in names:
            left.append(change)
            continue
        others = names - {other.extension for other in changes if _dropped(other) == library}
        if others or named.unread:
            rest = ", ".join(sorted(others)) or "extensions that cannot be told"
            message = f"[build_ext] links {library} into {rest} as well; take it out there by hand if none needs it"
            raise RewriteError(path, line, message)
        after = setupcfg.drop_for_all(path, texts[path], library)
        texts = {**texts, path: after}
        left += _in_place_of(change)
    return texts, left


def _libraries_for_all(path: str, text: str) -> tuple[tuple[str, ...], int | None]:
    try:
        return setupcfg.libraries_for_all(path, text)
    except RewriteError:
        return (), None  # setuptools does not read it either


def _dropped(change: Change) -> str:
    """Name the library that must not be linked as a shared one any more; "" for none."""
    match change:
        case DropLibrary():
            return change.library
        case PrivateRuntime():
            return stdcxx.NAME
        case _:
            return ""


def _in_place_of(change: Change) -> tuple[Change, ...]:
    """Tell what is left to do in the declaration itself."""
    if isinstance(change, PrivateRuntime):
        extension = change.extension
        return (DropLibrary(extension, stdcxx.NAME), AddLinkFlags(extension, (stdcxx.ARCHIVE, stdcxx.PRIVATE)))
    return (change,)


def _declared(kind: BuildFile, path: str, text: str) -> tuple[Declaration, ...] | RewriteError:
    """Tell what a file declares, or why it cannot be read."""
    try:
        return kind.declarations(path, text) if kind.recognises(path, text) else ()
    except RewriteError as error:
        return error
