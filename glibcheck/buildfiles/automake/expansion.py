"""What the words of a `Makefile.am` stand for, as far as plain assignments and configure's own record tell.

`$(X)` and `${X}` are followed to assignments in the same file, `@X@` and variables of configure to the lines
`S["X"]="..."` of `config.status`, which is what configure found ("Preset Output Variables" in Autoconf's manual). What
is not known stays as it is.
"""

from __future__ import annotations

import posixpath
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glibcheck.buildfiles.automake.makefile import Makefile

_REFERENCE = re.compile(r"\$\((\w+)\)|\$\{(\w+)\}|@(\w+)@")
_TOPS = ("top_builddir", "top_srcdir", "abs_top_builddir", "abs_top_srcdir")
_HERES = ("builddir", "srcdir", "abs_builddir", "abs_srcdir")
_SUBSTITUTION = re.compile(r'^S\["(\w+)"\]="((?:[^"\\\n]|\\.)*)"$', re.MULTILINE)
_DEEPEST = 8
_LONGEST = 4096  # words of one value


def substitutions(config_status: str) -> dict[str, str]:
    """Read what configure found; values of several lines, which no list of libraries has, are left out."""
    return {name: re.sub(r"\\(.)", r"\1", value) for name, value in _SUBSTITUTION.findall(config_status)}


def words(makefile: Makefile, name: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Give the words of a variable, from all branches of conditionals, with what they stand for."""
    found = (word.text for row in makefile.of(name) for word in row.words)
    return tuple(part for text in found for part in expanded(makefile, text, known))[:_LONGEST]


def expanded(makefile: Makefile, word: str, known: Mapping[str, str], depth: int = 0) -> Iterator[str]:
    """Give the words that one word stands for."""
    whole = _REFERENCE.fullmatch(word)
    name = _name(whole) if whole else None
    if depth >= _DEEPEST or name is None or name in _TOPS or name in _HERES:
        yield word
    elif makefile.of(name):
        for row in makefile.of(name):
            for inner in row.words:
                yield from expanded(makefile, inner.text, known, depth + 1)
    elif name in known:
        for part in known[name].split():
            yield from expanded(makefile, part, known, depth + 1) if part != word else (part,)
    else:
        yield word


def place(path: str, word: str) -> str | None:
    """Give the place in the project of a file that a makefile names; None when a variable in it is not known."""
    folder = posixpath.dirname(path)
    for match in _REFERENCE.finditer(word):
        name = _name(match)
        if match.start() != 0 or name not in (*_TOPS, *_HERES):
            return None
        rest = word[match.end() :].lstrip("/")
        return _inside(rest if name in _TOPS else posixpath.join(folder, rest))
    return _inside(posixpath.join(folder, word))


def _inside(path: str) -> str | None:
    found = posixpath.normpath(path)
    return None if found.startswith(("..", "/")) or "$" in found or "@" in found else found


def _name(match: re.Match[str]) -> str:
    return match[1] or match[2] or match[3]
