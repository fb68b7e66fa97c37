"""Bind a symbol to an older version of itself, by a header of `.symver` directives that every source reads first.

Right for what the project's own sources use (see `symver`). A directive cannot reach code that was compiled before,
so a symbol that no object of the project refers to is refused, and so is one that is still too new although it already
has its directive: both come out of an archive that is linked into the file.
"""

from __future__ import annotations

from glibcheck.fixes.old_home import name_homes
from glibcheck.fixes.situation import Answer, Refusal, is_numbered
from glibcheck.model.names import SymbolName
from glibcheck.model.plan import Directive, ForceInclude, NoOlder, Step
from glibcheck.symver import bind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.plan import Change, Offence

NAME = "older version"
HEADER = "glibcheck_symver.h"


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Give a directive for each symbol that has an older version on the target."""
    if file.declaration is None:
        return Answer()
    name = file.declaration.name
    directives: list[Directive] = []
    claimed: list[Offence] = []
    refusals: list[Refusal] = []
    for offence in offences:
        if offence.kind != "too new" or not is_numbered(offence.version) or offence.symbol is None:
            continue
        found = _directive(offence.symbol, offence, name, situation)
        if isinstance(found, Directive):
            directives.append(found)
            claimed.append(offence)
        else:
            refusals.append(Refusal(offence, found))
    if not directives:
        return Answer(None, tuple(refusals))
    homes = {found.home for found in directives if found.home is not None}
    changes: tuple[Change, ...] = (
        *(ForceInclude(one, HEADER) for one in situation.using(name, {found.symbol for found in directives})),
        *name_homes(name, homes - set(file.linkage.image.needed)),
    )
    why = f"{situation.target.name} has an older version; a directive in {HEADER} binds to it"
    step = Step(NAME, name, why, tuple(claimed), changes, tuple(sorted(directives)))
    return Answer(step, tuple(refusals))


def _directive(symbol: SymbolName, offence: Offence, extension: str, situation: Situation) -> Directive | str:
    """Find the directive for a symbol, or the reason against it."""
    found = bind(symbol, offence.version, situation.exports.get(offence.library, ()), situation.target)
    if isinstance(found, NoOlder):
        return f"{found.reason}; {_user(symbol, situation)}"
    if any(found in step.directives for step in situation.done if step.extension == extension):
        # An object that has read the directive refers to symbol@VERSION.
        if situation.own is not None and symbol in situation.own:
            return "its directive did not reach all sources; something in the build sets the compiler's flags itself"
        return "bound in the project's sources already; code from an archive inside the file still asks for the newer"
    if situation.own is not None and symbol not in situation.own:
        return f"{_user(symbol, situation)}, and a directive reaches the project's sources alone"
    return found


def _user(symbol: SymbolName, situation: Situation) -> str:
    """Say who uses a symbol, as far as the objects of the build tell."""
    if situation.own is None:
        return "the build left no objects that would tell who uses it"
    if symbol in situation.own:
        return "the project's own sources use it"
    return "only code from an archive inside the file uses it"
