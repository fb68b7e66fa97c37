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
    LinkArchive,
    MakeStatic,
    Step,
)
from tests.values import LIBC, LIBM, built, declaration, linkage, offence, required, situation, target, wants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.plan import Form

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


def native(name: str, form: Form, *links: str) -> Declaration:
    """Make what a Makefile.am says of a target."""
    return Declaration(name, "src/Makefile.am", 3, (f"{name}.c",), (), (), (), form, links)


LIB, EXTENSION = native("libhelp.la", "library"), native("_a.la", "extension", "libhelp.la")
ARCHIVES = (native("libin.la", "archive", "libdeep.la"), native("libdeep.la", "archive"))


def answered(declared: tuple[Declaration, ...], *others: BuiltFile, moved: frozenset[str] = frozenset()) -> Answer:
    file = helper(declared[0])
    found = situation(target("2.28"), file, *others, glibc={})
    return propose(file, (POW, CREATE), found._replace(declared=declared, moved=moved))


def moved(*inside: str) -> Step:
    changes = (MakeStatic("libhelp.la"), LinkArchive("_a.la", "libhelp.la", inside))
    return step(*changes)._replace(extension="_a.la")


def test_a_library_of_a_native_build_becomes_an_archive() -> None:
    assert answered((LIB, EXTENSION), user(EXTENSION)) == Answer(moved())


INSIDE = {
    "an-archive-that-the-user-names-too": (("libin.la",), ("libhelp.la", "libin.la"), frozenset(), ("libin.la",)),
    "an-archive-of-an-archive": (("libin.la",), ("libhelp.la", "libdeep.la"), frozenset(), ("libdeep.la",)),
    "an-archive-that-only-the-helper-names": (("libin.la",), ("libhelp.la",), frozenset(), ()),
    "a-library-is-not-inside": (("libshared.la",), ("libhelp.la", "libshared.la"), frozenset(), ()),
    "but-one-that-moved-in-this-plan-is": (
        ("libshared.la",),
        ("libhelp.la", "libshared.la"),
        frozenset({"libshared.la"}),
        ("libshared.la",),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("of_helper", "of_user", "gone", "inside"), INSIDE.values(), ids=INSIDE.keys())
def test_archives_inside_the_helper_are_not_named_again(
    of_helper: tuple[str, ...], of_user: tuple[str, ...], gone: frozenset[str], inside: tuple[str, ...]
) -> None:
    both = native("libhelp.la", "library", *of_helper), native("_a.la", "extension", *of_user)
    declared = (*both, *ARCHIVES, native("libshared.la", "library"))
    assert answered(declared, user(both[1]), moved=gone) == Answer(moved(*inside))


def test_a_library_that_its_user_does_not_plainly_link_stays() -> None:
    other = native("_a.la", "extension")
    reason = "src/Makefile.am does not plainly say that _a.la links libhelp.la"
    assert answered((LIB, other), user(other)) == refuse((POW, CREATE), reason)


def test_a_program_is_no_second_user() -> None:
    program = user(native("tool", "program", "libhelp.la"), "bin/tool")
    assert answered((LIB, EXTENSION), user(EXTENSION), program) == Answer(moved())


def test_a_file_that_links_the_helper_and_uses_nothing_of_it_is_no_user() -> None:
    idle = built("pkg/_b.so", linkage(needed=("libhelp.so",)), native("_b.la", "extension", "libhelp.la"))
    assert answered((LIB, EXTENSION), user(EXTENSION), idle) == Answer(moved())
    assert answered((LIB, EXTENSION), idle) == Answer()


def test_of_a_chain_each_library_goes_into_the_one_that_links_it() -> None:
    deep = native("libhelp.la", "library")
    middle = native("libmiddle.la", "library", "libhelp.la")
    file = user(middle, "pkg/libmiddle.so")
    found = answered((deep, middle), file).step
    assert found is not None
    assert (found.extension, found.into) == ("libmiddle.la", "pkg/libmiddle.so")
    assert found.changes == (MakeStatic("libhelp.la"), LinkArchive("libmiddle.la", "libhelp.la", ()))
