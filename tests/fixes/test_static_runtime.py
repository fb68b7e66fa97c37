"""A C++ runtime that is too new is linked statically, however the project links it."""

from __future__ import annotations

import pytest

from glibcheck.fixes.old_home import name_homes
from glibcheck.fixes.situation import Answer, refuse
from glibcheck.fixes.static_runtime import NAME, propose
from glibcheck.model.plan import AddCompileFlags, AddSources, Change, Declaration, Offence, PrivateRuntime, Step
from tests.values import (
    LIBC,
    LIBM,
    LIBPTHREAD,
    LIBSTDCXX,
    built,
    declaration,
    directive,
    exports,
    linkage,
    offence,
    situation,
    target,
)

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


def test_an_archive_that_no_shared_object_can_take_in_is_refused_with_the_reason() -> None:
    file = built("_a.so", linkage(needed=(LIBSTDCXX, LIBC)), declaration("_a"))
    why = "libstdc++.a is not position independent"
    found = situation(target("2.28"), file, glibc={})._replace(no_private_runtime=why)
    reason = f"{why}; build on an older system, or with an older compiler"
    assert propose(file, (CXX, POW), found) == refuse((CXX,), reason)


@pytest.mark.parametrize(("glibc", "expected"), [("2.17", True), ("2.20", True), ("2.21", False), ("2.28", False)])
def test_for_a_glibc_that_cannot_bear_thread_local_data_the_compat_file_keeps_it(glibc: str, expected: bool) -> None:
    file = built("_a.so", linkage(needed=(LIBSTDCXX, LIBC)), declaration("_a"))
    exported = {LIBC: exports("pthread_once@@GLIBC_2.34", "pthread_once@GLIBC_2.2.5", "free@@GLIBC_2.2.5")}
    found = propose(file, (CXX,), situation(target(glibc), file, glibc=exported)).step
    assert found is not None
    assert found.changes[0] == STATIC
    if expected:
        once = directive("pthread_once", "GLIBC_2.2.5", LIBPTHREAD)
        assert (found.functions, found.redirects) == (("__cxa_get_globals",), (once,))
        assert found.changes[1:] == (
            AddSources("_a", ("glibcheck_compat.c",)),
            AddCompileFlags("_a", ("-DGLIBCHECK_COMPAT",)),
            *name_homes("_a", [LIBPTHREAD]),
        )
    else:
        assert (found.changes[1:], found.functions, found.redirects) == ((), (), ())


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
