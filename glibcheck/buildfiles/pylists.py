"""What a list in a Python text holds, and where it can grow, told without running it.

`libraries=` may be given a literal, a name, a sum, a call. Two questions are asked of such an expression:
`items` says which strings it holds, as far as anybody can tell; `grow_list` and `drop_from_list` say what to
splice so that it holds one more or one less.

Names are followed only where it is certain what they stand for. A name is followed when the file binds it
once, at module level, and before the use. Each other place where the name occurs is looked at: where it is
read by one of the callees in `_READERS`, added to, or iterated over, it stays what it was; where it may
change (`LIBS.append`, `LIBS +=`, an unknown function) its items are unknown, but it is a list still; anything
else may bind it anew, and it is not followed at all. No scopes are needed for this: a parameter or a loop
variable of the same name is such an "anything else".
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import brackets
from glibcheck.buildfiles.pysource import Source, callee, elements, is_bracketed, spell, string
from glibcheck.buildfiles.splice import Splice, insertion
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_READERS = frozenset({"Extension", "set_source", "setup", "len", "list", "print", "set", "sorted", "tuple"})


class Binding(Record):
    """What a name stands for that a module binds once, and where else the name occurs, in file order.

    `reads` leave the value as it is; `changes` may change what it holds.
    """

    value: libcst.BaseExpression
    reads: tuple[libcst.Name, ...]
    changes: tuple[libcst.Name, ...]


def items(source: Source, value: libcst.BaseExpression) -> Iterator[str | None]:
    """Tell the strings that a list expression holds, in order; None stands where something is computed."""
    match value:
        case libcst.List() | libcst.Tuple():
            for element in value.elements:
                if isinstance(element, libcst.StarredElement):
                    yield from items(source, element.value)
                else:
                    yield string(element.value)
        case libcst.BinaryOperation(operator=libcst.Add()):
            yield from items(source, value.left)
            yield from items(source, value.right)
        case libcst.Name(value="None"):
            pass
        case libcst.Name():
            bound = _study(source, value)
            if bound is None or bound.changes:
                yield None
            else:
                yield from items(source, bound.value)
        case _:
            yield None


def literal(source: Source, value: libcst.BaseExpression) -> libcst.List | libcst.Tuple | None:
    """Find the list literal at the end of `value` that can be edited without changing any other list."""
    match value:
        case libcst.List() | libcst.Tuple():
            return value if is_bracketed(value) else None
        case libcst.BinaryOperation(operator=libcst.Add(), right=libcst.List() | libcst.Tuple()):
            return literal(source, value.right)
        case libcst.Name():
            bound = _study(source, value)
            if bound is None or bound.changes or len(bound.reads) > 1:
                return None
            return literal(source, bound.value)
        case _:
            return None


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
    match value:
        case libcst.Name(value="None"):
            return (Splice(source.start(value), source.end(value), f"[{joined}]"),)
        case libcst.Name() if _is_list(source, value):
            return (insertion(source.start(value), "[*"), insertion(source.end(value), f", {joined}]"))
        case _:
            return None


def drop_from_list(source: Source, value: libcst.BaseExpression, item: str) -> tuple[Splice, ...] | None:
    """Take one `item` out of the list `value`; None where it stands in a list that cannot be edited safely."""
    found = literal(source, value)
    if found is None:
        return None
    places = [index for index, element in enumerate(found.elements) if string(element.value) == item]
    if len(places) != list(items(source, value)).count(item):
        return None
    return brackets.shrink(source.text, elements(source, found), places[-1])


def _quote(value: libcst.List | libcst.Tuple) -> str | None:
    """Tell the quotation mark of the last string in a list; None when it holds no string."""
    for element in reversed(value.elements):
        node = element.value.left if isinstance(element.value, libcst.ConcatenatedString) else element.value
        if isinstance(node, libcst.SimpleString | libcst.FormattedString):
            return node.quote[0]
    return None


def _is_list(source: Source, use: libcst.Name) -> bool:
    """Say whether `[*NAME]` is certain to hold what NAME holds where it is used.

    What changes the list after that place, or inside of a function, would be seen through the name and not
    through the copy.
    """
    bound = _study(source, use)
    if bound is None or not isinstance(bound.value, libcst.List | libcst.Tuple):
        return False
    here = source.start(use)
    return all(source.end(change) <= here and _runs_in_order(source, change) for change in bound.changes)


def _runs_in_order(source: Source, node: libcst.CSTNode) -> bool:
    """Say whether `node` runs when the file is read from the top, that is, outside of any function."""
    while not isinstance(node, libcst.Module):
        if isinstance(node, libcst.FunctionDef | libcst.Lambda):
            return False
        node = source.parents[node]
    return True


def _study(source: Source, use: libcst.Name) -> Binding | None:
    """Look at all places where the name of `use` occurs; None when it may be bound anywhere but once above."""
    values, reads, changes = [], [], []
    for name in _occurrences(source, use.value):
        bound = _bound_value(source, name)
        if bound is not None:
            values.append(bound)
        elif _is_read(source, name):
            reads.append(name)
        elif _is_change(source, name):
            changes.append(name)
        else:
            return None
    if len(values) != 1 or source.end(values[0]) > source.start(use) or _may_import(source, values[0]):
        return None
    return Binding(values[0], tuple(reads), tuple(changes))


def _occurrences(source: Source, name: str) -> list[libcst.Name]:
    """List where a name occurs, in file order; attributes and keywords of that name are other names."""
    found = [node for node in source.parents if isinstance(node, libcst.Name) and node.value == name]
    return sorted((node for node in found if not _is_label(source, node)), key=source.start)


def _is_label(source: Source, name: libcst.Name) -> bool:
    parent = source.parents[name]
    return (isinstance(parent, libcst.Attribute) and parent.attr is name) or (
        isinstance(parent, libcst.Arg) and parent.keyword is name
    )


def _bound_value(source: Source, name: libcst.Name) -> libcst.BaseExpression | None:
    """Tell what `name = ...` binds when that is a statement of the module itself."""
    target = source.parents[name]
    statement = source.parents[target] if isinstance(target, libcst.AssignTarget) else target
    match statement:
        case libcst.Assign(targets=[only]) if only is target:
            value = statement.value
        case libcst.AnnAssign(value=libcst.BaseExpression() as value) if statement.target is name:
            pass
        case _:
            return None
    line = source.parents[statement]
    return value if isinstance(source.parents[line], libcst.Module) else None


def _is_read(source: Source, name: libcst.Name) -> bool:
    parent = source.parents[name]
    match parent:
        case libcst.Arg():
            call = source.parents[parent]
            return isinstance(call, libcst.Call) and callee(call) in _READERS
        case libcst.CompFor() | libcst.For():
            return parent.iter is name
        case libcst.BinaryOperation(operator=libcst.Add()) | libcst.StarredElement() | libcst.ComparisonTarget():
            return True
        case _:
            return False


def _is_change(source: Source, name: libcst.Name) -> bool:
    parent = source.parents[name]
    match parent:
        case libcst.AugAssign(operator=libcst.AddAssign()):
            return parent.target is name
        case libcst.Attribute() | libcst.Subscript() | libcst.Arg():
            return True
        case _:
            return False


def _may_import(source: Source, value: libcst.BaseExpression) -> bool:
    """Say whether `from x import *` below `value` may bind the name anew."""
    stars = (node for node in source.parents if isinstance(node, libcst.ImportStar))
    return any(source.start(star) > source.end(value) for star in stars)
