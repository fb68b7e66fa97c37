"""What a name in a Python text stands for, told without running it.

A build script gathers flags and sources in names before it declares its extensions. Whether a name can be
followed is a question about every other place where it occurs: does that place bind it, read it, change what
it holds, or something that nobody can tell?

Scopes are Python's ("Naming and binding" in the language reference): a function that binds a name has it for
itself, so its other occurrences outside are other names. What is bound by a comprehension, a class body, an
import, a parameter, a loop or a chain of targets is not followed at all.

Order matters too. A statement always runs before a place when it stands above it and its block is around that
place; a statement in another block may or may not have run.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles.pysource import Source, callee
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Callees that read a list and keep no hold on it, or keep it as it is.
_READERS = frozenset(
    {"Extension", "Pybind11Extension", "CppExtension", "set_source", "setup", "cythonize"}
    | {"len", "list", "print", "set", "sorted", "tuple", "str", "repr", "isinstance", "any", "all", "enumerate", "zip"}
)

_Frame = libcst.Module | libcst.FunctionDef | libcst.Lambda | libcst.ClassDef
_Comprehension = libcst.BaseComp
_LOOPS = (libcst.For, libcst.While, libcst.BaseComp)


class Study(Record):
    """What a name may stand for where it is used: `values` are all that is ever bound to it, in file order.

    `reads` leave what it holds as it is, `changes` may not; `certain` says that the only value is bound
    whenever the use is reached.
    """

    values: tuple[libcst.BaseExpression, ...]
    reads: tuple[libcst.Name, ...]
    changes: tuple[libcst.Name, ...]
    certain: bool

    @property
    def only(self) -> libcst.BaseExpression | None:
        """The value, when there is one and it is certain."""
        return self.values[0] if self.certain else None


def study(source: Source, use: libcst.Name) -> Study | None:
    """Look at all places where the name of `use` occurs; None when one of them may bind it otherwise, or below."""
    values: list[libcst.BaseExpression] = []
    reads, changes = [], []
    for name in occurrences(source, use):
        bound = bound_value(source, name)
        if bound is not None:
            values.append(bound)
        elif name is use or _is_read(source, name) or _both_end(source, name, use):
            reads.append(name)
        elif _is_change(source, name):
            changes.append(name)
        else:
            return None
    if not values or source.end(values[-1]) > source.start(use) or _may_import(source, values[0]):
        return None
    certain = len(values) == 1 and always_before(source, values[0], use)
    return Study(tuple(values), tuple(reads), tuple(changes), certain)


def only_value(source: Source, use: libcst.Name) -> libcst.BaseExpression | None:
    """Tell the one value that is ever bound to a name, whatever reads it: enough for what cannot change, a string."""
    values = []
    for name in occurrences(source, use):
        bound = bound_value(source, name)
        if bound is not None:
            values.append(bound)
        elif is_binding(source, name):
            return None
    if len(values) != 1 or not always_before(source, values[0], use) or _may_import(source, values[0]):
        return None
    return values[0]


def occurrences(source: Source, use: libcst.Name) -> tuple[libcst.Name, ...]:
    """List where the name of `use` occurs and is the same one, in file order; () when its scope cannot be told."""
    scope = _scope(source, use)
    alike = source.names.get(use.value, ())
    return () if scope is None else tuple(name for name in alike if _scope(source, name) in (scope, None))


def function(source: Source, use: libcst.Name) -> libcst.FunctionDef | None:
    """Find the function that a name is, when that is all that is ever bound to it, by the module itself."""
    found = [source.parents[name] for name in occurrences(source, use) if is_binding(source, name)]
    only = found[0] if len(found) == 1 else None
    in_module = isinstance(only, libcst.FunctionDef) and source.parents[only] is source.module
    return only if isinstance(only, libcst.FunctionDef) and in_module else None


def inside(source: Source, around: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    """Tell what stands in a node, in no order."""
    return (node for node in source.parents if around in ancestors(source, node))


def bound_value(source: Source, name: libcst.Name) -> libcst.BaseExpression | None:
    """Tell what `name = ...` binds; None when the name does not stand on the left of such a statement."""
    target = source.parents[name]
    statement = source.parents[target] if isinstance(target, libcst.AssignTarget) else target
    match statement:
        case libcst.Assign(targets=[only]) if only is target:
            return statement.value
        case libcst.AnnAssign(value=libcst.BaseExpression() as value) if statement.target is name:
            return value
        case _:
            return None


def is_binding(source: Source, name: libcst.Name) -> bool:
    """Say whether this occurrence binds the name, changes what it is bound to, or moves it to another scope."""
    node: libcst.CSTNode = name
    parent = source.parents[node]
    while isinstance(parent, libcst.Element | libcst.StarredElement | libcst.Tuple | libcst.List):
        node, parent = parent, source.parents[parent]
    match parent:
        case libcst.AssignTarget() | libcst.NameItem() | libcst.AsName() | libcst.ImportAlias() | libcst.Del():
            return True
        case libcst.AnnAssign() | libcst.AugAssign() | libcst.NamedExpr() | libcst.For() | libcst.CompFor():
            return parent.target is node
        case libcst.FunctionDef() | libcst.ClassDef() | libcst.Param():
            return parent.name is node
        case _:
            return False


def always_before(source: Source, earlier: libcst.CSTNode, later: libcst.CSTNode) -> bool:
    """Say whether the statement of `earlier` has run, and has run to its end, whenever `later` is reached."""
    return source.end(earlier) <= source.start(later) and block(source, earlier) in ancestors(source, later)


def block(source: Source, node: libcst.CSTNode) -> libcst.CSTNode:
    """Find the block of statements in which a node stands."""
    return next(above for above in ancestors(source, node) if isinstance(above, libcst.BaseSuite | libcst.Module))


def frame(source: Source, node: libcst.CSTNode) -> _Frame:
    """Find the function, class or module that a node belongs to; a function's name belongs outside of it."""
    below = node
    for above in ancestors(source, node):
        if isinstance(above, libcst.FunctionDef | libcst.ClassDef) and below in (
            above.body,
            getattr(above, "params", 0),
        ):
            return above
        if isinstance(above, libcst.Lambda | libcst.Module):
            return above
        below = above
    return source.module


def in_loop_of_its_own(source: Source, use: libcst.CSTNode, others: tuple[libcst.CSTNode, ...]) -> bool:
    """Say whether `use` runs often, in a loop that is not around all the `others`."""
    loops = [above for above in ancestors(source, use) if isinstance(above, _LOOPS)]
    return any(loop not in ancestors(source, other) for loop in loops for other in others)


def exclude_each_other(source: Source, one: libcst.CSTNode, other: libcst.CSTNode) -> bool:
    """Say whether two places stand in two branches of one `if`, or of a `try` and its handlers."""
    first, second = (one, *ancestors(source, one)), (other, *ancestors(source, other))
    meeting = next(node for node in first if node in second)
    match meeting:
        case libcst.If():
            branches: tuple[libcst.CSTNode | None, ...] = (meeting.body, meeting.orelse)
        case libcst.Try():
            branches = (meeting.body, *meeting.handlers)
        case _:
            return False
    return all(way[way.index(meeting) - 1] in branches for way in (first, second))


def ancestors(source: Source, node: libcst.CSTNode) -> tuple[libcst.CSTNode, ...]:
    """List what a node stands in, from the inside to the module."""
    return tuple(_ancestors(source, node))


def _ancestors(source: Source, node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    while node is not source.module:
        node = source.parents[node]
        yield node


def _scope(source: Source, name: libcst.Name) -> _Frame | None:
    """Find whose name this is: that of a function around it that binds it, or the module's; None: nobody can tell."""
    if any(_binds(source, each, name.value) for each in ancestors(source, name) if isinstance(each, _Comprehension)):
        return None
    around = frame(source, name)
    if isinstance(around, libcst.ClassDef) and _binds(source, around, name.value):
        return None
    while around is not source.module and (
        isinstance(around, libcst.ClassDef) or not _binds(source, around, name.value)
    ):
        around = frame(source, around)
    return around


def _binds(source: Source, around: libcst.CSTNode, name: str) -> bool:
    own = [each for each in source.names.get(name, ()) if around in ancestors(source, each)]
    if isinstance(around, _Comprehension):
        return any(is_binding(source, each) for each in own)
    own = [each for each in own if frame(source, each) is around]
    if any(isinstance(source.parents[each], libcst.NameItem) for each in own):
        return False  # `global` or `nonlocal`
    return any(is_binding(source, each) for each in own)


def _both_end(source: Source, name: libcst.Name, use: libcst.Name) -> bool:
    """Say whether both hand the value out at the end of a function, after everything else in it."""
    return all(isinstance(source.parents[each], libcst.Return) for each in (name, use))


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
        case libcst.If():
            return True  # its test: nothing else of an `if` is a name
        case libcst.AugAssign(operator=libcst.AddAssign()):
            return parent.value is name
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
