"""The ELF writer: what it writes is read back by our own reader, by pyelftools, by readelf, and by linkers."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection
from elftools.elf.sections import SymbolTableSection

from glibcheck.elf.image import read_linkage
from glibcheck.model.image import Export
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.sysroot.elfwriter import elf_hash, write
from glibcheck.sysroot.machines import MACHINES
from glibcheck.sysroot.stub import StubLibrary, StubSymbol
from tests.elf.compiled import compiled
from tests.tools import need, output

V1, V2 = VersionName("IT_1.0"), VersionName("IT_2.0")


def symbol(
    name: str, version: VersionName | None, default: bool = True, size: int | None = None, alias: str = ""
) -> StubSymbol:
    return StubSymbol(SymbolName(name), version, default, size, SymbolName(alias) if alias else None)


LIBRARY = StubLibrary(
    Soname("libit.so.1"),
    (V1, V2, VersionName("IT_ABI_MARK")),
    (
        symbol("__place", V1, size=8),
        symbol("bare", None),
        symbol("call", V1, default=False),
        symbol("call", V2),
        symbol("place", V1, size=8, alias="__place"),
        symbol("table", V2, size=100),
    ),
)
EXPORTS = {
    Export(SymbolName("__place"), V1, False),
    Export(SymbolName("bare"), None, False),
    Export(SymbolName("call"), V1, True),
    Export(SymbolName("call"), V2, False),
    Export(SymbolName("place"), V1, False),
    Export(SymbolName("table"), V2, False),
}  # fmt: skip


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_our_reader_finds_what_was_written(machine: str) -> None:
    linkage = read_linkage(write(LIBRARY, machine))
    assert linkage.image.machine == machine
    assert linkage.image.soname == "libit.so.1"
    assert [row.name for row in linkage.image.verdef if not row.base] == [*LIBRARY.versions]
    assert set(linkage.exports) == EXPORTS
    assert linkage.references == ()


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_pyelftools_finds_it_by_the_sections(machine: str) -> None:
    file = ELFFile(io.BytesIO(write(LIBRARY, machine)))
    symbols = file.get_section_by_name(".dynsym")
    versions = file.get_section_by_name(".gnu.version_d")
    assert isinstance(symbols, SymbolTableSection)
    assert isinstance(versions, GNUVerDefSection)
    rows = {(row.name, row["st_size"]): row["st_value"] for row in symbols.iter_symbols() if row.name}
    assert rows["place", 8] == rows["__place", 8] != rows["table", 100]
    assert all(value % 32 == 0 for value in rows.values())
    assert [next(auxes).name for _, auxes in versions.iter_versions()] == ["libit.so.1", *LIBRARY.versions]
    weak = {row.name for row in symbols.iter_symbols() if row["st_info"]["bind"] == "STB_WEAK"}
    assert weak == {"place"}


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_readelf_has_nothing_to_complain_about(machine: str, tmp_path: Path) -> None:
    need("readelf")
    path = tmp_path / "libit.so.1"
    path.write_bytes(write(LIBRARY, machine))
    text = output("sh", "-c", f"readelf -aW {path} 2>&1")
    assert "readelf:" not in text
    assert "arning" not in text


def test_a_linker_takes_the_default_version_and_the_hidden_one_by_name(tmp_path: Path) -> None:
    (tmp_path / "libit.so.1").write_bytes(write(LIBRARY, "x86_64"))
    source = '__asm__(".symver old, call@IT_1.0"); void old(void), call(void); extern int table; '
    source += "int *f(void) { old(); call(); return &table; }"
    made = compiled(tmp_path / "user.so", source, "-shared", "-fPIC", "-nostdlib", str(tmp_path / "libit.so.1"))
    needs = {(need.version, *need.symbols) for need in read_linkage(made.read_bytes()).image.requirements}
    assert needs == {("IT_1.0", "call"), ("IT_2.0", "call", "table")}


def test_the_hash_of_a_version_is_that_of_the_gabi() -> None:
    # vna_hash as readelf -V shows it for these names in any linked file.
    assert elf_hash(b"GLIBC_2.2.5") == 0x09691A75
    assert elf_hash(b"GLIBC_2.34") == 0x069691B4
    assert elf_hash(b"GCC_3.0") == 0x0B792650
