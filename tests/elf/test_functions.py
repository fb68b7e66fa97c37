"""Which function an address is in, against the symbol table as readelf prints it; and after it is stripped."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.functions import Function, Functions
from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError
from tests.elf.compiled import without_section_headers
from tests.tools import need, output

SOURCE = """
extern int outside(int);
static __attribute__((noinline)) int hidden(int n) { return outside(n) + 1; }
__attribute__((noinline, cold)) int rare(int n) { return outside(n) * hidden(n); }
int shown(int n) { if (__builtin_expect(n > 1000, 0)) { outside(n); rare(n); hidden(n); __builtin_abort(); } return n; }
int other(int n) { return hidden(n) + shown(n); }
__attribute__((alias("shown"))) int _shown(int n);
"""
CXX_SOURCE = """
struct Thing { Thing(); ~Thing(); int n; };
extern int outside(int);
static __attribute__((noinline)) int hidden(int n) { Thing thing; return outside(n) + thing.n; }
int shown(int n) { try { Thing thing; return hidden(n); } catch (int m) { return outside(m); } }
Thing::Thing() { n = outside(1); if (n > 4) throw n; }
Thing::~Thing() { outside(2); }
"""
OURS = {"hidden", "rare", "shown", "shown.cold", "other"}
_ROW = re.compile(r"^ *\d+: ([0-9a-f]+) +(\d+) (?:FUNC|IFUNC) +(\w+) +\w+ +(?:\[.*\] +)?(\w+) (\S+)", re.MULTILINE)


def table(path: Path, *, thumb: bool = False) -> dict[tuple[int, int], set[str]]:
    """Give the names of each function by its (start, size), as readelf has them."""
    found: dict[tuple[int, int], set[str]] = {}
    text = output("readelf", "-sW", str(path))
    for start, size, _, section, name in _ROW.findall(text[text.index("'.symtab'") :]):
        if int(size) and section != "UND":
            found.setdefault((int(start, 16) & (~1 if thumb else ~0), int(size)), set()).add(name)
    return found


def linked(folder: Path, compiler: str, source: str, *flags: str) -> tuple[Path, Path]:
    """Link a source as it is and stripped."""
    name = "it.cpp" if "++" in compiler else "it.c"
    (folder / name).write_text(source)
    need(compiler)
    output(compiler, "-c", "-O2", *flags, "-o", str(folder / "it.o"), str(folder / name))
    output(compiler, "-shared", *flags, "-o", str(folder / "whole"), str(folder / "it.o"))
    output(compiler, "-shared", "-s", *flags, "-o", str(folder / "bare"), str(folder / "it.o"))
    return folder / "whole", folder / "bare"


def read(path: Path) -> Functions:
    data = path.read_bytes()
    return Functions(SectionTable(data), DynamicFile(data))


WAYS = {
    "gcc": ("gcc", SOURCE, "-fPIC"),
    "gcc-sections": ("gcc", SOURCE, "-fPIC", "-ffunction-sections", "-freorder-blocks-and-partition"),
    "i686": ("i686-linux-gnu-gcc", SOURCE, "-fPIC"),
    "clang": ("clang", SOURCE, "-fPIC"),
    "gold": ("gcc", SOURCE, "-fPIC", "-fuse-ld=gold"),
    "lld": ("gcc", SOURCE, "-fPIC", "-fuse-ld=lld"),
    "mold": ("gcc", SOURCE, "-fPIC", "-fuse-ld=mold"),
    "c++": ("g++", CXX_SOURCE, "-fPIC"),
    "c++-gold": ("g++", CXX_SOURCE, "-fPIC", "-fuse-ld=gold"),
    "aarch64": ("aarch64-linux-gnu-gcc", SOURCE, "-fPIC"),
    "s390x": ("s390x-linux-gnu-gcc", SOURCE, "-fPIC"),
    "ppc64le": ("powerpc64le-linux-gnu-gcc", SOURCE, "-fPIC"),
    "riscv64": ("riscv64-linux-gnu-gcc", SOURCE, "-fPIC", "-fasynchronous-unwind-tables"),
}


@pytest.mark.parametrize("way", WAYS)
def test_functions_are_those_of_readelf_and_stay_when_stripped(way: str, tmp_path: Path) -> None:
    compiler, source, *flags = WAYS[way]
    whole, bare = linked(tmp_path, compiler, source, *flags)
    expected = table(whole)
    assert len(expected) > 3
    functions, stripped, debug = read(whole), read(bare), SectionTable(whole.read_bytes())
    data = bare.read_bytes()
    headless = Functions(None, DynamicFile(without_section_headers(data) if data[4] == 2 else data))
    named = Functions(SectionTable(data), DynamicFile(data), names_from=debug)
    for (start, size), names in expected.items():
        for address in (start, start + size // 2, start + size - 1):
            for reader in (functions, named):
                found = reader.at(address)
                assert found is not None
                assert (found.start, found.size) == (start, size)
                assert found.name in names
            if not names & OURS and "c++" not in way:  # of the start files, some without unwind tables
                continue
            for reader in (stripped, headless):
                found = reader.at(address)
                assert found is not None
                assert (found.start, found.size) == (start, size)
                assert found.name is None or found.name in names


def test_of_several_names_one_that_others_see_is_given(tmp_path: Path) -> None:
    whole, bare = linked(tmp_path, "gcc", SOURCE, "-fPIC")
    (start,) = (place for place, _ in (key for key, names in table(whole).items() if "shown" in names))
    for path in (whole, bare):
        found = read(path).at(start)
        assert found is not None
        assert found.name == "shown"
    (start,) = (place for place, _ in (key for key, names in table(whole).items() if "hidden" in names))
    assert getattr(read(whole).at(start), "name", "") == "hidden"
    assert getattr(read(bare).at(start), "name", "") is None


def test_the_cold_part_of_a_function_has_its_own_name(tmp_path: Path) -> None:
    whole, _ = linked(tmp_path, "g++", CXX_SOURCE, "-fPIC")
    cold = {key: name for key, names in table(whole).items() for name in names if name.endswith(".cold")}
    assert {key: read(whole).at(key[0]) for key in cold} == {key: (name, *key) for key, name in cold.items()}
    assert cold


def test_a_function_in_thumb_code_starts_at_an_even_address(tmp_path: Path) -> None:
    whole, _ = linked(tmp_path, "arm-linux-gnueabihf-gcc", SOURCE, "-fPIC", "-mthumb")
    functions = read(whole)
    for (start, size), names in table(whole, thumb=True).items():
        found = functions.at(start)
        assert found is not None
        assert (found.start, found.size, found.name in names) == (start, size, True)


def test_between_functions_there_is_none(tmp_path: Path) -> None:
    whole, bare = linked(tmp_path, "gcc", SOURCE, "-fPIC")
    keys = sorted(table(whole))
    last = keys[-1][0] + keys[-1][1]
    for path in (whole, bare):
        assert read(path).at(0) is None
        assert read(path).at(last + 4096) is None
    assert Functions().at(0x1000) is None


def test_a_static_program_is_read_by_its_sections(tmp_path: Path) -> None:
    (tmp_path / "it.c").write_text(SOURCE + "int outside(int n) { return n; } int main(void) { return other(1); }")
    output("gcc", "-O1", "-static", "-Wl,--eh-frame-hdr", "-o", str(tmp_path / "it"), str(tmp_path / "it.c"))
    expected = table(tmp_path / "it")
    output("strip", "-o", str(tmp_path / "bare"), str(tmp_path / "it"))
    functions = Functions(SectionTable((tmp_path / "it").read_bytes()))
    bare = Functions(SectionTable((tmp_path / "bare").read_bytes()))
    for key, names in expected.items():
        found = functions.at(key[0])
        assert found is not None
        assert found.start == key[0]
        if names & {"main", "other", "hidden", "malloc", "printf"}:
            assert found.size == key[1]
            assert bare.at(key[0] + 1) == Function(None, *key)


@pytest.mark.parametrize("way", ["c++", "s390x", "i686"])
def test_a_damaged_file_is_an_error_or_has_other_functions(way: str, tmp_path: Path) -> None:
    compiler, source, *flags = WAYS[way]
    dice = random.Random(6)  # noqa: S311 - the same damages every time
    for path in linked(tmp_path, compiler, source, *flags):
        data = path.read_bytes()
        for _ in range(150):
            damaged = bytearray(data[: dice.randrange(len(data))] if dice.random() < 0.3 else data)
            for _ in range(dice.randrange(1, 40)):
                damaged[dice.randrange(len(damaged) or 1) : 1] = bytes([dice.choice((0, 1, 0x7F, 0x80, 0xFF))])
            ask_everywhere(bytes(damaged))


def ask_everywhere(data: bytes) -> None:
    try:
        functions = Functions(SectionTable(data), DynamicFile(data))
    except ElfError:
        return
    for address in range(0, 0x3000, 97):
        found = functions.at(address)
        assert found is None or found.start <= address < found.start + found.size
