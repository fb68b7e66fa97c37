"""Lines of a text, by offsets: where one starts and ends, and how it ends.

Not str.splitlines: it also splits at form feeds and U+2028, which end no line of a build file. A text may mix its
line endings, and its last line may have none.
"""

from __future__ import annotations

import re

_NEWLINE = re.compile(r"\r\n|\r|\n")


def start(text: str, offset: int) -> int:
    """Tell where the line of `offset` starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def end(text: str, offset: int) -> int:
    """Tell where the line of `offset` ends, before its line ending."""
    found = _NEWLINE.search(text, offset)
    return len(text) if found is None else found.start()


def below(text: str, offset: int) -> int:
    """Tell where the line under that of `offset` starts; the end of the text when there is none."""
    found = _NEWLINE.search(text, offset)
    return len(text) if found is None else found.end()


def above(text: str, line: int) -> int:
    """Tell where the line above the one that starts at `line` starts."""
    return start(text, line - (2 if text.startswith("\r\n", line - 2) else 1))


def ending(text: str, offset: int) -> str:
    """Tell how the line of `offset` ends: as the first line does where it has no end, and with LF in one line alone."""
    found = _NEWLINE.search(text, offset) or _NEWLINE.search(text)
    return "\n" if found is None else found.group()


def has_break(text: str, first: int, last: int) -> bool:
    """Say whether a line ends between two offsets."""
    return _NEWLINE.search(text, first, last) is not None


def number(text: str, offset: int) -> int:
    """Tell the number of the line of `offset`, counted from 1."""
    return len(_NEWLINE.findall(text, 0, offset)) + 1


def indentation(text: str, offset: int) -> str:
    """Tell the white space at the start of the line of `offset`."""
    line = text[start(text, offset) : end(text, offset)]
    return line[: len(line) - len(line.lstrip(" \t"))]
