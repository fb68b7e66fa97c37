"""The rounds: plan, change, build, try, and plan again until a plan has no more steps.

Every round starts from what the last build really was. A fix can uncover needs that were not there before (a static
C++ runtime brings its own), so one plan is not enough, and a plan that was not rebuilt is not believed.

When the project does not build with the steps of a plan, or its result fails, they are tried one by one: what fails
alone is blocked, and the next plan finds another fix for it or says why there is none.
"""

from __future__ import annotations

from glibcheck.errors import ToolError
from glibcheck.fixing.case import blocked, carry_out, situation
from glibcheck.model.outcome import Attempt, Breakage
from glibcheck.model.plan import Unresolved
from glibcheck.plan import make_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glibcheck.builds import Builder
    from glibcheck.fixing.case import Case, State
    from glibcheck.model.plan import Step

    Tell = Callable[[str], None]

_MOST_ROUNDS = 8
_MOST_BUILDS = 20


class Rounds:
    """Runs the rounds of one case, and remembers each attempt."""

    def __init__(self, case: Case, builder: Builder, importable: bool, tell: Tell) -> None:
        """Take a builder of the project; with `importable`, each result must be importable and pass the smoke test."""
        self.attempts: list[Attempt] = []
        self._case = case
        self._builder = builder
        self._importable = importable
        self._tell = tell

    def run(self, state: State) -> tuple[State, tuple[Unresolved, ...]]:
        """Go on until a plan has no more steps; give the last good state and what it leaves."""
        plan = make_plan(situation(self._case, state))
        for _ in range(_MOST_ROUNDS):
            if not plan.steps:
                return state, plan.unresolved
            state = self._advance(state, plan.steps)
            plan = make_plan(situation(self._case, state))
        why = "still there after every round"
        endless = [Unresolved(offence, why) for step in plan.steps for offence in step.offences]
        return state, (*plan.unresolved, *endless)

    def _advance(self, state: State, steps: Sequence[Step]) -> State:
        """Take as many of the steps as work; the others are blocked."""
        changed = carry_out(self._case, state, steps)
        fresh = changed.done[len(state.done) :]
        if not fresh:
            return changed
        good = self._attempt(changed, fresh)
        if not isinstance(good, Breakage):
            return good
        before = state._replace(blocked=changed.blocked)
        if len(fresh) == 1:
            return blocked(before, fresh[0], f"fails with it: {good.message}")
        state = before
        for step in fresh:
            state = self._advance(state, (step,))
        return state

    def _attempt(self, changed: State, fresh: Sequence[Step]) -> State | Breakage:
        """Build and try what was changed."""
        fixes = tuple(dict.fromkeys(step.fix for step in fresh))
        if len(self.attempts) >= _MOST_BUILDS:
            return Breakage(f"not tried: {_MOST_BUILDS} builds were made before it", "")
        self._tell(f"rebuilding, attempt {len(self.attempts) + 1}: {', '.join(fixes)}")
        try:
            build = self._builder.build(self._case.read.edits(changed.texts))
            if self._importable:
                self._builder.try_import(build, self._case.smoke)
        except ToolError as error:
            breakage = Breakage(str(error), error.output)
            self.attempts.append(Attempt(fixes, breakage))
            return breakage
        self.attempts.append(Attempt(fixes, None))
        return changed._replace(build=build)
