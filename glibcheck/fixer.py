"""Fix: build, look, plan, change, and build again until the result is within the target or nothing is left to try.

Every round starts from what the last build really was: its files are scanned anew, and its build files, with the
edits so far, are read anew. A fix can uncover needs that were not there before (a static C++ runtime brings its
own), so one plan is not enough, and a plan that was not rebuilt is not believed.

The project itself is only read; `apply` is the one function that writes to it.
"""

from __future__ import annotations

import os
import platform

from glibcheck.builder import Build, builder_of
from glibcheck.buildfiles import SYSTEMS
from glibcheck.errors import InputError, RewriteError, ToolError
from glibcheck.fixes.own_files import OWN_FILES, own_texts
from glibcheck.fixes.situation import Blocked, BuiltFile, Situation
from glibcheck.model.finding import ScannedFile
from glibcheck.model.outcome import Breakage, Outcome
from glibcheck.model.plan import Edit, Plan, Unresolved
from glibcheck.model.record import Record
from glibcheck.plan import all_offences, make_plan
from glibcheck.wheel import module_name
from glibcheck.workspace.scratch import read_text, read_texts, require_project, require_script, write_edits
from glibcheck.workspace.system import glibc_exports
from glibcheck.workspace.targets import build_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from glibcheck.builder import Builder
    from glibcheck.buildfiles import BuildSystem
    from glibcheck.model.image import Export
    from glibcheck.model.names import Soname
    from glibcheck.model.plan import Declaration, Step
    from glibcheck.model.target import Target

    Texts = Mapping[str, str]
    Tell = Callable[[str], None]

_MOST_ROUNDS = 6


class _Case(Record):
    """What stays the same in all rounds: the project, its texts as they are, and where it should run."""

    project: str
    system: BuildSystem
    texts: Texts
    target: Target
    machine: str
    exports: Mapping[Soname, tuple[Export, ...]]


class _State(Record):
    """Where the rounds stand: the last build, the texts that made it, the steps in them, and those that failed."""

    build: Build
    texts: Texts
    done: tuple[Step, ...] = ()
    blocked: tuple[Blocked, ...] = ()


def fix(project: str, target: str, smoke: str | None, verify: bool, tell: Tell) -> Outcome:
    """Find out how to bring a project within a target, in scratch copies.

    `smoke` is a Python script that must succeed with the rebuilt wheel installed, None for an import alone; without
    `verify` the plan for the first build is the answer. `tell` hears what is being done, in a few words.

    Raises: InputError or ToolError when the project as it is cannot be read or built; TargetError.
    """
    require_project(project)
    if smoke is not None:
        require_script(smoke)
    build_target(target, platform.machine())  # A mistake in its name should not cost a build.
    texts = read_texts(project, *OWN_FILES)
    with builder_of(project) as builder:
        tell("building the project as it is")
        first = _first_build(builder, project)
        machine = _machine(first)
        case = _Case(
            project, SYSTEMS["setuptools"], texts, build_target(target, machine), machine, glibc_exports(machine)
        )
        start = _State(first, texts)
        offences = all_offences(_situation(case, start))
        state, left, breakage = _rounds(case, start, builder, tell) if verify else _one_plan(case, start)
        rebuilt = verify and bool(state.done) and breakage is None
        if rebuilt:
            tell("importing the result")
            breakage = _try(lambda: builder.try_import(state.build, smoke))
    return Outcome(
        project=project,
        target=case.target,
        before=_scanned(first),
        offences=offences,
        plan=Plan(state.done, left),
        edits=_edits(case, state),
        after=_scanned(state.build) if rebuilt else None,
        breakage=breakage,
    )


def apply(outcome: Outcome) -> None:
    """Write the edits into the project; refused, with nothing written, when a file changed since it was read."""
    for edit in outcome.edits:
        path = os.path.join(outcome.project, *edit.path.split("/"))
        if read_text(path) != edit.before or (edit.before is None and os.path.lexists(path)):
            raise InputError(path, "changed while the fix was being proved; nothing was written, run it again")
    write_edits(outcome.project, outcome.edits)


def _first_build(builder: Builder, project: str) -> Build:
    try:
        return builder.build(())
    except ToolError as error:
        how = f"to see all of it: python -m build --wheel {project}"
        raise ToolError(project, f"does not build as it is; {error}; {how}", error.output) from error


def _rounds(
    case: _Case, state: _State, builder: Builder, tell: Tell
) -> tuple[_State, tuple[Unresolved, ...], Breakage | None]:
    """Plan, change and rebuild until a plan has no more steps; give the last state and what it leaves."""
    plan = make_plan(_situation(case, state))
    for number in range(1, _MOST_ROUNDS + 1):
        if not plan.steps:
            return state, plan.unresolved, None
        changed = _carry_out(case, state, plan)
        if changed.done != state.done:
            tell(f"rebuilding, round {number}: {', '.join(dict.fromkeys(step.fix for step in plan.steps))}")
            try:
                changed = changed._replace(build=builder.build(_edits(case, changed)))
            except ToolError as error:
                return changed, plan.unresolved, Breakage(str(error), error.output)
        state = changed
        plan = make_plan(_situation(case, state))
    endless = (Unresolved(offence, "still there after every round") for step in plan.steps for offence in step.offences)
    return state, (*plan.unresolved, *endless), None


def _one_plan(case: _Case, state: _State) -> tuple[_State, tuple[Unresolved, ...], None]:
    """Plan for the first build and change the texts, without a proof."""
    plan = make_plan(_situation(case, state))
    state = _carry_out(case, state, plan)
    failed = (Unresolved(offence, row.reason) for row in state.blocked for offence in row.step.offences)
    return state, (*plan.unresolved, *failed), None


def _situation(case: _Case, state: _State) -> Situation:
    found = case.system.declarations(state.texts)
    files = tuple(
        BuiltFile(path, linkage, _declaration_of(path, found.rows), state.build.named.get(path))
        for path, linkage in state.build.files
    )
    own, done, blocked = state.build.own, state.done, state.blocked
    return Situation(case.target, files, own, case.exports, done, blocked, found.unread, found.rows)


def _declaration_of(path: str, declared: Sequence[Declaration]) -> Declaration | None:
    """Find who declares a file of the wheel: by its full module name, else by the last part if only one has it.

    The module name can differ from the declared one in front, where `package_dir` puts packages elsewhere.
    """
    name = module_name(path)
    exact = [row for row in declared if row.name == name]
    alike = [row for row in declared if row.name.rpartition(".")[2] == name.rpartition(".")[2]]
    found = exact or alike
    return found[0] if len(found) == 1 else None


def _carry_out(case: _Case, state: _State, plan: Plan) -> _State:
    """Write each step of a plan into the texts; one that a build file cannot spell is blocked, the others go on."""
    for step in plan.steps:
        try:
            texts = case.system.rewrite(state.texts, step.changes)
        except RewriteError as error:
            state = state._replace(blocked=(*state.blocked, Blocked(step, str(error))))
        else:
            state = state._replace(texts=texts, done=(*state.done, step))
    return state._replace(texts={**state.texts, **own_texts(state.done, case.texts, case.target, case.machine)})


def _edits(case: _Case, state: _State) -> tuple[Edit, ...]:
    return tuple(
        Edit(path, case.texts.get(path), text)
        for path, text in sorted(state.texts.items())
        if text != case.texts.get(path)
    )


def _try(action: Callable[[], None]) -> Breakage | None:
    try:
        action()
    except ToolError as error:
        return Breakage(str(error), error.output)
    return None


def _machine(build: Build) -> str:
    """Name the machine that the wheel is for; that of this system when it has no ELF files."""
    return build.files[0][1].image.machine if build.files else platform.machine()


def _scanned(build: Build) -> tuple[ScannedFile, ...]:
    return tuple(ScannedFile(path, linkage.image) for path, linkage in build.files)
