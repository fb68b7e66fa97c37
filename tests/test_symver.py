"""`.symver` directives: which version is chosen, what the header says, and that compilers obey it.

The last part asks the loader itself: every version that we would bind to must be there (dlvsym).
"""

from __future__ import annotations

import os
import platform
import shutil
from functools import cache
from pathlib import Path

import cffi  # type: ignore[import-untyped]
import pytest

from glibcheck.elf.objects import read_object
from glibcheck.model.image import Export
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.plan import Directive, NoOlder
from glibcheck.symver import (
    COMPAT_MACRO,
    Wanted,
    bind,
    bind_all,
    defaults,
    header,
    read_header,
    wanted_by_any,
    wanted_by_file,
    wanted_by_name,
)
from glibcheck.workspace.reading import read_image
from glibcheck.workspace.system import glibc_exports
from glibcheck.workspace.targets import target_for
from tests.tools import missing, need, output
from tests.values import LIBC, LIBM, directive, exports, image, no_older, required, target

UNSAFE = "its older version must not be used: "
POINTERS = f"{UNSAFE}since 2.31 it takes pointers, before it took values"
SPEEDS = f"{UNSAFE}since 2.42 speeds are plain numbers, before they were codes"
START = f"{UNSAFE}the start code of 2.34 and newer leaves running constructors to it"

# What the library exports, what a new link gets, the target, the answer.
BINDINGS: dict[str, tuple[tuple[str, ...], str, str, Directive | NoOlder]] = {
    "the-older-of-two": (
        ("pow@@GLIBC_2.29", "pow@GLIBC_2.2.5"), "GLIBC_2.29", "2.28",
        directive("pow", "GLIBC_2.2.5"),
    ),
    "the-highest-at-or-below-the-target": (
        ("cond@@GLIBC_2.34", "cond@GLIBC_2.2.5", "cond@GLIBC_2.3.2"), "GLIBC_2.34", "2.28",
        directive("cond", "GLIBC_2.3.2"),
    ),
    "the-highest-by-number-not-by-text": (
        ("f@@GLIBC_2.29", "f@GLIBC_2.4", "f@GLIBC_2.14"), "GLIBC_2.29", "2.17",
        directive("f", "GLIBC_2.14"),
    ),
    "the-target-itself": (
        ("f@@GLIBC_2.29", "f@GLIBC_2.17"), "GLIBC_2.29", "2.17",
        directive("f", "GLIBC_2.17"),
    ),
    "a-version-that-is-still-the-default": (
        ("f@@GLIBC_2.17",), "GLIBC_2.29", "2.17",
        directive("f", "GLIBC_2.17"),
    ),
    "other-symbols-do-not-count": (
        ("f@@GLIBC_2.29", "g@GLIBC_2.2.5"), "GLIBC_2.29", "2.17",
        no_older("f", "GLIBC_2.29", "first appears in GLIBC_2.29"),
    ),
    "all-are-too-new": (
        ("f@@GLIBC_2.36", "f@GLIBC_2.30"), "GLIBC_2.36", "2.17",
        no_older("f", "GLIBC_2.36", "first appears in GLIBC_2.30"),
    ),
    "a-version-without-a-number-cannot-be-bound-to": (
        ("f@@GLIBC_2.36", "f@GLIBC_PRIVATE"), "GLIBC_2.36", "2.17",
        no_older("f", "GLIBC_2.36", "first appears in GLIBC_2.36"),
    ),
    "private": (
        ("f@@GLIBC_PRIVATE",), "GLIBC_PRIVATE", "2.17",
        no_older("f", "GLIBC_PRIVATE", "has no numbered version"),
    ),
    "unknown-to-this-glibc": (
        (), "GLIBC_2.99", "2.17",
        no_older("f", "GLIBC_2.99", "first appears in GLIBC_2.99"),
    ),
    "exported-without-a-version": (
        ("f",), "GLIBC_2.30", "2.17",
        no_older("f", "GLIBC_2.30", "first appears in GLIBC_2.30"),
    ),
    "pthread_create-before-the-merge-has-a-home": (
        ("pthread_create@@GLIBC_2.34", "pthread_create@GLIBC_2.2.5"), "GLIBC_2.34", "2.28",
        directive("pthread_create", "GLIBC_2.2.5", "libpthread.so.0"),
    ),
    "pthread_create-after-the-merge-has-none": (
        ("pthread_create@@GLIBC_2.40", "pthread_create@GLIBC_2.2.5"), "GLIBC_2.40", "2.34",
        directive("pthread_create", "GLIBC_2.2.5"),
    ),
    "clock_gettime-before-2.17-was-in-librt": (
        ("clock_gettime@@GLIBC_2.17", "clock_gettime@GLIBC_2.2.5"), "GLIBC_2.17", "2.12",
        directive("clock_gettime", "GLIBC_2.2.5", "librt.so.1"),
    ),
    "totalorder": (
        ("totalorder@@GLIBC_2.31", "totalorder@GLIBC_2.25"), "GLIBC_2.31", "2.28",
        no_older("totalorder", "GLIBC_2.31", POINTERS),
    ),
    "totalorderf64": (
        ("totalorderf64@@GLIBC_2.31", "totalorderf64@GLIBC_2.27"), "GLIBC_2.31", "2.28",
        no_older("totalorderf64", "GLIBC_2.31", POINTERS),
    ),
    "totalorder-where-no-version-is-old-enough": (
        ("totalorder@@GLIBC_2.31", "totalorder@GLIBC_2.25"), "GLIBC_2.31", "2.17",
        no_older("totalorder", "GLIBC_2.31", "first appears in GLIBC_2.25"),
    ),
    "cfsetspeed": (
        ("cfsetspeed@@GLIBC_2.42", "cfsetspeed@GLIBC_2.2.5"), "GLIBC_2.42", "2.28",
        no_older("cfsetspeed", "GLIBC_2.42", SPEEDS),
    ),
    "__libc_start_main": (
        ("__libc_start_main@@GLIBC_2.34", "__libc_start_main@GLIBC_2.2.5"), "GLIBC_2.34", "2.28",
        no_older("__libc_start_main", "GLIBC_2.34", START),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "version", "glibc", "expected"), BINDINGS.values(), ids=BINDINGS.keys())
def test_bind(rows: tuple[str, ...], version: str, glibc: str, expected: Directive | NoOlder) -> None:
    for order in (rows, rows[::-1]):
        assert bind(expected.symbol, VersionName(version), exports(*order), target(glibc)) == expected


GLIBC = {
    LIBC: exports("GLIBC_2.34@@GLIBC_2.34", "dup2@@GLIBC_2.2.5", "mix@@GLIBC_2.30", "mix@GLIBC_2.2.5", "own"),
    LIBM: exports("pow@@GLIBC_2.29", "pow@GLIBC_2.2.5", "fromfp@@GLIBC_2.25", "hidden@GLIBC_2.29"),
}


def wanted(library: str, version: str, symbol: str) -> Wanted:
    return Wanted(Soname(library), VersionName(version), SymbolName(symbol))


def test_defaults_are_the_public_versions_that_a_new_link_binds_to() -> None:
    assert defaults(GLIBC[LIBC]) == {"dup2": "GLIBC_2.2.5", "mix": "GLIBC_2.30"}
    assert defaults(exports("f@@GLIBC_PRIVATE", "g@GLIBC_2.29", "h")) == {}


def test_a_file_wants_what_it_binds_to_versions_of_glibc_that_the_target_lacks() -> None:
    file = image(
        required(LIBC, "GLIBC_2.2.5", "dup2"),
        required(LIBC, "GLIBC_2.30", "mix", "other"),
        required(LIBC, "GLIBC_ABI_DT_RELR"),
        required("libstdc++.so.6", "GLIBCXX_3.4.29", "_Zx"),
    )
    assert tuple(wanted_by_file(file, target("2.17"))) == (
        wanted(LIBC, "GLIBC_2.30", "mix"),
        wanted(LIBC, "GLIBC_2.30", "other"),
    )
    assert tuple(wanted_by_file(file, target("2.30"))) == ()


def test_names_want_the_default_versions_that_the_target_lacks() -> None:
    names = {SymbolName(name) for name in ("pow", "dup2", "hidden", "own", "elsewhere", "pow@GLIBC_2.2.5")}
    assert tuple(wanted_by_name(names, GLIBC, target("2.17"))) == (wanted(LIBM, "GLIBC_2.29", "pow"),)
    assert tuple(wanted_by_name(names, GLIBC, target("2.29"))) == ()


def test_without_a_file_every_symbol_of_glibc_is_wanted() -> None:
    assert tuple(wanted_by_any(GLIBC, target("2.17"))) == (
        wanted(LIBC, "GLIBC_2.30", "mix"),
        wanted(LIBM, "GLIBC_2.29", "pow"),
        wanted(LIBM, "GLIBC_2.25", "fromfp"),
    )


def test_each_symbol_is_answered_once_in_the_order_of_their_names() -> None:
    rows = [wanted(LIBM, "GLIBC_2.29", "pow"), wanted(LIBM, "GLIBC_2.25", "fromfp"), wanted(LIBC, "GLIBC_2.30", "mix")]
    assert bind_all([*rows, *rows], GLIBC, target("2.17")) == (
        no_older("fromfp", "GLIBC_2.25", "first appears in GLIBC_2.25"),
        directive("mix", "GLIBC_2.2.5"),
        directive("pow", "GLIBC_2.2.5"),
    )


def test_a_symbol_of_a_library_that_is_not_here_has_no_older_version() -> None:
    assert bind_all([wanted("libgone.so.1", "GLIBC_2.30", "f")], GLIBC, target("2.17")) == (
        no_older("f", "GLIBC_2.30", "first appears in GLIBC_2.30"),
    )


def test_the_header_is_sorted_and_has_each_symbol_once() -> None:
    rows = (
        directive("pthread_create", "GLIBC_2.2.5", "libpthread.so.0"),
        directive("pow", "GLIBC_2.2.5"),
        directive("pthread_create", "GLIBC_2.2.5"),
    )
    assert header(rows, target("2.28"), "x86_64") == (
        "/* Binds symbols to the versions that glibc-2.28 has. Made by glibcheck; compile with -include. */\n"
        "#ifndef GLIBCHECK_SYMVER_H\n"
        "#define GLIBCHECK_SYMVER_H\n"
        "#if defined(__gnu_linux__) && defined(__x86_64__) && defined(__LP64__) && !defined(__ASSEMBLER__)\n"
        '__asm__(".symver pow,pow@GLIBC_2.2.5");\n'
        '__asm__(".symver pthread_create,pthread_create@GLIBC_2.2.5");\n'
        "#endif\n"
        "#endif\n"
    )


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((), id="nothing"),
        pytest.param((directive("pow", "GLIBC_2.2.5"),), id="one"),
        pytest.param((directive("_dl_x", "GLIBC_2.4"), directive("exp", "GLIBC_2.2.5")), id="two"),
    ],
)
def test_a_header_is_read_as_it_was_written(rows: tuple[Directive, ...]) -> None:
    assert read_header(header(rows, target("2.17"), "x86_64")) == rows


def test_what_a_compat_file_redirects_is_left_out_where_the_macro_is_defined(tmp_path: Path) -> None:
    need("gcc")
    rows = (directive("exp", "GLIBC_2.2.5"), directive("pow", "GLIBC_2.2.5"))
    text = header(rows, target("2.17"), "x86_64", {SymbolName("pow")})
    assert read_header(text) == rows
    (tmp_path / "h.h").write_text(text)
    (tmp_path / "u.c").write_text("")
    plain, defined = (
        output("gcc", "-E", "-P", "-include", str(tmp_path / "h.h"), *words, str(tmp_path / "u.c"))
        for words in ((), (f"-D{COMPAT_MACRO}",))
    )
    assert (".symver exp," in plain, ".symver pow," in plain) == (True, True)
    assert (".symver exp," in defined, ".symver pow," in defined) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("int pow;\n", id="declaration"),
        pytest.param('__asm__(".symver pow,exp@GLIBC_2.2.5");\n', id="alias"),
        pytest.param('__asm__(".symver pow,pow@@GLIBC_2.29");\n', id="default-version"),
    ],
)
def test_what_we_did_not_write_is_no_directive_of_ours(text: str) -> None:
    assert read_header(text) == ()


# What compilers make of it: `pow` has had a new default since glibc 2.29 on every machine.

MACHINE = platform.machine()
SOURCE = "#include <math.h>\ndouble f(double x) { return pow(x, x + 0.5); }\n"


@cache
def system_directives(glibc: str) -> tuple[Directive, ...]:
    """Give all directives for a target on this system."""
    wanted_here, found = target_for(glibc, MACHINE), glibc_exports(MACHINE)
    answers = bind_all(wanted_by_any(found, wanted_here), found, wanted_here)
    return tuple(answer for answer in answers if isinstance(answer, Directive))


def older_pow() -> Directive:
    found = {row.symbol: row for row in system_directives("2.28")}
    if "pow" not in found:
        missing("glibc 2.29 or newer, for another version of pow")
    return found[SymbolName("pow")]


@pytest.fixture
def symver_header(tmp_path: Path) -> Path:
    """Write the whole header of this system for 2.28."""
    older_pow()
    path = tmp_path / "symver.h"
    path.write_text(header(system_directives("2.28"), target("2.28"), MACHINE))
    return path


def linked(folder: Path, *command: str) -> dict[str, str]:
    """Run a compiler to make a shared library; give the version that each of its symbols asks for."""
    library = str(folder / "out.so")
    output(*command, "-shared", "-fPIC", "-o", library, "-lm")
    return {symbol: need.version for need in read_image(library).requirements for symbol in need.symbols}


@pytest.mark.parametrize(
    ("compiler", "suffix", "options"),
    [
        pytest.param("gcc", ".c", (), id="gcc"),
        pytest.param("gcc", ".c", ("-O2", "-std=c99", "-pedantic-errors", "-Wall", "-Wextra", "-Werror"), id="strict"),
        pytest.param("gcc", ".c", ("-std=gnu11", "-D_GNU_SOURCE", "-O3", "-ffunction-sections"), id="gcc-gnu11"),
        pytest.param("gcc", ".c", ("-O2", "-flto", "-flto-partition=none"), id="gcc-lto-in-one-partition"),
        pytest.param("gcc", ".c", ("-fuse-ld=gold",), id="gold"),
        pytest.param("g++", ".cpp", ("-std=c++17", "-Wall", "-Wextra", "-pedantic-errors", "-Werror"), id="g++"),
        pytest.param("clang", ".c", (), id="clang"),
        pytest.param("clang++", ".cpp", ("-O2",), id="clang++"),
    ],
)
def test_a_unit_that_includes_the_header_first_binds_to_the_older_version(
    compiler: str, suffix: str, options: tuple[str, ...], symver_header: Path, tmp_path: Path
) -> None:
    if compiler.startswith("clang") and shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is missing")  # also in CI: it is the second compiler, gcc is the first
    need(compiler, *(["ld.gold"] if "-fuse-ld=gold" in options else []))
    source = tmp_path / f"unit{suffix}"
    source.write_text(SOURCE)
    assert linked(tmp_path, compiler, *options, str(source))["pow"] != older_pow().version
    bound = linked(tmp_path, compiler, *options, "-include", str(symver_header), str(source))
    assert bound["pow"] == older_pow().version


def test_a_unit_that_does_not_use_a_symbol_has_no_trace_of_it(symver_header: Path, tmp_path: Path) -> None:
    source, compiled = tmp_path / "unit.c", tmp_path / "unit.o"
    source.write_text("int f(void) { return 1; }\n")
    output("gcc", "-include", str(symver_header), "-c", "-o", str(compiled), str(source))
    with compiled.open("rb") as stream:
        assert read_object(stream).undefined == frozenset()
    assert output("nm", str(compiled)).split()[1:] == ["T", "f"]


def test_an_object_names_the_version_that_its_directive_gave_it(symver_header: Path, tmp_path: Path) -> None:
    source, compiled = tmp_path / "unit.c", tmp_path / "unit.o"
    source.write_text(SOURCE)
    output("gcc", "-include", str(symver_header), "-c", "-o", str(compiled), str(source))
    with compiled.open("rb") as stream:
        assert f"pow@{older_pow().version}" in read_object(stream).undefined


def test_assembler_source_may_include_the_header_too(symver_header: Path, tmp_path: Path) -> None:
    source = tmp_path / "unit.S"
    source.write_text(".globl f\nf:\n")
    output("gcc", "-include", str(symver_header), "-c", "-o", str(tmp_path / "unit.o"), str(source))


def test_a_header_for_another_machine_does_nothing(tmp_path: Path) -> None:
    other = "aarch64" if MACHINE != "aarch64" else "x86_64"
    (tmp_path / "other.h").write_text(header((directive("pow", "GLIBC_9.9"),), target("2.28"), other))
    source = tmp_path / "unit.c"
    source.write_text(SOURCE)
    bound = linked(tmp_path, "gcc", "-include", str(tmp_path / "other.h"), str(source))
    assert bound == linked(tmp_path, "gcc", str(source))


@pytest.mark.parametrize("glibc", ["2.5", "2.17", "2.28", "2.34"])
def test_the_whole_header_of_this_system_has_each_symbol_once(glibc: str) -> None:
    symbols = [row.symbol for row in system_directives(glibc)]
    assert sorted(set(symbols)) == symbols


@pytest.mark.oracle
@pytest.mark.parametrize("glibc", ["2.5", "2.17", "2.28", "2.34"])
def test_the_loader_has_every_version_that_we_would_bind_to(glibc: str) -> None:
    ffi = cffi.FFI()
    ffi.cdef("void *dlopen(const char *, int); void *dlvsym(void *, const char *, const char *); char *dlerror(void);")
    loader = ffi.dlopen(None)
    found = glibc_exports(MACHINE)
    handles = {name: loader.dlopen(name.encode(), ffi.RTLD_NOW) for name in found}
    assert ffi.NULL not in handles.values()
    asked = wanted_by_any(found, target_for(glibc, MACHINE))
    rows = [(row.library, answer) for row in asked for answer in bind_all([row], found, target_for(glibc, MACHINE))]
    lacking = [
        (library, answer)
        for library, answer in rows
        if isinstance(answer, Directive)
        and loader.dlvsym(handles[library], answer.symbol.encode(), answer.version.encode()) == ffi.NULL
    ]
    assert lacking == []
    print(f"{len(rows)} symbols of {len(handles)} libraries looked up for {glibc}")


def test_what_the_libraries_of_this_system_export_is_read_for_each_of_them() -> None:
    found: dict[Soname, tuple[Export, ...]] = glibc_exports(MACHINE)
    assert {LIBC, LIBM} <= found.keys()
    assert all(os.path.basename(name) == name and rows for name, rows in found.items())
