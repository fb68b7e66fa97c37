"""A library of which nothing is used goes out of the link, where the build file names it."""

from __future__ import annotations

import pytest

from glibcheck.fixes.drop_unused import NAME, propose
from glibcheck.fixes.situation import Answer, Refusal
from glibcheck.model.plan import Declaration, DropLibrary, Step
from tests.values import LIBC, built, declaration, linkage, offence, situation, target

UNUSED = offence("_a.so", "unused", "libhelp.so.1", "", None)
POW = offence("_a.so", "too new", LIBC, "GLIBC_2.34", "x")
HELPER = built("libhelp.so", linkage(soname="libhelp.so.1"), declaration("src/libhelp.la")._replace(form="library"))
ADVICE = "setup.py does not plainly name it for _a; link with -Wl,--as-needed"


def answer(declared: Declaration | None) -> Answer:
    file = built("_a.so", linkage(needed=("libhelp.so.1", LIBC)), declared)
    return propose(file, (POW, UNUSED), situation(target("2.17"), file, HELPER, glibc={}))


NAMED = {
    "as-after-l": (declaration("_a", libraries=("m", "help")), "help"),
    "by-its-declaration": (declaration("_a")._replace(links=("src/libhelp.la",)), "src/libhelp.la"),
}


@pytest.mark.parametrize(("declared", "name"), NAMED.values(), ids=NAMED.keys())
def test_it_is_dropped_as_it_is_named(declared: Declaration, name: str) -> None:
    why = "nothing is used of it, and it brings needs of its own"
    assert answer(declared) == Answer(Step(NAME, "_a", why, (UNUSED,), (DropLibrary("_a", name),)))


@pytest.mark.parametrize("declared", [declaration("_a"), declaration("_a", libraries=None)])
def test_one_that_is_not_named_is_left_with_advice(declared: Declaration) -> None:
    assert answer(declared) == Answer(None, (Refusal(UNUSED, ADVICE),))


def test_a_file_that_nobody_declares_is_no_subject() -> None:
    assert answer(None) == Answer()
