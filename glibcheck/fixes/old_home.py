"""Name the library that had a symbol before glibc 2.34 put it into libc.so.6.

`dlsym@GLIBC_2.2.5` is found in libc.so.6 here and in libdl.so.2 on an older system. On new systems the old libraries
still exist, empty, so naming one in DT_NEEDED is harmless there and right on the older one. It is named whole
(`-l:libdl.so.2`), since `-ldl` is an empty archive today, and with --no-as-needed, since nothing binds to it here.
"""

from __future__ import annotations

from glibcheck.fixes.situation import Answer
from glibcheck.model.plan import AddLinkFlags, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.names import Soname
    from glibcheck.model.plan import Offence

NAME = "old home"


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Name the old libraries of all symbols that the target has elsewhere."""
    misplaced = tuple(offence for offence in offences if offence.kind == "misplaced")
    if file.declaration is None or not misplaced:
        return Answer()
    homes = {offence.library for offence in misplaced}
    why = f"{situation.target.name} has these symbols in a library of their own, which must be in DT_NEEDED"
    return Answer(Step(NAME, file.declaration.name, why, misplaced, name_homes(file.declaration.name, homes)))


def name_homes(extension: str, homes: Iterable[Soname]) -> tuple[AddLinkFlags, ...]:
    """Make the link flags that put `homes` into DT_NEEDED; none for none."""
    names = sorted(homes)
    if not names:
        return ()
    words = ",".join(f"-l:{name}" for name in names)
    return (AddLinkFlags(extension, (f"-Wl,--push-state,--no-as-needed,{words},--pop-state",)),)
