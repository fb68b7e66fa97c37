"""The calls in a Python text that declare extensions, and what their arguments say.

`Extension(...)` counts under whatever module it is reached, `setuptools.Extension` or `st.Extension`, and so do its
well-known subclasses, and those that the file itself defines and that pass all arguments on. So does every method
`set_source`: cffi's FFI objects have any name. A call `set_source("name", None)` declares no extension: cffi writes
a Python module then (its "ABI mode").

The name must be told by `pyconstants`, or be made of the variables of a loop over literals: then one call declares
several extensions, which are each other's `siblings`.

Trap: these calls pass on what they do not know by name, so `**options` may hold any argument (`pydicts` looks into
it), and `*sources` moves the meaning of every positional argument behind it.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import pydicts, pylists
from glibcheck.buildfiles.extensionclasses import POSITIONS, is_extension_class
from glibcheck.buildfiles.pyconstants import constant
from glibcheck.buildfiles.pyloops import runs
from glibcheck.buildfiles.pysource import Source, callee
from glibcheck.model.plan import Declaration
from glibcheck.model.record import Record

_SET_SOURCE = ("module_name", "source", "source_extension")


class Call(Record):
    """A call that declares the extension `name`; `parameters` are what its positional arguments stand for.

    `quote` is the quotation mark of the name, `equals` how the call writes the sign between keyword and value.
    """

    name: str
    node: libcst.Call
    parameters: tuple[str, ...]
    quote: str
    equals: str
    siblings: tuple[str, ...] = ()


class Given(Record):
    """What a call is given for a parameter: one of `values`, of which there are several in branches of the text.

    `arg` is the argument that holds it, or `**` and a dictionary in which it is found. Of such a dictionary `shared`
    says that it is another call's, too, `complete` that the parameter is in it for certain, and `changes` are the
    places that change what it holds.
    """

    values: tuple[libcst.BaseExpression, ...]
    arg: libcst.Arg
    shared: bool = False
    complete: bool = True
    changes: tuple[libcst.Subscript, ...] = ()


class Hidden(Record):
    """The argument `by`, `*x` or `**x`, may hold the parameter, and nobody can tell."""

    by: libcst.Arg


def calls(source: Source) -> tuple[Call, ...]:
    """Tell the calls that declare an extension under a name that can be told, in file order."""
    return tuple(call for node in _nodes(source) for call in _calls(source, node))


def nameless(source: Source) -> tuple[libcst.Call, ...]:
    """Tell the calls that declare an extension under a name that only running the file would tell."""
    return tuple(node for node in _nodes(source) if _parameters(source, node) and not _calls(source, node))


def given(source: Source, call: Call, parameter: str) -> Given | Hidden | None:
    """Find what a call is given for `parameter`; None when that is nothing for certain."""
    return _given(source, call.node, call.parameters, parameter)


def declaration(source: Source, call: Call) -> Declaration:
    """Tell what a call declares."""
    return Declaration(
        name=call.name,
        path=source.path,
        line=source.line(call.node),
        sources=_strings(source, call, "sources"),
        include_dirs=_strings(source, call, "include_dirs"),
        libraries=_strings(source, call, "libraries"),
        extra_compile_args=_strings(source, call, "extra_compile_args"),
    )


def _nodes(source: Source) -> list[libcst.Call]:
    return sorted((node for node in source.parents if isinstance(node, libcst.Call)), key=source.start)


def _calls(source: Source, node: libcst.Call) -> tuple[Call, ...]:
    parameters = _parameters(source, node)
    found = _given(source, node, parameters, parameters[0]) if parameters else None
    if not isinstance(found, Given) or len(found.values) != 1 or found.changes or not found.complete:
        return ()
    value = found.values[0]
    names = [constant(source, value, known) for known in runs(source, value, node)]
    if not names or None in names:
        return ()
    quote = next((char for char in source.text[source.start(value) : source.end(value)] if char in "\"'"), '"')
    told = tuple(name for name in names if name is not None)
    siblings = told if len(told) > 1 else ()
    return tuple(Call(name, node, parameters, quote, _equals(node), siblings) for name in told)


def _parameters(source: Source, node: libcst.Call) -> tuple[str, ...]:
    """Tell what positional arguments of a declaring call stand for; () when this is another kind of call."""
    name = callee(node)
    if name is not None and is_extension_class(source, node):
        return POSITIONS
    if name == "set_source" and isinstance(node.func, libcst.Attribute) and _has_code(source, node):
        return _SET_SOURCE
    return ()


def _has_code(source: Source, node: libcst.Call) -> bool:
    found = _given(source, node, _SET_SOURCE, "source")
    return not isinstance(found, Given) or not all(_is_none(value) for value in found.values)


def _given(source: Source, node: libcst.Call, parameters: tuple[str, ...], parameter: str) -> Given | Hidden | None:
    positions_hold = True
    for index, arg in enumerate(node.args):
        positions_hold = positions_hold and arg.star == ""
        if arg.keyword is not None and arg.keyword.value == parameter:
            return Given((arg.value,), arg)
        if arg.keyword is None and positions_hold and parameters[index : index + 1] == (parameter,):
            return Given((arg.value,), arg)
    return _in_stars(source, node, parameter)


def _in_stars(source: Source, node: libcst.Call, parameter: str) -> Given | Hidden | None:
    found = None
    for arg in node.args:
        if arg.star:
            options = pydicts.options(source, arg.value) if arg.star == "**" else None
            held = None if options is None else pydicts.keyword(source, options, parameter)
            if held is None:
                return Hidden(arg)
            if held.values:
                found = Given(held.values, arg, held.shared, held.complete, held.changes)
    return found


def _equals(node: libcst.Call) -> str:
    signs = [arg.equal for arg in node.args if isinstance(arg.equal, libcst.AssignEqual)]
    return " = " if signs and not signs[-1].whitespace_before.empty else "="


def _strings(source: Source, call: Call, parameter: str) -> tuple[str, ...] | None:
    found = given(source, call, parameter)
    if found is None:
        return ()
    if isinstance(found, Hidden) or found.changes or not found.complete or len(found.values) != 1:
        return None
    known = tuple(pylists.items(source, found.values[0]))
    strings = tuple(item for item in known if item is not None)
    return strings if len(strings) == len(known) else None


def _is_none(value: libcst.BaseExpression) -> bool:
    return isinstance(value, libcst.Name) and value.value == "None"
