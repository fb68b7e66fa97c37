"""Make a wheel for an older system: build as it is, build against stubs of the target, judge, repair, try, and keep.

The plain build says what is too new, whether a private C++ runtime is needed at all, and what must not get lost. The
lowered build is the same project with other variables in its environment. Nothing is put where the user wants the
wheel before everything about it has held.

This runs the project's own build code, twice, and at the end an import of its modules; `auditwheel` is run to bring in
libraries that the target does not promise, and to give the tag.
"""

from __future__ import annotations

import os
import platform
import tempfile

from glibcheck.builds import Options, pep517, recipe_of
from glibcheck.builds.repair import repair
from glibcheck.errors import InputError, ToolError
from glibcheck.lowering import dropped, lost, newest_runtime_fits, solved
from glibcheck.model.finding import ScannedFile
from glibcheck.model.lowering import Left, Lowering
from glibcheck.model.record import Record
from glibcheck.sysroot import compat
from glibcheck.sysroot.environment import variables
from glibcheck.sysroots import sysroot
from glibcheck.workspace.grafts import TO_BE_BROUGHT, grafts
from glibcheck.workspace.judging import judged
from glibcheck.workspace.scratch import opened_project, require_script, require_writable
from glibcheck.workspace.targets import build_target, platform_tag
from glibcheck.workspace.texts import write_bytes_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from glibcheck.builds import Build
    from glibcheck.builds.pep517 import Pep517Builder as Builder
    from glibcheck.model.image import ElfImage
    from glibcheck.model.toolchain import Runtime, Wish
    from glibcheck.model.verdict import Finding, Verdict
    from glibcheck.sysroots import Sysroot

    Tell = Callable[[str], None]

_OF_THE_WHEEL = "GC015"  # the tag of a wheel that has no promise yet


class Request(Record):
    """What a user wants of a build, beside the target.

    `compare` False leaves the plain build away; `smoke` is a script to run with the wheel installed, None for an import
    alone; `settings` are those of PEP 517's config_settings.
    """

    project: str
    wish: Wish
    output: str
    compare: bool = True
    smoke: str | None = None
    settings: Mapping[str, str] = {}


def make(request: Request, tell: Tell) -> Lowering:
    """Build a project for a target; `tell` hears what is being done, in a few words.

    Raises: InputError, TargetError or ToolError when there is no answer: the project does not build, no compiler.
    """
    if request.smoke is not None:
        require_script(request.smoke)
    require_writable(request.output)
    build_target(request.wish.target, request.wish.machine or platform.machine())  # a mistake should not cost a build
    options = Options(request.settings)
    with (
        opened_project(request.project) as project,
        pep517.opened(project, recipe_of(project, "pep517"), options) as builder,
    ):
        plain = _plain(request, builder, tell)
        tell("making the sysroot")
        made = sysroot(request.wish._replace(runtime=_runtime(request.wish, plain)))
        tell(f"building for {made.target.name}")
        lowered = builder.build((), lambda around: dict(around) | variables(made.flags, around))
        result = _compared(request, made, plain, lowered)
        with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
            return _finished(request, result, lowered, builder, folder, tell)


def _plain(request: Request, builder: Builder, tell: Tell) -> Build | None:
    if not request.compare:
        return None
    tell("building as it is")
    try:
        return builder.build(())
    except ToolError as error:
        how = f"to see all of it: python -m build --wheel {request.project}"
        raise ToolError(request.project, f"does not build as it is; {error}; {how}", error.output) from error


def _runtime(wish: Wish, plain: Build | None) -> Runtime:
    """Choose the C++ runtime by what the plain build needs of it, where the user leaves it open."""
    if wish.runtime != "auto" or plain is None:
        return wish.runtime
    target = build_target(wish.target, wish.machine or platform.machine())
    return "shared" if newest_runtime_fits(_images(plain).values(), target) else "private"


def _compared(request: Request, made: Sysroot, plain: Build | None, lowered: Build) -> Lowering:
    names = {row.symbol for row in compat.COMPAT}
    before, after = _images(plain) if plain is not None else {}, _images(lowered)
    gone = dropped(plain.own if plain is not None else None, lowered.own)
    return Lowering(
        project=request.project,
        target=made.target,
        runtime="private" if made.private else "shared",
        before=None if plain is None else _scanned(before),
        after=_scanned(after),
        solved=tuple(solved(before, after, made.target, names)),
        lost=tuple(lost(before, after, names, gone)),
        left=(),
    )


def _finished(
    request: Request, result: Lowering, lowered: Build, builder: Builder, folder: str, tell: Tell
) -> Lowering:
    """Judge the lowered wheel, repair it, try it and keep it; stop at the first of these that does not hold."""
    path = os.path.join(folder, lowered.wheel_name)
    write_bytes_whole(path, lowered.wheel)
    tag = platform_tag(result.target, platform.machine()) if result.after else None
    left = _left(judged([path], result.target.name), lowered, {TO_BE_BROUGHT, _OF_THE_WHEEL})
    result = result._replace(left=left)
    if tag is not None:
        result = _with_grafts(
            result, path, tag.removesuffix(f"_{platform.machine()}"), os.path.join(folder, "unpacked")
        )
    if result.left or result.lost:
        return result
    if tag is not None:
        tell("repairing")
        try:
            path = repair(path, tag, os.path.join(folder, "repaired"))
        except ToolError as error:
            return result._replace(failure=str(error))
        result = result._replace(tag=tag, left=_left(judged([path], None), lowered, set()))
        if result.left:
            return result
    return _tried(request, result, path, builder, lowered, tell)


def _with_grafts(result: Lowering, path: str, policy: str, folder: str) -> Lowering:
    """Name the libraries that repair will bring in, which `policy` decides, and what of theirs is too new for it.

    The target itself may promise no libraries at all: a bare release of glibc says nothing about them.
    """
    brought = sorted(
        {row.library for row in _findings(judged([path], policy)) if row.code == TO_BE_BROUGHT and row.library}
    )
    found = grafts(path, (file.path for file in result.after), brought, policy, folder) if brought else ()
    more = tuple(Left(place, _advised(row), ()) for place, row in found)
    return result._replace(grafted=tuple(brought), left=result.left + more)


def _tried(request: Request, result: Lowering, path: str, builder: Builder, lowered: Build, tell: Tell) -> Lowering:
    """Import what was built, and put the wheel where it is wanted."""
    with open(path, "rb") as stream:
        wheel = stream.read()
    tell("importing the result")
    try:
        builder.try_import(lowered._replace(wheel=wheel, wheel_name=os.path.basename(path)), request.smoke)
    except ToolError as error:
        return result._replace(failure=str(error))
    kept = os.path.join(request.output, os.path.basename(path))
    try:
        os.makedirs(request.output, exist_ok=True)
    except OSError as error:
        raise InputError(request.output, f"cannot be made: {error.strerror}") from error
    write_bytes_whole(kept, wheel)
    return result._replace(wheel=kept)


def _left(verdict: Verdict, build: Build, passed: set[str]) -> tuple[Left, ...]:
    """List the findings but for those of the codes `passed`, each with the objects that ask for its symbol."""
    return tuple(
        Left(judged_file.path.rpartition(":")[2], _advised(row), _brought_by(row, build))
        for judged_file in verdict.files
        for row in judged_file.findings
        if row.code not in passed
    )


def _advised(finding: Finding) -> Finding:
    """Say why no stand-in is made for a symbol, where that is known: it tells what to do instead."""
    reason = None if finding.symbol is None else compat.refusal(finding.symbol, platform.machine())
    return finding if reason is None else finding._replace(fix=f"no stand-in is made: {reason}")


def _brought_by(finding: Finding, build: Build) -> tuple[str, ...]:
    """Name the objects that ask for a symbol; members of archives only when no object does, for they hold objects."""
    if finding.symbol is None:
        return ()
    found = (
        [path for path, names in rows if finding.symbol in names] for rows in (build.objects or (), build.archived)
    )
    return tuple(next(filter(None, found), ()))


def _findings(verdict: Verdict) -> Iterable[Finding]:
    return (row for judged_file in verdict.files for row in judged_file.findings)


def _images(build: Build) -> dict[str, ElfImage]:
    return {path: linkage.image for path, linkage in build.files}


def _scanned(images: Mapping[str, ElfImage]) -> tuple[ScannedFile, ...]:
    return tuple(ScannedFile(path, image) for path, image in images.items())
