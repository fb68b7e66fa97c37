"""The rules of ld.so(8), each shown on made-up libraries: a path, and what its dynamic section says."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from glibcheck.loader import SearchPath, load, read_cache, read_conf
from glibcheck.model.closure import Binding, Closure
from glibcheck.model.image import ElfImage, Linkage
from glibcheck.model.loading import Damaged, Definition, Loading, Lookup
from glibcheck.model.names import Soname, SymbolName, VersionName

if TYPE_CHECKING:
    from glibcheck.model.loading import Way

BASE = ElfImage("x86_64", 64, None, (), None, None, None, (), (), ())


def library(*needed: str, runpath: str | None = None, rpath: str | None = None, **facts: object) -> Linkage:
    image = BASE._replace(needed=tuple(map(Soname, needed)), runpath=runpath, rpath=rpath)
    return Linkage(image._replace(**facts), (), (), Loading((), {}))  # type: ignore[arg-type]


def finds(linkage: Linkage, *lookups: Lookup, symbolic: bool = False, **offered: tuple[Definition, ...]) -> Linkage:
    """Let a library look these symbols up, and define those."""
    definitions = {SymbolName(name): rows for name, rows in offered.items()}
    return linkage._replace(loading=Loading(lookups, definitions, symbolic))


def defined(version: str | None = None, hidden: bool = False, early: bool | None = None) -> Definition:
    return Definition(
        VersionName(version) if version else None, hidden, not version if early is None else early, False, False
    )


def wants(name: str, version: str | None = None, weak: bool = False, way: Way = "address") -> Lookup:
    return Lookup(SymbolName(name), VersionName(version) if version else None, way, weak, False, False)


def closure(files: dict[str, Linkage], search: SearchPath | None = None) -> Closure:
    return load("/app/main.so", files["/app/main.so"], search or SearchPath(), files.get)


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


FIRST, SECOND = defined("V_1", early=True), defined("V_2")

BINDINGS: dict[str, tuple[Lookup, tuple[Definition, ...], bool]] = {
    "same-version": (wants("f", "V_1"), (defined("V_1", hidden=True),), True),
    "other-version": (wants("f", "V_1"), (SECOND,), False),
    "a-definition-without-version-satisfies-any": (wants("f", "V_1"), (defined(),), True),
    "unless-it-is-hidden": (wants("f", "V_1"), (defined(hidden=True),), False),
    "no-version-wanted-takes-the-first-version": (wants("f"), (SECOND, FIRST), True),
    "no-version-wanted-takes-the-only-one": (wants("f"), (defined("V_3", hidden=True), SECOND), True),
    "no-version-wanted-never-takes-a-hidden-one": (wants("f"), (defined("V_2", hidden=True),), False),
    "no-version-wanted-does-not-choose-between-two": (wants("f"), (SECOND, defined("V_3")), False),
    "the-address-of-a-function-is-its-stub": (wants("f"), (defined()._replace(stub=True),), True),
    "a-call-does-not-go-to-a-stub": (wants("f", way="call"), (defined()._replace(stub=True),), False),
}


@pytest.mark.parametrize(("wanted", "offered", "bound"), BINDINGS.values(), ids=BINDINGS.keys())
def test_binding(wanted: Lookup, offered: tuple[Definition, ...], bound: bool) -> None:
    main = finds(library("liba.so", runpath="/x"), wanted)
    found = closure({"/app/main.so": main, "/x/liba.so": finds(library(), f=offered)})
    assert binding(found, "main.so", "liba.so") == (("f",) if bound else ())
    assert [(row.symbols, row.versions) for row in found.unresolved] == ([] if bound else [(("f",), (wanted.version,))])


def test_the_first_library_in_load_order_wins() -> None:
    files = {
        "/app/main.so": finds(library("liba.so", "libb.so", runpath="/x"), wants("f")),
        "/x/liba.so": finds(library(), f=(defined(),)),
        "/x/libb.so": finds(library(), f=(defined(),)),
    }
    found = closure(files)
    assert found.bindings == (
        Binding(Soname("main.so"), Soname("liba.so"), (SymbolName("f"),), (None,)),
        Binding(Soname("main.so"), Soname("libb.so"), ()),
    )
    assert found.unused == found.bindings[1:]


def test_a_symbol_that_is_asked_for_with_two_versions_is_told_with_each() -> None:
    files = {
        "/app/main.so": finds(library("liba.so", runpath="/x"), wants("f", "V_2"), wants("f", "V_1"), wants("e")),
        "/x/liba.so": finds(library(), f=(FIRST, SECOND), e=(defined(),)),
    }
    assert closure(files).bindings == (
        Binding(
            Soname("main.so"), Soname("liba.so"), (SymbolName("e"), SymbolName("f"), SymbolName("f")),
            (None, VersionName("V_1"), VersionName("V_2")),
        ),
    )  # fmt: skip


def test_a_library_may_be_given_another_s_symbol_for_its_own_but_not_a_symbolic_one() -> None:
    own = wants("f")._replace(own=True)
    files = {
        "/app/main.so": finds(library("liba.so", "libb.so", runpath="/x"), f=(defined(),)),
        "/x/liba.so": finds(library(), own, f=(defined(),)),
        "/x/libb.so": finds(library(), own, symbolic=True, f=(defined(),)),
    }
    found = closure(files)
    assert binding(found, "liba.so", "main.so") == ("f",)
    assert binding(found, "libb.so", "main.so") is None
    protected = {**files, "/x/liba.so": finds(library(), own._replace(protected=True), f=(defined(),))}
    assert binding(closure(protected), "liba.so", "main.so") is None


def test_a_copy_is_made_of_another_s_and_is_everybody_s() -> None:
    files = {
        "/app/main.so": finds(library("liba.so", runpath="/x"), wants("f", way="copy"), f=(defined(),)),
        "/x/liba.so": finds(library(), wants("f"), f=(defined(),)),
    }
    found = closure(files)
    assert (binding(found, "main.so", "liba.so"), binding(found, "liba.so", "main.so")) == (("f",), ("f",))


def test_a_unique_symbol_is_that_of_who_found_it_first() -> None:
    only = (defined()._replace(unique=True),)
    files = {
        "/app/main.so": finds(library("liba.so", "libb.so", runpath="/x"), wants("f")),
        "/x/liba.so": finds(library(), f=only),
        "/x/libb.so": finds(library(), wants("f"), symbolic=True, f=only),  # relocated before the program
    }
    assert binding(closure(files), "main.so", "libb.so") == ("f",)


def test_a_weak_reference_may_stay_unresolved() -> None:
    main = finds(library(), wants("maybe", weak=True))
    assert closure({"/app/main.so": main}).unresolved == ()


def test_what_was_not_found_tells_where_it_was_looked_for() -> None:
    files = {"/app/main.so": library("liba.so", runpath="$ORIGIN/x/:$ORIGIN/x::$ORIGINAL")}
    search = SearchPath(library_path=("/there",), cache={"libc.so.6": ("/lib/libc.so.6",)}, hwcaps=("x86-64-v2",))
    found = closure(files, search).libraries[1]
    assert (found.path, found.found_by, found.problem) == (None, "not found", None)
    assert [place for place in found.tried if "glibc-hwcaps" not in place] == [
        "/there", "/app/x", ".", "$ORIGINAL", "ld.so.cache",
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
    ]  # fmt: skip
    assert found.tried[:2] == ("/there/glibc-hwcaps/x86-64-v2", "/there")


def test_an_empty_list_is_none_and_an_empty_entry_is_the_working_directory() -> None:
    empty = {"/app/main.so": library("liba.so", runpath=""), "liba.so": library()}
    assert paths(empty)["liba.so"] == (None, "not found")
    entry = {"/app/main.so": library("liba.so", runpath="/nowhere:"), "liba.so": library()}
    assert paths(entry)["liba.so"] == ("liba.so", "runpath  of main.so")


def test_what_one_does_not_find_another_may() -> None:
    files = {
        "/app/main.so": library("liba.so", "libgone.so", runpath="/x"),
        "/x/liba.so": library("libgone.so", runpath="/there"),
        "/there/libgone.so": library(),
    }
    found = closure(files).libraries
    assert [(row.name, row.path) for row in found[2:]] == [("libgone.so", None), ("libgone.so", "/there/libgone.so")]


def test_one_file_by_two_names_is_one_library() -> None:
    files = {"/app/main.so": library("liba.so", "libb.so", runpath="/x"), "/x/liba.so": library()}
    files["/x/libb.so"] = files["/x/liba.so"]
    found = closure(files)
    assert [row.name for row in found.libraries] == ["main.so", "liba.so"]
    assert [(row.user, row.provider) for row in found.bindings] == [("main.so", "liba.so")]


def test_the_name_of_the_program_is_no_name_of_a_library() -> None:
    files = {"/app/main.so": library("main.so", runpath="/x"), "/x/main.so": library()}
    assert [row.path for row in closure(files).libraries] == ["/app/main.so", "/x/main.so"]


def test_the_loader_is_there_before_anything_is_looked_for() -> None:
    loader = "/lib64/ld-linux-x86-64.so.2"
    files = {
        "/app/main.so": library("ld-linux-x86-64.so.2", rpath="/x"),
        "/x/ld-linux-x86-64.so.2": library(),
        loader: library(),
    }
    assert paths(files) == {"ld-linux-x86-64.so.2": (loader, "the loader itself")}
    (_, found) = closure(files).libraries
    assert found.of_system


def test_hwcaps_that_are_chosen_come_first() -> None:
    files = {
        "/app/main.so": library("liba.so", "libb.so", runpath="/x"),
        "/x/liba.so": library(),
        "/x/glibc-hwcaps/x86-64-v3/liba.so": library(),
        "/lib/glibc-hwcaps/x86-64-v2/libb.so": library(),
        "/lib/libb.so": library(),
    }
    cache = {"libb.so": ("/lib/glibc-hwcaps/x86-64-v2/libb.so", "/lib/libb.so")}
    chosen = SearchPath(cache=cache, hwcaps=("x86-64-v3", "x86-64-v2"))
    assert [row[0] for row in paths(files, chosen).values()] == [
        "/x/glibc-hwcaps/x86-64-v3/liba.so", "/lib/glibc-hwcaps/x86-64-v2/libb.so",
    ]  # fmt: skip
    assert [row[0] for row in paths(files, SearchPath(cache=cache)).values()] == ["/x/liba.so", "/lib/libb.so"]


def test_who_wants_no_default_directories_gets_nothing_of_them() -> None:
    main = finds(library("liba.so", "libb.so"))
    assert main.loading is not None
    main = main._replace(loading=main.loading._replace(no_defaults=True))
    files = {"/app/main.so": main, "/usr/lib/liba.so": library(), "/opt/libb.so": library()}
    cache = {"liba.so": ("/usr/lib/liba.so",), "libb.so": ("/opt/libb.so",)}
    assert [row[0] for row in paths(files, SearchPath(cache=cache)).values()] == [None, "/opt/libb.so"]


DAMAGED = {
    "no-elf-file-ends-the-search": (Damaged("not an ELF file", None, None), HERE),
    "damage-ends-the-search": (Damaged("it is cut short", "x86_64", 64), HERE),
    "another-machine-is-passed-over-before-its-damage-is-met": (Damaged("it is cut short", "i686", 32), THERE),
}


@pytest.mark.parametrize(("damage", "path"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_library_ends_the_search_and_is_told(damage: Damaged, path: str) -> None:
    main = library("liba.so", runpath="/here:/there")
    files: dict[str, Linkage | Damaged] = {HERE: damage, THERE: library()}
    found = load("/app/main.so", main, SearchPath(), files.get)
    (row,) = found.libraries[1:]
    assert (row.path, row.linkage is None) == (path, path == HERE)
    assert row.problem == (f"is damaged: {damage.reason}" if path == HERE else None)
    assert found.unused == (found.bindings if path == THERE else ())


def test_a_ring_of_names_ends() -> None:
    files = {
        "/app/main.so": library("liba.so", runpath="/x"),
        "/x/liba.so": library("main.so", "liba.so", rpath="/app"),
    }
    assert [row.name for row in closure(files).libraries] == ["main.so", "liba.so"]


def test_libraries_without_end_end_and_it_is_told() -> None:
    def read(path: str) -> Linkage:
        number = int(path.rpartition("/lib")[2].removesuffix(".so"))
        return library(f"lib{number + 1}.so", runpath="/x")

    found = load("/app/main.so", library("lib1.so", runpath="/x"), SearchPath(), read)
    assert len(found.libraries) == 10_001
    assert found.libraries[-1].found_by == "not looked for"
    assert found.libraries[-1].problem == "there are over 10000 libraries"


def test_directories_without_end_end_and_it_is_told() -> None:
    names = [f"lib{number}.so" for number in range(100)]
    main = library(*names, runpath=":".join(f"/x{number}" for number in range(5000)))
    found = closure({"/app/main.so": main})
    assert len(found.libraries) == 101
    assert found.libraries[-1].problem == "the libraries together name over 100000 places to look at"


def test_an_rpath_that_becomes_too_long_is_none() -> None:
    main = library("liba.so", runpath="$ORIGIN" * 9000 + ":/here")
    assert paths({"/app/main.so": main, HERE: library()})["liba.so"] == (HERE, "runpath /here of main.so")


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
