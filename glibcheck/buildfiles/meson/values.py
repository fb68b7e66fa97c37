"""What an expression of a `meson.build` holds, told without running it.

Meson flattens lists wherever it takes them (manual, "Syntax": arrays), so a list, a list of lists and a sum of lists
are all the same here: a row of leaves. A leaf is a string, a call, or anything else that is no list by its looks.
"""

from __future__ import annotations

from glibcheck.buildfiles.meson.project import Binding, Project, Value, first_string
from glibcheck.buildfiles.meson.tree import Array, Call, Dict, Name, Operation, String
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from glibcheck.buildfiles.meson.project import File
    from glibcheck.buildfiles.meson.tree import Argument, Node

_DEEPEST = 40  # names of names of names; also what ends `a += a`


class Unknown(Record):
    """A leaf that cannot be told: from a loop, a name bound twice, an `if`."""

    value: Value


def leaves(project: Project, value: Value, depth: int = 0) -> Iterator[Value | Unknown]:
    """Tell the leaves of a value in order."""
    match value.node:
        case Array():
            for argument in value.node.arguments:
                yield from leaves(project, Value(value.file, argument.value), depth + 1)
        case Operation() if is_sum(value.node):
            for operand in value.node.operands:
                yield from leaves(project, Value(value.file, operand), depth + 1)
        case Name():
            bindings = project.scope(value.file).bound(value.node.name)
            if bindings is None or depth > _DEEPEST:
                yield Unknown(value)
                return
            for binding in bindings:
                if not binding.certain:
                    yield Unknown(value)
                yield from leaves(project, binding.value, depth + 1)
        case Call(target=None, function="get_variable") if (name := first_string(value.node)) is not None:
            yield from leaves(project, named(value.file, name), depth + 1)
        case _:
            yield value


def named(file: File, name: str) -> Value:
    """Make a value of the variable `name`, as it is read in a file."""
    return Value(file, Name(0, 0, name))


def text(value: Value) -> str:
    """Give the text that spells a value."""
    return value.file.text[value.node.start : value.node.end]


def spelled_key(value: Value | Unknown) -> str | None:
    """Tell a string, or how another leaf is spelled, without white space; None for what cannot be told."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value.node, String):
        return value.node.value
    return "".join(text(value).split())


def is_sum(node: Node) -> bool:
    """Say whether a node is `a + b + ...`, and nothing is subtracted."""
    return isinstance(node, Operation) and set(node.operators) == {"+"}


def is_list(project: Project, value: Value, depth: int = 0) -> bool:
    """Say whether a value is certain to be a list, whatever it holds."""
    match value.node:
        case Array():
            return True
        case Operation():
            operands = (Value(value.file, operand) for operand in value.node.operands)
            return is_sum(value.node) and any(is_list(project, operand, depth + 1) for operand in operands)
        case Name(name=name):
            scope = project.scope(value.file)
            found = [each for each in scope.bindings.get(name, []) if each.statement.operator == "="]
            if not found or name in scope.unknown or depth > _DEEPEST:
                return False
            return all(is_list(project, binding.value, depth + 1) for binding in found)
        case _:
            return False


def own_binding(project: Project, value: Value) -> Binding | None:
    """Find where a name is bound that nothing else reads, so that it may be changed there; None for none."""
    if not isinstance(value.node, Name):
        return None
    scope = project.scope(value.file)
    bindings = scope.bound(value.node.name)
    if bindings is None or len(bindings) != 1 or scope.uses.get(value.node.name) != 1:
        return None
    return bindings[0]


def own_literal(project: Project, value: Value) -> Value | None:
    """Find the list literal at the end of a value that can be changed without changing anything else."""
    match value.node:
        case Array():
            return value
        case Operation(operands=[*_, Array() as last]) if is_sum(value.node):
            return Value(value.file, last)
        case Name():
            binding = own_binding(project, value)
            return None if binding is None else own_literal(project, binding.value)
        case _:
            return None


def keyword(file: File, call: Call, name: str) -> Value | None:
    """Give the value of a keyword argument of a call; None when it is not given by name."""
    argument = call.argument(name)
    return None if argument is None else Value(file, argument.value)


def hiding(project: Project, file: File, call: Call, names: Collection[str]) -> Argument | None:
    """Find the `kwargs:` of a call when its dictionary may hold one of `names`."""
    argument = call.argument("kwargs")
    if argument is None:
        return None
    held: set[str | None] = set()
    for leaf in leaves(project, Value(file, argument.value)):
        if isinstance(leaf, Unknown) or not isinstance(leaf.node, Dict):
            return argument
        held |= {each.keyword.value if isinstance(each.keyword, String) else None for each in leaf.node.arguments}
    return argument if None in held or not held.isdisjoint(names) else None
