"""`glibcheck survey` and `glibcheck ask` as their users meet them; what the wheels hold is known, for we made them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from glibcheck.survey.engines import by_processes, in_turn
from glibcheck.survey.rows import Row
from glibcheck.survey.wheels import find_wheels, survey_wheel
from tests.cli.run import run
from tests.survey.refused import assert_refused
from tests.survey.schemas import validator
from tests.survey.wheelhouse import COUNT, pack


def test_every_wheel_is_there_once_in_the_order_of_paths(house: Path, tmp_path: Path) -> None:
    paths = [*find_wheels([str(house / "house")])]
    assert len(set(paths)) == len(paths) == COUNT
    assert [*find_wheels([str(house / "house"), paths[3], str(house / "house" / "more")])] == paths


def test_a_row_is_what_a_file_needs(house: Path) -> None:
    path = str(house / "house" / "p2-1.2-cp311-cp311-linux_x86_64.whl")
    assert survey_wheel(path) == (
        Row(path, "p2", "1.2", "p2/_it.so", "x86_64", "libc.so.6", "GLIBC_2.14", "GLIBC", (2, 14), "memcpy"),
    )


def test_several_processes_give_what_one_gives(house: Path) -> None:
    paths = [*find_wheels([str(house / "house")])]
    assert [*by_processes(paths, 2)] == [*in_turn(paths)]


def test_what_cannot_be_read_has_a_row_and_a_line(house: Path, tmp_path: Path) -> None:
    source = house / "house" / "p1-1.1-cp311-cp311-linux_x86_64.whl"
    source = source if source.exists() else house / "house" / "more" / source.name
    (tmp_path / "good-1-py3-none-any.whl").write_bytes(source.read_bytes())
    (tmp_path / "none-1-py3-none-any.whl").write_bytes(b"no zip")
    pack(tmp_path / "bad-1-py3-none-any.whl", {"it.so": b"\x7fELF" + bytes(60), "it.py": b""})
    pack(tmp_path / "pure-1-py3-none-any.whl", {"it.py": b""})
    done = run(tmp_path, "survey", ".", "-o", "it.jsonl")
    assert (done.returncode, done.stdout) == (2, "4 wheels in it.jsonl, 2 of them not in full\n")
    assert len(done.stderr.splitlines()) == 2
    rows = [json.loads(line) for line in (tmp_path / "it.jsonl").read_text().splitlines()]
    found = {row["package"]: (row["file"], bool(row["problem"])) for row in rows}
    assert found == {"good": ("p1/_it.so", False), "none": (None, True), "bad": ("it.so", True), "pure": (None, False)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("survey", "house", "-o", "it.txt"), "it.txt: must end in .parquet or .jsonl"),
        (("survey", "nowhere", "-o", "it.jsonl"), "nowhere: is not there"),
        (("survey", "empty", "-o", "it.jsonl"), "no wheel was found in empty"),
        (("survey", "house", "-o", "nowhere/it.jsonl"), "nowhere/it.jsonl: cannot be written: No such file"),
        (("survey", "house", "-o", "x.jsonl", "--jobs", "2", "--dask", "tcp://x"), "--jobs and --dask: one does"),
        (("ask", "absent.parquet", "by-symbol"), "absent.parquet: is no survey"),
        (("ask", "old.jsonl", "breaks-at"), "breaks-at what? Name a target, such as 2.28 or debian:11"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_does_not_go_is_one_line_and_changes_nothing(
    house: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    assert_refused(house, tmp_path, words, said)


def test_a_survey_that_is_interrupted_leaves_the_old_table(house: Path, tmp_path: Path) -> None:
    (tmp_path / "it.jsonl").write_text("old\n")
    done = run(tmp_path, "survey", str(house / "house"), str(tmp_path / "absent"), "-o", "it.jsonl", "--jobs", "1")
    assert done.returncode == 2
    assert (os.listdir(tmp_path), (tmp_path / "it.jsonl").read_text()) == (["it.jsonl"], "old\n")


def test_names_that_are_no_text_do_not_stop_it(tmp_path: Path) -> None:
    name = b"caf\xe9-1-py3-none-any.whl".decode("utf-8", "surrogateescape")
    pack(tmp_path / "it.whl", {"it.py": b""})
    os.rename(tmp_path / "it.whl", os.path.join(tmp_path, name))
    done = run(tmp_path, "survey", ".", "-o", "it.jsonl")
    assert done.returncode == 0
    assert json.loads((tmp_path / "it.jsonl").read_text())["wheel"] == "./caf\\udce9-1-py3-none-any.whl"


def test_the_lines_are_as_their_schema_says(house: Path, tmp_path: Path) -> None:
    pack(tmp_path / "bad-1-py3-none-any.whl", {"it.so": b"\x7fELF" + bytes(60)})
    run(tmp_path, "survey", str(house / "house"), ".", "-o", "it.jsonl", "--jobs", "1")
    check = validator("survey-line-1")
    lines = (tmp_path / "it.jsonl").read_text().splitlines()
    assert len(lines) > COUNT
    for line in lines:
        check.validate(json.loads(line))
