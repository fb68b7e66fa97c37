"""A shared library that becomes an archive, what links it, and the C++ runtime that then comes along.

`static_library()` takes the arguments of `shared_library()` but those about its soname and its exports; which ones, was
tried with Meson 1.0 and 1.12. Its objects are position-independent unless `pic: false` or the option b_staticpic says
otherwise (manual, "Reference", static_library). `link_with` takes both, and what the archive itself depends on comes
along; its `link_args` do not.
"""

from __future__ import annotations

from functools import partial

from glibcheck.buildfiles import stdcxx
from glibcheck.buildfiles.meson.additions import add_in_a_row
from glibcheck.buildfiles.meson.patches import (
    Patch,
    add_keyword,
    drop_item,
    drop_keyword,
    grow_keyword,
    patches,
    refuse_hidden,
)
from glibcheck.buildfiles.meson.project import Project, Value
from glibcheck.buildfiles.meson.reading import found_library, keys, libraries, project_options
from glibcheck.buildfiles.meson.targets import linked_by, links, names_target, targets
from glibcheck.buildfiles.meson.tokens import spell
from glibcheck.buildfiles.meson.tree import Name, String
from glibcheck.buildfiles.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.buildfiles.meson.project import File
    from glibcheck.buildfiles.meson.targets import Target
    from glibcheck.buildfiles.meson.tree import Argument

# What an archive cannot have, and what would install it.
_SHARED_ONLY = frozenset({"version", "soversion", "darwin_versions", "vs_module_defs", "shortname", "win_subsystem"})
_INSTALLING = frozenset({"install", "install_dir", "install_mode", "install_rpath", "install_tag", "build_rpath"})
_DROPPED = _SHARED_ONLY | _INSTALLING | {"name_suffix"} | {f"{name}_shared_args" for name in ("c", "cpp")}
_RUST = frozenset({"rust_crate_type", "rust_abi"})
_STATIC_ARGS = {f"{name}_static_args" for name in ("c", "cpp")}


def make_static(project: Project, target: Target) -> tuple[Patch, ...]:
    """Make a library an archive that is not installed; one edit a call, nothing when it is one already."""
    if target.form not in {"library", "archive"}:
        raise target.refusal(f"{target.name} is no library, so it cannot become an archive")
    refuse_hidden(project, target, _DROPPED | {"pic"}, "make the library static by hand")
    for argument in target.call.arguments:
        name = argument.keyword.name if isinstance(argument.keyword, Name) else None
        if name in _RUST | _STATIC_ARGS:
            message = f"`{name}` of {target.name} means something else in an archive; make the library static by hand"
            raise target.file.refusal(argument.value, message)
    if target.form == "library":
        _refuse_halves(project, target)
        return _rename(target)
    for argument in target.call.arguments:
        if _goes(target, argument):
            return drop_keyword(target, argument)
    if target.call.argument("pic") is None and "b_staticpic=false" in project_options(project, target):
        return add_keyword(target, "pic", "true")
    return ()


def link_archive(project: Project, user: Target, library: str, inside: tuple[str, ...]) -> tuple[Patch, ...]:
    """Give a target what an archive that it links was linked with, and take what only a shared one needs."""
    known = {target.name: target for target in targets(project)}
    archive = known.get(library)
    if archive is None or library not in links(project, user).names:
        return ()
    found = _hand_over(project, archive, known)
    if found:
        return found
    whole = linked_by(project, user, "link_whole")
    for name in inside if library in whole else ():
        if name in whole:
            advice = f"take {name} out of link_whole by hand, as {library} holds it"
            return drop_item(project, user, "link_whole", partial(_is_target, project, name), advice)
    rpath = user.call.argument("install_rpath")
    if rpath is not None and _is_origin(rpath) and _links_archives_alone(project, user, known):
        return drop_keyword(user, rpath)
    return ()


def private_runtime(project: Project, target: Target) -> tuple[Patch, ...]:
    """Link libstdc++ from its archive: by name where the target names it, else by the compiler's own flag."""
    if target.form == "archive":
        raise target.refusal(f"{target.name} is an archive, which is never linked; change what links it")
    known = keys(project, target, "link_args")
    named = stdcxx.NAME in libraries(project, target)
    if named and stdcxx.ARCHIVE not in known:
        return add_in_a_row(project, target, "link_args", (stdcxx.ARCHIVE, stdcxx.PRIVATE))
    if named:
        return drop_library(project, target, stdcxx.NAME)
    if stdcxx.ARCHIVE in known:
        return ()
    return add_in_a_row(project, target, "link_args", (stdcxx.STATIC, stdcxx.PRIVATE))


def drop_library(project: Project, target: Target, library: str) -> tuple[Patch, ...]:
    """Take a library of the system out of the dependencies, or else out of the linker's flags."""
    advice = f"take {library} out by hand"
    found = drop_item(project, target, "dependencies", lambda leaf: found_library(leaf) == library, advice)
    if found:
        return found
    return drop_item(project, target, "link_args", lambda leaf: _string(leaf) == f"-l{library}", advice)


def _rename(target: Target) -> tuple[Patch, ...]:
    call = target.call
    kind = call.argument("target_type")
    if call.function == "build_target" and kind is not None:
        return patches(target.file, [Splice(kind.value.start, kind.value.end, spell("static_library"))])
    return patches(target.file, [Splice(call.named, call.named + len(call.function), "static_library")])


def _goes(target: Target, argument: Argument) -> bool:
    name = argument.keyword.name if isinstance(argument.keyword, Name) else None
    given = target.file.text[argument.value.start : argument.value.end]
    if name == "pic":
        return given != "true"
    return name in _DROPPED and not (name == "install" and given == "false")


def _refuse_halves(project: Project, target: Target) -> None:
    """Raise RewriteError where both halves of `both_libraries()` are asked for: an archive has none."""
    for place in project.scope(target.file).places:
        call = place.call
        if call.target is None or call.function not in {"get_shared_lib", "get_static_lib"}:
            continue
        if names_target(project, Value(place.file, call.target), target.name):
            message = f"`{call.function}` of {target.name} is asked for, which an archive has not; name it alone"
            raise place.file.refusal(call, message)


def _hand_over(project: Project, archive: Target, known: dict[str, Target]) -> tuple[Patch, ...]:
    """Give the libraries that an archive names to the linker to all that link it, then take its flags away."""
    argument = archive.call.argument("link_args")
    if archive.form != "archive" or argument is None:
        return ()
    flags = keys(project, archive, "link_args")
    if None in flags:
        message = f"`link_args` of {archive.name} is computed, and an archive is never linked; give it to what links it"
        raise archive.file.refusal(argument.value, message)
    wanted = [flag for flag in flags if flag is not None and flag.startswith("-l")]
    for user in known.values():
        if archive.name in links(project, user).names and user.form != "archive":
            missing = [spell(flag) for flag in wanted if flag not in keys(project, user, "link_args")]
            if missing:
                return grow_keyword(project, user, "link_args", partial(_same, missing))
    return drop_keyword(archive, argument)


def _links_archives_alone(project: Project, user: Target, known: dict[str, Target]) -> bool:
    linked = links(project, user)
    return linked.all and all(name in known and known[name].form == "archive" for name in linked.names)


def _is_origin(argument: Argument) -> bool:
    plain = argument.value.value if isinstance(argument.value, String) else None
    return plain is not None and plain.startswith("$ORIGIN") and ":" not in plain


def _is_target(project: Project, name: str, leaf: Value) -> bool:
    return names_target(project, leaf, name)


def _same(spelled: Sequence[str], _: File) -> Sequence[str]:
    return spelled


def _string(leaf: Value) -> str | None:
    return leaf.node.value if isinstance(leaf.node, String) else None
