"""What `**options` passes on, told without running it: dictionaries that a Python text spells out.

Scripts gather the arguments of an extension in a dictionary, `options = dict(libraries=["m"])`, add to it,
`options["libraries"].append("z")`, set more, `options["depends"] = [...]`, and pass `**options`. A dictionary can be
followed when each value that its name is ever bound to is a literal with literal keys, and when every other place
where the name occurs is one of those forms; anything else (`options.update(...)`, an unknown function) may bring in
any key, and `keyword` says `None`.

Two calls that take the same dictionary share it, unless they stand in two branches of one `if`.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import pyscopes
from glibcheck.buildfiles.pysource import Source, callee, string
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Options(Record):
    """A dictionary that `**` passes on: the literals it may be, and each `options["key"]` in file order.

    `shared` says that another call takes the same one in the same run.
    """

    literals: tuple[Mapping[str, libcst.BaseExpression], ...]
    subscripts: Mapping[str, tuple[libcst.Subscript, ...]]
    use: libcst.BaseExpression
    shared: bool


class Keyword(Record):
    """What a dictionary holds under a key: one of `values`, and the places that change it.

    Unless `complete`, it may also be that the key is not there at all.
    """

    values: tuple[libcst.BaseExpression, ...]
    changes: tuple[libcst.Subscript, ...]
    shared: bool
    complete: bool


def options(source: Source, value: libcst.BaseExpression) -> Options | None:
    """Follow what stands behind `**` in a call; None when any key may come of it."""
    if not isinstance(value, libcst.Name):
        found = _literal(value)
        return None if found is None else Options((found,), {}, value, shared=False)
    literals, others, uses = [], [], []
    for name in pyscopes.occurrences(source, value):
        bound = pyscopes.bound_value(source, name)
        if bound is not None:
            literals.append(_literal(bound))
            if source.end(bound) > source.start(value):
                return None
        elif _is_passed_on(source, name):
            uses.append(name)
        else:
            others.append(source.parents[name])
    known = [found for found in literals if found is not None]
    subscripts = _subscripts(others)
    if not known or len(known) != len(literals) or subscripts is None:
        return None
    shared = any(use is not value and not pyscopes.exclude_each_other(source, use, value) for use in uses)
    return Options(tuple(known), subscripts, value, shared)


def keyword(source: Source, found: Options, key: str) -> Keyword | None:
    """Tell what a dictionary holds under `key`; no values when it is not there, None when nobody can tell any."""
    values = [held[key] for held in found.literals if key in held]
    complete = len(values) == len(found.literals)
    changes = []
    for place in found.subscripts.get(key, ()):
        bound = _bound(source, place)
        if bound is None:
            changes.append(place)
        elif source.end(bound) > source.start(found.use) or pyscopes.frame(source, bound) is not pyscopes.frame(
            source, found.use
        ):
            return None
        else:
            complete = complete or pyscopes.always_before(source, bound, found.use)
            values.append(bound)
    return Keyword(tuple(values), tuple(changes), found.shared, complete) if values or not changes else None


def _literal(value: libcst.BaseExpression) -> dict[str, libcst.BaseExpression] | None:
    pairs: list[tuple[str | None, libcst.BaseExpression]] = []
    match value:
        case libcst.Dict():
            for element in value.elements:
                key = string(element.key) if isinstance(element, libcst.DictElement) else None
                pairs.append((key, element.value))
        case libcst.Call() if callee(value) == "dict":
            pairs += [(None if arg.keyword is None else arg.keyword.value, arg.value) for arg in value.args]
        case _:
            return None
    known = {key: held for key, held in pairs if key is not None}
    return known if len(known) == len(pairs) else None


def _is_passed_on(source: Source, name: libcst.Name) -> bool:
    parent = source.parents[name]
    return isinstance(parent, libcst.Arg) and parent.star == "**"


def _subscripts(nodes: list[libcst.CSTNode]) -> dict[str, tuple[libcst.Subscript, ...]] | None:
    """Sort `options["key"]` by key; None when one of the nodes is something else, or its key is computed."""
    found: dict[str, tuple[libcst.Subscript, ...]] = {}
    for node in nodes:
        match node:
            case libcst.Subscript(slice=[libcst.SubscriptElement(slice=libcst.Index(value=value))]):
                key = string(value)
                if key is None:
                    return None
                found[key] = (*found.get(key, ()), node)
            case _:
                return None
    return found


def _bound(source: Source, place: libcst.Subscript) -> libcst.BaseExpression | None:
    """Tell what `options["key"] = ...` sets; None when the place is no such statement."""
    target = source.parents[place]
    statement = source.parents[target]
    match statement:
        case libcst.Assign(targets=[only]) if only is target:
            return statement.value
        case _:
            return None
