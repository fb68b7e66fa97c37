"""The commands of a project in the order in which CMake runs them, with what their arguments come to.

CMake starts at the top `CMakeLists.txt`; `add_subdirectory` goes into a folder, which sees copies of the variables
(cmake-language(7), "Variables"), and `include` reads on in another file with the same variables. A file that no file
leads to is the top of a project of its own.

Nothing is guessed. A variable is known only where a plain `set` above tells it: not after one in a branch or loop,
not when a function or macro sets it somewhere, not after a command that was given its name and may have changed it.
"""

from __future__ import annotations

import posixpath

from glibcheck.buildfiles.cmake import swig
from glibcheck.buildfiles.cmake.calls import Block, Call, Word
from glibcheck.buildfiles.cmake.commands import Source, parse
from glibcheck.buildfiles.cmake.variables import expand, in_project, path_of
from glibcheck.errors import RewriteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glibcheck.buildfiles.cmake.variables import Values, Variables

LISTS = "CMakeLists.txt"

_BLOCKS = ("if", "foreach", "while", "function", "macro")
_BRANCHES = ("elseif", "else")
# Commands that only read: a word of theirs that is the name of a variable, too, does not change it.
_READERS = ("add_", "target_", "set_target_", "set_property", "install", "message", "if", "else", "while")
# Whoever calls CMake may give another value than the text; but this one says what its author wants built.
_ASKED_FOR = "BUILD_SHARED_LIBS"


def walk(texts: Mapping[str, str]) -> tuple[tuple[tuple[Call, ...], ...], tuple[str, ...]]:
    """Read all texts: the calls from each top file on, and what is to be said of files that cannot be read."""
    sources: dict[str, Source] = {}
    unread = []
    for path, text in texts.items():
        try:
            sources[path] = parse(path, text)
        except RewriteError as error:
            unread.append(str(error))
    return tuple(_walks(sources)), tuple(unread)


def _walks(sources: Mapping[str, Source]) -> Iterator[tuple[Call, ...]]:
    seen: set[str] = set()
    unknown = frozenset(_set_in_bodies(sources.values()))
    for path in sorted(sources, key=lambda path: (path.count("/"), path)):
        folder, _, name = path.rpartition("/")
        if name == LISTS and path not in seen:
            walker = _Walker(sources, seen, unknown)
            walker.enter(folder, {"CMAKE_SOURCE_DIR": (path_of(folder),), "CMAKE_MODULE_PATH": ()}, ())
            yield tuple(walker.calls)


def _set_in_bodies(sources: Iterable[Source]) -> Iterator[str]:
    """Tell the variables that functions and macros may set, and those set for the folder above."""
    for source in sources:
        depth = 0
        for command in source.commands:
            depth += (command.name in {"function", "macro"}) - (command.name in {"endfunction", "endmacro"})
            words = [argument.text for argument in command.arguments if argument.kind == "unquoted"]
            if (depth and not command.name.startswith(_READERS)) or "PARENT_SCOPE" in words:
                yield from words


class _Walker:
    """Goes through the files from one top; `seen` are the files that any walk has been in."""

    def __init__(self, sources: Mapping[str, Source], seen: set[str], unknown: frozenset[str]) -> None:
        self.sources = sources
        self.seen = seen
        self.unknown = unknown
        self.calls: list[Call] = []
        self.folder = ""
        self.variables: dict[str, Values | None] = {}

    def enter(self, folder: str, variables: Variables, around: tuple[Block, ...]) -> None:
        """Read the CMakeLists.txt of a folder, with variables of its own."""
        outside = self.folder, self.variables
        self.folder, self.variables = folder, {**variables, "CMAKE_CURRENT_SOURCE_DIR": (path_of(folder),)}
        self.read(posixpath.join(folder, LISTS), around)
        self.folder, self.variables = outside

    def read(self, path: str, around: tuple[Block, ...]) -> None:
        """Read a file, unless it was read before or is none of the project's."""
        if path not in self.sources or path in self.seen:
            return
        self.seen.add(path)
        outside = self.variables.get("CMAKE_CURRENT_LIST_DIR")
        self.variables = {**self.variables, "CMAKE_CURRENT_LIST_DIR": (path_of(posixpath.dirname(path)),)}
        blocks = list(around)
        for command in self.sources[path].commands:
            if command.name.removeprefix("end") in _BLOCKS and command.name.startswith("end"):
                del blocks[max(len(blocks) - 1, len(around)) :]
                continue
            if command.name in _BRANCHES:
                del blocks[max(len(blocks) - 1, len(around)) :]
            # What a body comes to, its caller decides.
            known = {} if any(block.kind in {"function", "macro"} for block in blocks) else self.variables
            words = tuple(Word(argument, expand(argument, known)) for argument in command.arguments)
            call = Call(self.sources[path], self.folder, command, words, tuple(blocks), known)
            self.calls.append(call)
            if command.name in (*_BLOCKS, *_BRANCHES):
                blocks.append(Block(command.name, command.start, words))
            self.run(call)
        self.variables = {**self.variables, "CMAKE_CURRENT_LIST_DIR": outside}

    def run(self, call: Call) -> None:
        """Do what a command does to the variables, and go where it leads."""
        if call.body is not None:
            return
        match call.name:
            case "add_subdirectory":
                self.into_folder(call)
            case "include":
                self.into_file(call)
            case "project":
                self.name_project(call)
            case "set":
                self.assign(call)
            case "cmake_minimum_required" | "cmake_policy":
                policy = swig.policy(call)
                self.keep(swig.POLICY, self.variables.get(swig.POLICY) if policy is None else policy)
            case swig.COMMAND:
                name = swig.target_name(call)
                self.keep(f"SWIG_MODULE_{call.value(0)}_REAL_NAME", None if name is None else (name,))
            case "option" if call.value(0) == _ASKED_FOR and not call.blocks:
                self.keep(_ASKED_FOR, call.words[-1].values)
            case "list" if call.value(0) == "APPEND":
                self.append(call)
            case _ if not call.name.startswith(_READERS):
                for name in {word.argument.text for word in call.words} & self.variables.keys():
                    self.keep(name, None)

    def into_folder(self, call: Call) -> None:
        """Follow `add_subdirectory`."""
        folder = in_project(call.value(0) or "$<", call.folder)
        if folder is not None:
            self.enter("" if folder == "." else folder, self.variables, call.blocks)

    def into_file(self, call: Call) -> None:
        """Follow `include` of a file of the project, by path or as a module on CMAKE_MODULE_PATH."""
        name = call.value(0)
        if name is None:
            return
        modules = self.variables.get("CMAKE_MODULE_PATH") or ()
        for place in (name, *(f"{folder}/{name}.cmake" for folder in modules)):
            path = in_project(place, call.folder)
            if path is not None and path in self.sources:
                self.read(path, call.blocks)
                return

    def name_project(self, call: Call) -> None:
        """Set what `project` sets."""
        here = (path_of(call.folder),)
        name = call.value(0)
        self.keep("PROJECT_SOURCE_DIR", here)
        self.keep("PROJECT_NAME", None if name is None else (name,))
        self.variables.setdefault("CMAKE_PROJECT_NAME", None if name is None else (name,))
        if name is not None:
            self.keep(f"{name}_SOURCE_DIR", here)

    def assign(self, call: Call) -> None:
        """Follow `set(NAME value...)`: known when it is not a choice of whoever builds, nor made in a branch."""
        name = call.value(0)
        if name is None:
            return
        values = call.values()[1:]
        if "CACHE" in values:
            values = values[: values.index("CACHE")] if name == _ASKED_FOR else (None,)
        certain = not call.blocks and None not in values
        self.keep(name, tuple(value for value in values if value is not None) if certain else None)

    def append(self, call: Call) -> None:
        """Follow `list(APPEND NAME value...)`."""
        name, values = call.value(1), call.values()[2:]
        before = None if name is None else self.variables.get(name)
        if name is not None:
            certain = not call.blocks and before is not None and None not in values
            added = tuple(value for value in values if value is not None)
            self.keep(name, (*before, *added) if certain and before is not None else None)

    def keep(self, name: str, values: Values | None) -> None:
        """Set a variable. Calls hold the variables as they were, so they are never changed in place."""
        self.variables = {**self.variables, name: None if name in self.unknown else values}
