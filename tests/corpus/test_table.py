"""The table: a line a row, failures with their reason, and a count that says what holds."""

from __future__ import annotations

from tests.corpus import table
from tests.corpus.__main__ import as_expected
from tests.corpus.rows import row

REFUSED = row(
    package="pykdtree", exit_code=1, tag=None, check="", smoke={}, lost=["a.so: x"], size=None,
    reason="libgomp.so.1 needs GLIBC_2.34",
)  # fmt: skip


def test_a_row_of_each_kind() -> None:
    lines = table.text([row(), REFUSED], ["2.31"]).splitlines()
    assert lines[1].split("  ")[0] == "webrtcvad 2.0.10"
    assert lines[1].split()[-6:] == ["manylinux_2_17", "ok", "ok", "none", "83", "6"]
    assert lines[2].split()[-7:] == ["no", "wheel", "-", "-", "1", "-", "6"]
    assert lines[4:] == [
        "pykdtree on this machine: libgomp.so.1 needs GLIBC_2.34",
        "1 of 2 are tagged, checked and run; 12 s of CPU.",
    ]


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
