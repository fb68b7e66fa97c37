"""What a build script does to the attributes of extensions after it has made them.

A `build_ext` of a project's own often adds flags late: `ext.extra_link_args.append("-lm")`. What is added to the call
stays beside that. But `ext.extra_link_args = flags` throws away what the call said, and then an edit of the call
would do nothing, without a word. So assignments are looked for, under whatever name the extension goes; those are
harmless that keep what was there, or that stand under a question about it, `if not ext.extra_link_args:`.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import pylists, pyscopes
from glibcheck.buildfiles.extensionclasses import is_extension_class
from glibcheck.buildfiles.pysource import Source, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def replaced(source: Source, parameter: str) -> libcst.CSTNode | None:
    """Find an assignment to the attribute of that name which loses what the call was given."""
    for place in _places(source, parameter):
        value = _assigned(source, place)
        if value is not None and not _is_guarded(source, place, parameter) and not _mentions(value, parameter):
            return place
    return None


def may_bring(source: Source, parameter: str, item: str) -> libcst.CSTNode | None:
    """Find a place that may put `item` into the attribute of that name."""
    for place in _places(source, parameter):
        value = _assigned(source, place)
        if value is not None:
            if pylists.may_hold(source, value, item):
                return place
        elif _is_changed(source, place) and pylists.change_may_add(source, place, item):
            return place
    return None


def _assigned(source: Source, place: libcst.Attribute) -> libcst.BaseExpression | None:
    target = source.parents[place]
    statement = source.parents[target]
    return statement.value if isinstance(target, libcst.AssignTarget) and isinstance(statement, libcst.Assign) else None


def _places(source: Source, parameter: str) -> Iterator[libcst.Attribute]:
    """Tell where an attribute of that name occurs that may be an extension's, in file order."""
    found = [node for node in source.parents if isinstance(node, libcst.Attribute) and node.attr.value == parameter]
    return (node for node in sorted(found, key=source.start) if not _is_of_a_command(source, node))


def _is_of_a_command(source: Source, node: libcst.Attribute) -> bool:
    """Say whether this is `self.libraries` of a class that is no extension: commands have such attributes, too."""
    if not isinstance(node.value, libcst.Name) or node.value.value != "self":
        return False
    classes = (each for each in pyscopes.ancestors(source, node) if isinstance(each, libcst.ClassDef))
    around = next(classes, None)
    return around is not None and not is_extension_class(source, libcst.Call(libcst.Name(around.name.value)))


def _is_changed(source: Source, place: libcst.Attribute) -> bool:
    parent = source.parents[place]
    if isinstance(parent, libcst.AugAssign):
        return parent.target is place
    if isinstance(parent, libcst.Attribute):
        return parent.attr.value in ("append", "extend", "insert")
    return False


def _is_guarded(source: Source, place: libcst.Attribute, parameter: str) -> bool:
    questions = [above.test for above in pyscopes.ancestors(source, place) if isinstance(above, libcst.If)]
    return any(_mentions(question, parameter) for question in questions)


def _mentions(value: libcst.CSTNode, parameter: str) -> bool:
    """Say whether an attribute of that name occurs in `value`, or is asked for as `hasattr(x, "name")` does."""
    found = []

    class Mentions(libcst.CSTVisitor):
        def visit_Attribute(self, node: libcst.Attribute) -> None:  # noqa: N802  # libcst's own name
            found.append(node.attr.value)

        def visit_SimpleString(self, node: libcst.SimpleString) -> None:  # noqa: N802
            found.append(string(node) or "")

    value.visit(Mentions())
    return parameter in found
