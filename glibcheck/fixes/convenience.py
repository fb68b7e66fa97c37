"""A helper library of the project becomes a convenience library: compiled into the extension, not linked to it.

The first repair of the case that began this project: `_spartan_wrap` links `libspartan.so`, which brings its own
needs through a chain of its own. Inside the extension, the helper's needs are the extension's, and whatever answers
those answers both. It also takes a library, its run path and its soname out of the wheel.

Not done when two files link the helper, as each would get a copy of its state, nor when Python code names it, as it
may load it with ctypes.
"""

from __future__ import annotations

from glibcheck.fixes.situation import Answer, refuse
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    DropExtension,
    DropLibrary,
    Step,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.plan import Change, Declaration, Offence

NAME = "convenience library"


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Move a helper library with offences into the one extension that links it."""
    soname = file.linkage.image.soname
    users = [other for other in situation.files if soname is not None and soname in other.linkage.image.needed]
    if not users or not offences:
        return Answer()
    if len(users) > 1:
        names = ", ".join(user.path for user in users)
        return refuse(offences, f"{soname} is linked by {names}: compiled into each, its state would be there twice")
    if file.named_by is not None:
        return refuse(offences, f"{file.named_by} names {soname}, so it may be loaded from there by name")
    helper, user = file.declaration, users[0].declaration
    if helper is None or user is None or not helper.sources:
        return refuse(offences, f"the build files do not say plainly from which sources {soname} is made")
    library = _link_name(str(soname))
    if library is None or library not in (user.libraries or ()):
        return refuse(offences, f"{user.path} does not plainly name {soname} among the libraries of {user.name}")
    why = f"{soname} is the project's own code; compiled in, it is no link of a chain any more"
    changes = tuple(_changes(helper, user, library))
    return Answer(Step(NAME, user.name, why, offences, changes, into=users[0].path))


def _changes(helper: Declaration, user: Declaration, library: str) -> list[Change]:
    changes: list[Change] = [AddSources(user.name, helper.sources or ())]
    directories = tuple(name for name in helper.include_dirs or () if name not in (user.include_dirs or ()))
    if directories:
        changes.append(AddIncludeDirs(user.name, directories))
    if helper.extra_compile_args:
        changes.append(AddCompileFlags(user.name, helper.extra_compile_args))
    changes.append(DropLibrary(user.name, library))
    others = tuple(f"-l{name}" for name in helper.libraries or () if name not in (user.libraries or ()))
    if others:
        changes.append(AddLinkFlags(user.name, others))
    return [*changes, DropExtension(helper.name)]


def _link_name(soname: str) -> str | None:
    """Give what stands after -l for a soname: 'spartan' for 'libspartan.so.1'; None when it is no lib*.so."""
    stem, so, _ = soname.partition(".so")
    return stem.removeprefix("lib") if so and stem.startswith("lib") else None
