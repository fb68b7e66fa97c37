"""What the compat file answers, what it leaves to others, and the reasons against it."""

from __future__ import annotations

import pytest

from glibcheck.fixes.compat_source import NAME, propose
from glibcheck.fixes.old_home import name_homes
from glibcheck.fixes.situation import Answer, Refusal
from glibcheck.model.names import SymbolName
from glibcheck.model.plan import AddCompileFlags, AddSources, Declaration, Directive, Offence, Step
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

GLIBC = {
    LIBC: exports(
        "pthread_create@@GLIBC_2.34", "pthread_create@GLIBC_2.2.5", "stat@@GLIBC_2.33", "arc4random@@GLIBC_2.36",
        "environ@@GLIBC_2.34", "environ@GLIBC_2.2.5", "__libc_single_threaded@@GLIBC_2.32", "nobody@@GLIBC_2.38",
        "__libc_start_main@@GLIBC_2.34", "__libc_start_main@GLIBC_2.2.5", "posix_spawn_x@@GLIBC_2.38",
    ),
    LIBM: exports("totalorder@@GLIBC_2.31", "totalorder@GLIBC_2.25", "pow@@GLIBC_2.29", "pow@GLIBC_2.2.5"),
}  # fmt: skip
WHY = "glibc-2.28 lacks these, or no directive reaches who uses them; glibcheck_compat.c defines them"
OWN = declaration("_a")
FILE = AddSources("_a", ("glibcheck_compat.c",))
MACRO = AddCompileFlags("_a", ("-DGLIBCHECK_COMPAT",))
CREATE = directive("pthread_create", "GLIBC_2.2.5", LIBPTHREAD)


def too_new(version: str, symbol: str | None, library: str = LIBC) -> Offence:
    return offence("_a.so", "too new", library, version, symbol)


STAT, ARC = too_new("GLIBC_2.33", "stat"), offence("_a.so", "unversioned", LIBC, "GLIBC_2.36", "arc4random")
THREAD, START = too_new("GLIBC_2.34", "pthread_create"), too_new("GLIBC_2.34", "__libc_start_main")


def answer(
    *rows: Offence,
    done: tuple[Step, ...] = (),
    machine: str = "x86_64",
    needed: tuple[str, ...] = (LIBC,),
    declared: Declaration | None = OWN,
    others: tuple[Declaration, ...] = (),
) -> Answer:
    found = linkage(needed=needed)
    file = built("_a.so", found._replace(image=found.image._replace(machine=machine)), declared)
    all_declared = (declaration("_a", ()), *others) if declared is None else (declared, *others)
    return propose(file, rows, situation(target("2.28"), file, glibc=GLIBC)._replace(done=done, declared=all_declared))


def step(*claimed: Offence, functions: str = "", redirects: tuple[Directive, ...] = (), home: bool = False) -> Step:
    changes = (FILE, *((MACRO,) if redirects else ()), *(name_homes("_a", [LIBPTHREAD]) if home else ()))
    return Step(
        NAME, "_a", WHY, claimed, changes, functions=tuple(map(SymbolName, functions.split())), redirects=redirects
    )


DONE: dict[str, tuple[tuple[Offence, ...], Step]] = {
    "what-the-target-lacks": ((STAT,), step(STAT, functions="stat")),
    "without-a-version-and-with-what-it-needs": ((ARC,), step(ARC, functions="arc4random arc4random_buf")),
    "a-variable": (
        (too_new("GLIBC_2.32", "__libc_single_threaded"),),
        step(too_new("GLIBC_2.32", "__libc_single_threaded"), functions="__libc_single_threaded"),
    ),
    "an-older-version": ((THREAD,), step(THREAD, redirects=(CREATE,), home=True)),
    "both": ((STAT, THREAD), step(STAT, THREAD, functions="stat", redirects=(CREATE,), home=True)),
    "one-whose-older-version-means-something-else": (
        (too_new("GLIBC_2.31", "totalorder", LIBM),),
        step(too_new("GLIBC_2.31", "totalorder", LIBM), functions="totalorder"),
    ),
    "the-start-of-a-program-is-no-jump": ((START,), step(START, functions="__libc_start_main")),
}


@pytest.mark.parametrize(("rows", "expected"), DONE.values(), ids=DONE.keys())
def test_it_defines_what_the_target_lacks_and_redirects_what_it_has_in_an_older_version(
    rows: tuple[Offence, ...], expected: Step
) -> None:
    assert answer(*rows) == Answer(expected)


def test_an_old_library_that_is_named_already_is_not_named_again() -> None:
    assert answer(THREAD, needed=(LIBC, LIBPTHREAD)) == Answer(step(THREAD, redirects=(CREATE,)))


def test_archives_inside_the_file_are_compiled_with_the_macro_too() -> None:
    user = declaration("_a")._replace(links=("help", "other"))
    archive, shared = declaration("help")._replace(form="archive"), declaration("other")._replace(form="library")
    found = answer(THREAD, declared=user, others=(archive, shared)).step
    assert found is not None
    assert found.changes[:3] == (FILE, MACRO, AddCompileFlags("help", MACRO.flags))


JUMPS = "a jump to its older version is written for aarch64, x86_64 only"
REFUSED: dict[str, tuple[Offence, tuple[Step, ...], str, str]] = {
    "nothing-stands-in": (
        too_new("GLIBC_2.38", "nobody"), (), "x86_64",
        "nothing here stands in for it: do without it, or define it in the project",
    ),
    "it-is-known-why-nothing-stands-in": (
        too_new("GLIBC_2.38", "posix_spawn_x"), (), "x86_64",
        "works with what is inside posix_spawn of the C library: use fork and exec, and the pid that fork gave",
    ),
    "an-older-version-of-a-variable": (
        too_new("GLIBC_2.34", "environ"), (), "x86_64",
        "it is a variable, and nothing can jump to an older version of that; do without it",
    ),
    "a-machine-without-jumps": (
        THREAD, (), "s390x", f"{JUMPS}; build the archive that asks for it on an older system, or use glibcheck build",
    ),
    "it-is-there-already": (
        STAT, (step(STAT, functions="stat"),), "x86_64",
        "glibcheck_compat.c has it, and the file still asks the C library: was it linked in?",
    ),
    "it-is-redirected-already": (
        THREAD, (step(THREAD, redirects=(CREATE,)),), "x86_64",
        "glibcheck_compat.c has it, and the file still asks the C library: was it linked in?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "done", "machine", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_gives_its_reason(row: Offence, done: tuple[Step, ...], machine: str, reason: str) -> None:
    assert answer(row, done=done, machine=machine) == Answer(None, (Refusal(row, reason),))


def test_what_another_extension_has_does_not_count() -> None:
    other = step(STAT, functions="stat")._replace(extension="_b")
    assert answer(STAT, done=(other,)) == Answer(step(STAT, functions="stat"))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(offence("_a.so", "misplaced", "libdl.so.2", "GLIBC_2.2.5", "dlsym"), id="misplaced"),
        pytest.param(too_new("GLIBCXX_3.4.29", "_Zx", LIBSTDCXX), id="of-the-c++-runtime"),
        pytest.param(too_new("GLIBC_ABI_DT_RELR", None), id="a-version-without-a-symbol"),
        pytest.param(too_new("GLIBC_PRIVATE", "inner"), id="private"),
    ],
)
def test_other_offences_are_no_subject(row: Offence) -> None:
    assert answer(row) == Answer()


def test_a_file_that_nobody_declares_is_no_subject() -> None:
    assert answer(STAT, declared=None) == Answer()
