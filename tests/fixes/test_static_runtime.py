"""A C++ runtime that is too new is linked statically, however the project links it."""

from __future__ import annotations

import pytest

from glibcheck.fixes.situation import Answer, refuse
from glibcheck.fixes.static_runtime import NAME, propose
from glibcheck.model.plan import Change, Declaration, Offence, PrivateRuntime, Step
from tests.values import LIBC, LIBM, LIBSTDCXX, built, declaration, linkage, offence, situation, target

CXX = offence("_a.so", "too new", LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx")
ABI = offence("_a.so", "too new", LIBSTDCXX, "CXXABI_1.3.13", "_Zy")
POW = offence("_a.so", "too new", LIBM, "GLIBC_2.29", "pow")


def step(*changes: Change) -> Step:
    why = "glibc-2.28 has an older libstdc++; a private static copy needs no version of it"
    return Step(NAME, "_a", why, (CXX, ABI), changes)


def answer(declared: Declaration | None, *rows: Offence, done: tuple[Step, ...] = ()) -> Answer:
    file = built("_a.so", linkage(needed=(LIBSTDCXX, LIBC)), declared)
    return propose(file, rows, situation(target("2.28"), file, glibc={})._replace(done=done))


STATIC = PrivateRuntime("_a")


def test_all_needs_of_the_runtime_are_answered_at_once() -> None:
    assert answer(declaration("_a", ("a.cpp",)), CXX, POW, ABI) == Answer(step(STATIC))


def test_a_runtime_that_is_still_needed_afterwards_is_refused() -> None:
    reason = "libstdc++ was linked statically, and the file still needs the shared one"
    assert answer(declaration("_a"), CXX, ABI, POW, done=(step(STATIC),)) == refuse((CXX, ABI), reason)


def test_what_was_done_for_another_extension_does_not_count() -> None:
    other = step(STATIC)._replace(extension="_b")
    assert answer(declaration("_a"), CXX, ABI, done=(other,)) == Answer(step(STATIC))


def test_a_file_that_nobody_declares_is_no_subject() -> None:
    assert answer(None, CXX) == Answer()


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(POW, id="of-glibc"),
        pytest.param(offence("_a.so", "unversioned", LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx"), id="unversioned"),
        pytest.param(offence("_a.so", "too new", "libgcc_s.so.1", "GCC_12.0.0", "_dl"), id="of-libgcc"),
    ],
)
def test_other_offences_are_no_subject(row: Offence) -> None:
    assert answer(declaration("_a"), row) == Answer()
