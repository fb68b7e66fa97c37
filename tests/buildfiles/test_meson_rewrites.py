"""Rewriting does what `meson_cases` says, and nothing else; Meson itself accepts the results."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from glibcheck.buildfiles import meson
from glibcheck.model.plan import Change
from tests.buildfiles.meson_cases import SMALL, WHOLE
from tests.tools import need

CASES: dict[str, tuple[Mapping[str, str], Sequence[Change], Mapping[str, str]]] = {
    **{name: ({"meson.build": case[0]}, case[1], {"meson.build": case[2]}) for name, case in SMALL.items()},
    **WHOLE,
}
ABOVE = "# é \t library('a', 'a.c')\r\n\todd = '''\n [ 'a.c'\r\n'''  # it's\n"
BELOW = "\r\nif true and \\\n  true\r\n\todd += 'x'   # end\nendif # without a newline"

each_case = pytest.mark.parametrize(("before", "changes", "after"), CASES.values(), ids=CASES.keys())
each_small = pytest.mark.parametrize(("before", "changes", "after"), SMALL.values(), ids=SMALL.keys())


@each_case
def test_changes_are_carried_out(
    before: Mapping[str, str], changes: Sequence[Change], after: Mapping[str, str]
) -> None:
    assert meson.rewrite(before, changes) == after


@each_case
def test_a_second_run_changes_nothing(
    before: Mapping[str, str], changes: Sequence[Change], after: Mapping[str, str]
) -> None:
    assert meson.rewrite(after, changes) == after


@each_case
def test_changes_may_come_one_by_one(
    before: Mapping[str, str], changes: Sequence[Change], after: Mapping[str, str]
) -> None:
    for change in changes:
        before = meson.rewrite(before, [change])
    assert before == after


@each_case
def test_line_endings_are_kept(before: Mapping[str, str], changes: Sequence[Change], after: Mapping[str, str]) -> None:
    windows = {path: text.replace("\n", "\r\n") for path, text in before.items()}
    assert meson.rewrite(windows, changes) == {path: text.replace("\n", "\r\n") for path, text in after.items()}


@each_small
def test_what_stands_around_is_kept(before: str, changes: Sequence[Change], after: str) -> None:
    texts = {"meson.build": ABOVE + before + BELOW}
    assert meson.rewrite(texts, changes) == {"meson.build": ABOVE + after + BELOW}


def setup(folder: Path) -> None:
    need("meson", "ninja")
    done = subprocess.run(["meson", "setup", "build"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def write(folder: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for row in meson.declarations(texts).rows:
        for name in row.sources or ():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
        for name in row.include_dirs or ():
            (folder / name).mkdir(parents=True, exist_ok=True)


@pytest.mark.build
def test_meson_accepts_the_small_results(tmp_path: Path) -> None:
    # One setup for all: a folder each, as targets of the same name may stand in different folders.
    parts = {name: case[2] for name, case in SMALL.items() if "project(" not in case[2]}
    lines = "".join(f"subdir('{name}')\n" for name in parts)
    (tmp_path / "meson.build").write_text(f"project('all', 'c', 'cpp')\n{lines}", encoding="utf-8")
    for name, text in parts.items():
        write(tmp_path / name, {"meson.build": text})
    setup(tmp_path)


@pytest.mark.build
@pytest.mark.parametrize("name", [name for name in SMALL if "project(" in SMALL[name][2]])
def test_meson_accepts_the_small_projects(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"meson.build": SMALL[name][2]})
    setup(tmp_path)


@pytest.mark.build
@pytest.mark.parametrize("name", WHOLE)
def test_meson_accepts_the_whole_projects(name: str, tmp_path: Path) -> None:
    write(tmp_path, WHOLE[name][2])
    setup(tmp_path)
    assert os.path.isfile(tmp_path / "build" / "build.ninja")
