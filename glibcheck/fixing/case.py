"""The project that is to be fixed, where the rounds stand with it, and how a plan gets into its texts."""

from __future__ import annotations

from glibcheck.builds import Build
from glibcheck.errors import RewriteError
from glibcheck.fixes.own_files import own_texts
from glibcheck.fixes.situation import Blocked, BuiltFile, Situation
from glibcheck.model.plan import Step
from glibcheck.model.record import Record
from glibcheck.model.target import Target
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

    `smoke` is a script that must succeed with the result, None for an import alone; the last two are as in Situation.
    """

    project: str
    system: BuildSystem
    read: ProjectTexts
    target: Target
    machine: str
    exports: Mapping[Soname, tuple[Export, ...]]
    smoke: str | None
    no_private_runtime: str | None = None
    unfortified_allowed: bool = False


class State(Record):
    """Where the rounds stand: the last good build, the texts that made it, the steps in them, and those that failed."""

    build: Build
    texts: Texts
    done: tuple[Step, ...] = ()
    blocked: tuple[Blocked, ...] = ()


def situation(case: Case, state: State) -> Situation:
    """Give what a plan for the next round looks at."""
    found = case.system.declarations({**state.texts, **state.build.record})
    files = tuple(
        BuiltFile(path, linkage, _declaration_of(path, found.rows, state.build), state.build.named.get(path))
        for path, linkage in state.build.files
    )
    unread = (*found.unread, *(f"{row.path}: {row.reason}" for row in case.read.passed_over))
    return Situation(
        target=case.target,
        files=files,
        own=state.build.own,
        exports=case.exports,
        done=state.done,
        blocked=state.blocked,
        unread=unread,
        declared=found.rows,
        no_private_runtime=case.no_private_runtime,
        unfortified_allowed=case.unfortified_allowed,
        objects=state.build.objects or (),
    )


def carry_out(case: Case, state: State, steps: Iterable[Step]) -> State:
    """Write each step into the texts; one that a build file cannot spell is blocked, the others go on."""
    for step in steps:
        try:
            texts = _rewritten(case, state, step)
        except RewriteError as error:
            state = blocked(state, step, str(error))
        else:
            state = state._replace(texts=texts, done=(*state.done, step))
    own = own_texts(state.done, case.read.texts, case.target, case.machine)
    return state._replace(texts={**state.texts, **own})


def _rewritten(case: Case, state: State, step: Step) -> Texts:
    """Carry out the changes of a step, with what configure found at hand, which is no file of the project."""
    record = state.build.record
    texts = case.system.rewrite({**state.texts, **record}, step.changes)
    return {path: text for path, text in texts.items() if path not in record}


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
