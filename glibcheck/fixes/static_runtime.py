"""Link libstdc++ statically into the extension, and keep it private.

A file that brings its own C++ runtime needs no version of the system's. Its symbols must not be seen by others
(`--exclude-libs`): two extensions with two copies in one process would mix them up. libgcc_s stays shared, because
unwinding through frames of other libraries needs one unwinder.

The archive was made for the new system: it brings needs of its own, which the next scan shows.
"""

from __future__ import annotations

from glibcheck.fixes.situation import Answer, refuse
from glibcheck.model.plan import PrivateRuntime, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.plan import Offence

NAME = "static C++ runtime"
_LIBRARY = "libstdc++.so.6"


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Answer every too-new version of libstdc++ at once."""
    subject = tuple(offence for offence in offences if offence.kind == "too new" and offence.library == _LIBRARY)
    if file.declaration is None or not subject:
        return Answer()
    name = file.declaration.name
    if any(step.fix == NAME and step.extension == name for step in situation.done):
        return refuse(subject, "libstdc++ was linked statically, and the file still needs the shared one")
    why = f"{situation.target.name} has an older libstdc++; a private static copy needs no version of it"
    return Answer(Step(NAME, name, why, subject, (PrivateRuntime(name),)))
