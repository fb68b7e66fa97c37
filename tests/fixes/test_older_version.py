"""Directives for what the project's own sources use; a reason for what no directive can reach."""

from __future__ import annotations

import pytest

from glibcheck.fixes.old_home import name_homes
from glibcheck.fixes.older_version import HEADER, NAME, propose
from glibcheck.fixes.situation import Answer, Refusal
from glibcheck.model.names import Soname
from glibcheck.model.plan import AddLinkFlags, ForceInclude, Offence, Step
from tests.values import (
    LIBC,
    LIBDL,
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

GLIBC = {
    LIBC: exports(
        "pthread_create@@GLIBC_2.34", "pthread_create@GLIBC_2.2.5", "dlsym@@GLIBC_2.34", "dlsym@GLIBC_2.2.5",
        "stat@@GLIBC_2.33",
    ),
    LIBM: exports("pow@@GLIBC_2.29", "pow@GLIBC_2.2.5", "totalorder@@GLIBC_2.31", "totalorder@GLIBC_2.25"),
}  # fmt: skip
WHY = "glibc-2.28 has an older version; a directive in glibcheck_symver.h binds to it"


def too_new(library: str, version: str, symbol: str | None) -> Offence:
    return offence("_a.so", "too new", library, version, symbol)


POW = too_new(LIBM, "GLIBC_2.29", "pow")
ORDER = too_new(LIBM, "GLIBC_2.31", "totalorder")
CREATE = too_new(LIBC, "GLIBC_2.34", "pthread_create")
DLSYM = too_new(LIBC, "GLIBC_2.34", "dlsym")
STAT = too_new(LIBC, "GLIBC_2.33", "stat")


def answer(
    *rows: Offence,
    own: tuple[str, ...] | None = ("pow", "pthread_create", "dlsym", "stat", "totalorder"),
    done: tuple[Step, ...] = (),
    needed: tuple[Soname, ...] = (LIBC,),
    declared: bool = True,
) -> Answer:
    file = built("_a.so", linkage(needed=needed), declaration("_a") if declared else None)
    return propose(file, rows, situation(target("2.28"), file, own=own, glibc=GLIBC)._replace(done=done))


def pow_step(extension: str = "_a") -> Step:
    changes = (ForceInclude(extension, HEADER),)
    return Step(NAME, extension, WHY, (POW,), changes, (directive("pow", "GLIBC_2.2.5"),))


def test_a_symbol_with_an_older_version_gets_a_directive_and_the_extension_the_header() -> None:
    assert answer(POW) == Answer(pow_step())


def test_symbols_that_moved_bring_their_old_libraries() -> None:
    flags = AddLinkFlags("_a", ("-Wl,--push-state,--no-as-needed,-l:libdl.so.2,-l:libpthread.so.0,--pop-state",))
    expected = Step(
        NAME,
        "_a",
        WHY,
        (POW, CREATE, DLSYM),
        (ForceInclude("_a", HEADER), flags),
        (
            directive("dlsym", "GLIBC_2.2.5", LIBDL),
            directive("pow", "GLIBC_2.2.5"),
            directive("pthread_create", "GLIBC_2.2.5", LIBPTHREAD),
        ),
    )
    assert answer(POW, CREATE, DLSYM) == Answer(expected)


def test_an_old_library_that_is_named_already_is_not_named_again() -> None:
    found = answer(CREATE, DLSYM, needed=(LIBPTHREAD, LIBC))
    assert found.step is not None
    assert found.step.changes == (ForceInclude("_a", HEADER), *name_homes("_a", [LIBDL]))


def test_archives_inside_the_file_are_compiled_with_the_header_too() -> None:
    user, archive = declaration("_a")._replace(links=("help",)), declaration("help")._replace(form="archive")
    file = built("_a.so", linkage(needed=(LIBC,)), user)
    found = situation(target("2.28"), file, own=["pow"], glibc=GLIBC)._replace(declared=(user, archive))
    changes = (ForceInclude("_a", HEADER), ForceInclude("help", HEADER))
    assert propose(file, (POW,), found) == Answer(pow_step()._replace(changes=changes))


REFUSED: dict[str, tuple[Offence, tuple[str, ...] | None, tuple[Step, ...], str]] = {
    "no-older-version-own-sources": (
        STAT, ("stat",), (), "first appears in GLIBC_2.33; the project's own sources use it",
    ),
    "no-older-version-archive": (
        STAT, ("pow",), (), "first appears in GLIBC_2.33; only code from an archive inside the file uses it",
    ),
    "no-older-version-no-objects": (
        STAT, None, (), "first appears in GLIBC_2.33; the build left no objects that would tell who uses it",
    ),
    "unsafe": (
        ORDER, ("totalorder",), (),
        "its older version must not be used: since 2.31 it takes pointers, before it took values; "
        "the project's own sources use it",
    ),
    "out-of-reach-of-a-directive": (
        POW, ("stat",), (),
        "only code from an archive inside the file uses it, and a directive reaches the project's sources alone",
    ),
    "still-there-although-the-flags-say-otherwise": (
        POW, ("pow", "pow@GLIBC_2.2.5"), (pow_step(),),
        "its directive did not reach all sources; something in the build sets the compiler's flags itself",
    ),
    "still-there-with-its-directive": (
        POW, ("pow@GLIBC_2.2.5",), (pow_step(),),
        "bound in the project's sources already; code from an archive inside the file still asks for the newer",
    ),
    "still-there-with-its-directive-and-no-objects": (
        POW, None, (pow_step(),),
        "bound in the project's sources already; code from an archive inside the file still asks for the newer",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "own", "done", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_says_why_and_who_uses_the_symbol(
    row: Offence, own: tuple[str, ...] | None, done: tuple[Step, ...], reason: str
) -> None:
    assert answer(row, own=own, done=done) == Answer(None, (Refusal(row, reason),))


def test_what_can_be_bound_is_claimed_beside_what_is_refused() -> None:
    reason = "first appears in GLIBC_2.33; the project's own sources use it"
    assert answer(STAT, POW) == Answer(pow_step(), (Refusal(STAT, reason),))


def test_a_directive_of_another_extension_does_not_count() -> None:
    assert answer(POW, done=(pow_step("_b"),)) == Answer(pow_step())


def test_without_objects_to_look_at_a_directive_is_tried() -> None:
    assert answer(POW, own=None) == Answer(pow_step())


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(offence("_a.so", "unversioned", LIBC, "GLIBC_2.38", "copy"), id="unversioned"),
        pytest.param(offence("_a.so", "misplaced", LIBDL, "GLIBC_2.2.5", "dlsym"), id="misplaced"),
        pytest.param(too_new(LIBSTDCXX, "GLIBCXX_3.4.29", "_Zx"), id="of-the-c++-runtime"),
        pytest.param(too_new(LIBC, "GLIBC_ABI_DT_RELR", None), id="version-without-a-symbol"),
        pytest.param(too_new(LIBC, "GLIBC_PRIVATE", "inner"), id="private"),
    ],
)
def test_other_offences_are_no_subject(row: Offence) -> None:
    assert answer(row) == Answer()


def test_a_file_that_nobody_declares_is_no_subject() -> None:
    assert answer(POW, declared=False) == Answer()
