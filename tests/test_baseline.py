"""Baselines: only what is new fails, names outlive versions, and a ratchet only tightens."""

from __future__ import annotations

import json

import pytest

from glibcheck.baseline import Entry, read_baseline, renewed, stable_name, without_known
from glibcheck.errors import InputError
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.verdict import Finding, Judged, Verdict
from tests.values import LIBC

WHEEL = "dist/x-{0}-cp{1}-cp{1}-manylinux_2_17_x86_64.whl:pkg/_x.cpython-{1}-x86_64-linux-gnu.so"


def finding(version: str, symbol: str = "pow") -> Finding:
    return Finding("GC001", "m", "f", LIBC, VersionName(version), SymbolName(symbol))


STACK = Finding("GC007", "m", "f")


def verdict(*findings: Finding, path: str = WHEEL.format("1.0", "311")) -> Verdict:
    return Verdict("2.17", (Judged(path, "2.17", ("_x.so",), findings),), ())


def against(before: Verdict, now: Verdict) -> tuple[list[Finding], tuple[str, ...]]:
    found = without_known(now, read_baseline(renewed(before), "b.json"))
    assert all(row.reason == "in the baseline" for file in found.files for row in file.waived)
    return [row for file in found.files for row in file.findings], found.notes


GONE = "1 entries of the baseline are gone or became older: --update-baseline"


@pytest.mark.parametrize(
    ("before", "now", "new", "notes"),
    [
        ([finding("GLIBC_2.29"), STACK], [finding("GLIBC_2.29"), STACK], [], ()),
        ([], [finding("GLIBC_2.29")], [finding("GLIBC_2.29")], ()),
        ([finding("GLIBC_2.29")], [finding("GLIBC_2.34")], [finding("GLIBC_2.34")], (GONE,)),
        ([finding("GLIBC_2.29")], [finding("GLIBC_2.9")], [], (GONE,)),
        ([finding("GLIBC_2.29")], [], [], (GONE,)),
        ([finding("GLIBC_2.29")], [finding("GLIBC_2.29", "exp")], [finding("GLIBC_2.29", "exp")], (GONE,)),
        ([STACK], [STACK._replace(code="GC009")], [STACK._replace(code="GC009")], (GONE,)),
    ],
)
def test_what_is_new(before: list[Finding], now: list[Finding], new: list[Finding], notes: tuple[str, ...]) -> None:
    assert against(verdict(*before), verdict(*now)) == (new, notes)


def test_the_next_release_for_the_next_python_is_the_same_file() -> None:
    later = verdict(finding("GLIBC_2.29"), path=WHEEL.format("2.0", "312"))
    assert against(verdict(finding("GLIBC_2.29")), later) == ([], ())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (WHEEL.format("1.0", "311"), "x:pkg/_x.so"),
        ("x-1-cp39-abi3-manylinux_2_17_x86_64.whl:_x.abi3.so", "x:_x.so"),
        ("dist/my_pkg-1.2.3-py3-none-linux_x86_64.whl", "my_pkg"),
        ("build/lib.linux/_x.cpython-311-x86_64-linux-gnu.so", "build/lib.linux/_x.so"),
        ("libfoo.so.1", "libfoo.so.1"),
        ("a.tar:b.so", "a.tar:b.so"),
    ],
)
def test_names_that_last(path: str, name: str) -> None:
    assert stable_name(path) == name


def test_an_entry_is_a_line_and_the_order_is_the_same() -> None:
    text = renewed(verdict(STACK, finding("GLIBC_2.34", "b"), finding("GLIBC_2.34", "a"), finding("GLIBC_2.34", "a")))
    assert text == renewed(verdict(finding("GLIBC_2.34", "a"), finding("GLIBC_2.34", "b"), STACK))
    rows = [line for line in text.splitlines() if line.startswith("  {")]
    assert [json.loads(row.rstrip(","))["symbol"] for row in rows] == ["a", "b", None]
    assert renewed(Verdict(None, (), ())) == '{\n "schema": "glibcheck.baseline/1",\n "findings": []\n}\n'


def test_what_an_exception_waived_does_not_go_into_the_baseline() -> None:
    assert read_baseline(renewed(verdict()), "b") == ()
    assert read_baseline(renewed(verdict(STACK)), "b") == (Entry("x:pkg/_x.so", "GC007", None, None, None),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no baseline of glibcheck"),
        ("[]", "is no baseline of glibcheck"),
        ("{}", "is no baseline of glibcheck"),
        ('{"schema": "glibcheck.baseline/2", "findings": []}', "of the form 'glibcheck.baseline/2'"),
        ('{"schema": "glibcheck.baseline/2"}', "of the form 'glibcheck.baseline/2'"),
        ('{"schema": "glibcheck.baseline/1"}', "has findings that are none"),
        ('{"schema": "glibcheck.baseline/1", "findings": {}}', "has findings that are none"),
        ('{"schema": "glibcheck.baseline/1", "findings": [{"file": "a"}]}', "has findings that are none"),
        (
            '{"schema": "glibcheck.baseline/1", "findings": [{"file": 1, "code": "GC001", "library": null,'
            ' "version": null, "symbol": null}]}',
            "has findings that are none",
        ),
    ],
)
def test_a_baseline_that_is_none(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_baseline(text, "b.json")
    assert str(caught.value).endswith("make it again with --update-baseline")
