"""Take a library out of the link of which the file binds nothing.

Linkers name every library of their command line in DT_NEEDED unless --as-needed stands before it, and so a file can
need what it does not use, with all that this needs in turn. The cheapest of all fixes: one word less in the build file.

A library can also be there for what it does when it is loaded, or for another one that uses it without naming it. The
rebuilt file is imported as a proof, which shows the second.
"""

from __future__ import annotations

from glibcheck.fixes.situation import Answer, Refusal, link_name
from glibcheck.model.plan import DropLibrary, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.names import Soname
    from glibcheck.model.plan import Declaration, Offence

NAME = "drop unused library"


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Drop the unused libraries that the declaration names; say of the others what the linker can do."""
    declared = file.declaration
    subject = tuple(offence for offence in offences if offence.kind == "unused")
    if declared is None or not subject:
        return Answer()
    named = {offence: _named(offence.library, declared, situation) for offence in subject}
    claimed = tuple(offence for offence in subject if named[offence] is not None)
    against = tuple(
        Refusal(offence, f"{declared.path} does not plainly name it for {declared.name}; link with -Wl,--as-needed")
        for offence in subject
        if offence not in claimed
    )
    if not claimed:
        return Answer(None, against)
    changes = tuple(DropLibrary(declared.name, name) for offence in claimed if (name := named[offence]) is not None)
    why = "nothing is used of it, and it brings needs of its own"
    return Answer(Step(NAME, declared.name, why, claimed, changes), against)


def _named(library: Soname, declared: Declaration, situation: Situation) -> str | None:
    """Find how a declaration names a library: as after -l, or by its declaration; None when it does not."""
    name = link_name(library)
    if name is not None and name in (declared.libraries or ()):
        return name
    makers = (file.declaration for file in situation.files if file.linkage.image.soname == library)
    return next((maker.name for maker in makers if maker is not None and maker.name in declared.links), None)
