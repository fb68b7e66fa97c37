"""How an argument of a target grows and shrinks, wherever its list is written.

Three ways to add to a list, in this order: inside of its literal, when that is this target's alone, even if a variable
stands between; `args + [...]`, when it is a list that others read, too; `[args, ...]` for anything else, as Meson
flattens lists. None of them changes what another target gets.

Taking away is possible in a literal that is this target's alone. Elsewhere it is refused, with what to do by hand.
"""

from __future__ import annotations

import re

from glibcheck.buildfiles import brackets
from glibcheck.buildfiles.meson.project import File, Project, Value
from glibcheck.buildfiles.meson.tree import Array, Name, Operation, between
from glibcheck.buildfiles.meson.values import Unknown, hiding, is_list, is_sum, leaves, own_binding, own_literal
from glibcheck.buildfiles.splice import Splice, insertion, removal
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from glibcheck.buildfiles.meson.targets import Target
    from glibcheck.buildfiles.meson.tree import Argument, Assign, Call

    # Spells new items for the file in which they will stand: some are relative to its folder.
    Spell = Callable[[File], Sequence[str]]
    Wanted = Callable[[Value], bool]

_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Patch(Record):
    """A splice of one file."""

    file: File
    splice: Splice


def patches(file: File, splices: Iterable[Splice]) -> tuple[Patch, ...]:
    """Say that the splices are for this file."""
    return tuple(Patch(file, splice) for splice in splices)


def grow_keyword(project: Project, target: Target, keyword: str, spell: Spell) -> tuple[Patch, ...]:
    """Add items to the list that a keyword argument gives, or add the argument.

    Raises: RewriteError when the argument may come from a dictionary.
    """
    value = target.value(keyword)
    if value is not None:
        return grow_value(project, value, spell)
    new = spell(target.file)
    refuse_hidden(project, target, {keyword}, f"add {', '.join(new)} to it by hand")
    return add_keyword(target, keyword, f"[{', '.join(new)}]")


def grow_value(project: Project, value: Value, spell: Spell) -> tuple[Patch, ...]:
    """Add items to a list."""
    literal = own_literal(project, value)
    if literal is not None and isinstance(literal.node, Array):
        return patches(literal.file, brackets.grow(literal.file.text, between(literal.node), spell(literal.file)))
    start, end, joined = value.node.start, value.node.end, ", ".join(spell(value.file))
    if is_list(project, value):
        return patches(value.file, [insertion(end, f" + [{joined}]")])
    return patches(value.file, [insertion(start, "["), insertion(end, f", {joined}]")])


def grow_call(file: File, call: Call, new: Sequence[str]) -> tuple[Patch, ...]:
    """Add arguments to a call such as `files()`."""
    return patches(file, brackets.grow(file.text, between(call), new))


def add_keyword(target: Target, keyword: str, spelled: str) -> tuple[Patch, ...]:
    """Add a keyword argument behind the last argument of a target."""
    new = f"{keyword}{_colon(target)}{spelled}"
    return patches(target.file, brackets.grow(target.file.text, between(target.call), [new]))


def drop_keyword(target: Target, argument: Argument) -> tuple[Patch, ...]:
    """Take an argument of a target away, and the comment above it."""
    index = target.call.arguments.index(argument)
    return patches(target.file, brackets.shrink(target.file.text, between(target.call), index, with_comments=True))


def drop_item(project: Project, target: Target, keyword: str, wanted: Wanted, advice: str) -> tuple[Patch, ...]:
    """Take the last leaf that is `wanted` out of a keyword argument; nothing where there is none.

    Raises: RewriteError when it stands, or may stand, in a list that cannot be changed safely.
    """
    argument, value = target.call.argument(keyword), target.value(keyword)
    if argument is None or value is None:
        refuse_hidden(project, target, {keyword}, advice)
        return ()
    found = tuple(leaves(project, value))
    if not _holds(project, value, wanted):
        # In a list that is computed it may hide still; what can be seen of it has been dropped.
        if own_literal(project, value) is None and any(isinstance(leaf, Unknown) for leaf in found):
            raise target.file.refusal(value.node, f"`{keyword}` of {target.name} is computed; {advice}")
        return ()
    if len(found) == 1 and not isinstance(value.node, Name):
        return drop_keyword(target, argument)
    if _is(project, value, wanted):
        return (*drop_keyword(target, argument), *_forget(project, value))
    return _drop_from(project, value, wanted, f"{keyword} of {target.name} has this in a list of its own; {advice}")


def refuse_hidden(project: Project, target: Target, names: Collection[str], advice: str) -> None:
    """Raise RewriteError when an argument that is not given by name may come in with `kwargs:`."""
    found = hiding(project, target.file, target.call, names)
    if found is not None:
        what = f"`kwargs` of {target.name} may hold {' or '.join(f'`{name}`' for name in sorted(names))}"
        raise target.file.refusal(found.value, f"{what}; {advice}")


def _colon(target: Target) -> str:
    """Tell what this author writes between a keyword and its value."""
    keywords = [each for each in target.call.arguments if each.keyword is not None]
    for each in keywords:
        written = target.file.text[each.keyword.end : each.value.start] if each.keyword is not None else ""
        if not written.strip(" :"):
            return written
    return ": "


def _holds(project: Project, value: Value, wanted: Wanted) -> bool:
    return any(isinstance(leaf, Value) and wanted(leaf) for leaf in leaves(project, value))


def _is(project: Project, value: Value, wanted: Wanted) -> bool:
    """Say whether a value is a wanted leaf itself, or a name for one."""
    found = tuple(leaves(project, value))
    return len(found) == 1 and not is_list(project, value) and _holds(project, value, wanted)


def _drop_from(project: Project, value: Value, wanted: Wanted, refusal: str) -> tuple[Patch, ...]:
    match value.node:
        case Array(arguments=arguments):
            for index in reversed(range(len(arguments))):
                item = Value(value.file, arguments[index].value)
                if _is(project, item, wanted):
                    splices = brackets.shrink(value.file.text, between(value.node), index)
                    return (*patches(value.file, splices), *_forget(project, item))
                if _holds(project, item, wanted):
                    return _drop_from(project, item, wanted, refusal)
        case Operation(operands=operands) if is_sum(value.node):
            for operand in reversed(operands):
                if _holds(project, Value(value.file, operand), wanted):
                    return _drop_from(project, Value(value.file, operand), wanted, refusal)
        case Name():
            binding = own_binding(project, value)
            if binding is not None:
                return _drop_from(project, binding.value, wanted, refusal)
    raise value.file.refusal(value.node, refusal)


def _forget(project: Project, item: Value) -> tuple[Patch, ...]:
    """Take away the line that binds a name which nothing reads any more, and the comment above it."""
    binding = own_binding(project, item)
    return () if binding is None else patches(binding.file, [_line(binding.file, binding.statement)])


def _line(file: File, statement: Assign) -> Splice:
    lines = _LINES.findall(file.text[: statement.start])
    start = statement.start - len(lines.pop()) if lines and not lines[-1].strip(" \t") else statement.start
    while lines and lines[-1].lstrip(" \t").startswith("#"):
        start -= len(lines.pop())
    end = _LINE_END.search(file.text, statement.end)
    return removal(start, end.end() if end else len(file.text))
