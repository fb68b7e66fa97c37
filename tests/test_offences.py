"""What a target does not meet in a file: versions that are too new, names that only a newer glibc has, old homes."""

from __future__ import annotations

import pytest

from glibcheck.model.image import Linkage, Requirement
from glibcheck.model.names import Soname
from glibcheck.model.plan import Offence
from glibcheck.offences import offences, too_new, unused
from tests.values import LIBC, LIBM, LIBSTDCXX, exports, image, linkage, offence, required, target, wants

# A made-up glibc 2.38: `scan` has a new twin since 2.38, `copy` is new, `log` is old, `grown` has two versions.
GLIBC = {
    LIBC: exports("__new_scan@@GLIBC_2.38", "scan@@GLIBC_2.2.5", "copy@@GLIBC_2.38", "dlsym@@GLIBC_2.34",
                  "dlsym@GLIBC_2.2.5", "hidden@GLIBC_2.38", "secret@@GLIBC_PRIVATE", "GLIBC_2.38@@GLIBC_2.38"),
    LIBM: exports("grown@@GLIBC_2.38", "grown@GLIBC_2.2.5", "log@@GLIBC_2.2.5", "fresh@@GLIBC_2.35"),
}  # fmt: skip


def new(library: str, version: str, symbol: str | None) -> Offence:
    return offence("a.so", "too new", library, version, symbol)


def loose(library: str, version: str, symbol: str) -> Offence:
    return offence("a.so", "unversioned", library, version, symbol)


def misplaced(library: str, version: str, symbol: str) -> Offence:
    return offence("a.so", "misplaced", library, version, symbol)


JUDGED: dict[str, tuple[Linkage, tuple[Offence, ...]]] = {
    "a-file-that-needs-nothing": (linkage(), ()),
    "versions-that-the-target-has": (linkage(required(LIBC, "GLIBC_2.28", "a"), required(LIBC, "GLIBC_2.4", "b")), ()),
    "too-new": (linkage(required(LIBM, "GLIBC_2.29", "pow")), (new(LIBM, "GLIBC_2.29", "pow"),)),
    "too-new-by-number-not-by-text": (
        linkage(required(LIBSTDCXX, "GLIBCXX_3.4.9", "_Za"), required(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zb")),
        (new(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zb"),),
    ),
    "a-version-that-no-symbol-asks-for": (
        linkage(required(LIBC, "GLIBC_ABI_DT_RELR")),
        (new(LIBC, "GLIBC_ABI_DT_RELR", None),),
    ),
    "private": (linkage(required(LIBC, "GLIBC_PRIVATE", "x")), (new(LIBC, "GLIBC_PRIVATE", "x"),)),
    "a-library-of-which-the-target-says-nothing": (linkage(required("libssl.so.3", "OPENSSL_3.0.0", "SSL_new")), ()),
    "a-weak-version-does-not-count": (linkage(required(LIBC, "GLIBC_2.34", "a", weak=True)), ()),
    "unversioned-and-only-in-a-newer-glibc": (
        linkage(loose=[wants("__new_scan")]),
        (loose(LIBC, "GLIBC_2.38", "__new_scan"),),
    ),
    "unversioned-and-weak-does-not-count": (linkage(loose=[wants("__new_scan", weak=True)]), ()),
    "unversioned-and-old": (linkage(loose=[wants("scan"), wants("log")]), ()),
    "unversioned-with-an-older-version-binds-to-that-one": (linkage(loose=[wants("grown")]), ()),
    "unversioned-and-not-of-glibc": (linkage(loose=[wants("PyList_New")]), ()),
    "unversioned-and-not-for-new-links": (linkage(loose=[wants("hidden"), wants("secret"), wants("GLIBC_2.38")]), ()),
    "misplaced": (
        linkage(required(LIBC, "GLIBC_2.2.5", "dlsym")),
        (misplaced("libdl.so.2", "GLIBC_2.2.5", "dlsym"),),
    ),
    "at-home-where-the-old-library-is-named": (
        linkage(required(LIBC, "GLIBC_2.2.5", "dlsym"), needed=("libdl.so.2", LIBC)),
        (),
    ),
    "another-old-library-is-not-enough": (
        linkage(required(LIBC, "GLIBC_2.2.5", "dlsym"), needed=("libpthread.so.0", LIBC)),
        (misplaced("libdl.so.2", "GLIBC_2.2.5", "dlsym"),),
    ),
    "weak-and-misplaced-does-not-count": (linkage(loose=[wants("dlsym", "GLIBC_2.2.5", LIBC, weak=True)]), ()),
    "too-new-is-not-misplaced-as-well": (
        linkage(required(LIBC, "GLIBC_2.34", "dlsym")),
        (new(LIBC, "GLIBC_2.34", "dlsym"),),
    ),
    "the-same-name-of-another-library-is-not-misplaced": (linkage(required("libx.so", "X_1", "dlsym")), ()),
    "a-name-that-libc-always-had": (linkage(required(LIBC, "GLIBC_2.2.5", "pthread_mutex_lock", "malloc")), ()),
}


@pytest.mark.parametrize(("found", "expected"), JUDGED.values(), ids=JUDGED.keys())
def test_offences_at_2_28(found: Linkage, expected: tuple[Offence, ...]) -> None:
    assert offences("a.so", found, target("2.28"), GLIBC) == expected


def test_from_2_34_on_nothing_is_misplaced() -> None:
    found = linkage(required(LIBC, "GLIBC_2.2.5", "dlsym", "pthread_create"))
    assert offences("a.so", found, target("2.34"), GLIBC) == ()
    assert len(offences("a.so", found, target("2.33"), GLIBC)) == 2


def test_the_target_decides_whether_an_unversioned_name_is_too_new() -> None:
    found = linkage(loose=[wants("fresh"), wants("copy")])
    assert offences("a.so", found, target("2.35"), GLIBC) == (loose(LIBC, "GLIBC_2.38", "copy"),)
    assert offences("a.so", found, target("2.38"), GLIBC) == ()


def test_offences_stand_by_kind_and_library_with_the_newest_version_first() -> None:
    found = linkage(
        required(LIBC, "GLIBC_2.2.5", "dlsym"),
        required(LIBC, "GLIBC_2.30", "m"),
        required(LIBC, "GLIBC_2.36", "z", "b"),
        required(LIBC, "GLIBC_ABI_DT_RELR"),
        required(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx"),
        required(LIBM, "GLIBC_2.29", "pow", "exp"),
        loose=[wants("copy"), wants("__new_scan"), wants("fresh")],
    )
    assert offences("a.so", found, target("2.28"), GLIBC) == (
        misplaced("libdl.so.2", "GLIBC_2.2.5", "dlsym"),
        new(LIBC, "GLIBC_ABI_DT_RELR", None),
        new(LIBC, "GLIBC_2.36", "b"),
        new(LIBC, "GLIBC_2.36", "z"),
        new(LIBC, "GLIBC_2.30", "m"),
        new(LIBM, "GLIBC_2.29", "exp"),
        new(LIBM, "GLIBC_2.29", "pow"),
        new(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx"),
        loose(LIBC, "GLIBC_2.38", "__new_scan"),
        loose(LIBC, "GLIBC_2.38", "copy"),
        loose(LIBM, "GLIBC_2.35", "fresh"),
    )


@pytest.mark.parametrize("reverse", [False, True])
def test_the_order_does_not_depend_on_that_of_the_file(reverse: bool) -> None:
    needs: list[Requirement] = [required(LIBM, "GLIBC_2.29", "pow"), required(LIBC, "GLIBC_2.34", "a", "b")]
    found = linkage(*(reversed(needs) if reverse else needs))
    assert [row.symbol for row in offences("a.so", found, target("2.17"), GLIBC)] == ["a", "b", "pow"]


def test_too_new_requirements_are_whole_and_in_the_order_of_the_image() -> None:
    found = image(
        required(LIBC, "GLIBC_2.4", "a"),
        required(LIBC, "GLIBC_2.34", "b", "c"),
        required(LIBC, "GLIBC_2.36", "d", weak=True),
        required(LIBM, "GLIBC_2.29", "pow"),
    )
    assert too_new(found, target("2.28")) == (
        required(LIBC, "GLIBC_2.34", "b", "c"),
        required(LIBM, "GLIBC_2.29", "pow"),
    )


HELP, SSL, STDCXX = Soname("libhelp.so"), Soname("libssl.so.3"), LIBSTDCXX
TOO_NEW = linkage(required(LIBM, "GLIBC_2.38", "grown"), soname=HELP, defines=["help", "data@@HELP_1"])
FINE = linkage(soname=HELP, defines=["help"])
MANYLINUX = target("2.28")._replace(libraries=frozenset({LIBC, LIBM, STDCXX}))

UNUSED: dict[str, tuple[Linkage, Linkage, tuple[Soname, ...]]] = {
    "nothing-of-the-project-library": (linkage(needed=(HELP, LIBC)), TOO_NEW, (HELP,)),
    "a-function-of-it": (linkage(needed=(HELP,), loose=[wants("help")]), TOO_NEW, ()),
    "a-function-of-it-weakly": (linkage(needed=(HELP,), loose=[wants("help", weak=True)]), TOO_NEW, ()),
    "a-version-of-it": (linkage(required(HELP, "HELP_1", "data"), needed=(HELP,)), TOO_NEW, ()),
    "a-version-of-it-without-a-symbol": (linkage(required(HELP, "HELP_1"), needed=(HELP,)), TOO_NEW, ()),
    "it-is-within-the-target": (linkage(needed=(HELP,)), FINE, ()),
    "it-is-not-named": (linkage(needed=(LIBC,)), TOO_NEW, ()),
    "another-library-when-all-is-accounted-for": (
        linkage(
            required(LIBC, "GLIBC_2.2.5", "dlsym"),
            needed=(SSL, LIBC),
            loose=[wants("PyList_New"), wants("_Py_NoneStruct"), wants("__gmon_start__", weak=True), wants("log")],
        ),
        FINE,
        (SSL,),
    ),
    "another-library-that-may-have-a-name": (linkage(needed=(SSL, LIBC), loose=[wants("SSL_new")]), FINE, ()),
    "another-library-with-a-version": (linkage(required(SSL, "OPENSSL_3.0.0", "SSL_new"), needed=(SSL,)), FINE, ()),
    "the-interpreter's-library": (linkage(needed=("libpython3.11.so.1.0",), loose=[wants("PyList_New")]), FINE, ()),
    "libraries-that-the-target-promises": (linkage(needed=(LIBC, LIBM, STDCXX, "ld-linux-x86-64.so.2")), FINE, ()),
}


@pytest.mark.parametrize(("found", "helper", "expected"), UNUSED.values(), ids=UNUSED.keys())
def test_a_library_of_which_nothing_is_used_is_an_offence_when_it_does_harm(
    found: Linkage, helper: Linkage, expected: tuple[Soname, ...]
) -> None:
    rows = tuple(offence("a.so", "unused", library, "", None) for library in expected)
    assert unused("a.so", found, MANYLINUX, GLIBC, {HELP: helper}) == rows


def test_a_target_that_says_nothing_of_libraries_makes_only_those_of_the_project_an_offence() -> None:
    found = linkage(needed=(SSL, HELP, LIBC))
    assert [row.library for row in unused("a.so", found, target("2.28"), GLIBC, {HELP: TOO_NEW})] == [HELP]
