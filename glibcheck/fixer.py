"""Fix: build, look, plan, change, and build again until the result is within the target or nothing is left to try.

The project itself is only read; `workspace.applying` writes to it.
"""

from __future__ import annotations

import platform

from glibcheck.buildfiles import SYSTEMS
from glibcheck.builds import NO_OPTIONS, Options, builder_of, recipe_of
from glibcheck.errors import InputError, ToolError
from glibcheck.fixes.own_files import OWN_FILES
from glibcheck.fixing.case import Case, State, carry_out, situation
from glibcheck.fixing.rounds import Rounds
from glibcheck.fixing.runtime import why_no_private_runtime
from glibcheck.fixing.whereabouts import sited
from glibcheck.model.finding import ScannedFile
from glibcheck.model.outcome import Outcome
from glibcheck.model.plan import Plan, Unresolved
from glibcheck.model.record import Record
from glibcheck.plan import all_offences, make_plan
from glibcheck.workspace.projectfiles import read_project
from glibcheck.workspace.scratch import require_script
from glibcheck.workspace.system import glibc_exports
from glibcheck.workspace.targets import build_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from glibcheck.buildfiles import BuildSystem
    from glibcheck.builds import Build, Builder, Recipe
    from glibcheck.model.outcome import Proof
    from glibcheck.workspace.projectfiles import ProjectTexts

    Tell = Callable[[str], None]


class Request(Record):
    """What a user wants of a fix.

    `smoke` is a Python script that must succeed with the result, None for an import alone; without `verify` the plan
    for the first build is the answer. `build_system` and `options` are as for `builds`; `unfortified_allowed` is
    the consent to -U_FORTIFY_SOURCE.
    """

    project: str
    target: str
    smoke: str | None = None
    verify: bool = True
    build_system: str = "auto"
    options: Options = NO_OPTIONS
    unfortified_allowed: bool = False


def fix(request: Request, tell: Tell) -> Outcome:
    """Find out how to bring a project within a target, in scratch copies; `tell` hears what is being done.

    Raises: InputError or ToolError when the project as it is cannot be read or built, or fails its smoke test;
    TargetError.
    """
    project = request.project
    recipe = recipe_of(project, request.build_system)
    if request.smoke is not None:
        require_script(request.smoke)
    build_target(request.target, platform.machine())  # A mistake in its name should not cost a build.
    system = SYSTEMS[recipe.system]
    read = _read(project, system)
    with builder_of(project, recipe, request.options) as builder:
        tell("building the project as it is")
        first = _first_build(builder, project, recipe)
        case, start = _case(request, system, read, first), State(first, read.texts)
        offences = all_offences(situation(case, start))
        proof, notes = _proof(builder, first, request, tell) if offences and request.verify else ("import", ())
        rounds = Rounds(case, builder, proof != "scan", tell)
        state, left = rounds.run(start) if request.verify else _one_plan(case, start)
        return Outcome(
            project=project,
            target=case.target,
            before=_scanned(first),
            offences=offences,
            plan=Plan(state.done, sited(left, state.build)),
            edits=read.edits(state.texts),
            attempts=tuple(rounds.attempts),
            after=_scanned(state.build) if request.verify and state.done else None,
            proof=proof,
            notes=(*recipe.notes, *notes),
        )


def _case(request: Request, system: BuildSystem, read: ProjectTexts, first: Build) -> Case:
    machine = _machine(first)
    return Case(
        project=request.project,
        system=system,
        read=read,
        target=build_target(request.target, machine),
        machine=machine,
        exports=glibc_exports(machine),
        smoke=request.smoke,
        no_private_runtime=why_no_private_runtime() if _needs_cxx(first) else None,
        unfortified_allowed=request.unfortified_allowed,
    )


def editable(project: str, build_system: str) -> tuple[str, ...]:
    """Name the files of a project that a fix may edit or make: those that declare something, and those that fixes add.

    Raises: InputError as `recipe_of` does.
    """
    system = SYSTEMS[recipe_of(project, build_system).system]
    rows = system.declarations(_read(project, system).texts).rows
    return (*sorted({row.path for row in rows}), *OWN_FILES)


def _read(project: str, system: BuildSystem) -> ProjectTexts:
    return read_project(project, system.reads, OWN_FILES)


def _first_build(builder: Builder, project: str, recipe: Recipe) -> Build:
    try:
        first = builder.build(())
    except ToolError as error:
        how = f"; to see all of it: python -m build --wheel {project}" if recipe.how == "pep517" else ""
        raise ToolError(project, f"does not build as it is; {error}{how}", error.output) from error
    if not first.files and first.left_out:
        others = f"its other files ({first.left_out}) are not looked at"
        raise InputError(project, f"installs no extension module that Python loads; {others}")
    return first


def _proof(builder: Builder, first: Build, request: Request, tell: Tell) -> tuple[Proof, tuple[str, ...]]:
    """Try the project as it is: what fails before the fix tells nothing about the fix.

    Raises: ToolError when it is the user's own smoke test that fails.
    """
    tell("importing it")
    try:
        builder.try_import(first, request.smoke)
    except ToolError as error:
        if request.smoke is not None:
            raise ToolError(request.project, f"fails as it is, without a fix; {error}", error.output) from error
        return "scan", (f"the project as it is cannot be imported here, so the result was not, either: {error}",)
    return "import" if request.smoke is None else "smoke test", ()


def _one_plan(case: Case, state: State) -> tuple[State, tuple[Unresolved, ...]]:
    """Plan for the first build and change the texts, without a proof."""
    plan = make_plan(situation(case, state))
    state = carry_out(case, state, plan.steps)
    failed = (Unresolved(offence, row.reason) for row in state.blocked for offence in row.step.offences)
    return state, (*plan.unresolved, *failed)


def _machine(build: Build) -> str:
    """Name the machine that the product is for; that of this system when it has no ELF files."""
    return build.files[0][1].image.machine if build.files else platform.machine()


def _needs_cxx(build: Build) -> bool:
    return any(name.startswith("libstdc++.") for _, linkage in build.files for name in linkage.image.needed)


def _scanned(build: Build) -> tuple[ScannedFile, ...]:
    return tuple(ScannedFile(path, linkage.image) for path, linkage in build.files)
