"""Functions and macros of the project that make one target, named by an argument of theirs.

    function(add_module name)
      python_add_library(${name} MODULE WITH_SOABI ${ARGN})
    endfunction()
    add_module(_core core.c)

Many projects make their extensions so. What stands in the body concerns every target that the function makes and is
left alone; but the name of each is told by its call, and what is said of it in other commands can be changed.
"""

from __future__ import annotations

import re

from glibcheck.buildfiles.cmake.definitions import defines
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.buildfiles.cmake.calls import Call

_ARGUMENT = re.compile(r"\$\{(?:ARGV(\d+)|(\w+))\}")
_SETTERS = {"set", "list", "string", "get_filename_component", "cmake_path", "cmake_parse_arguments", "foreach"}
_NO_TARGETS = {"ALIAS", "INTERFACE", "IMPORTED"}


class Maker(Record):
    """A function or macro: `definition` is the command in its body, which `position` of its arguments names."""

    definition: Call
    position: int
    commands: tuple[Call, ...]  # the body

    def stated(self, call: Call) -> str | None:
        """Give the second argument of the definition, which may be one of the call's."""
        words = self.definition.words
        if len(words) < 2 or words[1].values is not None:
            return self.definition.value(1)
        position = _position(words[1].argument.text, self.definition)
        return None if position is None else call.value(position)

    def about(self, command: str) -> tuple[Call, ...]:
        """Give the calls of a command in the body that say something of the target."""
        name = self.definition.words[0].argument.text
        return tuple(
            call
            for call in self.commands
            if call.name == command and call.words and call.words[0].argument.text == name
        )


def makers(calls: Iterable[Call]) -> Mapping[str, Maker]:
    """Find the functions and macros that make one target, by their names in lower case."""
    bodies: dict[tuple[str, int], list[Call]] = {}
    for call in calls:
        if call.body is not None:
            bodies.setdefault((call.source.path, call.body.start), []).append(call)
    found: dict[str, Maker] = {}
    names: list[str] = []
    for commands in bodies.values():
        body = commands[0].body
        name = body.words[0].argument.text.lower() if body is not None and body.words else ""
        maker = _maker(tuple(commands))
        names.append(name)
        if maker is not None:
            found[name] = maker
    return {name: maker for name, maker in found.items() if names.count(name) == 1}


def _maker(commands: tuple[Call, ...]) -> Maker | None:
    """Look at one body; None when it makes no target, or targets of several names, or of a computed one."""
    defining = (call for call in commands if defines(call) and call.words)
    definitions = [call for call in defining if _NO_TARGETS.isdisjoint(call.values())]
    if len({call.words[0].argument.text for call in definitions}) != 1:
        return None
    name = definitions[0].words[0].argument.text
    position = _position(name, definitions[0])
    return None if position is None or _sets(commands, name[2:-1]) else Maker(definitions[0], position, commands)


def _position(text: str, inside: Call) -> int | None:
    """Tell which argument of the function around a command an argument of that stands for; None for none."""
    named, body = _ARGUMENT.fullmatch(text), inside.body
    if named is None or body is None:
        return None
    parameters = [word.argument.text for word in body.words[1:]]
    if named[1] is not None:
        return int(named[1])
    return parameters.index(named[2]) if named[2] in parameters else None


def _sets(commands: Iterable[Call], parameter: str) -> bool:
    """Say whether a body gives its parameter another value."""
    return any(call.name in _SETTERS and parameter in [word.argument.text for word in call.words] for call in commands)
