"""The harness on given numbers and trivial commands; nothing here asserts on time."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.bench import __main__, cases, corpus, result, table
from tests.bench.harness import (
    ENVIRONMENT,
    Case,
    Command,
    CommandFailedError,
    Cost,
    Measured,
    Row,
    Sample,
    Spread,
    Unmeasured,
    compare,
    fitting_runs,
    measure,
    run,
    spread,
)
from tests.downloads import UnavailableError

GOOD = Command("good", (sys.executable, "-I", "-S", "-c", "pass"))
CASE = Case("a case", Command("ours", ("/ours",)), Command("theirs", ("/theirs",)), 0.5)
MACHINE: dict[str, object] = {"cpu": "a | b", "cores": 2}


def python(code: str, label: str = "program") -> Command:
    return Command(label, (sys.executable, "-I", "-S", "-c", code))


def answer(
    median: float,
    goal: float = 0.5,
    floor_kib: int = 0,
    peak_goal_kib: int | None = None,
    more_goal: float | None = None,
) -> Measured:
    cost = Cost(Spread(0.2, 0.1, 0.3), 20480, floor_kib)
    case = Case(CASE.name, CASE.ours, CASE.peer, goal, peak_goal_kib, more_goal=more_goal)
    return Measured(case, 9, Spread(median, median * 0.9, median * 2), Spread(0.25, -0.1, 0.4), cost, cost)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([3.0], Spread(3.0, 3.0, 3.0)),
        ([5.0, 1.0, 2.0], Spread(2.0, 1.0, 5.0)),
        ([4.0, 1.0, 2.0, 9.0], Spread(3.0, 1.0, 9.0)),
    ],
    ids=["one", "odd", "even"],
)
def test_spread_is_median_min_and_max(figures: list[float], expected: Spread) -> None:
    assert spread(figures) == expected


def test_ratio_is_taken_within_each_pair() -> None:
    # The machine was twice as slow during the second pair; the ratio does not see it.
    pairs = [(Sample(1.0, 1, 10, 3), Sample(4.0, 4, 30, 3)), (Sample(2.0, 2, 20, 4), Sample(8.0, 8, 5, 4))]
    found = compare(CASE, pairs)
    assert found == Measured(
        CASE,
        2,
        Spread(0.25, 0.25, 0.25),
        Spread(-4.5, -6.0, -3.0),
        Cost(Spread(1.5, 1.0, 2.0), 20, 4),
        Cost(Spread(6.0, 4.0, 8.0), 30, 4),
    )


@pytest.mark.parametrize(("median", "holds"), [(0.49, True), (0.5, True), (0.51, False)])
def test_goal_holds_when_the_median_is_within_it(median: float, holds: bool) -> None:
    assert answer(median).holds is holds


@pytest.mark.parametrize(("peak_goal_kib", "holds"), [(None, True), (20480, True), (20479, False)])
def test_goal_may_be_one_of_memory_too(peak_goal_kib: int | None, holds: bool) -> None:
    assert answer(0.3, peak_goal_kib=peak_goal_kib).holds is holds


@pytest.mark.parametrize(("more_goal", "holds"), [(None, True), (0.25, True), (0.24, False)])
def test_goal_may_be_one_of_seconds_too(more_goal: float | None, holds: bool) -> None:
    assert answer(0.3, more_goal=more_goal).holds is holds


@pytest.mark.parametrize("seconds", [0, 0.2, 1, 5, 100])
def test_default_number_of_runs_is_odd(seconds: float) -> None:
    assert fitting_runs(seconds) % 2 == 1


def test_longer_rows_get_fewer_runs() -> None:
    counts = [fitting_runs(seconds) for seconds in (0.1, 1, 5, 100)]
    assert counts == sorted(counts, reverse=True)


def test_commands_alternate_after_one_warm_up_of_each(tmp_path: os.PathLike[str]) -> None:
    log = os.path.join(tmp_path, "log")
    ours, theirs = (python(f"open({log!r}, 'a').write({letter!r})") for letter in "AB")
    found = measure(Case("turns", ours, theirs, 1), runs=3)
    assert isinstance(found, Measured)
    assert found.runs == 3
    with open(log, encoding="utf-8") as stream:
        assert stream.read() == "AB" * 4


def test_slow_peer_runs_once(tmp_path: os.PathLike[str]) -> None:
    log = os.path.join(tmp_path, "log")
    ours, theirs = (python(f"open({log!r}, 'a').write({letter!r})") for letter in "AB")
    found = measure(Case("turns", ours, theirs, 1, once=True), runs=3)
    assert isinstance(found, Measured)
    assert found.runs == 1
    with open(log, encoding="utf-8") as stream:
        assert stream.read() == "AAB"


def test_run_counts_cpu_time_and_memory_of_the_child() -> None:
    sample = run(GOOD)
    assert sample.cpu_seconds > 0
    assert sample.wall_seconds > 0
    assert sample.peak_kib > 0


def test_command_sees_only_the_documented_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    run(python(f"import os, sys; sys.exit(dict(os.environ) != {ENVIRONMENT!r})"))


def test_command_starts_in_an_empty_folder_and_the_caller_stays_where_it_was() -> None:
    before = os.getcwd()
    run(python("import os, sys; sys.exit(bool(os.listdir()))"))
    assert os.getcwd() == before


def test_output_may_be_larger_than_a_pipe() -> None:
    run(python("print('x' * 1_000_000)"))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (
            python("import sys; print('first', file=sys.stderr); sys.exit('no such thing')"),
            "exit code 1: no such thing",
        ),
        (python("import sys; sys.exit(3)"), "exit code 3"),
        (python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), "killed by SIGKILL"),
        (Command("program", ("/no/such/program",)), "cannot be started: No such file or directory"),
    ],
    ids=["complains", "is-silent", "is-killed", "is-absent"],
)
def test_failing_command_is_reported(command: Command, reason: str) -> None:
    with pytest.raises(CommandFailedError, match=f"^program: {reason}$"):
        run(command)
    assert measure(Case("fails", GOOD, command, 1), runs=1) == Unmeasured("fails", f"program: {reason}")
    assert measure(Case("fails", command, GOOD, 1), runs=1) == Unmeasured("fails", f"program: {reason}")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.648, "1.65x"), (0.4, "0.40x"), (0.2, "0.20x"), (0.115, "1/9"), (0.025, "1/40"), (1 / 37.4, "1/37")],
)
def test_ratios_are_written_as_people_say_them(value: float, shown: str) -> None:
    assert table.ratio(value) == shown


def test_table_has_a_line_for_each_row() -> None:
    rows: list[Row] = [
        answer(0.3),
        answer(1 / 80, goal=1 / 40),
        answer(0.3, peak_goal_kib=1024),
        Unmeasured("b", "no tool"),
    ]
    text = table.render(rows, MACHINE)
    assert text.splitlines()[2:6] == [
        "| a case | ours | theirs | 0.30x (0.27x to 0.60x) | ≤ 0.50x | yes | 200.0 / 200.0 | 20 / 20 | 9 |",
        "| a case | ours | theirs | 1/80 (1/89 to 1/40) | ≤ 1/40 | yes | 200.0 / 200.0 | 20 / 20 | 9 |",
        "| a case | ours | theirs | 0.30x (0.27x to 0.60x) | ≤ 0.50x, ≤ 1 MiB | **no** | 200.0 / 200.0 | 20 / 20 | 9 |",
        "| b | not measured: no tool |  |  |  |  |  |  |  |",
    ]
    assert {line.count(" |") for line in text.splitlines()[:6]} == {len(table.HEADINGS)}


def test_peak_that_this_process_hides_reads_at_most() -> None:
    assert "| ≤ 20 / ≤ 20 |" in table.render([answer(0.3, floor_kib=20480)], MACHINE)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([answer(0.3)], "Every goal that was measured holds."),
        ([answer(0.3), answer(0.7)], "**1 of 2 goals missed**: a case (0.70x)."),
        ([answer(0.3, peak_goal_kib=1)], "**1 of 1 goals missed**: a case (0.30x, 20 MiB)."),
        ([Unmeasured("b", "no tool")], "**Not measured**: b."),
        ([answer(0.3), Unmeasured("b", "not yet", excused=True)], "Every goal that was measured holds."),
        ([answer(0.7), Unmeasured("b", "no")], "**1 of 1 goals missed**: a case (0.70x). **Not measured**: b."),
    ],
    ids=["holds", "missed", "too-large", "failed", "excused", "both"],
)
def test_verdict_names_what_is_not_well(rows: list[Measured | Unmeasured], said: str) -> None:
    assert table.verdict(rows) == said


def test_document_holds_the_same_figures() -> None:
    document = json.loads(result.render([answer(0.75, floor_kib=7), Unmeasured("b", "no tool")], MACHINE))
    assert document.pop("date").endswith("+00:00")
    times = {"median": 0.2, "min": 0.1, "max": 0.3}
    assert document == {
        "schema": "glibcheck.bench/1",
        "machine": MACHINE,
        "rows": [
            {
                "case": "a case",
                "ours": "ours",
                "peer": "theirs",
                "runs": 9,
                "ratio": {"median": 0.75, "min": 0.75 * 0.9, "max": 1.5},
                "goal": 0.5,
                "peak_goal_kib": None,
                "more_seconds": {"median": 0.25, "min": -0.1, "max": 0.4},
                "more_goal": None,
                "holds": False,
                "cpu_seconds": {"ours": times, "peer": times},
                "peak_kib": {"ours": 20480, "peer": 20480, "floor": 7},
            },
            {"case": "b", "error": "no tool", "excused": False},
        ],
    }


def test_machine_is_described() -> None:
    assert list(result.describe_machine()) == ["cpu", "cores", "python", "glibc", "binutils"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x7fELF\2\1" + bytes(10) + b"\3\0", True),
        (b"\x7fELF\1\2" + bytes(10) + b"\0\3", True),
        (b"\x7fELF\2\1" + bytes(10) + b"\1\0", False),
        (b"\x7fELF", False),
        (b"#!/bin/sh\n" + bytes(20), False),
    ],
    ids=["little-endian", "big-endian", "relocatable", "cut-short", "script"],
)
def test_shared_objects_are_known_by_their_first_bytes(
    tmp_path: os.PathLike[str], content: bytes, expected: bool
) -> None:
    path = os.path.join(tmp_path, "name-says-nothing")
    with open(path, "wb") as stream:
        stream.write(content)
    assert corpus.shared_objects(os.fspath(tmp_path)) == ([path] if expected else [])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([Case("quick", GOOD, GOOD, 100)], 0),
        ([Case("missed", GOOD, GOOD, 1e-9)], 0),
        ([Case("quick", GOOD, GOOD, 100), Unmeasured("absent", "no tool")], 1),
        ([Case("quick", GOOD, GOOD, 100), Unmeasured("later", "not yet", excused=True)], 0),
        ([Case("broken", GOOD, python("raise SystemExit(1)"), 1)], 1),
    ],
    ids=["goal-holds", "goal-missed", "row-absent", "row-excused", "row-broken"],
)
def test_exit_code_says_whether_all_was_measured(
    rows: list[Case | Unmeasured],
    code: int,
    tmp_path: os.PathLike[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(__main__, "cases", lambda only: rows)
    json_file, markdown_file = (os.path.join(tmp_path, name) for name in ("r.json", "r.md"))
    assert __main__.main(["--runs", "1", "--json", json_file, "--markdown", markdown_file]) == code
    shown = capsys.readouterr()
    assert shown.err == ""
    with open(markdown_file, encoding="utf-8") as stream:
        assert stream.read() == shown.out
    with open(json_file, encoding="utf-8") as stream:
        assert [row["case"] for row in json.load(stream)["rows"]] == [row.name for row in rows]


def test_only_chooses_rows_by_name_and_makes_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(name: str) -> Unmeasured:
        made.append(name)
        return Unmeasured(name, "no")

    monkeypatch.setattr(cases, "ROWS", [cases.Recipe("one", make), cases.Recipe("two", make)])
    assert list(cases.cases("tw")) == [Unmeasured("two", "no")]
    assert made == ["two"]


@pytest.mark.parametrize("excused", [False, True])
def test_row_whose_input_cannot_be_had_says_why(excused: bool) -> None:
    def make(name: str) -> Unmeasured:
        raise UnavailableError("x==1 (pip: no network)")

    found = cases.Recipe("row", make, excused).row()
    assert found == Unmeasured("row", "cannot be had: x==1 (pip: no network)", excused)


def test_name_that_chooses_nothing_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        __main__.main(["--only", "no such row"])
    assert stopped.value.code == 2
    assert "the rows: start: one small library; " in capsys.readouterr().err


def test_bar_in_a_cell_does_not_start_another() -> None:
    text = table.render([Unmeasured("a | b", "no")], MACHINE)
    assert text.splitlines()[2].startswith(r"| a \| b | not measured: no |")
