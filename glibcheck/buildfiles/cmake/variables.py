"""What an argument comes to, as far as the texts tell it.

cmake-language(7), "Variable References" and "Escape Sequences", and "Lists": an unquoted argument is split at each
semicolon, a quoted one is not, and between brackets nothing is replaced. A variable of which the texts do not plainly
say what it holds is None, and so is what is made with it: a cache, a module or the command line may have set it.

The folder of the project has no path here. `PROJECT` stands for it in values such as that of CMAKE_SOURCE_DIR.
"""

from __future__ import annotations

import posixpath
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.buildfiles.cmake.commands import Argument

    Values = tuple[str, ...]
    Variables = Mapping[str, Values | None]  # those not in it are unknown as well

PROJECT = "<project>"

_REFERENCE = re.compile(r"(?<!\\)\$\{([A-Za-z0-9_./+-]*)\}")
_ESCAPE = re.compile(r"\\(\r?\n|.)", re.DOTALL)
_SEPARATOR = re.compile(r"(?<!\\);")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}


def expand(argument: Argument, variables: Variables) -> Values | None:
    """Tell the values of an argument: one, or as many as the list in it has; None when that cannot be told."""
    if argument.kind == "bracket":
        return (_between_brackets(argument.text),)
    if argument.kind == "quoted":
        value = _replaced(argument.text[1:-1], variables)
        return None if value is None else (_unescaped(value),)
    value = _replaced(argument.text, variables)
    return None if value is None else tuple(_unescaped(part) for part in _SEPARATOR.split(value) if part)


def in_project(value: str, folder: str) -> str | None:
    """Tell a path relative to the project as seen from a folder of it; None for one outside, or computed."""
    if "$<" in value:
        return None
    here = value if value.startswith(PROJECT) else posixpath.join(PROJECT, folder, value)
    joined = posixpath.normpath(here)
    if joined == PROJECT:
        return "."
    return joined.removeprefix(PROJECT + "/") if joined.startswith(PROJECT + "/") else None


def path_of(folder: str) -> str:
    """Give the value of a variable that holds a folder of the project; the inverse of `in_project`."""
    return f"{PROJECT}/{folder}" if folder else PROJECT


def _replaced(text: str, variables: Variables) -> str | None:
    """Put the values of variables into a text, the innermost reference first."""
    while (found := _REFERENCE.search(text)) is not None:
        values = variables.get(found[1])
        if values is None:
            return None
        text = text[: found.start()] + ";".join(values) + text[found.end() :]
    return None if re.search(r"(?<!\\)\$(ENV|CACHE)?\{", text) else text


def _unescaped(text: str) -> str:
    def meaning(escape: re.Match[str]) -> str:
        return "" if escape[1].endswith("\n") else _CONTROL.get(escape[1], escape[1])

    return _ESCAPE.sub(meaning, text)


def _between_brackets(text: str) -> str:
    sign = text.index("[", 1) + 1
    inside = text[sign:-sign]
    return inside.removeprefix("\r").removeprefix("\n")
