"""Whether an expression in a Python text is a list for certain, whichever way the text runs.

Something can be added to what nobody knows the items of, as long as it is known to be a list or a tuple: `A + ["x"]`,
`[*A, "x"]`. A text would be taken apart into its characters, of a mapping only the keys would stay, and None would
end the build. So only what is certain counts: literals, comprehensions, sums with one of them, calls that never
return anything else, and names that are bound to such in every branch and no longer change.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import pyscopes
from glibcheck.buildfiles.pysource import Source, callee

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # list: a list for certain, so that another can be added. items: anything that `[*x]` takes apart into its items.
    Kind = Literal["list", "tuple", "items"]

_MAKE_LISTS = frozenset({"list", "sorted", "split", "splitlines", "rsplit", "listdir"})
_MAKE_ITEMS = frozenset({"glob", "rglob", "map", "tuple"})


def kind(source: Source, value: libcst.BaseExpression) -> Kind | None:  # noqa: PLR0911  # a table
    """Tell what an expression makes, whatever way the text runs; None when that may be a text, a mapping, None."""
    match value:
        case libcst.List() | libcst.ListComp():
            return "list"
        case libcst.Tuple():
            return "tuple"
        case libcst.BinaryOperation(operator=libcst.Add()):
            return _kind_of_sum(kind(source, value.left), kind(source, value.right))
        case libcst.BinaryOperation(operator=libcst.Multiply(), left=libcst.List()):
            return "list"
        case libcst.IfExp():
            return _kind_of_either(kind(source, value.body), kind(source, value.orelse))
        case libcst.Call():
            return _kind_of_call(value) or _kind_of_function(source, value)
        case libcst.Name():
            return _kind_of_name(source, value)
        case _:
            return None


def _kind_of_sum(left: Kind | None, right: Kind | None) -> Kind | None:
    # Only a list can be added to a list, and only a tuple to a tuple.
    return next((side for side in (left, right) if side in ("list", "tuple")), None)


def _kind_of_either(one: Kind | None, other: Kind | None) -> Kind | None:
    if one is None or other is None:
        return None
    return one if one == other else "items"


def _kind_of_call(call: libcst.Call) -> Kind | None:
    name = callee(call)
    if name == "glob":
        return "list" if is_glob(call) else "items"
    if name in _MAKE_LISTS:
        return "list"
    return "items" if name in _MAKE_ITEMS else None


def _kind_of_function(source: Source, call: libcst.Call) -> Kind | None:
    """Tell what a function of the file gives, when each `return` in it gives the same and it cannot end without one."""
    defined = pyscopes.function(source, call.func) if isinstance(call.func, libcst.Name) else None
    if defined is None or defined.decorators or not _ends_with_return(defined.body):
        return None
    if source.end(defined) > source.start(call):
        return None  # It may call itself, or what calls it.
    own = [each for each in pyscopes.inside(source, defined) if pyscopes.frame(source, each) is defined]
    if any(isinstance(each, libcst.Yield) for each in own) or isinstance(defined.asynchronous, libcst.Asynchronous):
        return None
    given = [each.value for each in own if isinstance(each, libcst.Return)]
    kinds = {None if value is None else kind(source, value) for value in given}
    # Whether another call of it gives the very same list is not asked: what is added goes into a copy.
    return kinds.pop() if len(kinds) == 1 else None


def _ends_with_return(body: libcst.BaseSuite) -> bool:
    last = body.body[-1]
    return isinstance(last, libcst.SimpleStatementLine) and isinstance(last.body[-1], libcst.Return)


def is_glob(call: libcst.Call) -> bool:
    """Say whether this is the glob of the module glob: a Path has a method of that name, which makes no list."""
    module = call.func.value if isinstance(call.func, libcst.Attribute) else call.func
    return callee(call) == "glob" and isinstance(module, libcst.Name) and module.value == "glob"


def _kind_of_name(source: Source, use: libcst.Name) -> Kind | None:
    bound = pyscopes.study(source, use)
    if bound is None or not _is_settled(source, use, bound):
        return None
    kinds = [kind(source, value) for value in bound.values]
    found = kinds[0]
    for other in kinds[1:]:
        found = _kind_of_either(found, other)
    # What makes its items on the way has none left for a second use.
    return None if found == "items" and any(isinstance(value, libcst.Call) for value in bound.values) else found


def _is_settled(source: Source, use: libcst.Name, bound: pyscopes.Study) -> bool:
    """Say whether nothing changes the list any more once the use is reached."""
    home = pyscopes.frame(source, bound.values[0])
    in_order = all(
        source.end(change) <= source.start(use) and pyscopes.frame(source, change) is home for change in bound.changes
    )
    return in_order and not (
        bound.changes and pyscopes.in_loop_of_its_own(source, use, (*bound.values, *bound.changes))
    )
