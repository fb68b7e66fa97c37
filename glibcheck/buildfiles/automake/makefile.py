"""A `Makefile.am` as lines: assignments of variables with the place of every word, and the conditionals around them.

Automake reads it line by line, too ("General Operation"): a backslash joins lines, `if X`, `else` and `endif` at the
start of a line are its own, and everything that is no assignment goes into the Makefile as it is. Of those lines only
that they are there is kept.
"""

from __future__ import annotations

import re

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ASSIGNMENT = re.compile(r"([ ]*)([A-Za-z_][\w.@-]*)([ \t]*)(\+=|[:?]?=)([ \t]*)")
_CONDITIONAL = re.compile(r"[ ]*(if|else|endif)\b[ \t]*([^\s#]*)")
_INCLUDE = re.compile(r"[ ]*-?include[ \t]+(\S+)")
_JOINED = re.compile(r"(?:[^\\\r\n]|\\(?!\r?\n)|\\\r?\n)*(?:\r?\n|\r|$)")
_QUOTES = "`\"'"
_CLOSERS = {"(": ")", "{": "}"}
_BETWEEN = re.compile(r"(?:[ \t]|\\\r?\n)+")


class Word(Record):
    """One word of a value; `start` and `end` are offsets into the text."""

    text: str
    start: int
    end: int


class Assignment(Record):
    """`name = words`; `start` is that of its line, `name_start` that of its name, `end` is behind its line end.

    `value_end` is behind the last word, or behind the sign where there is none. `conditions` are those around it,
    outermost first, '!X' in the branch of an `else`.
    """

    name: str
    operator: str
    words: tuple[Word, ...]
    start: int
    name_start: int
    value_end: int
    end: int
    line: int
    conditions: tuple[str, ...]


class Makefile(Record):
    """One file: its assignments in order, and of the files that it includes the line and the name."""

    path: str
    text: str
    assignments: tuple[Assignment, ...]
    includes: tuple[tuple[int, str], ...]

    def of(self, name: str) -> tuple[Assignment, ...]:
        """Give the assignments to a variable."""
        return tuple(row for row in self.assignments if row.name == name)


def read(path: str, text: str) -> Makefile:
    """Take a text apart; one that automake would refuse gives what can be told of it."""
    assignments: list[Assignment] = []
    includes: list[tuple[int, str]] = []
    conditions: list[str] = []
    in_rule = False
    for start, end in _lines(text):
        line = text[start:end]
        if line.startswith("\t") and in_rule:
            continue  # a recipe
        conditional, included = _CONDITIONAL.match(line), _INCLUDE.match(line)
        found = _ASSIGNMENT.match(line)
        if conditional is not None and found is None:
            _turn(conditions, conditional[1], conditional[2])
        elif included is not None:
            includes.append((text.count("\n", 0, start) + 1, included[1]))
        elif found is not None:
            assignments.append(_assignment(text, start, end, found, tuple(conditions)))
        in_rule = (in_rule and line.strip() == "") or (found is None and ":" in line and not line.startswith("#"))
    return Makefile(path, text, tuple(assignments), tuple(includes))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Give the start and end of each line, joined ones as one."""
    place = 0
    while place < len(text):
        match = _JOINED.match(text, place)
        stop = match.end() if match else len(text)
        yield place, max(stop, place + 1)
        place = max(stop, place + 1)


def _turn(conditions: list[str], word: str, name: str) -> None:
    if word == "if":
        conditions.append(name)
    elif word == "else" and conditions:
        conditions[-1] = conditions[-1][1:] if conditions[-1].startswith("!") else f"!{conditions[-1]}"
    elif word == "endif" and conditions:
        conditions.pop()


def _assignment(text: str, start: int, end: int, found: re.Match[str], conditions: tuple[str, ...]) -> Assignment:
    words = tuple(_words(text, start + found.end(), end))
    sign_end = start + found.end(4)
    return Assignment(
        name=found[2],
        operator=found[4],
        words=words,
        start=start,
        name_start=start + found.start(2),
        value_end=words[-1].end if words else sign_end,
        end=end,
        line=text.count("\n", 0, start) + 1,
        conditions=conditions,
    )


def _words(text: str, start: int, end: int) -> Iterator[Word]:
    """Split a value into words: `$(...)`, quotes and backquotes hold what is inside together; `#` ends it."""
    place = start
    while place < end:
        between = _BETWEEN.match(text, place, end)
        if between:
            place = between.end()
        elif text[place] in "\r\n#":
            return
        else:
            stop = _word_end(text, place, end)
            yield Word(text[place:stop], place, stop)
            place = stop


def _word_end(text: str, place: int, end: int) -> int:
    """Find where a word ends, which nothing inside of brackets and quotes does but the end of the line."""
    closers: list[str] = []
    while place < end and not _is_line_end(text, place):
        sign = text[place]
        if closers and sign == closers[-1]:
            closers.pop()
        elif sign == "$" and text[place + 1 : place + 2] in ("(", "{"):
            closers.append(_CLOSERS[text[place + 1]])
            place += 1
        elif sign in _QUOTES and not (closers and closers[-1] in _QUOTES):
            closers.append(sign)
        elif not closers and (sign in " \t#" or _BETWEEN.match(text, place, end)):
            return place
        place += 1
    return place


def _is_line_end(text: str, place: int) -> bool:
    """Say whether a line ends here, and is not joined with the next one."""
    if text[place] not in "\r\n":
        return False
    before = place - 1 if text[place] == "\n" and text[place - 1 : place] == "\r" else place
    return text[before - 1 : before] != "\\"
