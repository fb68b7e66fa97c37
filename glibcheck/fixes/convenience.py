"""A helper library of the project becomes a convenience library: compiled into the extension, not linked to it.

The first repair of the case that began this project: `_spartan_wrap` links `libspartan.so`, which brings its own
needs through a chain of its own. Inside the extension, the helper's needs are the extension's, and whatever answers
those answers both. It also takes a library, its run path and its soname out of the wheel.

Build files that have such archives make the helper one, and name it once (automake: `noinst_LTLIBRARIES`, LIBADD).
Where there are only extensions (setuptools), its sources move. Of a chain the user's end is done first: a helper that
links another one goes into the extension, which then takes the other one in as well, in the next round.

Not done when two files link the helper, as each would get a copy of its state, nor when Python code names it, as it
may load it with ctypes. A program that links it is a process of its own, with its own copy, and does not count, nor
does a file that links it without using anything of it (see `drop_unused`).
"""

from __future__ import annotations

from glibcheck.fixes.situation import Answer, link_name, refuse
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    DropExtension,
    DropLibrary,
    LinkArchive,
    MakeStatic,
    Step,
)
from glibcheck.offences import uses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.fixes.situation import BuiltFile, Situation
    from glibcheck.model.plan import Change, Declaration, Offence

NAME = "convenience library"


def propose(file: BuiltFile, offences: tuple[Offence, ...], situation: Situation) -> Answer:
    """Move a helper library with offences into the one extension that links it."""
    soname = file.linkage.image.soname
    users = _users(file, situation)
    if not users or not offences:
        return Answer()
    if len(users) > 1:
        names = ", ".join(user.path for user in users)
        return refuse(offences, f"{soname} is linked by {names}: compiled into each, its state would be there twice")
    if file.named_by is not None:
        return refuse(offences, f"{file.named_by} names {soname}, so it may be loaded from there by name")
    found = _move(str(soname), file.declaration, users[0].declaration, situation)
    if isinstance(found, str):
        return refuse(offences, found)
    name, changes = found
    why = f"{soname} is the project's own code; compiled in, it is no link of a chain any more"
    return Answer(Step(NAME, name, why, offences, changes, into=users[0].path))


def _users(file: BuiltFile, situation: Situation) -> list[BuiltFile]:
    """Give the files that link a file, use it, and are loaded into the process of others."""
    soname = file.linkage.image.soname
    if soname is None:
        return []
    linking = (other for other in situation.files if soname in other.linkage.image.needed)
    using = (other for other in linking if uses(other.linkage, soname, file.linkage))
    return [other for other in using if other.declaration is None or other.declaration.form != "program"]


def _move(
    soname: str, helper: Declaration | None, user: Declaration | None, situation: Situation
) -> tuple[str, tuple[Change, ...]] | str:
    """Give the name of the extension that takes a helper in, and the changes; or the reason against it."""
    if helper is not None and user is not None and helper.form == "library":
        if helper.name not in user.links:
            return f"{user.path} does not plainly say that {user.name} links {helper.name}"
        inside = tuple(name for name in situation.compiled_into(helper.name)[1:] if name in user.links)
        return user.name, (MakeStatic(helper.name), LinkArchive(user.name, helper.name, inside))
    if helper is None or user is None or not helper.sources:
        return f"the build files do not say plainly from which sources {soname} is made"
    library = link_name(soname)
    if library is None or library not in (user.libraries or ()):
        return f"{user.path} does not plainly name {soname} among the libraries of {user.name}"
    return user.name, tuple(_changes(helper, user, library))


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
