"""A survey in both forms, and the answers to questions; what the wheels hold is known, for we made them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.run import run
from tests.survey.refused import assert_refused
from tests.survey.schemas import validator
from tests.survey.wheelhouse import COUNT, pack
from tests.tools import need_module

pytestmark = pytest.mark.survey


@pytest.fixture(scope="session", params=["jsonl", "parquet"])
def table(request: pytest.FixtureRequest, house: Path) -> Path:
    """A survey of the house, in each form."""
    if request.param == "parquet":
        need_module("pyarrow")
    done = run(house, "survey", "house", "-o", f"it.{request.param}", "--jobs", "1")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{COUNT} wheels in it.{request.param}\n", "")
    return house / f"it.{request.param}"


def asked(table: Path, *words: str) -> list[dict[str, object]]:
    need_module("duckdb")
    done = run(table.parent, "ask", table.name, *words, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    validator("ask-1").validate(document)
    rows = document["rows"]
    assert isinstance(rows, list)
    return rows


def test_the_same_wheels_give_the_same_bytes(table: Path) -> None:
    other = table.with_name(f"other{table.suffix}")
    assert run(table.parent, "survey", "house", "-o", other.name, "--jobs", "2").returncode == 0
    assert other.read_bytes() == table.read_bytes()


def test_breaks_at_names_what_a_target_lacks(table: Path) -> None:
    rows = asked(table, "breaks-at", "2.28")
    # The second and the fourth kind of the house call dlopen.
    assert {row["package"] for row in rows} == {f"p{number}" for number in range(COUNT) if number % 2}
    assert {(row["needs"], tuple(row["symbols"]), row["wheels"]) for row in rows} == {("GLIBC_2.34", ("dlopen",), 1)}  # type: ignore[arg-type]
    assert asked(table, "breaks-at", "2.34") == []


def test_by_symbol_counts_packages_and_wheels(table: Path) -> None:
    found = {(row["symbol"], row["version"]): (row["packages"], row["wheels"]) for row in asked(table, "by-symbol")}
    quarter, half = COUNT // 4, COUNT // 2
    assert found == {
        ("puts", "GLIBC_2.2.5"): (half, half),
        ("dlopen", "GLIBC_2.34"): (half, half),
        ("memcpy", "GLIBC_2.14"): (quarter, quarter),
        ("chk", "GLIBC_2.4"): (quarter, quarter),
    }
    assert [row["symbol"] for row in asked(table, "by-symbol", "debian:11")] == ["dlopen"]


def test_by_package_tells_the_newest_by_number(table: Path) -> None:
    found = {row["package"]: row["newest"] for row in asked(table, "by-package")}
    assert found["p0"] == "GLIBC_2.2.5"
    assert found["p3"] == "GLIBC_2.34"  # which is no larger than GLIBC_2.4 as a string


def test_people_and_spreadsheets_get_a_table(table: Path) -> None:
    need_module("duckdb")
    done = run(table.parent, "ask", table.name, "breaks-at", "2.28", "--most", "1")
    assert done.stdout.splitlines()[0].split() == ["package", "version", "needs", "wheels", "symbols"]
    assert done.stdout.splitlines()[1].split() == ["p1", "1.1", "GLIBC_2.34", "1", "dlopen"]
    assert done.stderr == f"glibcheck: the first 1 of {COUNT // 2} rows; --most shows more\n"
    done = run(table.parent, "ask", table.name, "by-package", "--most", "1", "--format", "csv")
    assert done.stdout == "package,family,newest,in_version,wheels,symbols\np0,GLIBC,GLIBC_2.2.5,1.0,1,1\n"


def test_what_could_not_be_read_is_told_with_every_answer(tmp_path: Path) -> None:
    need_module("duckdb")
    pack(tmp_path / "bad-1-py3-none-any.whl", {"it.so": b"\x7fELF" + bytes(60)})
    assert run(tmp_path, "survey", ".", "-o", "it.jsonl").returncode == 2
    done = run(tmp_path, "ask", "it.jsonl", "breaks-at", "2.28")
    assert (done.returncode, done.stdout) == (0, "nothing\n")
    assert "1 wheels could not be read in full, such as ./bad-1-py3-none-any.whl: " in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("survey", "nothing://x", "-o", "it.jsonl"), "fsspec: cannot read nothing:// (Protocol not known: nothing)"),
        (("ask", "odd.parquet", "by-symbol"), "odd.parquet: is no survey"),
        (("ask", "odd.jsonl", "by-symbol"), "odd.jsonl: is no survey"),
        (("ask", "old.jsonl", "breaks-at", "debian:99"), "unknown target 'debian:99'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_does_not_go_is_one_line_and_changes_nothing(
    house: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    for module in ("fsspec", "duckdb"):
        need_module(module)
    assert_refused(house, tmp_path, words, said)
