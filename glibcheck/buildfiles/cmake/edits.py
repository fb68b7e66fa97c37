"""How commands and arguments are put in and taken out, in the layout that the file's author chose.

A new command stands on a line of its own, indented and spelled as the command that defines its target. A new argument
stands as the one before it does: on a line of its own, or behind it on the same line. An argument that goes takes its
line along when it had one to itself, and a command that goes takes along the comment that speaks of it alone.
"""

from __future__ import annotations

import re

from glibcheck.buildfiles.cmake.calls import Call, Word
from glibcheck.buildfiles.cmake.tokens import tokens
from glibcheck.buildfiles.splice import Splice, insertion, removal
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MUST_BE_QUOTED = re.compile(r'[\s;()#"\\]|\$<|^$')
_INDENT = re.compile(r"\ufeff?([ \t]*)")
_SPACE = re.compile(r"[ \t]*")
_LAST_SPACE = re.compile(r"[ \t]*\Z")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#(?!\[=*\[)[^\n]*?)?(?=\r?\n)")
_COMMENT_LINE = re.compile(r"[ \t]*#[^\n]*\n\Z")
_BLANK_LINE = re.compile(r"[ \t\r]*\n")
_END_OF_BLOCK = re.compile(r"[ \t]*(?:end|else)\w*[ \t]*\(", re.IGNORECASE)


class Edit(Record):
    """A splice of the file at `path`."""

    path: str
    splice: Splice


def spell(value: str) -> str:
    """Write a value as an argument, in quotation marks where it needs them; variable references stay such."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if _MUST_BE_QUOTED.search(value) else value


def add_command(call: Call, name: str, arguments: Sequence[str], like: Call | None = None) -> Edit:
    """Put a new command on the line behind `call`, spelled as `like`, or else as `call` itself."""
    style = like or call
    text, command = call.source.text, call.command
    model = style.source.text
    spelled = name.upper() if style.command.spelled.isupper() else name
    gap = model[style.command.start + len(style.command.spelled) : style.command.opening]
    inside = model[style.command.opening + 1 : style.command.end - 1]
    padding = " " if "\n" not in inside and inside.startswith(" ") and inside.endswith(" ") else ""
    line_start = text.rfind("\n", 0, command.start) + 1
    indent = _indent(text, line_start)
    line = f"{indent}{spelled}{gap}({padding}{' '.join(arguments)}{padding})"
    newline = _newline(text)
    end = next((token.end for token in tokens(text, command.end) if token.kind == "newline"), None)
    at, new = (len(text), newline + line) if end is None else (end, line + newline)
    return Edit(call.source.path, insertion(at, new))


def add_arguments(call: Call, behind: Word, new: Iterable[str], group: int = 1) -> Edit:
    """Put new arguments behind one; they are laid out as the `group` of arguments that ends with it."""
    text = call.source.text
    index = call.words.index(behind) - group + 1
    start = call.words[index].argument.start
    before = call.words[index - 1].argument.end if index else call.command.opening + 1
    if "\n" not in text[before:start]:
        return Edit(call.source.path, insertion(behind.argument.end, "".join(f" {word}" for word in new)))
    indent = _indent(text, text.rfind("\n", 0, start) + 1)
    rest = _REST_OF_LINE.match(text, behind.argument.end)
    at = rest.end() if rest else behind.argument.end
    return Edit(call.source.path, insertion(at, "".join(f"{_newline(text)}{indent}{word}" for word in new)))


def replace(call: Call, word: Word, new: str) -> Edit:
    """Put an argument in the place of another."""
    return Edit(call.source.path, Splice(word.argument.start, word.argument.end, new))


def drop_arguments(call: Call, words: Iterable[Word]) -> tuple[Edit, ...]:
    """Take arguments out; those that stand in a row go as one."""
    indexes = sorted(call.words.index(word) for word in words)
    rows: list[list[int]] = []
    for index in indexes:
        if rows and rows[-1][-1] == index - 1:
            rows[-1].append(index)
        else:
            rows.append([index])
    return tuple(_drop_row(call, row[0], row[-1]) for row in rows)


def _drop_row(call: Call, first: int, last: int) -> Edit:
    text = call.source.text
    start, end = call.words[first].argument.start, call.words[last].argument.end
    spaces = _LAST_SPACE.search(text, 0, start)
    space = spaces.start() if spaces else start
    starts_line = text[space - 1] == "\n"
    rest = _REST_OF_LINE.match(text, end)
    if starts_line and rest:
        return Edit(call.source.path, removal(space, text.index("\n", rest.end()) + 1))
    before = call.words[first - 1].argument.end if first else call.command.opening + 1
    if starts_line and text[end] == ")" and not text[before:start].strip():
        return Edit(call.source.path, removal(before, end))
    if starts_line or text[space - 1] == "(":
        behind = _SPACE.match(text, end)
        return Edit(call.source.path, removal(start, behind.end() if behind else end))
    return Edit(call.source.path, removal(space, end))


def drop_command(call: Call) -> Edit:
    """Take a command out with its lines, and with the comment above when that can speak of nothing else."""
    text = call.source.text
    start = text.rfind("\n", 0, call.command.start) + 1
    end = next((token.end for token in tokens(text, call.command.end) if token.kind == "newline"), len(text))
    alone_below = end == len(text) or (_BLANK_LINE.match(text, end) or _END_OF_BLOCK.match(text, end)) is not None
    above = start
    while alone_below and (comment := _COMMENT_LINE.search(text, text.rfind("\n", 0, max(above - 1, 0)) + 1, above)):
        above = comment.start()
    # A comment at the very top speaks of the file.
    start = above if text[:above].strip("\ufeff") else start
    blank_above = start == 0 or re.search(r"\n[ \t\r]*\n\Z", text[:start]) is not None
    blank_below = _BLANK_LINE.match(text, end)
    if blank_above and blank_below:
        end = blank_below.end()
    elif end == len(text) and (blank_above or not text.endswith("\n")):
        kept = text[:start].rstrip("\r\n")
        start = len(kept) + (len(_newline(text)) if kept and text.endswith("\n") else 0)
    return Edit(call.source.path, removal(start, end))


def _indent(text: str, line_start: int) -> str:
    found = _INDENT.match(text, line_start)
    return found[1] if found else ""


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
