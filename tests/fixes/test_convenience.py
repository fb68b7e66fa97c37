"""A helper library moves into the extension that links it, when the build files say plainly how."""

from __future__ import annotations

import pytest

from glibcheck.fixes.convenience import NAME, propose
from glibcheck.fixes.situation import Answer, BuiltFile, refuse
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    Declaration,
    DropExtension,
    DropLibrary,
    Step,
)
from tests.values import LIBC, LIBM, built, declaration, linkage, offence, required, situation, target, wants

HELPER_FILE, USER_FILE = "pkg/libhelp.so", "pkg/_a.abi3.so"
POW = offence(HELPER_FILE, "too new", LIBM, "GLIBC_2.29", "pow")
CREATE = offence(HELPER_FILE, "too new", LIBC, "GLIBC_2.34", "pthread_create")

HELPER = declaration("pkg.libhelp", ("src/help.c", "src/more.c"))
USER = declaration("pkg._a", ("a.c",), libraries=("help", "m"))


def helper(declared: Declaration | None = HELPER, named_by: str | None = None, soname: str = "libhelp.so") -> BuiltFile:
    return built(
        HELPER_FILE, linkage(required(LIBM, "GLIBC_2.29", "pow"), soname=soname, defines=["help"]), declared, named_by
    )


def user(declared: Declaration | None = USER, path: str = USER_FILE, links: str = "libhelp.so") -> BuiltFile:
    return built(path, linkage(needed=(links, LIBC), loose=[wants("help")]), declared)


def answer(file: BuiltFile, *others: BuiltFile) -> Answer:
    return propose(file, (POW, CREATE), situation(target("2.28"), file, *others, glibc={}))


def step(*changes: Change, soname: str = "libhelp.so") -> Step:
    why = f"{soname} is the project's own code; compiled in, it is no link of a chain any more"
    return Step(NAME, "pkg._a", why, (POW, CREATE), changes, into=USER_FILE)


PLAIN = (
    AddSources("pkg._a", ("src/help.c", "src/more.c")),
    DropLibrary("pkg._a", "help"),
    DropExtension("pkg.libhelp"),
)
RICH = declaration(
    "pkg.libhelp", ("src/help.cpp",), ("src", "include"), ("m", "z", "stdc++"), ("-std=c++17", "-DHELP=1")
)

DONE: dict[str, tuple[BuiltFile, BuiltFile, Step]] = {
    "sources-move-library-and-extension-go": (helper(), user(), step(*PLAIN)),
    "a-soname-with-a-number": (
        helper(soname="libhelp.so.1"),
        user(links="libhelp.so.1"),
        step(*PLAIN, soname="libhelp.so.1"),
    ),
    "include-directories-flags-and-libraries-come-along": (
        helper(RICH),
        user(),
        step(
            AddSources("pkg._a", ("src/help.cpp",)),
            AddIncludeDirs("pkg._a", ("src", "include")),
            AddCompileFlags("pkg._a", ("-std=c++17", "-DHELP=1")),
            DropLibrary("pkg._a", "help"),
            AddLinkFlags("pkg._a", ("-lz", "-lstdc++")),
            DropExtension("pkg.libhelp"),
        ),
    ),
    "what-the-extension-has-is-not-added-again": (
        helper(declaration("pkg.libhelp", ("h.c",), ("src", "other"), ("m",))),
        user(declaration("pkg._a", ("a.c",), ("src",), ("help", "m"))),
        step(
            AddSources("pkg._a", ("h.c",)),
            AddIncludeDirs("pkg._a", ("other",)),
            DropLibrary("pkg._a", "help"),
            DropExtension("pkg.libhelp"),
        ),
    ),
}


@pytest.mark.parametrize(("file", "other", "expected"), DONE.values(), ids=DONE.keys())
def test_a_helper_with_offences_moves_in(file: BuiltFile, other: BuiltFile, expected: Step) -> None:
    assert answer(file, other) == Answer(expected)


COMPUTED = "the build files do not say plainly from which sources libhelp.so is made"
TWICE = "compiled into each, its state would be there twice"
REFUSED: dict[str, tuple[BuiltFile, tuple[BuiltFile, ...], str]] = {
    "two-extensions-link-it": (
        helper(),
        (user(), user(declaration("pkg._b"), "pkg/_b.abi3.so")),
        f"libhelp.so is linked by pkg/_a.abi3.so, pkg/_b.abi3.so: {TWICE}",
    ),
    "python-code-names-it": (
        helper(named_by="pkg/native.py"),
        (user(),),
        "pkg/native.py names libhelp.so, so it may be loaded from there by name",
    ),
    "the-helper-is-not-declared": (helper(None), (user(),), COMPUTED),
    "its-user-is-not-declared": (helper(), (user(None),), COMPUTED),
    "its-sources-are-computed": (helper(declaration("pkg.libhelp", None)), (user(),), COMPUTED),
    "it-has-no-sources": (helper(declaration("pkg.libhelp", ())), (user(),), COMPUTED),
    "the-user-links-it-in-another-way": (
        helper(),
        (user(declaration("pkg._a", libraries=("m",))),),
        "setup.py does not plainly name libhelp.so among the libraries of pkg._a",
    ),
    "the-libraries-of-the-user-are-computed": (
        helper(),
        (user(declaration("pkg._a", libraries=None)),),
        "setup.py does not plainly name libhelp.so among the libraries of pkg._a",
    ),
    "a-soname-that-no-l-option-finds": (
        helper(soname="help.so"),
        (user(links="help.so"),),
        "setup.py does not plainly name help.so among the libraries of pkg._a",
    ),
}


@pytest.mark.parametrize(("file", "others", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_gives_its_reason_for_each_offence(
    file: BuiltFile, others: tuple[BuiltFile, ...], reason: str
) -> None:
    assert answer(file, *others) == refuse((POW, CREATE), reason)


def test_a_helper_without_offences_stays_where_it_is() -> None:
    files = (helper(), user())
    assert propose(files[0], (), situation(target("2.28"), *files, glibc={})) == Answer()


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(user(), id="extension"),
        pytest.param(built(HELPER_FILE, linkage(soname="libhelp.so"), HELPER), id="library-that-nobody-links"),
        pytest.param(built(HELPER_FILE, linkage(), HELPER), id="library-without-a-soname"),
    ],
)
def test_what_is_no_helper_is_no_subject(file: BuiltFile) -> None:
    assert answer(file) == Answer()
