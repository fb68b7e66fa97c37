"""Changes carried out on the texts of a project.

    AddSources        the definition, or target_sources     and LANGUAGES of project() for the first C file
    AddIncludeDirs    target_include_directories
    AddCompileFlags   target_compile_options
    AddLinkFlags      target_link_options, and target_link_libraries for -l
    ForceInclude      target_compile_options                 "SHELL:-include 'HEADER'"
    DropLibrary       target_link_libraries
    MakeStatic        add_library STATIC, POSITION_INDEPENDENT_CODE, install
    LinkArchive       target_link_libraries                  object libraries that the archive has inside
    PrivateRuntime    target_link_options                    -static-libstdc++ LINKER:--exclude-libs,ALL

Each change is split into steps. A step looks at a target and tells what to splice so that it holds, which is nothing
where it does already; so the texts are read again after each, and running twice changes nothing more. All steps are
tried on the texts as they came first: a refusal then names the line that its author sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias, assert_never

from glibcheck.buildfiles import splice
from glibcheck.buildfiles.cmake import additions, archives
from glibcheck.buildfiles.cmake.edits import Edit
from glibcheck.buildfiles.cmake.targets import Build, Target, read
from glibcheck.buildfiles.ownership import only_ours
from glibcheck.errors import RewriteError
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)

# An edit that does not take must not be repeated for ever.
_MOST_EDITS = 40

Step: TypeAlias = Callable[[Build, Target], tuple[Edit, ...]]


def rewrite(texts: Mapping[str, str], changes: Sequence[Change]) -> Mapping[str, str]:
    """Carry out the changes to targets that the texts define; others are passed over.

    Raises: RewriteError when one of them cannot be done safely; then none is done.
    """
    steps = [(change.extension, step) for change in changes for step in _steps(change)]
    for name, step in steps:
        _edits(texts, name, step)
    written = texts
    for name, step in steps:
        written = _carry_out(written, name, step)
    return only_ours(texts, written)


def _steps(change: Change) -> Iterator[Step]:
    match change:
        case AddSources():
            yield partial(additions.enable_languages, new=change.sources)
            yield partial(additions.add_sources, new=change.sources)
        case AddIncludeDirs():
            yield partial(additions.add_include_dirs, new=change.directories)
        case AddCompileFlags():
            yield partial(additions.add_compile_flags, flags=change.flags)
        case AddLinkFlags():
            yield partial(additions.add_link_flags, flags=change.flags)
        case ForceInclude():
            yield partial(additions.force_include, header=change.header)
        case DropLibrary():
            yield partial(_drop_library, library=change.library)
        case DropExtension():
            yield _refuse_to_drop
        case MakeStatic():
            yield archives.make_static
            yield archives.make_position_independent
            yield archives.drop_versions
            yield archives.install_no_more
        case LinkArchive():
            yield partial(archives.drop_objects_inside, library=change.library, inside=change.inside)
        case PrivateRuntime():
            yield additions.archive_for_the_named_runtime
            yield additions.private_runtime
        case _:
            assert_never(change)


def _carry_out(texts: Mapping[str, str], name: str, step: Step) -> Mapping[str, str]:
    for _ in range(_MOST_EDITS):
        edits = _edits(texts, name, step)
        if not edits:
            return texts
        texts = {
            path: splice.apply(text, [edit.splice for edit in edits if edit.path == path])
            for path, text in texts.items()
        }
    raise RewriteError(edits[0].path, None, f"the edits to {name} have no effect; make them by hand")


def _edits(texts: Mapping[str, str], name: str, step: Step) -> tuple[Edit, ...]:
    builds, _ = read(texts)
    found = [(build, target) for build in builds for target in build.targets if target.full_name == name]
    if len(found) > 1:
        message = f"{name} is defined more than once; only you can tell which one to change"
        raise found[1][1].call.refusal(message)
    if not found:
        _refuse_riddles(builds, name)
        return ()
    return step(*found[0])


def _refuse_riddles(builds: Sequence[Build], name: str) -> None:
    """Raise RewriteError when a command that makes targets of computed names may make this one."""
    short = name.rpartition("/")[2]
    for riddle in (riddle for build in builds for riddle in build.riddles if short in riddle.names):
        what = f"{short} seems to be made by this {riddle.call.command.spelled}(), which makes others, too"
        raise riddle.call.refusal(f"{what}; change it by hand")


def _drop_library(build: Build, target: Target, library: str) -> tuple[Edit, ...]:
    own = [item for item in build.items(target, "target_link_libraries") if item.is_own]
    named = [item for item in own if item.value in {library, f"-l{library}"} and not build.named(library)]
    hidden = next((item for item in own if item.value is None), None)
    if not named and hidden is not None:
        what = f"{hidden.word.argument.text} may hold the library {library}"
        raise hidden.call.refusal(f"{what}; take it out of the link of {target.name} by hand")
    return archives.drop_links(target, named)


def _refuse_to_drop(build: Build, target: Target) -> tuple[Edit, ...]:
    what = f"{target.name} is a target that other commands may name"
    raise target.call.refusal(f"{what}; take it out of the build by hand")
