"""`meson.build`: the targets that Meson makes of it, and of those of the subprojects that are part of the project.

What a change becomes:

    AddSources        the sources            each file that is not there yet, relative to the folder of the file
    AddIncludeDirs    include_directories    each directory that is not there yet
    AddCompileFlags   c_args, cpp_args       of the languages that the target is compiled from, unless in a row there
    AddLinkFlags      link_args              the same
    ForceInclude      c_args, cpp_args       -include and the absolute path of the header
    DropLibrary       dependencies           without the find_library() of that name; link_args without its -l
    DropExtension                            refused: what else reads the target is not known
    MakeStatic        static_library()       without what only a shared library has, and what would install it
    LinkArchive       link_args              what the archive was linked with; install_rpath '$ORIGIN' goes
    PrivateRuntime    link_args              -static-libstdc++, or the archive by name where stdc++ is named

Each change is carried out edit by edit: a step looks at the project and says what to splice next, which is nothing
when all is done. So the changed file is read again after each edit, and running twice changes nothing more.

The trap: one call can make many targets (`foreach`), and one target can be declared twice (`if`/`else`). Then only a
person can tell what to change, and the file is left as it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias, assert_never

from glibcheck.buildfiles import splice
from glibcheck.buildfiles.meson.additions import (
    add_compile_flags,
    add_include_dirs,
    add_link_flags,
    add_sources,
    force_include,
)
from glibcheck.buildfiles.meson.archives import drop_library, link_archive, make_static, private_runtime
from glibcheck.buildfiles.meson.patches import Patch
from glibcheck.buildfiles.meson.project import NAME, Project, is_wrap
from glibcheck.buildfiles.meson.reading import declaration
from glibcheck.buildfiles.meson.targets import Target, nameless, targets
from glibcheck.buildfiles.ownership import only_ours
from glibcheck.errors import RewriteError
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    Declared,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)

# Most changes take one edit to a few; an edit that does not take must not be repeated for ever.
_MOST_EDITS = 60

# Looks at a target and tells what to splice next: nothing where all is done.
Step: TypeAlias = Callable[[Project, Target], tuple[Patch, ...]]


def reads(path: str) -> bool:
    """Say whether a file is one of Meson's: a build file, or one that tells from where a subproject is fetched."""
    return posixpath.basename(path) == NAME or is_wrap(path)


def declarations(texts: Mapping[str, str]) -> Declared:
    """Tell the targets that the files declare, and where one is whose name cannot be told."""
    project = Project(texts)
    computed = "the name of this target is computed, so that it can be changed by hand only"
    errors = [*project.unread, *(place.file.refusal(place.call, computed) for place in nameless(project))]
    rows = tuple(declaration(project, target) for target in targets(project))
    return Declared(rows, tuple(sorted(str(error) for error in errors)))


def rewrite(texts: Mapping[str, str], changes: Sequence[Change]) -> Mapping[str, str]:
    """Carry out the changes to targets that the texts declare; others are passed over.

    Raises: RewriteError when one of them cannot be done safely; then none is done.
    """
    written = texts
    for change in changes:
        written = _carry_out(written, change.extension, _step(change))
    return only_ours(texts, written)


def _step(change: Change) -> Step:
    step: Step
    match change:
        case AddSources():
            step = partial(add_sources, paths=change.sources)
        case AddIncludeDirs():
            step = partial(add_include_dirs, directories=change.directories)
        case AddCompileFlags():
            step = partial(add_compile_flags, flags=change.flags)
        case AddLinkFlags():
            step = partial(add_link_flags, flags=change.flags)
        case ForceInclude():
            step = partial(force_include, header=change.header)
        case DropLibrary():
            step = partial(drop_library, library=change.library)
        case DropExtension():
            step = _refuse_to_drop
        case MakeStatic():
            step = make_static
        case LinkArchive():
            step = partial(link_archive, library=change.library, inside=change.inside)
        case PrivateRuntime():
            step = private_runtime
        case _:
            assert_never(change)
    return step


def _carry_out(texts: Mapping[str, str], name: str, step: Step) -> Mapping[str, str]:
    for _ in range(_MOST_EDITS):
        project = Project(texts)
        target = _target(project, name)
        patches = () if target is None else step(project, target)
        if not patches:
            return texts
        texts = _applied(project, texts, patches)
    raise RewriteError(NAME, None, f"the edits to {name} have no effect; make them by hand")


def _target(project: Project, name: str) -> Target | None:
    """Find the target of this name; None when no text declares it.

    Raises: RewriteError when more than one call makes it, or one call makes others, too; or when the file that may
    declare it cannot be read.
    """
    found = [target for target in targets(project) if target.name == name]
    if not found:
        folder = posixpath.dirname(name)
        for error in project.unread:
            if posixpath.dirname(error.path) == folder:
                raise error
        return None
    if len(found) > 1:
        raise found[1].refusal(f"{name} is declared more than once; only you can tell which one to change")
    if found[0].loop is not None:
        raise found[0].refusal(
            f"a loop makes {name}, and may make others; change it by hand, or take it out of the loop"
        )
    return found[0]


def _applied(project: Project, texts: Mapping[str, str], patches: tuple[Patch, ...]) -> Mapping[str, str]:
    changed = dict(texts)
    for file in {patch.file.path: patch.file for patch in patches}.values():
        folder = project.scope(file).folder
        if folder in project.downloaded:
            wrap = project.downloaded[folder]
            what = f"{wrap} fetches {folder} anew, so that a change there would be lost"
            advice = "make it there a patch of the wrap (diff_files), or remove the wrap and keep the folder"
            raise RewriteError(file.path, None, f"{what}; {advice}")
        splices = [patch.splice for patch in patches if patch.file.path == file.path]
        changed[file.path] = splice.apply(file.text, splices)
    return changed


def _refuse_to_drop(project: Project, target: Target) -> tuple[Patch, ...]:
    raise target.refusal(f"what else in the project needs {target.name} is not known; take it out by hand")
