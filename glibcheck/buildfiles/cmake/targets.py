"""The targets of a project: where each is defined, what it is, and the commands that say more about it.

cmake-buildsystem(7), "Binary Targets" and "Pseudo Targets". A target whose name is computed, or made by a function or
macro in a way that `bodies` does not know, cannot be told from the texts. The command that makes it is kept as a
`Riddle`, with the names that it may give.
"""

from __future__ import annotations

from glibcheck.buildfiles.cmake import swig
from glibcheck.buildfiles.cmake.bodies import Maker, makers
from glibcheck.buildfiles.cmake.calls import Call, Word
from glibcheck.buildfiles.cmake.definitions import defines, form
from glibcheck.buildfiles.cmake.walk import walk
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glibcheck.model.plan import Form

_OWN = {"PRIVATE", "PUBLIC", "LINK_PRIVATE", "LINK_PUBLIC"}
_OTHERS = {"INTERFACE", "LINK_INTERFACE_LIBRARIES"}
SECTIONS = _OWN | _OTHERS
_MODES = {"BEFORE", "AFTER", "SYSTEM", "debug", "optimized", "general"}


class Target(Record):
    """A target that CMake builds; `folder` and `name` are what its file API calls it."""

    name: str
    form: Form
    call: Call  # that defines it
    maker: Maker | None = None  # the function or macro of the project that is called

    @property
    def spelled(self) -> str:
        """The name as its definition writes it, with the variables there."""
        written = self.call.words[0]
        return written.argument.text if written.value == self.name else self.name

    @property
    def full_name(self) -> str:
        """The name of its declaration."""
        return f"{self.call.folder}/{self.name}" if self.call.folder else self.name


class Riddle(Record):
    """A command that makes targets whose names cannot be told; `names` are some that it may make."""

    call: Call
    names: frozenset[str]


class Item(Record):
    """One thing that a `target_...` command gives a target: `section` is PRIVATE and so on, None without one.

    `value` is None where it cannot be told.
    """

    call: Call
    word: Word
    section: str | None
    value: str | None

    @property
    def is_own(self) -> bool:
        """Say whether the target itself takes it, and not only those that link it."""
        return self.section not in _OTHERS


class Build:
    """Everything that one top CMakeLists.txt leads to."""

    def __init__(self, calls: tuple[Call, ...]) -> None:
        """Find the targets of the calls."""
        self.calls = calls
        self.targets: list[Target] = []
        self.riddles: list[Riddle] = []
        self._aliases: dict[str, str] = {}
        self.interfaces: set[str] = set()
        self._makers = makers(calls)
        for call in calls:
            if defines(call):
                self._take(call)
            elif call.name in self._makers:
                self._take_made(call, self._makers[call.name])

    def _take(self, call: Call) -> None:
        """Look at one command that defines something."""
        values = call.values()
        name = swig.target_name(call) if call.name == swig.COMMAND else call.value(0)
        if any(call in maker.commands for maker in self._makers.values()):
            return
        if name is None or call.body is not None:
            self.riddles.append(Riddle(call, frozenset(self._possible_names(call))))
        elif values[1:2] == ("ALIAS",):
            self._aliases[name] = call.value(2) or ""
        elif values[1:2] == ("INTERFACE",):
            self.interfaces.add(name)
        elif call.name == "python_extension_module" and self.named(name):
            # scikit-build's command turns a library that is defined already into an extension.
            self.targets = [row._replace(form="extension") if row.name == name else row for row in self.targets]
        elif "IMPORTED" not in values:
            self.targets.append(Target(name, form(call, call, call.value(1)), call))

    def _take_made(self, call: Call, maker: Maker) -> None:
        """Look at one call of a function or macro that makes a target."""
        name = call.value(maker.position)
        if name is None or call.body is not None:
            self.riddles.append(Riddle(call, frozenset(self._possible_names(call))))
        else:
            self.targets.append(Target(name, form(maker.definition, call, maker.stated(call)), call, maker))

    def _possible_names(self, call: Call) -> Iterator[str]:
        """Give the name that a body spells out, and what functions are called with or loops go over."""
        own = call.value(0)
        if own is not None:
            yield own
        for block in call.blocks:
            rows = [block.words[1:]]
            if block.kind in {"function", "macro"} and block.words:
                wanted = block.words[0].argument.text.lower()
                rows = [each.words for each in self.calls if each.name == wanted]
            yield from (value for words in rows for word in words for value in word.values or ())

    def named(self, name: str) -> tuple[Target, ...]:
        """Give the targets that a name stands for, an alias or its own: none, one, or those of several branches."""
        name = self._aliases.get(name, name)
        return tuple(target for target in self.targets if target.name == name)

    def about(self, target: Target, command: str) -> Iterator[Call]:
        """Give the calls of a command that name the target first, in order."""
        if target.maker is not None:
            yield from target.maker.about(command)
        names = {command: target.name}
        if command == "target_link_libraries" and target.call.name == swig.COMMAND:
            names["swig_link_libraries"] = target.call.value(0) or ""
        yield from (call for call in self.calls if call.name in names and call.value(0) == names[call.name])

    def speaks_of(self, call: Call, target: Target) -> bool:
        """Say whether a command says something of the target and of nothing else."""
        if call.name.startswith(("target_", "set_target_")):
            return call.value(0) == target.name
        if call.name in {"set_property", "add_library"}:
            values = call.values()
            return values[:2] == ("TARGET", target.name) or values[1:] == ("ALIAS", target.name)
        return call.name == "swig_link_libraries" and call in self.about(target, "target_link_libraries")

    def items(self, target: Target, command: str) -> Iterator[Item]:
        """Give what a `target_...` command says of the target, in order."""
        for call in self.about(target, command):
            yield from items(call)


def items(call: Call) -> Iterator[Item]:
    """Give what a `target_...` command says of its target, in order."""
    section = None
    for word in call.words[1:]:
        if word.value in SECTIONS:
            section = word.value
        elif word.value not in _MODES:
            yield from (Item(call, word, section, value) for value in ((None,) if word.values is None else word.values))


def read(texts: Mapping[str, str]) -> tuple[tuple[Build, ...], tuple[str, ...]]:
    """Read all texts, and say which cannot be read."""
    walks, unread = walk(texts)
    return tuple(Build(calls) for calls in walks), unread
