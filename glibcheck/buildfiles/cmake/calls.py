"""A command as CMake runs it: with its folder, the blocks around it, and what its arguments come to."""

from __future__ import annotations

import re

from glibcheck.buildfiles.cmake.commands import Argument, Command, Source
from glibcheck.errors import RewriteError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.buildfiles.cmake.variables import Values, Variables

_REFERENCE = re.compile(r"\$\{[^{}]*\}")


class Word(Record):
    """An argument and its values; None where they cannot be told."""

    argument: Argument
    values: Values | None

    @property
    def is_plain(self) -> bool:
        """Say whether the argument is one value, written out, so that it can be changed where it stands."""
        text = self.argument.text[1:-1] if self.argument.kind == "quoted" else self.argument.text
        return self.values == (text,)

    @property
    def is_reference(self) -> bool:
        """Say whether the argument is nothing but a variable, which may stand for any word, or for many."""
        return _REFERENCE.fullmatch(self.argument.text) is not None

    @property
    def value(self) -> str | None:
        """Give the value when it is one and known."""
        return self.values[0] if self.values is not None and len(self.values) == 1 else None


class Block(Record):
    """What a command stands in: a branch of an `if`, a loop, or the body of a function or macro."""

    kind: str
    start: int  # offset of the command that opens the block or branch
    words: tuple[Word, ...]


class Call(Record):
    """A command that is run: `folder` is the source folder then (of CMakeLists.txt, also in what that includes)."""

    source: Source
    folder: str
    command: Command
    words: tuple[Word, ...]
    blocks: tuple[Block, ...]
    variables: Variables  # as they are before the command is run

    @property
    def name(self) -> str:
        """The command's name in lower case."""
        return self.command.name

    @property
    def line(self) -> int:
        """Where the command starts, counted from 1."""
        return self.source.line(self.command.start)

    @property
    def body(self) -> Block | None:
        """The function or macro that it is part of: it is run when that is called, in whatever folder."""
        return next((block for block in self.blocks if block.kind in {"function", "macro"}), None)

    def value(self, index: int) -> str | None:
        """Give an argument that is one known value; None when there is no such argument."""
        return self.words[index].value if index < len(self.words) else None

    def values(self) -> tuple[str | None, ...]:
        """Give the values of all arguments in a row, None for an argument that cannot be told."""
        return tuple(value for word in self.words for value in ((None,) if word.values is None else word.values))

    def variable(self, name: str) -> str | None:
        """Give a variable's value before the command; None when it is a list or cannot be told."""
        values = self.variables.get(name)
        return ";".join(values) if values is not None else None

    def refusal(self, message: str) -> RewriteError:
        """Make the error that names the line of this command."""
        return RewriteError(self.source.path, self.line, message)
