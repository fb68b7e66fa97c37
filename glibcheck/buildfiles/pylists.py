"""What a list in a Python text holds, and where it can grow, told without running it.

`libraries=` may be given a literal, a name, a sum, a call. Three questions are asked of such an expression:
`items` says which strings it holds, as far as anybody can tell; `may_hold` whether one can be in it at all;
`grow_list` and `drop_from_list` say what to splice so that it holds one more or one less.

A list grows in its literal, where nothing else sees that literal. Else it grows where it is used: `A + B` becomes
`A + B + ["x"]`, and `A` becomes `[*A, "x"]`. That is right whatever A holds, as long as it is a list or a tuple
for certain (a text would be taken apart, a mapping lose its values), and is not changed later on: the change would
be seen through the name and not through the copy. `pyscopes` tells what a name may stand for.
"""

from __future__ import annotations

import fnmatch

import libcst

from glibcheck.buildfiles import brackets, pyscopes
from glibcheck.buildfiles.pyconstants import constant
from glibcheck.buildfiles.pykinds import is_glob, kind
from glibcheck.buildfiles.pysource import Source, callee, elements, is_bracketed, spell, string
from glibcheck.buildfiles.splice import Splice, insertion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def items(source: Source, value: libcst.BaseExpression) -> Iterator[str | None]:
    """Tell the strings that a list expression holds, in order; None stands where something is computed."""
    match value:
        case libcst.List() | libcst.Tuple():
            for element in value.elements:
                if isinstance(element, libcst.StarredElement):
                    yield from items(source, element.value)
                else:
                    yield constant(source, element.value)
        case libcst.BinaryOperation(operator=libcst.Add()):
            yield from items(source, value.left)
            yield from items(source, value.right)
        case libcst.Name(value="None"):
            pass
        case libcst.Name():
            yield from _items_of_name(source, value)
        case _:
            yield None


def may_hold(source: Source, value: libcst.BaseExpression, item: str) -> bool:
    """Say whether `item` can be in a list expression, by any of the ways that the text may run."""
    match value:
        case libcst.List() | libcst.Tuple():
            return any(_element_may_be(source, element, item) for element in value.elements)
        case libcst.BinaryOperation(operator=libcst.Add()):
            return may_hold(source, value.left, item) or may_hold(source, value.right, item)
        case libcst.IfExp():
            return may_hold(source, value.body, item) or may_hold(source, value.orelse, item)
        case libcst.Name(value="None"):
            return False
        case libcst.Name():
            bound = pyscopes.study(source, value)
            return (
                bound is None
                or any(may_hold(source, each, item) for each in bound.values)
                or any(change_may_add(source, name, item) for name in bound.changes)
            )
        case _:
            return True


def change_may_add(source: Source, changed: libcst.BaseExpression, item: str) -> bool:
    """Say whether the statement that changes the list `changed` can bring `item` into it."""
    added = _added(source, changed)
    return added is None or may_hold(source, added, item)


def literal(source: Source, value: libcst.BaseExpression) -> libcst.List | libcst.Tuple | None:
    """Find the list literal at the end of `value` that can be edited without changing any other list."""
    match value:
        case libcst.List() | libcst.Tuple():
            return value if is_bracketed(value) else None
        case libcst.BinaryOperation(operator=libcst.Add(), right=libcst.List() | libcst.Tuple()):
            return literal(source, value.right)
        case libcst.Name():
            bound = pyscopes.study(source, value)
            if bound is None or bound.only is None or bound.changes or len(bound.reads) > 1:
                return None
            return literal(source, bound.only)
        case _:
            return None


def literals(source: Source, value: libcst.BaseExpression) -> Iterator[libcst.List | libcst.Tuple]:
    """Tell all list literals in `value` that can be edited without changing any other list, in order."""
    match value:
        case libcst.BinaryOperation(operator=libcst.Add()):
            yield from literals(source, value.left)
            yield from literals(source, value.right)
        case libcst.Name():
            bound = pyscopes.study(source, value)
            if bound is not None and bound.only is not None and not bound.changes and len(bound.reads) < 2:
                yield from literals(source, bound.only)
        case _:
            found = literal(source, value)
            if found is not None:
                yield found


def grow_list(
    source: Source, value: libcst.BaseExpression, new: Sequence[str], quote: str
) -> tuple[Splice, ...] | None:
    """Make the list `value` hold the strings `new` at its end; None where that cannot be done safely.

    `quote` is the quotation mark to use when the list holds no string to look at.
    """
    found = literal(source, value)
    if found is not None:
        spelled = [spell(item, _quote(found) or quote) for item in new]
        return brackets.grow(source.text, elements(source, found), spelled)
    joined = ", ".join(spell(item, quote) for item in new)
    if isinstance(value, libcst.Name) and value.value == "None":
        return (Splice(source.start(value), source.end(value), f"[{joined}]"),)
    match kind(source, value):
        case None:
            return None
        case "list" if not isinstance(value, libcst.Name | libcst.IfExp):
            return (insertion(source.end(value), f" + [{joined}]"),)
        case _:
            return _unpacked(source, value, joined)


def drop_from_list(source: Source, value: libcst.BaseExpression, item: str) -> tuple[Splice, ...] | None:
    """Take one `item` out of the list `value`; None where it stands in a list that cannot be edited safely."""
    places = [
        (found, index)
        for found in literals(source, value)
        for index, element in enumerate(found.elements)
        if constant(source, element.value) == item
    ]
    if len(places) != list(items(source, value)).count(item):
        return None
    found, index = places[-1]
    return brackets.shrink(source.text, elements(source, found), index)


def _items_of_name(source: Source, name: libcst.Name) -> Iterator[str | None]:
    bound = pyscopes.study(source, name)
    if bound is None or bound.only is None:
        yield None
        return
    values = [bound.only]
    home = pyscopes.block(source, bound.only)
    for change in bound.changes:
        added = _added(source, change)
        always = pyscopes.block(source, change) is home and pyscopes.always_before(source, change, name)
        if added is None or not always or pyscopes.in_loop_of_its_own(source, name, (change, bound.only)):
            yield None
            return
        values.append(added)
    for value in values:
        yield from items(source, value)


def _added(source: Source, changed: libcst.BaseExpression) -> libcst.BaseExpression | None:
    """Tell what a statement adds to a list, as a list: `L += x`, `L.extend(x)`, `L.append(x)`; None: something else."""
    parent = source.parents[changed]
    if isinstance(parent, libcst.AugAssign):
        return parent.value
    call = source.parents[parent]
    if not isinstance(parent, libcst.Attribute) or not isinstance(call, libcst.Call) or len(call.args) != 1:
        return None
    match parent.attr.value:
        case "extend":
            return call.args[0].value
        case "append":
            return libcst.List([libcst.Element(call.args[0].value)])
        case _:
            return None


def _element_may_be(source: Source, element: libcst.BaseElement, item: str) -> bool:
    if isinstance(element, libcst.StarredElement):
        return may_hold(source, element.value, item)
    return constant(source, element.value) in (item, None)


def _unpacked(source: Source, value: libcst.BaseExpression, joined: str) -> tuple[Splice, ...]:
    start, end = source.start(value), source.end(value)
    if value.lpar:
        start, end = source.start(value.lpar[0]), source.end(value.rpar[-1])
    elif isinstance(value, libcst.IfExp):
        return (insertion(start, "[*("), insertion(end, f"), {joined}]"))
    return (insertion(start, "[*"), insertion(end, f", {joined}]"))


def matched(value: libcst.BaseExpression, item: str) -> bool:
    """Say whether a pattern that stands in `value` for a directory's files already finds `item`."""
    match value:
        case libcst.BinaryOperation(operator=libcst.Add()):
            return matched(value.left, item) or matched(value.right, item)
        case libcst.List() | libcst.Tuple():
            return any(matched(each.value, item) for each in value.elements if isinstance(each, libcst.StarredElement))
        case libcst.Call(args=[libcst.Arg(value=argument)]) if is_glob(value):
            pattern = (string(argument) or "").removeprefix("./")
            # To fnmatch a slash is a character as any other.
            return pattern.count("/") == item.count("/") and fnmatch.fnmatchcase(item, pattern)
        case libcst.Call(args=[libcst.Arg(value=inner)]) if callee(value) in ("sorted", "list"):
            return matched(inner, item)
        case _:
            return False


def _quote(value: libcst.List | libcst.Tuple) -> str | None:
    """Tell the quotation mark of the last string in a list; None when it holds no string."""
    for element in reversed(value.elements):
        node = element.value.left if isinstance(element.value, libcst.ConcatenatedString) else element.value
        if isinstance(node, libcst.SimpleString | libcst.FormattedString):
            return node.quote[0]
    return None
