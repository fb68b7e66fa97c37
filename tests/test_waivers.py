"""What does not count: left out, or waived with a reason, and for how long."""

from __future__ import annotations

import datetime

import pytest

from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.verdict import Finding, Judged, Verdict
from glibcheck.settings import DEFAULTS, Settings, Waiver
from glibcheck.waivers import waive
from tests.values import LIBC

TODAY = datetime.date(2026, 11, 24)
FCNTL = Finding("GC001", "m", "f", LIBC, VersionName("GLIBC_2.28"), SymbolName("fcntl64"))
STACK = Finding("GC007", "m", "f")
PATH = "dist/x-1-cp311-cp311-manylinux_2_17_x86_64.whl:pkg/_x.so"
VERDICT = Verdict("2.17", (Judged(PATH, "2.17", ("_x.so",), (FCNTL, STACK)),), ())


def left(settings: Settings) -> tuple[list[str], list[str], tuple[str, ...]]:
    found = waive(VERDICT, settings, TODAY)
    (file,) = found.files
    return [row.code for row in file.findings], [row.reason for row in file.waived], found.notes


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (DEFAULTS, (["GC001", "GC007"], [])),
        (Settings(select=("GC001",)), (["GC001"], [])),
        (Settings(ignore=("GC001",)), (["GC007"], [])),
        (Settings(select=("GC001",), ignore=("GC001",)), ([], [])),
        (Settings(per_file_ignores=(("pkg/*", ("GC007",)),)), (["GC001"], ["ignored for pkg/*"])),
        (Settings(per_file_ignores=(("*.so", ("GC007",)),)), (["GC001"], ["ignored for *.so"])),
        (Settings(per_file_ignores=(("_x.so", ("GC007",)),)), (["GC001"], ["ignored for _x.so"])),
        (Settings(per_file_ignores=(("other/*", ("GC007",)),)), (["GC001", "GC007"], [])),
        (Settings(per_file_ignores=(("pkg/*", ("GC001",)),)), (["GC007"], ["ignored for pkg/*"])),
        (Settings(exceptions=(Waiver("GC001", "why"),)), (["GC007"], ["why"])),
        (Settings(exceptions=(Waiver("GC001", "why", "fcntl64", LIBC, "GLIBC_2.28", "pkg/*"),)), (["GC007"], ["why"])),
        (Settings(exceptions=(Waiver("GC001", "why", expires=TODAY),)), (["GC007"], ["why"])),
    ],
)
def test_what_counts(settings: Settings, expected: tuple[list[str], list[str]]) -> None:
    assert left(settings) == (*expected, ())


@pytest.mark.parametrize(
    "waiver",
    [
        Waiver("GC001", "why", symbol="fcntl"),
        Waiver("GC001", "why", library="libm.so.6"),
        Waiver("GC001", "why", version="GLIBC_2.29"),
        Waiver("GC001", "why", file="other/*"),
        Waiver("GC002", "why"),
        Waiver("GC007", "why", symbol="fcntl64"),
    ],
)
def test_an_exception_that_matches_nothing_is_noted(waiver: Waiver) -> None:
    codes, waived, notes = left(Settings(exceptions=(waiver,)))
    assert (codes, waived) == (["GC001", "GC007"], [])
    assert notes[0].startswith(f"the exception for {waiver.code}")
    assert notes[0].endswith("matches nothing any more: why")


def test_an_exception_that_expired_does_not_count_and_is_noted() -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    assert left(Settings(exceptions=(Waiver("GC001", "why", "fcntl64", expires=yesterday),))) == (
        ["GC001", "GC007"], [], ("the exception for GC001 fcntl64 expired on 2026-11-23: why",),
    )  # fmt: skip
