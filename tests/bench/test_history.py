"""Two runs side by side, and the README's table: rows that changed, rows that are in one run only, and odd files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench import history, readme

MACHINE = {"cpu": "A CPU", "cores": 2, "python": "CPython 3.11", "glibc": "2.36", "binutils": "2.40"}


def run(date: str, **ratios: tuple[float, float, float]) -> dict[str, Any]:
    """Give the document of a run with ratios by case: minimum, median, maximum."""
    rows: list[dict[str, Any]] = [
        {"case": case, "peer": "them", "goal": 0.5, "ratio": {"min": low, "median": middle, "max": high}}
        for case, (low, middle, high) in ratios.items()
    ]
    rows.append({"case": "absent", "error": "no tool", "excused": False})
    return {"schema": "glibcheck.bench/1", "date": date, "machine": MACHINE, "rows": rows}


OLD = run("2026-01-01T00:00:00+00:00", one=(0.9, 1.0, 1.1), two=(0.9, 1.0, 1.1), three=(0.9, 1.0, 1.1), gone=(1, 1, 1))
NEW = run("2026-02-01T00:00:00+00:00", one=(1.2, 1.3, 1.4), two=(1.0, 1.2, 1.4), three=(0.1, 0.2, 0.3), new=(1, 1, 1))


def test_a_row_changed_when_no_ratio_is_among_the_earlier_ones() -> None:
    assert history.compare(OLD, NEW) == [
        ("one", "1.00x", "1.30x", "slower"),
        ("two", "1.00x", "1.20x", "as before"),
        ("three", "1.00x", "0.20x", "quicker"),
    ]


@pytest.mark.parametrize(("runs", "code"), [([OLD, NEW], 1), ([OLD, OLD], 0), ([OLD], 2), ([], 2)])
def test_the_exit_code_says_whether_something_became_slower(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], runs: list[dict[str, Any]], code: int
) -> None:
    path = str(tmp_path / "history.jsonl")
    for document in runs:
        history.add(path, json.dumps(document, indent=2))
    assert history.main([path]) == code
    shown = capsys.readouterr()
    assert ("slower" in shown.out) == (code == 1)
    assert ("no two to compare" in shown.err) == (code == 2)


def test_runs_of_another_form_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text(json.dumps({**OLD, "schema": "glibcheck.bench/0"}) + "\n" + json.dumps(NEW) + "\n")
    assert history.read(str(path)) == [NEW]


def test_the_table_takes_the_place_of_the_older_one_and_no_other_byte() -> None:
    text = f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n"
    made = readme.rewritten(text, OLD)
    assert made.startswith(f"before\n{readme.BEGIN}\n\n| what | against |")
    assert made.endswith(f"glibc 2.36.\n\n{readme.END}\nafter\n")
    assert "| one | them | 1.00x (0.90x to 1.10x) | 0.50x |" in made
    assert "old" not in made
    assert "absent" not in made
    assert readme.rewritten(made, OLD) == made
    with pytest.raises(ValueError, match="no single place"):
        readme.rewritten("text", OLD)


def test_the_readme_has_a_table_of_such_a_run() -> None:
    with open(readme.README, encoding="utf-8") as stream:
        text = stream.read()
    assert readme.rewritten(text, OLD) != text
