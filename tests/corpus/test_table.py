"""The table: a line a row, failures with their reason, and a count that says what holds."""

from __future__ import annotations

import json
from pathlib import Path

from tests.corpus import table
from tests.corpus.__main__ import as_expected
from tests.corpus.packages import PACKAGES, QUICK
from tests.corpus.row import Row
from tests.corpus.rows import row
from tests.corpus.selection import packages

REFUSED = row(
    package="pykdtree", exit_code=1, tag=None, check="", smoke={}, lost=["a.so: x"], size=None, offenders=[],
    reason="libgomp.so.1 needs GLIBC_2.34",
)  # fmt: skip


def test_a_row_of_each_kind() -> None:
    lines = table.text([row(), REFUSED], ["2.31"]).splitlines()
    assert lines[1].split("  ")[0] == "webrtcvad 2.0.10"
    assert lines[1].split()[-8:] == ["manylinux_2_17", "ok", "ok", "none", "83", "1.0x", "6", "2.0x"]
    assert lines[2].split()[-9:] == ["no", "wheel", "-", "-", "1", "-", "-", "6", "2.0x"]
    assert lines[4:] == [
        "pykdtree on this machine, manylinux_2_17: libgomp.so.1 needs GLIBC_2.34",
        "this machine, manylinux_2_17: 1 of 1 that were above it are within it and run; "
        "0 of 1 that were not still are and do",
        "",
        "symbols above the target, by packages:",
        "    1  pthread_create@GLIBC_2.34",
        "",
        "1 of 2 are tagged, checked and run; 12 s of CPU.",
    ]


def test_rows_come_back_from_their_lines() -> None:
    lines = table.json_lines([row(), REFUSED], ["2.31"]).splitlines()
    assert [Row(**json.loads(line)) for line in lines] == [row(), REFUSED]


def test_a_failed_run_is_no_success() -> None:
    failed = row(smoke={"2.31": "version `GLIBC_2.34' not found"}, reason="on 2.31: version `GLIBC_2.34' not found")
    assert "FAILED" in table.text([failed], ["2.31"])
    assert not failed.holds


def test_markdown_has_no_cell_that_ends_early() -> None:
    lines = table.markdown([row(after={"GLIBC": "2|3"})], ["2.31"]).splitlines()
    assert lines[0].count("|") == lines[1].count("|") == lines[2].replace(r"\|", "").count("|")


def test_rows_of_several_states_are_told() -> None:
    assert "2 states" in table.summary([row(), row(fingerprint="older")])


def test_a_refusal_is_as_expected_for_its_own_reason_only() -> None:
    assert as_expected(row())
    assert as_expected(REFUSED)
    assert not as_expected(REFUSED._replace(reason="took more than 900 s", exit_code=124))
    assert not as_expected(REFUSED._replace(package="webrtcvad"))
    assert not as_expected(row(package="pykdtree"))  # a wheel for glibc 2.17 with this system's libgomp: not true


def test_a_symbol_counts_once_for_a_package() -> None:
    rows = [row(), row(host="trixie"), row(package="sgp4", offenders=["pthread_create@GLIBC_2.34", "pow@GLIBC_2.29"])]
    assert table.histogram(rows) == [("pthread_create@GLIBC_2.34", 2), ("pow@GLIBC_2.29", 1)]


def test_a_package_that_does_not_build_at_all_says_so() -> None:
    failed = row(exit_code=2, failed="ffi.h: No such file", reason="glibcheck: it did not build", offenders=[])
    assert table.reasons([failed]) == [
        "webrtcvad on this machine, manylinux_2_17: does not build as it is: ffi.h: No such file"
    ]
    assert table.counts([failed])[0].endswith("0 of 0 that were not still are and do")


def test_the_page_escapes_what_packages_say() -> None:
    shown = table.page([row(reason="<script>", offenders=["<b>@X_1"])], ["2.31"])
    assert "<script>" not in shown
    assert "&lt;b&gt;@X_1" in shown


def test_the_longer_list_adds_to_the_repository_s(tmp_path: Path) -> None:
    own = packages(str(tmp_path / "absent"))
    assert [package.name for package in own[: len(QUICK)]] == [*QUICK]
    assert {package.name for package in own} == {package.name for package in PACKAGES}
    known = {"version": "0", "language": "c", "smoke": "", "deps": [], "apt": []}
    (tmp_path / "list.json").write_text(json.dumps([{"name": "webrtcvad", **known}, {"name": "other", **known}]))
    found = {package.name: package.version for package in packages(str(tmp_path / "list.json"))}
    assert found == {**{package.name: package.version for package in own}, "other": "0"}
