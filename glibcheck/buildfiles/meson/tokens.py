"""The words of a `meson.build`, each with its place, and nothing left out.

Meson's manual ("Syntax") has no grammar for them, so the shapes here are those that its own lexer accepts. A text cut
into tokens can be joined again without a loss: white space and comments are tokens, too.

The trap: a newline ends a statement, but not between brackets and not behind a backslash. `significant` leaves those
out, so that a parser sees a newline only where a statement ends.
"""

from __future__ import annotations

import re

from glibcheck.errors import RewriteError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NEWLINE = r"\r\n|\r|\n"
_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t]+ | \\[ \t]*(?:\#[^\r\n]*)?(?:{_NEWLINE}))
    | (?P<newline>{_NEWLINE})
    | (?P<comment>\#[^\r\n]*)
    | (?P<string>f?'''(?s:.*?)''' | f?'(?!'')(?:[^'\\\r\n]|\\.)*' | f?'')
    | (?P<number>0[bB][01]+ | 0[oO][0-7]+ | 0[xX][0-9a-fA-F]+ | [0-9]+)
    | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
    | (?P<mark>\+= | == | != | <= | >= | [][(){{}}.,:=+*/%<>?-])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:(['\\])|(.))", re.DOTALL)
_LINE = re.compile(_NEWLINE)


class Token(Record):
    """One word: `kind` is the name of its group above, and the text from `start` up to `end` spells it."""

    kind: str
    start: int
    end: int
    text: str


def line_of(text: str, offset: int) -> int:
    """Count the line of an offset, from 1."""
    return sum(1 for _ in _LINE.finditer(text, 0, offset)) + 1


def tokens(path: str, text: str) -> Iterator[Token]:
    """Cut a text into words; joined, they are the text again.

    Raises: RewriteError at the first character that begins none; `path` is for its message alone.
    """
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise RewriteError(path, line_of(text, at), f"{text[at]!r} cannot stand here in a meson.build; correct it")
        yield Token(str(found.lastgroup), at, found.end(), found.group())
        at = found.end()


def significant(path: str, text: str) -> list[Token]:
    """Give the words that a parser must see: no white space, no comments, newlines only where they end a statement."""
    depth = 0
    found = []
    for token in tokens(path, text):
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
        if token.kind not in {"space", "comment"} and not (token.kind == "newline" and depth > 0):
            found.append(token)
    return found


def value(literal: str) -> str | None:
    """Tell what a string literal stands for; None when that is formatted, or has an escape that is not plain."""
    if literal.startswith("f"):
        return None
    if literal.startswith("'''"):
        return literal[3:-3]
    inner = literal[1:-1]
    if any(found[2] is not None and found[2] in "abfnrtvxuUN01234567" for found in _ESCAPE.finditer(inner)):
        return None
    return _ESCAPE.sub(lambda found: found[1] or found[0], inner)


def spell(item: str) -> str:
    """Write a string as Meson reads it back."""
    return "'" + item.replace("\\", "\\\\").replace("'", "\\'") + "'"
