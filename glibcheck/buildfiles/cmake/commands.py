"""The commands of a CMake file: a CMake file is nothing but a list of them.

cmake-language(7), "Command Invocations": a name, an opening parenthesis on the same line, arguments, a closing one.
Parentheses between the arguments are arguments themselves, and only have to match. What a command means is told
elsewhere; here are its places in the text.
"""

from __future__ import annotations

import re

from glibcheck.buildfiles.cmake.tokens import Token, tokens
from glibcheck.errors import RewriteError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Argument(Record):
    """One argument as it is written, quotation marks and all; a parenthesis is one, too."""

    kind: str  # quoted, bracket, unquoted, open or close
    start: int
    end: int
    text: str


class Command(Record):
    """One invocation: `start` is where its name starts, `opening` its first parenthesis, `end` behind its last one."""

    spelled: str
    start: int
    opening: int
    end: int
    arguments: tuple[Argument, ...]

    @property
    def name(self) -> str:
        """The name in lower case: CMake does not tell the case of commands."""
        return self.spelled.lower()


class Source(Record):
    """A file and its commands, in file order."""

    path: str
    text: str
    commands: tuple[Command, ...]

    def line(self, offset: int) -> int:
        """Count the line of an offset from 1."""
        return self.text.count("\n", 0, offset) + 1


def parse(path: str, text: str) -> Source:
    """Read the commands of a text.

    Raises: RewriteError when CMake could not read it either.
    """
    return Source(path, text, tuple(_commands(path, text)))


def _commands(path: str, text: str) -> Iterator[Command]:
    rest = tokens(text)
    behind_another = False
    for token in rest:
        if token.kind in {"space", "newline", "comment"}:
            behind_another = behind_another and token.kind != "newline"
            continue
        if behind_another:
            raise _problem(path, text, token, "a command does not start a line")
        spelled = text[token.start : token.end]
        if token.kind != "unquoted" or not _IDENTIFIER.fullmatch(spelled):
            raise _problem(path, text, token, "a command was expected here")
        opening = next(rest, token)
        if opening.kind == "space":
            opening = next(rest, token)
        if opening.kind != "open":
            raise _problem(path, text, token, f"`{spelled}` is not followed by `(`")
        yield _invocation(path, text, token, opening, rest)
        behind_another = True


def _invocation(path: str, text: str, name: Token, opening: Token, rest: Iterator[Token]) -> Command:
    arguments: list[Argument] = []
    depth = 1
    for token in rest:
        if token.kind == "odd":
            raise _problem(path, text, token, "a string or bracket that starts here does not end")
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            spelled = text[name.start : name.end]
            return Command(spelled, name.start, opening.start, token.end, tuple(arguments))
        if token.kind not in {"space", "newline", "comment"}:
            arguments.append(Argument(token.kind, token.start, token.end, text[token.start : token.end]))
    raise _problem(path, text, name, "the parenthesis of this command is not closed")


def _problem(path: str, text: str, token: Token, message: str) -> RewriteError:
    return RewriteError(path, text.count("\n", 0, token.start) + 1, f"CMake cannot read it: {message}")
