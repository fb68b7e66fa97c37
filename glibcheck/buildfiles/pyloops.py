"""What the variables of a loop are in each of its runs, when the loop goes over literals.

`for name in ("fast", "slow"): extensions.append(Extension(f"pkg._{name}", ...))` declares two extensions in one
call, and so does the comprehension that says the same. Nothing can be changed there for one of them alone, but they
can be told.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import pyscopes
from glibcheck.buildfiles.pyconstants import constant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glibcheck.buildfiles.pysource import Source

_MOST_RUNS = 200


def runs(source: Source, value: libcst.BaseExpression, call: libcst.Call) -> list[Mapping[str, str]]:
    """Tell the variables of `value`, an argument of `call`, for each run of the loop that sets them.

    One run without variables when no loop sets any; none when a loop does and its runs cannot be told.
    """
    names = {node.value for each in source.names.values() for node in each if _is_in(source, node, value)}
    for above in pyscopes.ancestors(source, call):
        loop = above.for_in if isinstance(above, libcst.BaseComp) else above
        if isinstance(loop, libcst.CompFor | libcst.For) and names & set(_targets(loop.target)):
            return list(_runs(source, loop))[:_MOST_RUNS]
    return [{}]


def _is_in(source: Source, node: libcst.CSTNode, value: libcst.CSTNode) -> bool:
    return node is value or value in pyscopes.ancestors(source, node)


def _targets(target: libcst.BaseExpression) -> list[str]:
    parts = [part.value for part in target.elements] if isinstance(target, libcst.Tuple | libcst.List) else [target]
    return [part.value if isinstance(part, libcst.Name) else "" for part in parts]


def _runs(source: Source, loop: libcst.For | libcst.CompFor) -> Iterator[Mapping[str, str]]:
    names = _targets(loop.target)
    if "" in names or (isinstance(loop, libcst.CompFor) and (loop.ifs or loop.inner_for_in)):
        return
    several = isinstance(loop.target, libcst.Tuple | libcst.List)
    listed = _listed(source, loop.iter)
    for element in listed:
        parts = _listed(source, element) if several else [element]
        told = [constant(source, part) for part in parts]
        yield {name: text for name, text in zip(names, told, strict=False) if text is not None}


def _listed(source: Source, value: libcst.BaseExpression) -> list[libcst.BaseExpression]:
    if isinstance(value, libcst.Name):
        bound = pyscopes.study(source, value)
        if bound is None or bound.only is None or bound.changes:
            return []
        value = bound.only
    return [part.value for part in value.elements] if isinstance(value, libcst.Tuple | libcst.List) else []
