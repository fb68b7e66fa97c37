"""The rounds of a fix, with a build that is told what to think of each text: what fails is left out, and told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from glibcheck.builds import Build
from glibcheck.errors import RewriteError, ToolError
from glibcheck.fixing.case import Case, State
from glibcheck.fixing.rounds import Rounds
from glibcheck.model.image import Linkage
from glibcheck.model.names import SymbolName
from glibcheck.model.outcome import Attempt, Breakage
from glibcheck.model.plan import Change, Declared, Edit
from glibcheck.workspace.projectfiles import ProjectTexts
from tests.values import LIBC, LIBM, LIBSTDCXX, declaration, exports, linkage, required, target

GLIBC = {
    LIBM: exports("pow@@GLIBC_2.29", "pow@GLIBC_2.2.5"),
    LIBC: exports("pthread_once@@GLIBC_2.34", "pthread_once@GLIBC_2.2.5"),
}
PLAIN = "# nothing yet\n"


class System:
    """A build system whose one file holds the changes, a line each; it cannot spell those that are `unspellable`."""

    def __init__(self, unspellable: str = "") -> None:
        self._unspellable = unspellable

    def reads(self, path: str) -> bool:
        return path == "build"

    def declarations(self, _texts: Mapping[str, str]) -> Declared:
        return Declared((declaration("_a"),))

    def rewrite(self, texts: Mapping[str, str], changes: Sequence[Change]) -> Mapping[str, str]:
        names = [type(change).__name__ for change in changes]
        if self._unspellable in names:
            raise RewriteError("build", 3, "too clever")
        return {**texts, "build": texts["build"] + "".join(f"{name}\n" for name in names)}


class Builder:
    """A builder that fails where the text of the build file has one of the words, and notes each text."""

    def __init__(self, broken: str = "", unimportable: str = "", deaf: bool = False) -> None:
        self._broken, self._unimportable, self._deaf = broken, unimportable, deaf
        self.built: list[str] = []

    def build(self, edits: Iterable[Edit]) -> Build:
        text = next((edit.after for edit in edits if edit.path == "build"), PLAIN)
        self.built.append(text)
        if self._broken and self._broken in text:
            raise ToolError("build", f"no {self._broken}", "the output")
        return made(PLAIN if self._deaf else text)

    def try_import(self, build: Build, _smoke: str | None) -> None:
        if self._unimportable and self._unimportable in build.product:
            raise ToolError("import", "undefined symbol")


def made(text: str) -> Build:
    """Make the build of a text: C++ and pow are too new, until the text says otherwise."""
    needs = [] if "ForceInclude" in text or "AddSources" in text else [required(LIBM, "GLIBC_2.29", "pow")]
    needs += [] if "PrivateRuntime" in text else [required(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx")]
    found: Linkage = linkage(*needs, needed=(LIBM, LIBSTDCXX, LIBC))
    objects = (("a.o", frozenset({SymbolName("pow")})),)
    return Build((("_a.so", found),), objects, {}, (), {}, {}, product=text, folder="")


def case(system: System) -> Case:
    texts = ProjectTexts({"build": PLAIN})
    return Case("project", system, texts, target("2.28"), "x86_64", GLIBC, None)


def run(builder: Builder, system: System | None = None) -> tuple[list[Attempt], State, list[str]]:
    """Run the rounds; gives the attempts, the last state, and what is left and why."""
    rounds = Rounds(case(system or System()), builder, True, lambda _: None)
    state, left = rounds.run(State(made(PLAIN), {"build": PLAIN}))
    return rounds.attempts, state, [f"{row.offence.symbol}: {row.reason}" for row in left]


def steps(state: State) -> list[str]:
    return [step.fix for step in state.done]


RUNTIME, OLDER, COMPAT = "static C++ runtime", "older version", "compat source"


def test_all_steps_of_a_plan_are_tried_at_once() -> None:
    builder = Builder()
    attempts, state, left = run(builder)
    assert attempts == [Attempt((RUNTIME, OLDER), None)]
    assert (steps(state), left, len(builder.built)) == ([RUNTIME, OLDER], [], 1)


def test_a_step_that_breaks_the_build_is_left_out_and_the_others_stay() -> None:
    builder = Builder(broken="PrivateRuntime")
    attempts, state, left = run(builder)
    breakage = Breakage("build: no PrivateRuntime", "the output")
    assert attempts == [Attempt((RUNTIME, OLDER), breakage), Attempt((RUNTIME,), breakage), Attempt((OLDER,), None)]
    assert steps(state) == [OLDER]
    assert "PrivateRuntime" not in state.texts["build"]
    assert left == ["_Zx: fails with it: build: no PrivateRuntime"]


def test_where_a_step_fails_the_next_fix_takes_its_place() -> None:
    attempts, state, left = run(Builder(unimportable="ForceInclude"))
    breakage = Breakage("import: undefined symbol", "")
    assert attempts == [
        Attempt((RUNTIME, OLDER), breakage),
        Attempt((RUNTIME,), None),
        Attempt((OLDER,), breakage),
        Attempt((COMPAT,), None),
    ]
    assert (steps(state), left) == ([RUNTIME, COMPAT], [])


def test_a_step_that_no_build_file_can_spell_costs_no_build() -> None:
    builder = Builder()
    attempts, state, left = run(builder, System(unspellable="PrivateRuntime"))
    assert attempts == [Attempt((OLDER,), None)]
    assert (steps(state), left, len(builder.built)) == ([OLDER], ["_Zx: build:3: too clever"], 1)


def test_a_build_that_does_not_care_comes_to_an_end() -> None:
    builder = Builder(deaf=True)
    _, _, left = run(builder)
    assert len(builder.built) < 10
    assert any("the file still needs the shared one" in row for row in left)
