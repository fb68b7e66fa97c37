"""The calls in a Python text that declare extensions, and what their arguments say.

`Extension(...)` counts under whatever module it is reached, `setuptools.Extension` or `st.Extension`, and so
does every method `set_source`: cffi's FFI objects have any name. The extension's name must be a literal. A
call `set_source("name", None)` declares no extension: cffi writes a Python module then (its "ABI mode").

Trap: both pass on what they do not know by name, so `**options` may hold any argument, and `*sources` moves
the meaning of every positional argument behind it.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import pylists
from glibcheck.buildfiles.pysource import Source, callee, string
from glibcheck.model.plan import Declaration
from glibcheck.model.record import Record

# What positional arguments stand for, in the order of each signature.
_EXTENSION = (
    "name",
    "sources",
    "include_dirs",
    "define_macros",
    "undef_macros",
    "library_dirs",
    "libraries",
    "runtime_library_dirs",
    "extra_objects",
    "extra_compile_args",
    "extra_link_args",
    "export_symbols",
    "swig_opts",
    "depends",
    "language",
)
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

    def argument(self, parameter: str) -> libcst.Arg | None:
        """Find the argument for `parameter`; None when it is not given, or hidden in `*x` or `**x`."""
        return _argument(self.node, self.parameters, parameter)

    def hiding(self) -> libcst.Arg | None:
        """Find the first `*x` or `**x`, which may hold any argument that is not given otherwise."""
        return next((arg for arg in self.node.args if arg.star), None)


def calls(source: Source) -> tuple[Call, ...]:
    """Tell the calls that declare an extension under a literal name, in file order."""
    nodes = sorted((node for node in source.parents if isinstance(node, libcst.Call)), key=source.start)
    found = (_call(source, node) for node in nodes)
    return tuple(call for call in found if call is not None)


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


def _call(source: Source, node: libcst.Call) -> Call | None:
    parameters = _parameters(node)
    arg = _argument(node, parameters, parameters[0]) if parameters else None
    name = None if arg is None else string(arg.value)
    if arg is None or name is None:
        return None
    quote = next(char for char in source.text[source.start(arg.value) :] if char in "\"'")
    return Call(name, node, parameters, quote, _equals(node))


def _parameters(node: libcst.Call) -> tuple[str, ...]:
    """Tell what positional arguments of a declaring call stand for; () when this is another kind of call."""
    match callee(node):
        case "Extension":
            return _EXTENSION
        case "set_source" if isinstance(node.func, libcst.Attribute) and _has_code(node):
            return _SET_SOURCE
        case _:
            return ()


def _has_code(node: libcst.Call) -> bool:
    arg = _argument(node, _SET_SOURCE, "source")
    return arg is None or not _is_none(arg.value)


def _argument(node: libcst.Call, parameters: tuple[str, ...], parameter: str) -> libcst.Arg | None:
    positions_hold = True
    for index, arg in enumerate(node.args):
        positions_hold = positions_hold and arg.star == ""
        if arg.keyword is not None and arg.keyword.value == parameter:
            return arg
        if arg.keyword is None and positions_hold and parameters[index : index + 1] == (parameter,):
            return arg
    return None


def _equals(node: libcst.Call) -> str:
    signs = [arg.equal for arg in node.args if isinstance(arg.equal, libcst.AssignEqual)]
    return " = " if signs and not signs[-1].whitespace_before.empty else "="


def _strings(source: Source, call: Call, parameter: str) -> tuple[str, ...] | None:
    arg = call.argument(parameter)
    if arg is None:
        return () if call.hiding() is None else None
    known = tuple(pylists.items(source, arg.value))
    strings = tuple(item for item in known if item is not None)
    return strings if len(strings) == len(known) else None


def _is_none(value: libcst.BaseExpression) -> bool:
    return isinstance(value, libcst.Name) and value.value == "None"
