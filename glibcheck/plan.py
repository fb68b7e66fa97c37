"""Plan: for each offence the first fix that answers it, and for the rest the reasons of all of them.

Helper libraries come first, because a helper that moves into an extension brings its offences along: they are then
planned for as the extension's own, in the same plan and the same rebuild.
"""

from __future__ import annotations

from glibcheck.fixes import FIXES
from glibcheck.fixes.advice import advice
from glibcheck.model.plan import MakeStatic, Plan, Step, Unresolved
from glibcheck.offences import offences, unused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.names import SymbolName
    from glibcheck.model.plan import Offence

_NOT_DECLARED = "no build file that glibcheck can edit declares this file, or several seem to"
_UNREAD_SHOWN = 3
_NEXT_ROUND = "a helper library moves first; what that leaves is planned for after the rebuild"


def all_offences(situation: Situation) -> tuple[Offence, ...]:
    """Give what the target does not meet, in all files of the build, in their order."""
    return tuple(
        offence
        for file in situation.files
        for offence in _offences(file, situation)
        if offence.kind != "unversioned" or offence.symbol not in _given_by_helpers(file, situation)
    )


def _offences(file: BuiltFile, situation: Situation) -> tuple[Offence, ...]:
    others = ((other.linkage.image.soname, other.linkage) for other in situation.files if other is not file)
    beside = {soname: linkage for soname, linkage in others if soname is not None}
    there = file.path, file.linkage, situation.target, situation.exports
    return (*offences(*there), *unused(*there, beside))


def make_plan(situation: Situation) -> Plan:
    """Answer every offence of the build with a step or a reason."""
    found = all_offences(situation)
    waiting = {file.path: tuple(row for row in found if row.file == file.path) for file in situation.files}
    steps: list[Step] = []
    unresolved: list[Unresolved] = []
    moved: set[str] = set()
    for file in sorted(situation.files, key=lambda file: not _users(file, situation)):
        if _must_wait(file, steps, situation):
            unresolved += [Unresolved(offence, _NEXT_ROUND) for offence in waiting[file.path]]
            continue
        answered, left = _answer(file, waiting[file.path], situation._replace(moved=frozenset(moved)))
        for step in answered:
            moved |= {change.extension for change in step.changes if isinstance(change, MakeStatic)}
            if step.into is not None:
                brought = tuple(offence._replace(file=step.into) for offence in step.offences)
                waiting[step.into] = tuple(dict.fromkeys((*waiting[step.into], *brought)))
        steps += answered
        unresolved += left
    return Plan(tuple(steps), tuple(unresolved))


def _given_by_helpers(file: BuiltFile, situation: Situation) -> set[SymbolName]:
    """Collect what the libraries of the wheel that a file links define: `strlcpy` may be the project's own."""
    linked = (other.linkage for other in situation.files if other.linkage.image.soname in file.linkage.image.needed)
    return {export.name for linkage in linked for export in linkage.exports}


def _must_wait(file: BuiltFile, steps: Iterable[Step], situation: Situation) -> bool:
    """Say whether a helper takes part in a move of this plan already: then its build file will say other things."""
    moves = tuple(step for step in steps if step.into is not None)
    moved = {offence.file for step in moves for offence in step.offences}
    users = _users(file, situation)
    return bool(users) and (file.path in {step.into for step in moves} or not moved.isdisjoint(users))


def _users(file: BuiltFile, situation: Situation) -> tuple[str, ...]:
    """Give the files of the wheel that link a file."""
    soname = file.linkage.image.soname
    return tuple(other.path for other in situation.files if soname is not None and soname in other.linkage.image.needed)


def _answer(file: BuiltFile, found: tuple[Offence, ...], situation: Situation) -> tuple[list[Step], list[Unresolved]]:
    """Ask each fix in turn for what those before it left."""
    steps: list[Step] = []
    reasons: dict[Offence, list[str]] = {offence: [] for offence in found}
    for fix in FIXES:
        answer = fix.propose(file, tuple(reasons), situation)
        for refusal in answer.refusals:
            reasons[refusal.offence].append(refusal.reason)
        if answer.step is None:
            continue
        why_not = _blocked(answer.step, situation)
        if why_not is None:
            steps.append(answer.step)
        for offence in answer.step.offences:
            if why_not is None:
                del reasons[offence]
            else:
                reasons[offence].append(why_not)
    unknown = None if file.declaration is not None else _not_declared(situation)
    return steps, [Unresolved(row, "; ".join(why) or unknown or advice(row)) for row, why in reasons.items()]


def _not_declared(situation: Situation) -> str:
    """Say that nobody declares a file, and which build files, of which one may, cannot be read."""
    told, more = situation.unread[:_UNREAD_SHOWN], len(situation.unread) - _UNREAD_SHOWN
    return "; ".join((_NOT_DECLARED, *told, *([f"and {more} more such places"] if more > 0 else [])))


def _blocked(step: Step, situation: Situation) -> str | None:
    """Say why this step was tried before and could not be written; None when it was not tried."""
    tried = (row for row in situation.blocked if (row.step.fix, row.step.extension) == (step.fix, step.extension))
    return next((row.reason for row in tried), None)
