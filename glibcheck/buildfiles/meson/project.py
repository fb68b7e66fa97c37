"""All `meson.build` files of a project together: which of them share their variables, and who binds what.

Meson reads one file after the other into one scope: what the top file binds is known behind `subdir()`, and the other
way round. A file that calls `project()` begins a scope of its own: the top file, and that of each subproject. So the
files are gathered by scope, and a name is looked up among all the assignments there.

No order of execution is followed. A name that is bound once, outside of any `if` and loop, is that value; what is bound
twice is unknown. That loses little, and never tells something wrong.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from glibcheck.buildfiles.meson.parser import parse
from glibcheck.buildfiles.meson.tokens import line_of
from glibcheck.buildfiles.meson.tree import Assign, Call, Expression, Foreach, If, Name, Statement, String, inside
from glibcheck.errors import RewriteError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glibcheck.buildfiles.meson.tree import Node

NAME = "meson.build"
_WRAP = re.compile(r"(?:.*/)?subprojects/[^/]+\.wrap")
_WRAPPED_FOLDER = re.compile(r"^[ \t]*directory[ \t]*=[ \t]*(\S+)", re.MULTILINE)


class File(Record):
    """One text, read."""

    path: str
    text: str
    statements: tuple[Statement, ...]

    @property
    def folder(self) -> str:
        """The folder of the file in the project; '' for the top."""
        return posixpath.dirname(self.path)

    def refusal(self, node: Node | Statement, message: str) -> RewriteError:
        """Make an error that names the line of `node`."""
        return RewriteError(self.path, line_of(self.text, node.start), message)


class Value(Record):
    """An expression, and the file in which it is written: paths in it are relative to that."""

    file: File
    node: Node


class Binding(Record):
    """One assignment to a name; `certain` when it stands in no `if` and no loop."""

    file: File
    statement: Assign
    certain: bool

    @property
    def value(self) -> Value:
        """What is assigned."""
        return Value(self.file, self.statement.value)


class Place(Record):
    """One call, and the loops around it, the outermost first."""

    file: File
    call: Call
    loops: tuple[Foreach, ...]


class Scope:
    """The files that share their variables; `folder` is that of the one that calls `project()`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.bindings: dict[str, list[Binding]] = {}
        self.unknown: set[str] = set()  # names that a loop or set_variable() binds
        self.uses: dict[str, int] = {}
        self.places: list[Place] = []
        self.files: list[File] = []

    def add(self, file: File) -> None:
        """Take in what a file binds, reads and calls."""
        self.files.append(file)
        self._gather(file, file.statements, (), True)

    def calls(self, function: str) -> Iterator[Place]:
        """Give the calls of a function or method of this name, in file order."""
        return (place for place in self.places if place.call.function == function)

    def bound(self, name: str) -> tuple[Binding, ...] | None:
        """Give the assignment to a name, and what adds to it; None when it may be another value."""
        found = self.bindings.get(name, [])
        if name in self.unknown or not found or not found[0].certain or found[0].statement.operator != "=":
            return None
        if any(binding.statement.operator != "+=" for binding in found[1:]):
            return None
        return tuple(found)

    def _gather(self, file: File, statements: tuple[Statement, ...], loops: tuple[Foreach, ...], certain: bool) -> None:
        for statement in statements:
            match statement:
                case Assign():
                    self.bindings.setdefault(statement.name, []).append(Binding(file, statement, certain))
                    self._look(file, statement.value, loops)
                case Expression():
                    self._look(file, statement.value, loops)
                case If():
                    for condition in statement.conditions:
                        self._look(file, condition, loops)
                    for branch in statement.branches:
                        self._gather(file, branch, loops, False)
                case Foreach():
                    self.unknown.update(statement.names)
                    self._look(file, statement.items, loops)
                    self._gather(file, statement.body, (*loops, statement), False)

    def _look(self, file: File, value: Node, loops: tuple[Foreach, ...]) -> None:
        for node in inside(value):
            if isinstance(node, Name):
                self.uses[node.name] = self.uses.get(node.name, 0) + 1
            if isinstance(node, Call):
                self.places.append(Place(file, node, loops))
                named = first_string(node)
                if node.function == "set_variable" and named is not None:
                    self.unknown.add(named)


class Project:
    """Every text of the project that can be read, by scope; `unread` are the errors of the others."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.unread: list[RewriteError] = []
        self.downloaded: dict[str, str] = {}  # folder of a subproject -> the .wrap file that fetches it
        files = []
        for path, text in sorted(texts.items()):
            if is_wrap(path):
                self._add_wrap(path, text)
            elif posixpath.basename(path) == NAME:
                try:
                    files.append(_read(path, text))
                except RewriteError as error:
                    self.unread.append(error)
        # The top file may be one that cannot be read; the others share a scope all the same.
        self.scopes = {folder: Scope(folder) for folder in {"", *(file.folder for file in files if _begins(file))}}
        for file in files:
            self.scope(file).add(file)
        for place in [place for scope in self.scopes.values() for place in scope.calls("get_variable")]:
            self._count_use(place)

    def scope(self, file: File) -> Scope:
        """Find the scope of a file: that of the nearest folder above it that begins one."""
        folder = file.folder
        while folder not in self.scopes:
            folder = posixpath.dirname(folder)
        return self.scopes[folder]

    def subproject(self, name: str) -> Scope | None:
        """Find the scope of `subproject('name')`; None when it is not in the project's folder."""
        return next((scope for folder, scope in self.scopes.items() if _is_subproject(folder, name)), None)

    def _add_wrap(self, path: str, text: str) -> None:
        folder, stem = posixpath.dirname(path), posixpath.basename(path).removesuffix(".wrap")
        named = _WRAPPED_FOLDER.search(text)
        for name in {stem, named[1] if named else stem}:
            self.downloaded[posixpath.join(folder, name)] = path

    def _count_use(self, place: Place) -> None:
        name = first_string(place.call)
        for scope in self.scopes.values():
            if name in scope.bindings:
                scope.uses[name] = scope.uses.get(name, 0) + 1


def is_wrap(path: str) -> bool:
    """Say whether a path is that of a file that tells Meson from where to fetch a subproject."""
    return _WRAP.fullmatch(path) is not None


def first_string(call: Call) -> str | None:
    """Tell the first argument of a call when it is a plain string."""
    positional = call.positional()
    return positional[0].value.value if positional and isinstance(positional[0].value, String) else None


@lru_cache(maxsize=512)
def _read(path: str, text: str) -> File:
    """Read a text; each edit leaves all other files as they are, so that they need not be read again."""
    return File(path, text, parse(path, text))


def _begins(file: File) -> bool:
    first = file.statements[0] if file.statements else None
    match first:
        case Expression(value=Call(target=None, function="project")):
            return True
        case _:
            return False


def _is_subproject(folder: str, name: str) -> bool:
    above, own = posixpath.split(folder)
    return own == name and posixpath.basename(above) == "subprojects"
