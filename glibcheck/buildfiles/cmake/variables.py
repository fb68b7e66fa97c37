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

_MARK = re.compile(r"\\(?:\r?\n|.)|\$(?:ENV|CACHE)?\{|\}|;", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_SEPARATOR = "\0"  # between the values of a list; no CMake file can hold it
# A list that is set to itself twice over doubles with each line.
_LONGEST = 1 << 20


def expand(argument: Argument, variables: Variables) -> Values | None:
    """Tell the values of an argument: one, or as many as the list in it has; None when that cannot be told.

    A parenthesis has a meaning in conditions only.
    """
    if argument.kind in {"open", "close"}:
        return None
    if argument.kind == "bracket":
        return (_between_brackets(argument.text),)
    if argument.kind == "quoted":
        value = _evaluated(argument.text[1:-1], variables)
        return None if value is None else (value.replace(_SEPARATOR, ";"),)
    value = _evaluated(argument.text, variables)
    return None if value is None else tuple(part for part in value.split(_SEPARATOR) if part)


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


def _evaluated(text: str, variables: Variables) -> str | None:
    """Replace escapes and variable references, the innermost first; a semicolon that divides is _SEPARATOR then."""
    open_names = [""]  # the text so far, and behind it the names of references that are not closed yet
    at = 0
    for match in _MARK.finditer(text):
        open_names[-1] += text[at : match.start()]
        at = match.end()
        match match[0]:
            case "${":
                open_names.append("")
            case "$ENV{" | "$CACHE{":
                return None
            case "}" if len(open_names) > 1:
                values = variables.get(open_names.pop())
                if values is None:
                    return None
                open_names[-1] += _SEPARATOR.join(values).replace(";", _SEPARATOR)
            case ";":
                open_names[-1] += _SEPARATOR
            case escape if escape.startswith("\\"):
                open_names[-1] += "" if escape.endswith("\n") else _CONTROL.get(escape[1], escape[1])
            case other:
                open_names[-1] += other
        if len(open_names[-1]) > _LONGEST:
            return None
    return open_names[0] + text[at:] if len(open_names) == 1 else None


def _between_brackets(text: str) -> str:
    sign = text.index("[", 1) + 1
    inside = text[sign:-sign]
    return inside.removeprefix("\r").removeprefix("\n")
