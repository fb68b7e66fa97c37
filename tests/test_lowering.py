"""A plain build against a lowered one: each way in which a symbol can be solved, and what counts as lost."""

from __future__ import annotations

import pytest

from glibcheck.lowering import dropped, lost, newest_runtime_fits, solved
from glibcheck.model.image import ElfImage
from glibcheck.model.lowering import Lost, Solved
from glibcheck.model.names import Soname, SymbolName, VersionName
from tests.values import LIBC, LIBDL, LIBM, LIBSTDCXX, image, required, target

FILE = "pkg/_a.so"
OLD = target("2.17", "3.4.19")
COMPAT = frozenset({SymbolName("getrandom")})
POW = required(LIBM, "GLIBC_2.29", "pow")


def row(library: str, version: str, symbol: str | None, how: str, now: str = "") -> Solved:
    name = None if symbol is None else SymbolName(symbol)
    return Solved(FILE, Soname(library), VersionName(version), name, how, now)  # type: ignore[arg-type]


WAYS = {
    "an older version of the same library": (
        image(POW),
        image(required(LIBM, "GLIBC_2.2.5", "pow")),
        [row(LIBM, "GLIBC_2.29", "pow", "older version", "GLIBC_2.2.5 of libm.so.6")],
    ),
    "the library that had it then": (
        image(required(LIBC, "GLIBC_2.34", "dlsym")),
        image(required(LIBDL, "GLIBC_2.2.5", "dlsym")),
        [row(LIBC, "GLIBC_2.34", "dlsym", "former library", "GLIBC_2.2.5 of libdl.so.2")],
    ),
    "a compat function": (
        image(required(LIBC, "GLIBC_2.25", "getrandom")),
        image(),
        [row(LIBC, "GLIBC_2.25", "getrandom", "compat function")],
    ),
    "the C++ runtime": (
        image(required(LIBSTDCXX, "GLIBCXX_3.4.29", "_Zx")),
        image(),
        [row(LIBSTDCXX, "GLIBCXX_3.4.29", "_Zx", "static runtime")],
    ),
    "nothing asks any more": (
        image(required(LIBC, "GLIBC_2.33", "mystery")),
        image(),
        [row(LIBC, "GLIBC_2.33", "mystery", "not needed")],
    ),
    "a version that no symbol asks for": (
        image(required(LIBC, "GLIBC_ABI_DT_RELR")),
        image(),
        [row(LIBC, "GLIBC_ABI_DT_RELR", None, "not needed")],
    ),
    "found nowhere is not solved": (
        image(required(LIBC, "GLIBC_2.22", "_ZGVbN2v_sin")),
        image(unversioned=["_ZGVbN2v_sin"]),
        [],
    ),
    "what fits needs no way": (image(required(LIBC, "GLIBC_2.17", "memcpy")), image(), []),
    "weak needs hold nobody up": (image(required(LIBC, "GLIBC_2.34", "dlsym", weak=True)), image(), []),
}


@pytest.mark.parametrize(("before", "after", "rows"), WAYS.values(), ids=WAYS)
def test_each_symbol_above_the_target_is_said_to_be_solved_in_its_way(
    before: ElfImage, after: ElfImage, rows: list[Solved]
) -> None:
    assert list(solved({FILE: before}, {FILE: after}, OLD, COMPAT)) == rows


def names(*words: str) -> tuple[SymbolName, ...]:
    return tuple(map(SymbolName, words))


LOSSES = {
    "nothing": (image(POW), image(required(LIBM, "GLIBC_2.2.5", "pow")), []),
    "names, sorted": (
        image(required(LIBC, "GLIBC_2.2.5", "b", "a", "kept")),
        image(required(LIBC, "GLIBC_2.2.5", "kept")),
        [Lost(FILE, "not asked for any more", names("a", "b"))],
    ),
    "a name without a version": (
        image(unversioned=["XML_Parse"]),
        image(),
        [Lost(FILE, "not asked for any more", names("XML_Parse"))],
    ),
    "a library, and what it was for": (
        image(required("libgomp.so.1", "GOMP_4.0", "GOMP_parallel"), needed=["libgomp.so.1", LIBC]),
        image(needed=[LIBC]),
        [
            Lost(FILE, "libgomp.so.1 is not linked any more"),
            Lost(FILE, "not asked for any more", names("GOMP_parallel")),
        ],
    ),
    "not a compat function": (image(required(LIBC, "GLIBC_2.25", "getrandom")), image(), []),
    "not the C++ runtime, nor a library of glibc": (
        image(required(LIBSTDCXX, "GLIBCXX_3.4.29", "_Zx"), needed=[LIBSTDCXX, LIBDL]),
        image(),
        [],
    ),
    "not what linkers add as they see fit": (image(required(LIBC, "GLIBC_2.3", "__tls_get_addr")), image(), []),
}


@pytest.mark.parametrize(("before", "after", "rows"), LOSSES.values(), ids=LOSSES)
def test_what_goes_without_a_stand_in_is_lost(before: ElfImage, after: ElfImage, rows: list[Lost]) -> None:
    assert list(lost({FILE: before}, {FILE: after}, COMPAT)) == rows


def test_a_file_that_is_not_built_any_more_is_lost() -> None:
    assert list(lost({FILE: image(), "b.so": image()}, {"b.so": image()}, ())) == [Lost(FILE, "is not built any more")]


@pytest.mark.parametrize(
    ("version", "fits"),
    [("GLIBCXX_3.4.19", True), ("GLIBCXX_3.4.20", False), ("GLIBC_2.34", True)],
)
def test_a_shared_runtime_serves_while_nothing_newer_of_it_is_needed(version: str, fits: bool) -> None:
    assert newest_runtime_fits([image(required(LIBSTDCXX, version, "x"))], OLD) is fits


def test_a_compat_function_explains_only_what_the_sources_still_ask_for() -> None:
    before, after = {FILE: image(required(LIBC, "GLIBC_2.25", "getrandom"))}, {FILE: image()}
    gone = dropped(frozenset(names("getrandom", "open")), frozenset(names("open")))
    assert list(lost(before, after, COMPAT, gone)) == [Lost(FILE, "not asked for any more", names("getrandom"))]


def test_objects_that_do_not_tell_accuse_nobody() -> None:
    told = frozenset(names("open"))
    assert dropped(None, told) == dropped(told, None) == frozenset()
