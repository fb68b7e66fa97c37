"""Objects are found in the file that they were linked into, by their code, and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.functions import Functions
from glibcheck.elf.memory import Memory
from glibcheck.elf.objectrefs import references
from glibcheck.elf.references import find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.model.names import SymbolName
from glibcheck.placing import ObjectFile, Placed, Placing
from tests.tools import need, output

WORKER = """
#include <stdlib.h>
extern void *getenv_r(const char *), *grow(void *, unsigned long);
int seen;
int start_workers(int n) { for (int i = 0; i < n; i++) if (getenv_r("N")) seen += i * 7; return seen; }
void *again(void *p) { seen ^= 0x1234; return grow(p, seen * 3 + 1); }
"""
OTHER = """
extern void *getenv_r(const char *);
long weigh(long a, long b) { long c = a * 31 + b; while (c > 100) c -= 17; return getenv_r("M") ? c : a; }
"""
WANTED = frozenset({SymbolName("getenv_r"), SymbolName("grow")})


def compiled(folder: Path, name: str, source: str, *words: str, compiler: str = "gcc") -> Path:
    (folder / f"{name}.c").write_text(source)
    output(compiler, "-fPIC", "-O2", *words, "-c", "-o", str(folder / f"{name}.o"), str(folder / f"{name}.c"))
    return folder / f"{name}.o"


def linked(folder: Path, *objects: Path, words: tuple[str, ...] = (), compiler: str = "gcc") -> Path:
    output(compiler, "-shared", *words, "-o", str(folder / "x.so"), *map(str, objects))
    return folder / "x.so"


def opened(path: Path) -> ObjectFile:
    data = path.read_bytes()
    found = references(data, frozenset(name.encode() for name in WANTED))
    return ObjectFile(str(path), None, SectionTable(data), found.references)


def placed(library: Path, *objects: Path, named: bool = True) -> list[Placed]:
    data = library.read_bytes()
    file, sections = DynamicFile(data), SectionTable(data)
    addresses: dict[SymbolName, list[int]] = {}
    for row in find_references(file, WANTED, sections):
        if row.kind != "slot":
            addresses.setdefault(row.symbol, []).append(row.address)
    functions = Functions(sections, file).at if named else lambda _: None
    placing = Placing(addresses, Memory(data, file, sections), functions)
    return [*placing.place([opened(path) for path in objects])]


def functions(library: Path, tool: str = "nm") -> dict[str, tuple[int, int]]:
    """Give start and end of each function by the linked symbol table."""
    rows = [line.split() for line in output(tool, "-S", "--defined-only", str(library)).splitlines()]
    return {row[3]: (int(row[0], 16), int(row[0], 16) + int(row[1], 16)) for row in rows if len(row) == 4}


def assert_right(library: Path, rows: list[Placed], tool: str = "nm") -> None:
    """Hold the addresses of placed references against the functions that the linker says are there."""
    where = functions(library, tool)
    for row in rows:
        assert row.reference.function is not None
        start, end = where[row.reference.function]
        assert start <= row.address < end, row.reference


@pytest.mark.parametrize("words", [(), ("-ffunction-sections",), ("-O0",), ("-g",)], ids=["O2", "sections", "O0", "g"])
@pytest.mark.parametrize("linker", ["bfd", "gold", "lld", "mold"])
def test_every_reference_of_an_object_is_found_where_its_function_is(
    words: tuple[str, ...], linker: str, tmp_path: Path
) -> None:
    need({"bfd": "ld.bfd", "gold": "ld.gold", "lld": "ld.lld", "mold": "mold"}[linker])
    objects = [compiled(tmp_path, "worker", WORKER, *words), compiled(tmp_path, "other", OTHER, *words)]
    library = linked(tmp_path, *objects, words=(f"-fuse-ld={linker}", "-Wl,--gc-sections"))
    rows = placed(library, *objects)
    assert {(Path(row.file.path).name, row.reference.function, row.reference.symbol) for row in rows} == {
        ("worker.o", "start_workers", "getenv_r"),
        ("worker.o", "again", "grow"),
        ("other.o", "weigh", "getenv_r"),
    }
    assert_right(library, rows)


@pytest.mark.parametrize(
    "machine",
    ["aarch64-linux-gnu", "s390x-linux-gnu", "powerpc64le-linux-gnu", "i686-linux-gnu", "arm-linux-gnueabihf"],
)
def test_other_machines_too_also_where_code_is_not_searched(machine: str, tmp_path: Path) -> None:
    compiler = f"{machine}-gcc"
    need(compiler)
    objects = [
        compiled(tmp_path, "worker", WORKER, compiler=compiler),
        compiled(tmp_path, "other", OTHER, compiler=compiler),
    ]
    library = linked(tmp_path, *objects, compiler=compiler)
    rows = placed(library, *objects)
    assert {row.reference.function for row in rows} == {"start_workers", "again", "weigh"}
    assert_right(library, rows, f"{machine}-nm")


def test_an_object_of_another_build_is_not_in_the_file(tmp_path: Path) -> None:
    worker, other = compiled(tmp_path, "worker", WORKER), compiled(tmp_path, "other", OTHER)
    library = linked(tmp_path, worker, other)
    changed = compiled(tmp_path, "changed", WORKER.replace("0x1234", "0x1235"))
    stranger = compiled(tmp_path, "stranger", OTHER.replace("c -= 17", "c -= 18"))
    rows = placed(library, changed, stranger, other)
    assert {Path(row.file.path).name for row in rows} == {"other.o"}


def test_an_object_that_was_compiled_anew_by_lto_is_not_found(tmp_path: Path) -> None:
    worker = compiled(tmp_path, "worker", WORKER, "-flto", "-ffat-lto-objects")
    caller = compiled(tmp_path, "caller", "int start_workers(int); int two(void) { return start_workers(2); }", "-flto")
    library = linked(tmp_path, worker, caller, words=("-flto", "-O3"))
    for row in placed(library, worker):
        assert_right(library, [row])


def test_code_that_two_objects_have_in_common_is_found_in_both(tmp_path: Path) -> None:
    need("g++")
    shared = """
extern "C" void *getenv_r(const char *);
inline int common(int n) { while (n > 9) n -= getenv_r("C") ? 3 : 4; return n; }
"""
    objects = []
    for name in ("one", "two"):
        (tmp_path / f"{name}.cpp").write_text(f"{shared} int {name}(int n) {{ return common(n) + common(n + 1); }}\n")
        path = tmp_path / f"{name}.o"
        output("g++", "-fPIC", "-O1", "-fno-inline", "-c", "-o", str(path), str(tmp_path / f"{name}.cpp"))
        objects.append(path)
    library = linked(tmp_path, *objects, compiler="g++")
    rows = placed(library, *objects)
    assert len({row.address for row in rows}) == 1
    assert [Path(row.file.path).name for row in rows] == ["one.o", "two.o"]


def test_a_section_of_a_few_bytes_is_not_taken_for_a_proof(tmp_path: Path) -> None:
    little = compiled(
        tmp_path, "little", "extern void *getenv_r(const char *); void *f(char *p) { return getenv_r(p); }"
    )
    library = linked(tmp_path, little)
    assert placed(library, little, named=False) == []
    assert [row.reference.function for row in placed(library, little)] == ["f"]


def test_little_code_that_is_alike_is_not_taken_for_that_of_another_function(tmp_path: Path) -> None:
    source = "extern void *getenv_r(const char *); int {}(char *p) {{ return getenv_r(p) ? 77 : 78; }}"
    real = compiled(tmp_path, "real", source.format("real"))
    other = compiled(tmp_path, "other", source.format("other"))
    library = linked(tmp_path, real)
    (row,) = placed(library, real, other)
    assert Path(row.file.path).name == "real.o"
