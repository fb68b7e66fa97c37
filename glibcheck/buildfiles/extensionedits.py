"""How an argument of a call that declares an extension grows and shrinks.

The argument may stand in the call, in a dictionary that `**` passes on, or not at all; its list may be a literal, a
name, a sum (`pylists`). Each function looks at the text as it is and says what to splice so that something holds,
which is nothing where it holds already. All raise RewriteError, with the line and what a person has to do, where the
text does not tell what would come of an edit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import libcst

from glibcheck.buildfiles import brackets, pyattributes, pyimports, pylists, pysource
from glibcheck.buildfiles.extensioncalls import Call, Given, Hidden, given
from glibcheck.buildfiles.pysource import Source
from glibcheck.buildfiles.splice import Splice
from glibcheck.errors import RewriteError

# Tells what to add to a list of which so much is known.
Missing: TypeAlias = Callable[[tuple[str | None, ...]], tuple[str, ...]]


def add(source: Source, call: Call, parameter: str, new: Sequence[str]) -> tuple[Splice, ...]:
    """Add each of the strings `new` that is not there yet."""
    return _grow(source, call, parameter, lambda known: tuple(item for item in dict.fromkeys(new) if item not in known))


def add_in_a_row(source: Source, call: Call, parameter: str, new: tuple[str, ...]) -> tuple[Splice, ...]:
    """Add the strings `new`, unless they stand there in a row."""
    return _grow(source, call, parameter, lambda known: () if _has_row(known, new) else new)


def _has_row(known: Sequence[str | None], row: tuple[str, ...]) -> bool:
    return row in (tuple(known[start : start + len(row)]) for start in range(len(known)))


def spelled(source: Source, call: Call, parameter: str, item: str) -> libcst.BaseExpression | None:
    """Find the literal of an item in a list that only this call has."""
    found = given(source, call, parameter)
    if not isinstance(found, Given) or found.shared:
        return None
    lists = [each for value in found.values for each in pylists.literals(source, value)]
    places = [element.value for each in lists for element in each.elements]
    return next((place for place in places if pysource.string(place) == item), None)


def known(source: Source, call: Call, parameter: str) -> tuple[str | None, ...]:
    """Tell the strings that the call may be given for a parameter; None stands where something is computed."""
    found = given(source, call, parameter)
    values = found.values if isinstance(found, Given) else ()
    return tuple(item for value in values for item in pylists.items(source, value))


def _grow(source: Source, call: Call, parameter: str, missing: Missing) -> tuple[Splice, ...]:
    """Add what is `missing` from what is known to be there, in each of the lists that the call may be given."""
    found = given(source, call, parameter)
    values = found.values if isinstance(found, Given) else ()
    wanted = [(value, missing(tuple(pylists.items(source, value)))) for value in values]
    new = next((items for _, items in wanted if items), () if values else missing(()))
    if not new:
        return ()
    advice = f"add {_listed(new)} by hand"
    if isinstance(found, Hidden):
        raise _hidden(source, call, parameter, found, advice)
    overwriting = pyattributes.replaced(source, parameter)
    if overwriting is not None:
        message = f"`{parameter}` of an extension is set anew here, so what {call.name} is given is lost; {advice}"
        raise source.refusal(overwriting, message)
    if found is None:
        return _add_argument(source, call, parameter, new)
    if found.shared or not found.complete:
        raise _computed(source, call, parameter, found, advice)
    return tuple(splice for value, items in wanted for splice in _grown(source, call, parameter, found, value, items))


def _grown(
    source: Source, call: Call, parameter: str, found: Given, value: libcst.BaseExpression, new: tuple[str, ...]
) -> tuple[Splice, ...]:
    new = tuple(item for item in new if parameter != "sources" or not pylists.matched(value, item))
    if not new:
        return ()
    # What changes the list through its dictionary would be seen in another list that it is, and not in a copy.
    in_place = pylists.literal(source, value) is not None or not found.changes
    splices = pylists.grow_list(source, value, new, call.quote) if in_place else None
    if splices is None:
        raise _computed(source, call, parameter, found, f"add {_listed(new)} by hand")
    return splices


def _add_argument(source: Source, call: Call, parameter: str, new: tuple[str, ...]) -> tuple[Splice, ...]:
    spelled = ", ".join(pysource.spell(item, call.quote) for item in new)
    new_argument = f"{parameter}{call.equals}[{spelled}]"
    return brackets.grow(source.text, pysource.arguments(source, call.node), [new_argument])


def drop(source: Source, call: Call, parameter: str, item: str) -> tuple[Splice, ...]:
    """Take `item` out once, from every list that the call may be given; the argument goes with its last item."""
    advice = f"take {_listed([item])} out by hand"
    found = given(source, call, parameter)
    if isinstance(found, Hidden):
        raise _hidden(source, call, parameter, found, advice)
    bringing = pyattributes.may_bring(source, parameter, item)
    if bringing is not None:
        raise source.refusal(bringing, f"`{parameter}` of an extension may get {item!r} here; {advice}")
    if found is None:
        return ()
    for place in found.changes:
        if pylists.change_may_add(source, place, item):
            raise source.refusal(place, f"`{parameter}` of {call.name} may get {item!r} here; {advice}")
    return tuple(splice for value in found.values for splice in _dropped(source, call, parameter, found, value, item))


def _dropped(
    source: Source, call: Call, parameter: str, found: Given, value: libcst.BaseExpression, item: str
) -> tuple[Splice, ...]:
    advice = f"take {_listed([item])} out by hand"
    known = tuple(pylists.items(source, value))
    if item not in known:
        # In a list whose other items are computed it may hide still; what can be seen of it has been dropped.
        seen = any(True for _ in pylists.literals(source, value))
        hides = None in known and not seen and pylists.may_hold(source, value, item)
        if hides:
            raise _computed(source, call, parameter, found, advice)
        return ()
    arg = found.arg
    if arg.keyword is not None and known == (item,) and isinstance(value, libcst.List | libcst.Tuple):
        return brackets.shrink(source.text, pysource.arguments(source, call.node), call.node.args.index(arg))
    splices = None if found.shared else pylists.drop_from_list(source, value, item)
    if splices is None:
        raise _computed(source, call, parameter, found, advice)
    return splices


def drop_call(source: Source, call: Call) -> tuple[Splice, ...]:
    """Take the call out of the list of extensions in which it stands, and its class out of the import with the last."""
    element = source.parents[call.node]
    holder = source.parents[element]
    if not isinstance(holder, libcst.List | libcst.Tuple) or not pysource.is_bracketed(holder):
        message = f"{call.name} does not stand in a list of extensions; take it out of the build by hand"
        raise source.refusal(call.node, message)
    index = [each is element for each in holder.elements].index(True)
    cut = brackets.shrink(source.text, pysource.elements(source, holder), index, with_comments=True)
    return (*pyimports.without(source, call.node.func), *cut)


def _hidden(source: Source, call: Call, parameter: str, found: Hidden, advice: str) -> RewriteError:
    what = f"`{found.by.star}` in the call of {call.name} may hold `{parameter}`"
    return source.refusal(found.by, f"{what}; {advice}")


def _computed(source: Source, call: Call, parameter: str, found: Given, advice: str) -> RewriteError:
    what = f"`{parameter}` of {call.name} is computed, or shared with something else"
    return source.refusal(found.arg, f"{what}; {advice}")


def _listed(items: Sequence[str]) -> str:
    return ", ".join(repr(item) for item in items)
