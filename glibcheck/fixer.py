"""Fix: build, look, plan, change, and build again until the result is within the target or nothing is left to try.

The project itself is only read; `workspace.applying` writes to it.
"""

from __future__ import annotations

import platform

from glibcheck.builder import builder_of
from glibcheck.buildfiles import SYSTEMS
from glibcheck.errors import ToolError
from glibcheck.fixes.older_version import HEADER
from glibcheck.fixing.case import Case, State, carry_out, situation
from glibcheck.fixing.rounds import Rounds
from glibcheck.model.finding import ScannedFile
from glibcheck.model.outcome import Outcome
from glibcheck.model.plan import Plan, Unresolved
from glibcheck.model.record import Record
from glibcheck.plan import all_offences, make_plan
from glibcheck.workspace.projectfiles import read_project
from glibcheck.workspace.scratch import require_project, require_script
from glibcheck.workspace.system import glibc_exports
from glibcheck.workspace.targets import build_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from glibcheck.builder import Build, Builder
    from glibcheck.model.outcome import Proof
    from glibcheck.workspace.projectfiles import ProjectTexts

    Tell = Callable[[str], None]


class Request(Record):
    """What a user wants of a fix.

    `smoke` is a Python script that must succeed with the result, None for an import alone; without `verify` the plan
    for the first build is the answer.
    """

    project: str
    target: str
    smoke: str | None = None
    verify: bool = True


def fix(request: Request, tell: Tell) -> Outcome:
    """Find out how to bring a project within a target, in scratch copies; `tell` hears what is being done.

    Raises: InputError or ToolError when the project as it is cannot be read or built, or fails its smoke test;
    TargetError.
    """
    project = request.project
    require_project(project)
    if request.smoke is not None:
        require_script(request.smoke)
    build_target(request.target, platform.machine())  # A mistake in its name should not cost a build.
    read = _read(project)
    with builder_of(project) as builder:
        tell("building the project as it is")
        first = _first_build(builder, project)
        machine = _machine(first)
        system, target = SYSTEMS["setuptools"], build_target(request.target, machine)
        case = Case(project, system, read, target, machine, glibc_exports(machine), request.smoke)
        start = State(first, read.texts)
        offences = all_offences(situation(case, start))
        proof, notes = _proof(builder, first, request, tell) if offences and request.verify else ("import", ())
        rounds = Rounds(case, builder, proof != "scan", tell)
        state, left = rounds.run(start) if request.verify else _one_plan(case, start)
        return Outcome(
            project=project,
            target=target,
            before=_scanned(first),
            offences=offences,
            plan=Plan(state.done, left),
            edits=read.edits(state.texts),
            attempts=tuple(rounds.attempts),
            after=_scanned(state.build) if request.verify and state.done else None,
            proof=proof,
            notes=notes,
        )


def editable(project: str) -> tuple[str, ...]:
    """Name the files of a project that a fix may edit or make: those that declare something, and the header."""
    texts = _read(project).texts
    return (*sorted({row.path for row in SYSTEMS["setuptools"].declarations(texts).rows}), HEADER)


def _read(project: str) -> ProjectTexts:
    return read_project(project, SYSTEMS["setuptools"].reads, (HEADER,))


def _first_build(builder: Builder, project: str) -> Build:
    try:
        return builder.build(())
    except ToolError as error:
        how = f"to see all of it: python -m build --wheel {project}"
        raise ToolError(project, f"does not build as it is; {error}; {how}", error.output) from error


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


def _scanned(build: Build) -> tuple[ScannedFile, ...]:
    return tuple(ScannedFile(path, linkage.image) for path, linkage in build.files)
