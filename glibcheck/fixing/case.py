"""The project that is to be fixed, where the rounds stand with it, and how a plan gets into its texts."""

from __future__ import annotations

from glibcheck.builds import Build
from glibcheck.errors import RewriteError
from glibcheck.fixes.older_version import HEADER
from glibcheck.fixes.situation import Blocked, BuiltFile, Situation
from glibcheck.model.plan import Step
from glibcheck.model.record import Record
from glibcheck.model.target import Target
from glibcheck.plan import directives
from glibcheck.symver import header, read_header
from glibcheck.wheel import module_name
from glibcheck.workspace.projectfiles import ProjectTexts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glibcheck.buildfiles import BuildSystem
    from glibcheck.model.image import Export
    from glibcheck.model.names import Soname
    from glibcheck.model.plan import Declaration

    Texts = Mapping[str, str]


class Case(Record):
    """What stays the same in all rounds: the project, its texts as they were read, and where it should run.

    `smoke` is a script that must succeed with the result, None for an import alone.
    """

    project: str
    system: BuildSystem
    read: ProjectTexts
    target: Target
    machine: str
    exports: Mapping[Soname, tuple[Export, ...]]
    smoke: str | None


class State(Record):
    """Where the rounds stand: the last good build, the texts that made it, the steps in them, and those that failed."""

    build: Build
    texts: Texts
    done: tuple[Step, ...] = ()
    blocked: tuple[Blocked, ...] = ()


def situation(case: Case, state: State) -> Situation:
    """Give what a plan for the next round looks at."""
    found = case.system.declarations(state.texts)
    files = tuple(
        BuiltFile(path, linkage, _declaration_of(path, found.rows, state.build), state.build.named.get(path))
        for path, linkage in state.build.files
    )
    unread = (*found.unread, *(f"{row.path}: {row.reason}" for row in case.read.passed_over))
    own, done, blocked = state.build.own, state.done, state.blocked
    return Situation(case.target, files, own, case.exports, done, blocked, unread, found.rows)


def carry_out(case: Case, state: State, steps: Iterable[Step]) -> State:
    """Write each step into the texts; one that a build file cannot spell is blocked, the others go on."""
    for step in steps:
        try:
            texts = case.system.rewrite(state.texts, step.changes)
        except RewriteError as error:
            state = blocked(state, step, str(error))
        else:
            state = state._replace(texts=texts, done=(*state.done, step))
    return state._replace(texts=_with_header(case, state))


def blocked(state: State, step: Step, reason: str) -> State:
    """Note that a step cannot be had, and why."""
    return state._replace(blocked=(*state.blocked, Blocked(step, reason)))


def _declaration_of(path: str, declared: Sequence[Declaration], build: Build) -> Declaration | None:
    """Find who declares a built file: by the build's own record, else by its module name as setuptools declares it.

    The module name is taken whole, else its last part if only one declaration has that: it can differ in front, where
    `package_dir` puts packages elsewhere.
    """
    recorded = build.targets.get(path)
    if recorded is not None:
        return next((row for row in declared if row.name == recorded), None)
    name = module_name(path)
    exact = [row for row in declared if row.name == name]
    alike = [row for row in declared if row.name.rpartition(".")[2] == name.rpartition(".")[2]]
    found = exact or alike
    return found[0] if len(found) == 1 else None


def _with_header(case: Case, state: State) -> Texts:
    """Add the header with the directives of all steps, and of an earlier fix if the project has one."""
    found = directives(state.done)
    if not found:
        return state.texts
    earlier = read_header(case.read.texts.get(HEADER, ""))
    # One directive for a symbol: an assembler refuses two, and an earlier fix may have had another target.
    one_each = {row.symbol: row for row in (*earlier, *found)}
    return {**state.texts, HEADER: header(tuple(one_each.values()), case.target, case.machine)}
