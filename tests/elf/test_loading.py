"""What a file looks up and what is found in it: compiled samples against readelf, and damaged ones."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from glibcheck.elf.image import read_linkage
from glibcheck.elf.loading import loadable_or_damage, read_loadable
from glibcheck.errors import ElfError
from glibcheck.model.loading import Damaged, Definition, Loading
from glibcheck.model.names import SymbolName, VersionName
from tests.elf.build import File, Symbol, build
from tests.elf.compiled import library, scripted
from tests.tools import output

_ROW = re.compile(r"^[0-9a-f]+ +[0-9a-f]+ (?P<type>R_\S+) +[0-9a-f]+(?:\(\))? +(?P<name>[^\s@]+)")
_CALLS = re.compile(r"JU?MP_SLOT?|DTPMOD|DTPOFF|DTPREL|TPOFF|TPREL|TLS_?DESC")


def relocated(path: Path) -> set[tuple[str, str]]:
    """Give name and way of all relocations with a symbol, as readelf names their types."""
    found = set()
    for line in output("readelf", "-rW", str(path)).splitlines():
        if (row := _ROW.match(line)) and row["name"] not in ("+", "*ABS*"):
            kind = row["type"]
            found.add((row["name"], "copy" if "COPY" in kind else "call" if _CALLS.search(kind) else "address"))
    return found


def looked_up(data: bytes) -> set[tuple[str, str]]:
    return {(row.name, row.way) for row in loading(data).lookups}


def loading(data: bytes) -> Loading:
    found = read_loadable(data).loading
    assert found is not None
    return found


SOURCE = """
extern int data, *far; extern __thread int local; int call(void); int taken(void);
extern int maybe(void) __attribute__((weak)); __thread int mine;
int own(void) { return call() + data + local + mine + (maybe ? maybe() : 0); }
__attribute__((visibility("hidden"))) int inner(void) { return own(); }
void *all[] = {&data, taken, own, inner, &far};
"""


def test_lookups_are_the_relocations_that_have_a_global_symbol(tmp_path: Path) -> None:
    path = library(tmp_path / "liba.so", SOURCE)
    data = path.read_bytes()
    assert looked_up(data) == relocated(path)
    assert {(row.name, row.way, row.weak, row.own) for row in loading(data).lookups} >= {
        ("call", "call", False, False),
        ("data", "address", False, False),
        ("local", "call", False, False),
        ("maybe", "address", True, False),
        ("own", "address", False, True),
    }
    assert read_loadable(data)._replace(loading=None) == read_linkage(data)


def test_definitions_have_versions_and_are_early_or_not(tmp_path: Path) -> None:
    text = """int one(void) { return 1; } int two(void) { return 2; } int plain(void) { return 3; }
    __asm__(".symver one, f@V_1"); __asm__(".symver two, f@@V_2");"""
    path = scripted(tmp_path, "libv.so", "V_1 { global: one; }; V_2 { global: two; plain; } V_1;\n", text)
    found = loading(path.read_bytes()).definitions
    assert sorted(found[SymbolName("f")]) == [
        Definition(VersionName("V_1"), True, True, False, False),
        Definition(VersionName("V_2"), False, False, False, False),
    ]
    assert found[SymbolName("plain")] == (Definition(VersionName("V_2"), False, False, False, False),)


@pytest.mark.parametrize(
    ("flags", "symbolic", "no_defaults"),
    [((), False, False), (("-Wl,-Bsymbolic",), True, False), (("-Wl,-z,nodefaultlib",), False, True)],
)
def test_flags_of_the_dynamic_section(
    flags: tuple[str, ...], symbolic: bool, no_defaults: bool, tmp_path: Path
) -> None:
    found = loading(library(tmp_path / "liba.so", SOURCE, *flags).read_bytes())
    assert (found.symbolic, found.no_defaults) == (symbolic, no_defaults)


def test_damaged_files_say_of_which_machine_they_say_that_they_are(tmp_path: Path) -> None:
    data = library(tmp_path / "liba.so", SOURCE).read_bytes()
    found = loadable_or_damage(data[:200])
    assert isinstance(found, Damaged)
    assert (found.machine, found.elf_class, found.whole) == ("x86_64", 64, False)
    assert loadable_or_damage(b"text, no library") == Damaged("not an ELF file")
    assert loadable_or_damage(b"") == Damaged("not an ELF file")
    static = loadable_or_damage(data[:16] + b"\1\0" + data[18:54] + b"\0" * 10 + data[64:])
    assert isinstance(static, Damaged)


def _dynamic(data: bytes | bytearray, tag: int) -> int:
    """Find the value of a dynamic entry, by its offset."""
    start, count = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<H", data, 56)[0]
    rows = (struct.unpack_from("<IIQ", data, start + 56 * number) for number in range(count))
    table = next(offset for kind, _, offset in rows if kind == 2)
    return next(at + 8 for at in range(table, len(data), 16) if struct.unpack_from("<Q", data, at)[0] == tag)


DAMAGES = {
    "size-behind-the-end": (8, 1 << 40, "the file ends at"),
    "size-of-a-word": (8, 1 << 63, "the file ends at"),
    "table-nowhere": (7, 1 << 50, "no segment of the file holds"),
    "plt-behind-the-end": (2, 1 << 40, "the file ends at"),
}


@pytest.mark.parametrize(("tag", "value", "message"), DAMAGES.values(), ids=DAMAGES.keys())
def test_tables_that_lie_outside_are_refused(tag: int, value: int, message: str, tmp_path: Path) -> None:
    data = bytearray(library(tmp_path / "liba.so", SOURCE).read_bytes())
    struct.pack_into("<Q", data, _dynamic(data, tag), value)
    with pytest.raises(ElfError, match=message):
        read_loadable(bytes(data))


def test_a_relocation_about_no_symbol_is_refused(tmp_path: Path) -> None:
    path = library(tmp_path / "liba.so", SOURCE)
    data = bytearray(path.read_bytes())
    (size,) = struct.unpack_from("<Q", data, _dynamic(data, 8))
    (start,) = struct.unpack_from("<Q", data, _dynamic(data, 7))  # in the first segment address and offset agree
    struct.pack_into("<Q", data, start + size - 16, 0xFFFFFF << 32 | 6)
    with pytest.raises(ElfError, match="a symbol that the symbol table does not have"):
        read_loadable(bytes(data))


def test_a_name_that_is_defined_without_end_is_refused() -> None:
    data = build(File(symbols=tuple(Symbol("f", defined=True, type=6) for _ in range(101)))).data
    assert read_linkage(data).exports
    with pytest.raises(ElfError, match="it defines one symbol over 100 times"):
        read_loadable(data)


def test_a_library_cut_off_anywhere_is_whole_or_refused(tmp_path: Path) -> None:
    data = library(tmp_path / "liba.so", SOURCE, "-Wl,-z,noseparate-code", "-s").read_bytes()
    whole = read_loadable(data)
    for length in range(0, len(data), 7):
        found = loadable_or_damage(data[:length])
        assert found.reason.isprintable() if isinstance(found, Damaged) else found == whole
