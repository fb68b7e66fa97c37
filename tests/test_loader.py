"""The rules of ld.so(8), each shown on made-up libraries: a path, and what its dynamic section says."""

from __future__ import annotations

import struct

import pytest

from glibcheck.loader import SearchPath, load, read_cache, read_conf
from glibcheck.model.closure import Binding, Closure
from glibcheck.model.image import ElfImage, Export, Linkage, Reference, Verdef
from glibcheck.model.names import Soname, SymbolName, VersionName

BASE = ElfImage("x86_64", 64, None, (), None, None, None, (), (), ())


def library(*needed: str, runpath: str | None = None, rpath: str | None = None, **facts: object) -> Linkage:
    image = BASE._replace(needed=tuple(map(Soname, needed)), runpath=runpath, rpath=rpath)
    return Linkage(image._replace(**facts), (), ())  # type: ignore[arg-type]


def export(name: str, version: str | None = None, hidden: bool = False) -> Export:
    return Export(SymbolName(name), VersionName(version) if version else None, hidden)


def wants(name: str, version: str | None = None, weak: bool = False) -> Reference:
    return Reference(SymbolName(name), VersionName(version) if version else None, None, weak)


def closure(files: dict[str, Linkage], search: SearchPath | None = None) -> Closure:
    return load("/app/main.so", search or SearchPath(), files.get)


def paths(files: dict[str, Linkage], search: SearchPath | None = None) -> dict[str, tuple[str | None, str]]:
    return {found.name: (found.path, found.found_by) for found in closure(files, search).libraries[1:]}


HERE, THERE, SYSTEM = "/here/liba.so", "/there/liba.so", "/usr/lib/liba.so"

SEARCHES = {
    "rpath-comes-before-ld-library-path": (
        {"/app/main.so": library("liba.so", rpath="/here"), HERE: library(), THERE: library()},
        SearchPath(library_path=("/there",)),
        (HERE, "rpath /here of main.so"),
    ),
    "ld-library-path-comes-before-runpath": (
        {"/app/main.so": library("liba.so", runpath="/here"), HERE: library(), THERE: library()},
        SearchPath(library_path=("/there",)),
        (THERE, "LD_LIBRARY_PATH"),
    ),
    "runpath-comes-before-the-cache": (
        {"/app/main.so": library("liba.so", runpath="/here"), HERE: library(), THERE: library()},
        SearchPath(cache={"liba.so": (THERE,)}),
        (HERE, "runpath /here of main.so"),
    ),
    "runpath-makes-rpath-silent": (
        {"/app/main.so": library("liba.so", runpath="/nowhere", rpath="/here"), HERE: library(), SYSTEM: library()},
        SearchPath(),
        (SYSTEM, "default directory"),
    ),
    "cache-comes-before-the-default-directories": (
        {"/app/main.so": library("liba.so"), THERE: library(), SYSTEM: library()},
        SearchPath(cache={"liba.so": (THERE,)}),
        (THERE, "ld.so.cache"),
    ),
    "conf-directories-stand-in-for-a-missing-cache": (
        {"/app/main.so": library("liba.so"), THERE: library(), SYSTEM: library()},
        SearchPath(directories=("/there",)),
        (THERE, "ld.so.conf"),
    ),
    "another-machine-is-passed-over": (
        {
            "/app/main.so": library("liba.so", runpath="/here:/there"),
            HERE: library(machine="aarch64"),
            THERE: library(),
        },
        SearchPath(),
        (THERE, "runpath /there of main.so"),
    ),
    "another-class-is-passed-over": (
        {"/app/main.so": library("liba.so", runpath="/here:/there"), HERE: library(elf_class=32), THERE: library()},
        SearchPath(),
        (THERE, "runpath /there of main.so"),
    ),
    "origin-is-the-directory-of-the-file": (
        {"/app/main.so": library("liba.so", runpath="$ORIGIN/../here"), "/app/../here/liba.so": library()},
        SearchPath(),
        ("/app/../here/liba.so", "runpath $ORIGIN/../here of main.so"),
    ),
    "origin-in-braces": (
        {"/app/main.so": library("liba.so", rpath="${ORIGIN}"), "/app/liba.so": library()},
        SearchPath(),
        ("/app/liba.so", "rpath ${ORIGIN} of main.so"),
    ),
    "not-found": ({"/app/main.so": library("liba.so")}, SearchPath(), (None, "not found")),
}


@pytest.mark.parametrize(("files", "search", "expected"), SEARCHES.values(), ids=SEARCHES.keys())
def test_search(files: dict[str, Linkage], search: SearchPath, expected: tuple[str | None, str]) -> None:
    assert paths(files, search) == {"liba.so": expected}


def test_rpath_is_inherited_and_runpath_is_not() -> None:
    inherited = {
        "/app/main.so": library("liba.so", rpath="/here"),
        HERE: library("libb.so"),
        "/here/libb.so": library(),
    }
    assert paths(inherited)["libb.so"] == ("/here/libb.so", "rpath /here of main.so")
    private = {**inherited, "/app/main.so": library("liba.so", runpath="/here")}
    assert paths(private)["libb.so"] == (None, "not found")


def test_a_name_with_a_slash_is_a_path() -> None:
    files = {"/app/main.so": library("/opt/liba.so"), "/opt/liba.so": library()}
    assert paths(files) == {"/opt/liba.so": ("/opt/liba.so", "a path in DT_NEEDED")}


def test_loading_goes_breadth_first_and_once_for_each_soname() -> None:
    files = {
        "/app/main.so": library("liba.so", "libb.so", runpath="/x"),
        "/x/liba.so": library("libc.so", "libb.so", runpath="/x"),
        "/x/libb.so": library("liba.so", "libreal.so.1", runpath="/x"),
        "/x/libc.so": library(soname="libreal.so.1"),
    }
    found = closure(files)
    assert [entry.name for entry in found.libraries] == ["main.so", "liba.so", "libb.so", "libc.so"]
    assert [entry.chain for entry in found.libraries][-1] == ("main.so", "liba.so", "libc.so")


def binding(found: Closure, user: str, provider: str) -> tuple[str, ...] | None:
    rows = [row.symbols for row in found.bindings if (row.user, row.provider) == (user, provider)]
    return rows[0] if rows else None


VERSIONS = (Verdef(VersionName("V_1"), 2, False), Verdef(VersionName("V_2"), 3, False))

BINDINGS = {
    "same-version": (wants("f", "V_1"), export("f", "V_1", hidden=True), VERSIONS, True),
    "other-version": (wants("f", "V_1"), export("f", "V_2"), VERSIONS, False),
    "no-version-wanted-takes-the-default": (wants("f"), export("f", "V_2"), VERSIONS, True),
    "no-version-wanted-never-takes-a-hidden-one": (wants("f"), export("f", "V_1", hidden=True), VERSIONS, False),
    "a-library-without-versions-satisfies-any": (wants("f", "V_1"), export("f"), (), True),
}


@pytest.mark.parametrize(("wanted", "offered", "verdef", "bound"), BINDINGS.values(), ids=BINDINGS.keys())
def test_binding(wanted: Reference, offered: Export, verdef: tuple[Verdef, ...], bound: bool) -> None:
    main = library("liba.so", runpath="/x")._replace(references=(wanted,))
    provider = library(verdef=verdef)._replace(exports=(offered,))
    found = closure({"/app/main.so": main, "/x/liba.so": provider})
    assert binding(found, "main.so", "liba.so") == (("f",) if bound else ())
    assert [row.symbols for row in found.unresolved] == ([] if bound else [("f",)])


def test_the_first_library_in_load_order_wins() -> None:
    files = {
        "/app/main.so": library("liba.so", "libb.so", runpath="/x")._replace(references=(wants("f"),)),
        "/x/liba.so": library()._replace(exports=(export("f"),)),
        "/x/libb.so": library()._replace(exports=(export("f"),)),
    }
    found = closure(files)
    assert found.bindings == (
        Binding(Soname("main.so"), Soname("liba.so"), (SymbolName("f"),)),
        Binding(Soname("main.so"), Soname("libb.so"), ()),
    )


def test_a_weak_reference_may_stay_unresolved() -> None:
    main = library()._replace(references=(wants("maybe", weak=True),))
    assert closure({"/app/main.so": main}).unresolved == ()


def cache_file(*entries: tuple[str, str, int]) -> bytes:
    names = b"".join(name.encode() + b"\0" for entry in entries for name in entry[:2])
    start, table, place = 48 + 24 * len(entries), b"", 0
    for soname, path, hwcap in entries:
        table += struct.pack("=iIIIQ", 0x303, start + place, start + place + len(soname) + 1, 0, hwcap)
        place += len(soname) + len(path) + 2
    header = b"glibc-ld.so.cache1.1" + struct.pack("=II", len(entries), len(names))
    return header.ljust(48, b"\0") + table + names


def test_cache_entries_for_a_special_processor_are_passed_over() -> None:
    data = cache_file(("liba.so", "/v3/liba.so", 1 << 62), ("liba.so", "/lib/liba.so", 0), ("libb.so", "/b", 0))
    assert read_cache(data) == {"liba.so": ("/lib/liba.so",), "libb.so": ("/b",)}


def test_a_cache_in_the_old_container_is_read() -> None:
    old = b"ld.so-1.7.0\0" + struct.pack("=I", 1) + bytes(12)
    data = old.ljust((len(old) + 7) // 8 * 8, b"\0") + cache_file(("liba.so", "/lib/liba.so", 0))
    assert read_cache(data) == {"liba.so": ("/lib/liba.so",)}


@pytest.mark.parametrize("data", [b"", b"nonsense", cache_file(("a", "/a", 0))[:40]])
def test_a_damaged_cache_is_empty(data: bytes) -> None:
    assert read_cache(data) == {}


def test_conf_with_includes_and_comments() -> None:
    text = "# first\n/opt/lib /opt/lib64:/x\ninclude conf.d/*.conf\nhwcap 1 nosegneg\n"
    assert read_conf(text, lambda pattern: [f"/from/{pattern}"]) == (
        "/opt/lib", "/opt/lib64", "/x", "/from/conf.d/*.conf",
    )  # fmt: skip
