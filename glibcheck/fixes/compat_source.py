"""A C file of ours among the project's sources: functions that the target lacks, and ways to older versions.

The last resort, as it adds code to the project that somebody has to keep. It answers what no directive can: a symbol
that the target does not have in any version (`arc4random`, also where it is asked for without a version), and one for
whose newer version code from an archive asks (`pthread_create` of libstdc++.a). How the file does it is told in
`compat_file`; what it holds is small, and only what is needed.
"""

from __future__ import annotations

from glibcheck.catalogue.glibc import glibc
from glibcheck.fixes.compat_file import COMPAT_FILE, JUMPING, Contents, whole
from glibcheck.fixes.old_home import name_homes
from glibcheck.fixes.situation import Answer, Refusal, is_numbered
from glibcheck.model.names import SymbolName
from glibcheck.model.plan import AddCompileFlags, AddSources, Directive, Step
from glibcheck.symver import COMPAT_MACRO, bind
from glibcheck.sysroot.compat import refusal
from glibcheck.sysroot.compat.onefile import is_member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.plan import Change, Offence

NAME = "compat source"


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Define what the target lacks, and redirect what it has in an older version."""
    if file.declaration is None:
        return Answer()
    functions: list[SymbolName] = []
    redirects: list[Directive] = []
    claimed: list[Offence] = []
    refusals: list[Refusal] = []
    for offence in offences:
        if offence.kind not in ("too new", "unversioned") or not is_numbered(offence.version) or offence.symbol is None:
            continue
        found = _stand_in(offence.symbol, offence, file, situation)
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        claimed.append(offence)
        if isinstance(found, Directive):
            redirects.append(found)
        else:
            functions.append(found)
    if not claimed:
        return Answer(None, tuple(refusals))
    machine = file.linkage.image.machine
    contents = whole(functions, redirects, situation.exports, situation.target, machine)
    changes = compat_changes(file, file.declaration.name, contents, situation)
    why = f"{situation.target.name} lacks these, or no directive reaches who uses them; {COMPAT_FILE} defines them"
    step = Step(
        NAME,
        file.declaration.name,
        why,
        tuple(claimed),
        changes,
        functions=contents.functions,
        redirects=contents.redirects,
    )
    return Answer(step, tuple(refusals))


def compat_changes(file: BuiltFile, name: str, contents: Contents, situation: Situation) -> tuple[Change, ...]:
    """Give the changes that bring the compat file with these contents into what `name` declares."""
    homes = {row.home for row in contents.redirects if row.home is not None} - set(file.linkage.image.needed)
    defined: tuple[Change, ...] = ()
    if _may_meet_directives(contents, situation) and file.linkage.image.machine in JUMPING:
        units = dict.fromkeys((name, *situation.using(name, {row.symbol for row in contents.redirects})))
        defined = tuple(AddCompileFlags(one, (f"-D{COMPAT_MACRO}",)) for one in units)
    return (AddSources(name, (COMPAT_FILE,)), *defined, *name_homes(name, homes))


def _may_meet_directives(contents: Contents, situation: Situation) -> bool:
    """Say whether the header may have a directive for what is redirected: it has those for the project's own code."""
    return any(situation.own is None or row.symbol in situation.own for row in contents.redirects)


def _stand_in(
    symbol: SymbolName, offence: Offence, file: BuiltFile, situation: Situation
) -> SymbolName | Directive | Refusal:
    """Give what stands in for a symbol: a function of that name, a redirection, or the reason against both."""
    machine = file.linkage.image.machine
    if symbol in _done(file, situation):
        return Refusal(offence, f"{COMPAT_FILE} has it, and the file still asks the C library: was it linked in?")
    older = bind(symbol, offence.version, situation.exports.get(offence.library, ()), situation.target)
    if not isinstance(older, Directive):
        return symbol if is_member(symbol, machine) else Refusal(offence, _advice(symbol, machine))
    if _is_data(symbol, machine):
        return Refusal(offence, "it is a variable, and nothing can jump to an older version of that; do without it")
    if machine not in JUMPING:
        known = ", ".join(sorted(JUMPING))
        return Refusal(offence, f"a jump to its older version is written for {known} only; {_ELSE}")
    return older


_ELSE = "build the archive that asks for it on an older system, or use glibcheck build"


def _advice(symbol: SymbolName, machine: str) -> str:
    """Say why nothing stands in for a symbol, and what a person could do."""
    return refusal(symbol, machine) or "nothing here stands in for it: do without it, or define it in the project"


def _done(file: BuiltFile, situation: Situation) -> set[SymbolName]:
    steps = [
        step for step in situation.done if file.declaration is not None and step.extension == file.declaration.name
    ]
    return {name for step in steps for name in (*step.functions, *(row.symbol for row in step.redirects))}


def _is_data(symbol: SymbolName, machine: str) -> bool:
    known = glibc(machine)
    return known is not None and any(row.kind != "function" for row in known.rows(symbol))
