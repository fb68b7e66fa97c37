"""The libraries that symbols lived in before glibc 2.34 are named in DT_NEEDED again."""

from __future__ import annotations

import pytest

from glibcheck.fixes.old_home import NAME, name_homes, propose
from glibcheck.fixes.situation import Answer
from glibcheck.model.names import Soname
from glibcheck.model.plan import AddLinkFlags, Offence, Step
from tests.values import LIBC, LIBDL, LIBM, LIBPTHREAD, LIBRT, built, declaration, linkage, offence, situation, target

DLSYM = offence("_a.so", "misplaced", LIBDL, "GLIBC_2.2.5", "dlsym")
DLOPEN = offence("_a.so", "misplaced", LIBDL, "GLIBC_2.2.5", "dlopen")
JOIN = offence("_a.so", "misplaced", LIBPTHREAD, "GLIBC_2.2.5", "pthread_join")
POW = offence("_a.so", "too new", LIBM, "GLIBC_2.29", "pow")


def answer(*rows: Offence, declared: bool = True) -> Answer:
    file = built("_a.so", linkage(needed=(LIBC,)), declaration("pkg._a") if declared else None)
    return propose(file, rows, situation(target("2.28"), file, glibc={}))


def test_each_old_library_of_the_misplaced_symbols_is_named_once_in_one_flag() -> None:
    flag = "-Wl,--push-state,--no-as-needed,-l:libdl.so.2,-l:libpthread.so.0,--pop-state"
    why = "glibc-2.28 has these symbols in a library of their own, which must be in DT_NEEDED"
    step = Step(NAME, "pkg._a", why, (JOIN, DLSYM, DLOPEN), (AddLinkFlags("pkg._a", (flag,)),))
    assert answer(JOIN, POW, DLSYM, DLOPEN) == Answer(step)


def test_nothing_misplaced_is_no_subject() -> None:
    assert answer(POW) == answer() == Answer()


def test_a_file_that_nobody_declares_is_no_subject() -> None:
    assert answer(DLSYM, declared=False) == Answer()


@pytest.mark.parametrize(
    ("homes", "flags"),
    [
        pytest.param((), (), id="none"),
        pytest.param((LIBRT,), ("-Wl,--push-state,--no-as-needed,-l:librt.so.1,--pop-state",), id="one"),
        pytest.param(
            (LIBRT, LIBDL, LIBRT),
            ("-Wl,--push-state,--no-as-needed,-l:libdl.so.2,-l:librt.so.1,--pop-state",),
            id="sorted-and-once",
        ),
    ],
)
def test_homes_become_one_link_flag(homes: tuple[Soname, ...], flags: tuple[str, ...]) -> None:
    assert name_homes("x", set(homes)) == ((AddLinkFlags("x", flags),) if flags else ())
