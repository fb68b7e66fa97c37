"""Objects taken apart: each part defines its symbol alone, asks for what a separate compilation asks for, and works."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from glibcheck.catalogue.glibc import glibc
from glibcheck.elf.objecttables import ObjectTables
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.sysroot import compat
from glibcheck.sysroot.split import split
from glibcheck.toolchain import compile_objects, find_toolchain
from tests.elf.compiled import compiled
from tests.tools import missing, output

SOURCE = """
static const char *const words[] = {"one", "two"};
static int counter;
static int step(void) { return ++counter; }
__attribute__((noinline)) static const char *word(int n) { return words[n & 1]; }
const char *first(void) { step(); return word(counter); }
const char *second(int (*call)(void)) { return call() ? first() : "none"; }
int third = 3;
"""
FLAGS = ("-c", "-O2", "-fPIC", "-ffunction-sections", "-fdata-sections", "-fasynchronous-unwind-tables")
COMPILERS = (
    "gcc", "clang", "aarch64-linux-gnu-gcc", "s390x-linux-gnu-gcc", "i686-linux-gnu-gcc", "arm-linux-gnueabihf-gcc",
)  # fmt: skip


def parts(folder: Path, *flags: str, compiler: str = "gcc") -> dict[bytes, bytes]:
    made = compiled(folder / "all.o", SOURCE, *FLAGS, *flags, compiler=compiler)
    return split(made.read_bytes(), [b"first", b"second", b"third"])


def names(data: bytes, defined: bool) -> set[str]:
    rows = (row for row in ObjectTables(data).symbols() if row.name and row.binding != 0)
    return {row.name.decode() for row in rows if bool(row.section) is defined}


def test_each_part_defines_its_symbol_and_leaves_the_others_to_the_linker(tmp_path: Path) -> None:
    found = parts(tmp_path)
    assert {name: names(data, True) for name, data in found.items()} == {
        b"first": {"first"}, b"second": {"second"}, b"third": {"third"},
    }  # fmt: skip
    assert "first" in names(found[b"second"], False)
    assert len(found[b"third"]) < len(found[b"first"])


def test_a_program_of_the_parts_runs_and_unwinds(tmp_path: Path) -> None:
    for name, data in parts(tmp_path).items():
        (tmp_path / f"{name.decode()}.o").write_bytes(data)
    text = """
        #include <cstdio>
        extern "C" { const char *first(void); const char *second(int (*)(void)); extern int third; }
        static int thrower() { throw third; }
        int main() {
            std::printf("%s ", first());
            std::printf("%s ", first());
            try { second(thrower); } catch (int n) { std::printf("%d\\n", n); }
        }
    """
    (tmp_path / "main.cpp").write_text(text)
    objects = [str(tmp_path / f"{name}.o") for name in ("first", "second", "third")]
    output("g++", "-o", str(tmp_path / "program"), str(tmp_path / "main.cpp"), *objects)
    assert output(str(tmp_path / "program")) == "two one 3\n"


def test_readelf_has_nothing_to_complain_about(tmp_path: Path) -> None:
    for data in parts(tmp_path).values():
        (tmp_path / "part.o").write_bytes(data)
        assert "arning" not in output("sh", "-c", f"readelf -aW --debug-dump=frames {tmp_path}/part.o 2>&1")


def test_unwind_records_are_those_of_the_part_alone(tmp_path: Path) -> None:
    (tmp_path / "part.o").write_bytes(parts(tmp_path)[b"second"])
    assert len(re.findall(r"\bFDE\b", output("readelf", "-wf", str(tmp_path / "part.o")))) == 1


def test_a_symbol_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    made = compiled(tmp_path / "all.o", SOURCE, *FLAGS).read_bytes()
    with pytest.raises(ElfError, match="does not define fourth"):
        split(made, [b"fourth"])
    with pytest.raises(ElfError):
        split(made[:-100], [b"first"])


@pytest.mark.parametrize("compiler", COMPILERS)
def test_compat_functions_ask_for_the_same_as_when_they_are_compiled_alone(compiler: str) -> None:
    if shutil.which(compiler) is None:
        missing(compiler)
    toolchain = find_toolchain((compiler,), os.environ)
    known = glibc(toolchain.machine)
    assert known is not None
    every = frozenset(row.symbol for row in compat.COMPAT if known.first(row.symbol) is not None)
    chosen = [row.symbol for row in compat.members(toolchain.machine, (2, 0), every)]
    units = {unit: text for unit, text in compat.units(chosen).items() if len(unit) > 1}
    together = compile_objects(toolchain, _numbered(units.values()), compat.headers(), compat.FLAGS, os.environ)
    alone = [symbol for unit in units for symbol in unit]
    sources = {symbol: compat.source(symbol) for symbol in alone}
    separate = compile_objects(toolchain, sources, compat.headers(), compat.FLAGS, os.environ)
    for unit, data in zip(units, together.values(), strict=True):
        for defined, part in split(data, [symbol.encode() for symbol in unit]).items():
            symbol = SymbolName(defined.decode())
            assert names(part, True) == {symbol}
            assert _asked(part) == _asked(separate[symbol]), symbol
    assert len(alone) > 200


def _asked(data: bytes) -> set[str]:
    """Name what an object asks for, but for libgcc's part in unwinding on ARM, which is the assembler's choice."""
    return {name for name in names(data, False) if not name.startswith("__aeabi_unwind_cpp_pr")}


def _numbered(texts: object) -> dict[SymbolName, str]:
    assert hasattr(texts, "__iter__")
    return {SymbolName(f"unit{number}"): text for number, text in enumerate(texts)}
