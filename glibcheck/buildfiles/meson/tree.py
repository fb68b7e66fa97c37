"""The shape of a `meson.build`: statements and expressions, each with its place in the text.

Only what an editor asks for is kept apart. Operators of one rank that follow each other are one `Operation`, however
many there are; whatever cannot hold a target, a list or a name is an `Other`, with its parts.
"""

from __future__ import annotations

from typing import TypeAlias

from glibcheck.buildfiles.brackets import Brackets, Item
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Name(Record):
    """A variable, where it is read."""

    start: int
    end: int
    name: str


class String(Record):
    """A string literal; `value` is None when it is formatted."""

    start: int
    end: int
    value: str | None


class Argument(Record):
    """One item between brackets; `keyword` is what stands left of the colon, None without one.

    `start` is where the keyword starts, `comma` the offset behind the comma, None for no comma.
    """

    keyword: Node | None
    value: Node
    start: int
    end: int
    comma: int | None


class Array(Record):
    """`[a, b]`; `inner` and `closing` are the offsets behind the opening and before the closing bracket."""

    start: int
    end: int
    inner: int
    closing: int
    arguments: tuple[Argument, ...]


class Dict(Record):
    """`{'a': b}`."""

    start: int
    end: int
    arguments: tuple[Argument, ...]


class Call(Record):
    """`function(a, k: b)`, or `target.function(...)`; `named` is where the function's name starts."""

    start: int
    end: int
    inner: int
    closing: int
    target: Node | None
    named: int
    function: str
    arguments: tuple[Argument, ...]

    def argument(self, keyword: str) -> Argument | None:
        """Find the argument of this keyword."""
        return next((each for each in self.arguments if keyword_of(each) == keyword), None)

    def positional(self) -> tuple[Argument, ...]:
        """Give the arguments without a keyword, in order."""
        return tuple(each for each in self.arguments if each.keyword is None)


class Operation(Record):
    """Operands with operators of one rank between them: `a + b - c`."""

    start: int
    end: int
    operators: tuple[str, ...]
    operands: tuple[Node, ...]


class Index(Record):
    """`target[key]`."""

    start: int
    end: int
    target: Node
    key: Node


class Other(Record):
    """Anything else, with the expressions inside of it: a number, `not a`, `a ? b : c`."""

    start: int
    end: int
    parts: tuple[Node, ...]


Node: TypeAlias = Name | String | Array | Dict | Call | Operation | Index | Other


class Assign(Record):
    """`name = value`, or `name += value`, as a statement."""

    start: int
    end: int
    name: str
    operator: str
    value: Node


class Expression(Record):
    """An expression as a statement."""

    start: int
    end: int
    value: Node


class If(Record):
    """An `if` with all its branches; `conditions` are asked in order."""

    start: int
    end: int
    conditions: tuple[Node, ...]
    branches: tuple[tuple[Statement, ...], ...]


class Foreach(Record):
    """A loop: over an array with one name, over a dict with two."""

    start: int
    end: int
    names: tuple[str, ...]
    items: Node
    body: tuple[Statement, ...]


Statement: TypeAlias = Assign | Expression | If | Foreach


def keyword_of(argument: Argument) -> str | None:
    """Name the keyword of an argument of a call."""
    return argument.keyword.name if isinstance(argument.keyword, Name) else None


def between(holder: Array | Call) -> Brackets:
    """Tell what stands between the brackets of an array or a call, to grow or shrink it."""
    items = tuple(Item(each.start, each.end, each.comma) for each in holder.arguments)
    return Brackets(holder.inner, holder.closing, items)


def inside(node: Node) -> Iterator[Node]:
    """Walk an expression and all expressions in it, the outer ones first."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(_parts(here))


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Name() | String():
            return ()
        case Array() | Dict() | Call():
            values = tuple(part for each in node.arguments for part in _argument(node, each))
            return (node.target, *values) if isinstance(node, Call) and node.target is not None else values
        case Operation():
            return node.operands
        case Index():
            return (node.target, node.key)
        case Other():
            return node.parts


def _argument(holder: Array | Dict | Call, argument: Argument) -> tuple[Node, ...]:
    """Leave out the keywords of a call: they look like variables and are none."""
    if argument.keyword is None or isinstance(holder, Call):
        return (argument.value,)
    return (argument.keyword, argument.value)
