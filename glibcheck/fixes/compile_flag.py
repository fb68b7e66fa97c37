"""Compile or link so that a symbol is not asked for in the first place.

Three kinds of needs come from flags, not from what the sources say:

- vector functions of libmvec (`_ZGVbN2v_sin`): -ffast-math with -O2 or higher makes loops over sin and others call
  them. -fno-tree-vectorize stops that, and all other vector code that the compiler makes of loops.
- GLIBC_ABI_DT_RELR: the linker packs relative relocations, which only a loader of 2.36 or newer reads.
- `__strlcpy_chk` and others of _FORTIFY_SOURCE. Without it buffer overflows are not caught any more, so the flag is
  only proposed when the user said so; and only where the compat file has no such function.

Flags come last, as they are added at the end of those that the project gives, and the last one counts.
"""

from __future__ import annotations

import re

from glibcheck.fixes.situation import Answer, Refusal
from glibcheck.model.plan import AddCompileFlags, AddLinkFlags, NoOlder, Step
from glibcheck.symver import bind
from glibcheck.sysroot.compat.onefile import is_member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.plan import Change, Offence

NAME = "compile flag"

_SCALAR, _UNPACKED, _UNFORTIFIED = "-fno-tree-vectorize", "-Wl,-z,nopack-relative-relocs", "-U_FORTIFY_SOURCE"
_PACKED = "GLIBC_ABI_DT_RELR"
_COSTS = {
    _SCALAR: "loops of the whole extension are compiled without vector instructions, and may be slower",
    _UNPACKED: "relative relocations are not packed, and the file is a little larger",
    _UNFORTIFIED: "buffer overflows that _FORTIFY_SOURCE would stop are not caught any more",
}
_CONSENT = (
    "a check of _FORTIFY_SOURCE that the target lacks; to compile without these checks, which then stop no buffer "
    "overflow any more, say --allow-unfortified"
)


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Give the flags that do without vector functions, packed relocations and, with consent, fortified functions."""
    if file.declaration is None:
        return Answer()
    name, machine = file.declaration.name, file.linkage.image.machine
    found = {offence: flag for offence in offences if (flag := _flag(offence, machine, situation)) is not None}
    refusals = {
        offence: reason
        for offence, flag in found.items()
        if (reason := _reason_against(flag, name, situation)) is not None
    }
    claimed = tuple(offence for offence in found if offence not in refusals)
    against = tuple(Refusal(offence, reason) for offence, reason in refusals.items())
    if not claimed:
        return Answer(None, against)
    flags = [flag for flag in _COSTS if flag in {found[offence] for offence in claimed}]
    changes = tuple(change for flag in flags for change in _changes(flag, name, situation))
    why = "; ".join(f"{flag}: {_COSTS[flag]}" for flag in flags)
    return Answer(Step(NAME, name, why, claimed, changes), against)


def _flag(offence: Offence, machine: str, situation: Situation) -> str | None:
    """Name the flag that avoids what an offence asks for; None for any other offence."""
    if offence.version == _PACKED:
        return _UNPACKED
    if offence.symbol is None or offence.kind not in ("too new", "unversioned"):
        return None
    if offence.symbol.startswith("_ZGV"):
        return _SCALAR
    if re.fullmatch(r"__\w+_chk", offence.symbol) and not is_member(offence.symbol, machine):
        exports = situation.exports.get(offence.library, ())
        older = bind(offence.symbol, offence.version, exports, situation.target)
        return _UNFORTIFIED if isinstance(older, NoOlder) else None
    return None


def _reason_against(flag: str, extension: str, situation: Situation) -> str | None:
    if flag == _UNFORTIFIED and not situation.unfortified_allowed:
        return _CONSENT
    steps = (step for step in situation.done if step.fix == NAME and step.extension == extension)
    if any(flag in change.flags for step in steps for change in step.changes if isinstance(change, _WITH_FLAGS)):
        return f"{flag} was given, and it is still asked for: by code from an archive, or another flag undoes it"
    return None


_WITH_FLAGS = (AddCompileFlags, AddLinkFlags)


def _changes(flag: str, extension: str, situation: Situation) -> list[Change]:
    if flag == _UNPACKED:
        return [AddLinkFlags(extension, (flag,))]
    return [AddCompileFlags(one, (flag,)) for one in situation.compiled_into(extension)]
