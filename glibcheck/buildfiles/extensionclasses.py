"""Which classes a build script may call to declare an extension.

setuptools' own, those of others that take the same arguments (Cython's, pybind11's, PyTorch's), and subclasses that
the file defines itself. A subclass with a constructor of its own counts only when it hands on every argument by
`*args, **kwargs`, as only then the call takes arguments that are added to it. The widespread `CMakeExtension(name,
sourcedir)` does not: CMake builds it, and its call takes no sources.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles.pysource import Source, callee

# What positional arguments stand for, in the order of the signature.
POSITIONS = (
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
_KNOWN = frozenset({"Extension", "Pybind11Extension", "CppExtension"})
_DEEPEST = 5  # subclasses of subclasses; a class may also, by mistake, derive from itself


def is_extension_class(source: Source, call: libcst.Call) -> bool:
    """Say whether a call makes an extension from the arguments of setuptools' Extension."""
    name = callee(call)
    return name is not None and _is_one(source, name, _DEEPEST)


def _is_one(source: Source, name: str, depth: int) -> bool:
    defined = definition(source, name)
    if defined is None:
        return name in _KNOWN
    bases = [base.value for base in defined.bases]
    named = [base.attr if isinstance(base, libcst.Attribute) else base for base in bases]
    from_extension = any(
        isinstance(base, libcst.Name)
        and (base.value in _KNOWN if base.value == name else depth > 0 and _is_one(source, base.value, depth - 1))
        for base in named
    )
    return from_extension and _passes_everything_on(defined)


def definition(source: Source, name: str) -> libcst.ClassDef | None:
    """Find the class of that name that the file defines; None when it does not."""
    owners = (source.parents[each] for each in source.names.get(name, ()))
    return next((owner for owner in owners if isinstance(owner, libcst.ClassDef) and owner.name.value == name), None)


def _passes_everything_on(defined: libcst.ClassDef) -> bool:
    methods = [part for part in defined.body.body if isinstance(part, libcst.FunctionDef)]
    constructor = next((method for method in methods if method.name.value in ("__init__", "__new__")), None)
    if constructor is None:
        return True
    params = constructor.params
    if not isinstance(params.star_arg, libcst.Param) or params.star_kwarg is None:
        return False
    if len(params.params) > 1 or params.kwonly_params:
        return False
    stars = {f"*{params.star_arg.name.value}", f"**{params.star_kwarg.name.value}"}
    return any(stars <= passed for passed in _starred_arguments(constructor))


def _starred_arguments(constructor: libcst.FunctionDef) -> list[set[str]]:
    found = []

    class Calls(libcst.CSTVisitor):
        def visit_Call(self, node: libcst.Call) -> None:  # noqa: N802  # libcst's own name
            if callee(node) == "__init__":
                names = [(arg.star, arg.value) for arg in node.args]
                found.append({star + value.value for star, value in names if isinstance(value, libcst.Name)})

    constructor.visit(Calls())
    return found
