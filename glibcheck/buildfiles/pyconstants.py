"""Strings that a Python text spells out, in one literal or in several steps.

Names of extensions and files are seldom computed, but often written in two parts: `PACKAGE + "._core"`,
`f"{PACKAGE}._core"`, `os.path.join("src", "core.c")`. Their parts are literals or names that are bound once to
such; everything else is None. `os.path.join` is told as on the systems that have a glibc.
"""

from __future__ import annotations

import posixpath

import libcst

from glibcheck.buildfiles import pyscopes
from glibcheck.buildfiles.pysource import Source, callee

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NO_NAMES: Mapping[str, str] = {}


def constant(source: Source, value: libcst.BaseExpression, known: Mapping[str, str] = _NO_NAMES) -> str | None:  # noqa: PLR0911  # a table
    """Tell the string that an expression is, whenever it is reached; `known` are names whose value is given."""
    match value:
        case libcst.SimpleString():
            found = value.evaluated_value
            return found if isinstance(found, str) else None
        case libcst.ConcatenatedString():
            return _joined(constant(source, part, known) for part in (value.left, value.right))
        case libcst.FormattedString():
            return _formatted(source, value, known)
        case libcst.BinaryOperation(operator=libcst.Add()):
            return _joined(constant(source, part, known) for part in (value.left, value.right))
        case libcst.Name() if value.value in known:
            return known[value.value]
        case libcst.Name():
            bound = pyscopes.only_value(source, value)
            return None if bound is None else constant(source, bound, known)
        case libcst.Call():
            return _called(source, value, known)
        case _:
            return None


def _formatted(source: Source, value: libcst.FormattedString, known: Mapping[str, str]) -> str | None:
    if "r" in value.prefix.lower():
        return None
    return _joined(_part(source, part, known) for part in value.parts)


def _part(source: Source, part: libcst.BaseFormattedStringContent, known: Mapping[str, str]) -> str | None:
    match part:
        # An escape would have to be decoded; none is needed in a name.
        case libcst.FormattedStringText(value=text) if not any(char in text for char in "\\{}"):
            return text
        case libcst.FormattedStringExpression(conversion=None, format_spec=None, equal=None):
            return constant(source, part.expression, known)
        case _:
            return None


def _called(source: Source, call: libcst.Call, known: Mapping[str, str]) -> str | None:
    if not call.args or any(arg.star or arg.keyword for arg in call.args):
        return None
    parts = [constant(source, arg.value, known) for arg in call.args]
    words = [part for part in parts if part is not None]
    if len(words) != len(parts):
        return None
    if callee(call) == "str" and isinstance(call.func, libcst.Name) and len(words) == 1:
        return words[0]
    return posixpath.join(*words) if _is_path_join(call.func) else None


def _is_path_join(function: libcst.BaseExpression) -> bool:
    match function:
        case libcst.Name(value="join"):
            return True
        case libcst.Attribute(attr=libcst.Name(value="join"), value=place):
            # A string has a method of that name.
            name = place.attr if isinstance(place, libcst.Attribute) else place
            return isinstance(name, libcst.Name) and name.value in ("path", "posixpath")
        case _:
            return False


def _joined(parts: Iterable[str | None]) -> str | None:
    found = list(parts)
    words = [part for part in found if part is not None]
    return "".join(words) if len(words) == len(found) else None
