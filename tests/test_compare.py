"""Two builds: what became newer and what older, what is matched with what, and every form of the report."""

from __future__ import annotations

import json
import zipfile
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from glibcheck.catalogue.distributions import FAMILIES
from glibcheck.compare import Comparison, FileChange, compare
from glibcheck.model.finding import ScannedFile
from glibcheck.model.image import Requirement
from glibcheck.report import compare_markdown, compare_text
from glibcheck.report.ink import Ink
from tests.cli.run import refusal, run
from tests.elf.compiled import caller, made_up
from tests.tools import need
from tests.values import LIBC, LIBM, image, required

OLD = required(LIBC, "GLIBC_2.2.5", "free", "malloc")
POW, NEW_POW = required(LIBM, "GLIBC_2.2.5", "pow"), required(LIBM, "GLIBC_2.29", "pow")
THREADS = required(LIBC, "GLIBC_2.34", "pthread_create", "dlsym")


def file(path: str, *requirements: Requirement, needed: tuple[str, ...] = (LIBC,)) -> ScannedFile:
    return ScannedFile(path, image(*requirements, needed=needed))


def compared(old: list[ScannedFile], new: list[ScannedFile], tops: tuple[str, str] = ("old", "new")) -> Comparison:
    return compare(old, new, tops, FAMILIES)


def only(found: Comparison) -> FileChange:
    (change,) = found.files
    return change


def test_what_became_newer() -> None:
    found = compared([file("old/a.so", OLD, POW)], [file("new/a.so", OLD, NEW_POW, THREADS)])
    change = only(found)
    assert (found.newer, change.newer, change.kind, change.name) == (True, True, "changed", "a.so")
    assert [(step.family, step.old and step.old.number, step.new and step.new.number) for step in change.steps] == [
        ("GLIBC", "2.2.5", "2.34")
    ]
    assert [(need.version, need.symbol) for need in change.gained] == [
        ("GLIBC_2.34", "dlsym"), ("GLIBC_2.34", "pthread_create"), ("GLIBC_2.29", "pow"),
    ]  # fmt: skip
    assert [(need.version, need.symbol) for need in change.lost] == [("GLIBC_2.2.5", "pow")]
    before, after = found.systems
    assert before is not None
    assert after is not None
    assert dict(before)["Debian"] == "8"
    assert dict(after)["Debian"] == "12"


def test_what_became_older_is_no_finding() -> None:
    found = compared([file("old/a.so", THREADS)], [file("new/a.so", OLD)])
    assert not found.newer
    assert only(found).steps[0].new is not None


def test_a_symbol_that_is_gained_under_a_known_version_is_told_and_no_finding() -> None:
    found = compared(
        [file("old/a.so", OLD)], [file("new/a.so", required(LIBC, "GLIBC_2.2.5", "free", "malloc", "puts"))]
    )
    assert not found.newer
    assert [need.symbol for need in only(found).gained] == ["puts"]


def test_nothing_changed() -> None:
    found = compared([file("old/a.so", OLD), file("old/b.so", POW)], [file("new/a.so", OLD), file("new/b.so", POW)])
    assert (found.files, found.unchanged, found.newer) == ((), 2, False)


def test_weak_needs_do_not_count() -> None:
    weak = required(LIBC, "GLIBC_2.38", "strlcpy", weak=True)
    assert compared([file("old/a.so", OLD)], [file("new/a.so", OLD, weak)]).files == ()


def test_a_file_that_came_is_held_against_the_whole_old_build() -> None:
    old = [file("old/a.so", THREADS), file("old/b.so", OLD)]
    fits, newer = file("new/c.so", NEW_POW), file("new/d.so", required(LIBC, "GLIBC_2.38", "strlcpy"))
    assert not compared(old, [*(ScannedFile(f"new/{row.path[4:]}", row.image) for row in old), fits]).newer
    found = compared(old, [*(ScannedFile(f"new/{row.path[4:]}", row.image) for row in old), newer])
    assert (found.newer, only(found).kind, only(found).name) == (True, "added", "d.so")


def test_a_file_that_went_is_no_finding() -> None:
    found = compared([file("old/a.so", OLD), file("old/b.so", THREADS)], [file("new/a.so", OLD)])
    assert (found.newer, only(found).kind) == (False, "removed")


def test_libraries_that_came_and_went() -> None:
    found = compared([file("old/a.so", OLD, needed=(LIBC, LIBM))], [file("new/a.so", OLD, needed=(LIBC, "libz.so.1"))])
    assert only(found).libraries == (("libz.so.1",), (LIBM,))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x-1-cp311-cp311-linux_x86_64.whl:x/_x.cpython-311-x86_64-linux-gnu.so",
         "x-2-cp312-cp312-manylinux_2_17_x86_64.whl:x/_x.cpython-312-x86_64-linux-gnu.so"),
        ("old/x/_x.abi3.so", "x-2-cp312-abi3-linux_x86_64.whl:x/_x.so"),
    ],
)  # fmt: skip
def test_files_are_matched_from_one_release_to_the_next(old: str, new: str) -> None:
    other = file("old/y.so" if ":" not in old else old.partition(":")[0] + ":y.so", OLD)
    tops = tuple(path.partition(":")[0] if ":" in path else "old" for path in (old, new))
    found = compared([file(old, OLD), other], [file(new, THREADS), file(f"{new.partition(':')[0]}:y.so", OLD)], tops)  # type: ignore[arg-type]
    assert (only(found).kind, only(found).name, found.unchanged) == ("changed", "x/_x.so", 1)


def test_two_single_files_are_matched_whatever_they_are_called() -> None:
    assert only(compared([file("a.so", OLD)], [file("b.so", THREADS)], ("a.so", "b.so"))).kind == "changed"


FOUND = compared(
    [file("old/a.so", OLD, POW), file("old/b.so", OLD), file("old/gone.so", OLD)],
    [file("new/a.so", OLD, NEW_POW, needed=(LIBC, "libz.so.1")), file("new/b.so", OLD), file("new/came.so", THREADS)],
)


def test_text() -> None:
    assert (
        compare_text.render(FOUND, Ink())
        == """\
needs more than before
  ran from Debian 8 on, now from Debian 12 on
  ran from Ubuntu 14.04 on, now from Ubuntu 22.04 on
  ran from RHEL 6 on, now from RHEL 9 on
  ran from Amazon Linux 2 on, now from Amazon Linux 2023 on
  ran from SUSE 15.3 on, now from SUSE 15.6 on

a.so
  GLIBC_2.2.5 -> GLIBC_2.29
  + GLIBC_2.29 of libm.so.6: pow
  - GLIBC_2.2.5 of libm.so.6: pow
  + DT_NEEDED libz.so.1

came.so  added
  GLIBC_2.2.5 -> GLIBC_2.34
  + GLIBC_2.34 of libc.so.6: dlsym, pthread_create
  + DT_NEEDED libc.so.6

gone.so  removed
  GLIBC_2.2.5 -> none
  - GLIBC_2.2.5 of libc.so.6: free, malloc
  - DT_NEEDED libc.so.6

3 files changed, 1 as before
"""
    )


def test_markdown() -> None:
    shown = compare_markdown.render(FOUND)
    assert shown.startswith("### glibcheck: needs more than before\n\n- ran from Debian 8 on, now from Debian 12 on\n")
    assert "| file | newest | by |\n|---|---|---|\n| `a.so` | `GLIBC_2.2.5 -> GLIBC_2.29` | `pow` |\n" in shown
    assert "| `came.so` | `GLIBC_2.2.5 -> GLIBC_2.34` | `dlsym, pthread_create` |\n" in shown


def test_hostile_names_stay_in_their_cell() -> None:
    found = compared([file("old/a|b`c\n.so", OLD)], [file("new/a|b`c\n.so", THREADS)])
    assert len(compare_markdown.render(found).splitlines()) == len(compare_markdown.render(compared(
        [file("old/a.so", OLD)], [file("new/a.so", THREADS)])).splitlines())  # fmt: skip


# The command.


@pytest.fixture
def builds(tmp_path: Path) -> Path:
    need("gcc")
    for name, version in (("old", "GLIBC_2.17"), ("new", "GLIBC_2.34")):
        folder = tmp_path / name
        folder.mkdir()
        libc = made_up(folder, "libc.so.6", {version: ["puts"]})
        made = caller(folder / "_it.so", ["puts"], libc)
        libc.unlink()
        with zipfile.ZipFile(folder / f"it-1-py3-none-{name}.whl", "w") as archive:
            archive.write(made, "it/_it.so")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new"),
    [("old", "new"), ("old/_it.so", "new/_it.so"), ("old/it-1-py3-none-old.whl", "new/it-1-py3-none-new.whl")],
)
def test_builds_are_compared(builds: Path, old: str, new: str) -> None:
    done = run(builds, "compare", old, new)
    assert (done.returncode, done.stderr) == (1, "")
    assert "GLIBC_2.17 -> GLIBC_2.34" in done.stdout
    assert run(builds, "compare", new, old).returncode == 0
    assert run(builds, "compare", old, old).stdout.startswith("needs nothing newer than before\n")


def test_json_is_as_its_schema_says(builds: Path) -> None:
    document = json.loads(run(builds, "compare", "old", "new", "--format", "json").stdout)
    jsonschema.validate(document, json.loads(files("glibcheck.report").joinpath("schema/compare-1.json").read_text()))
    assert document["newer"] is True
    assert document["files"][0]["newest"] == [{"family": "GLIBC", "old": "2.17", "new": "2.34"}]


def test_what_cannot_be_compared_is_no_answer(builds: Path) -> None:
    assert "gone: cannot be opened" in refusal(run(builds, "compare", "old", "gone"))
    (builds / "empty").mkdir()
    assert refusal(run(builds, "compare", "old", "empty")) == "empty: has no ELF file, so there is nothing to compare"
    (builds / "bad.so").write_bytes(b"\x7fELF and no more")
    assert "bad.so: " in refusal(run(builds, "compare", "bad.so", "old/_it.so"))
