"""Link libstdc++ statically into the extension, and keep it private.

A file that brings its own C++ runtime needs no version of the system's. Its symbols must not be seen by others
(`--exclude-libs`): two extensions with two copies in one process would mix them up. libgcc_s stays shared, because
unwinding through frames of other libraries needs one unwinder.

The archive was made for the new system: it brings needs of its own, which the next scan shows. Whether it is
position independent, so that a shared object can take it in, is looked at before (`Situation.no_private_runtime`).

Trap: the runtime keeps thread-local data, and glibc before 2.21 corrupts its heap at the sixteenth module that has
some (see `sysroot.private`). For such targets the compat file defines `__cxa_get_globals`, which keeps it under a
pthread key, so that the linker leaves the archive's member out.
"""

from __future__ import annotations

from glibcheck.fixes.compat_file import Contents, whole
from glibcheck.fixes.compat_source import compat_changes
from glibcheck.fixes.situation import Answer, refuse
from glibcheck.model.plan import PrivateRuntime, Step
from glibcheck.sysroot.compat import EH_GLOBALS
from glibcheck.sysroot.private import TLS_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.plan import Change, Offence

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
    if situation.no_private_runtime is not None:
        return refuse(subject, f"{situation.no_private_runtime}; build on an older system, or with an older compiler")
    why = f"{situation.target.name} has an older libstdc++; a private static copy needs no version of it"
    contents = _without_thread_local_data(file, situation)
    changes: tuple[Change, ...] = (PrivateRuntime(name),)
    if contents.functions:
        changes += compat_changes(file, name, contents, situation)
    step = Step(NAME, name, why, subject, changes, functions=contents.functions, redirects=contents.redirects)
    return Answer(step)


def _without_thread_local_data(file: BuiltFile, situation: Situation) -> Contents:
    if not () < situation.target.glibc < TLS_LIMIT:
        return Contents()
    return whole((EH_GLOBALS,), (), situation.exports, situation.target, file.linkage.image.machine)
