"""The words of the CMake language, each with its place in the text.

Follows cmake-language(7), "Syntax", as CMake's own lexer does it: arguments are quoted, between brackets or unquoted,
comments run to the end of the line or between brackets, and a carriage return is white space like any other. Joined
again, the tokens of a text give the text.

The trap is the "unquoted legacy" argument: `-DNAME="a b"` and `$(MAKE)` are one argument each, although quotation
marks and parentheses end an unquoted argument elsewhere.
"""

from __future__ import annotations

import re

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    # odd: a character that can start no token, such as the quotation mark of a string that is never closed.
    Kind = Literal["space", "newline", "comment", "open", "close", "bracket", "quoted", "unquoted", "odd"]

_TOKEN = re.compile(
    r"""
    (?P<space>    (?:\A\ufeff)?[ \t\r]+ | \A\ufeff )
  | (?P<newline>  \n )
  | (?P<comment>  \#\[(?P<comment_sign>=*)\[.*?\](?P=comment_sign)\] | \#(?!\[=*\[)[^\n]* )
  | (?P<open>     \( )
  | (?P<close>    \) )
  | (?P<bracket>  \[(?P<sign>=*)\[.*?\](?P=sign)\] )
  | (?P<quoted>   "(?:[^"\\]|\\.)*" )
  | (?P<unquoted> (?!\[=*\[)
                  (?: \$\([A-Za-z0-9_]*\) | [^ \t\r\n()\#"\\] | \\[^\n] )
                  (?: \$\([A-Za-z0-9_]*\) | [^ \t\r\n()\#"\\] | \\[^\n] | "(?:[^"\\\n]|\\[^\n])*" )* )
  | (?P<odd>      . )
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS: tuple[Kind, ...] = (
    "space",
    "newline",
    "comment",
    "open",
    "close",
    "bracket",
    "quoted",
    "unquoted",
    "odd",
)


class Token(Record):
    """A stretch of the text from `start` up to, not including, `end`."""

    kind: Kind
    start: int
    end: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Cut a text into tokens, without a gap, from an offset on that is not inside of one."""
    for match in _TOKEN.finditer(text, start):
        kind = next(kind for kind in _KINDS if match[kind] is not None)
        yield Token(kind, match.start(), match.end())
