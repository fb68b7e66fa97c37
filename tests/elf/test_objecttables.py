"""Symbols and relocations of objects in bulk: the same rows as pyelftools reads, one by one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import SymbolTableSection

from glibcheck.elf.objecttables import ObjectTables
from glibcheck.errors import ElfError
from tests.tools import output

SOURCE = """
#include <string>
#include <iostream>
static int here = 3;
int shown(int n) { std::string text(n, 'x'); std::cout << text; return here + (int)text.size(); }
"""


@pytest.fixture(scope="module", params=[(), ("-m32",), ("-fPIC", "-ffunction-sections")], ids=["plain", "32", "pic"])
def object_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("object")
    (folder / "it.cpp").write_text(
        SOURCE if request.param != ("-m32",) else "int f(); static int g; int h() { return f() + g++; }"
    )
    output("g++", "-c", *request.param, str(folder / "it.cpp"), "-o", str(folder / "it.o"))
    return Path(folder / "it.o").read_bytes()


BINDINGS = {"STB_LOCAL": 0, "STB_GLOBAL": 1, "STB_WEAK": 2, "STB_LOOS": 10}
SECTIONS = {"SHN_UNDEF": 0, "SHN_ABS": 0xFFF1, "SHN_COMMON": 0xFFF2}


def test_symbols_are_those_of_pyelftools(object_file: bytes) -> None:
    file = ELFFile(io.BytesIO(object_file))
    (table,) = (section for section in file.iter_sections() if section["sh_type"] == "SHT_SYMTAB")
    assert isinstance(table, SymbolTableSection)
    ours = []
    for row, theirs in zip(ObjectTables(object_file).symbols(), table.iter_symbols(), strict=True):
        assert row.name.decode() == theirs.name or theirs["st_info"]["type"] == "STT_SECTION"
        assert row.binding == BINDINGS[theirs["st_info"]["bind"]]
        assert row.section == SECTIONS.get(theirs["st_shndx"], theirs["st_shndx"])
        assert object_file[row.place] == row.other
        ours.append(row)
    assert len(ours) > 3


def test_relocations_are_those_of_pyelftools(object_file: bytes) -> None:
    file = ELFFile(io.BytesIO(object_file))
    theirs = [
        (row["r_info_type"], row["r_info_sym"], file.get_section(section["sh_info"])["sh_flags"])
        for section in file.iter_sections()
        if isinstance(section, RelocationSection)
        for row in section.iter_relocations()
    ]
    assert [tuple(row) for row in ObjectTables(object_file).relocations()] == theirs
    assert theirs


def test_what_is_no_object_is_refused() -> None:
    for data in (b"", b"\x7fELF", b"!<arch>\n" + bytes(60), bytes(64)):
        with pytest.raises(ElfError, match="not an ELF file"):
            ObjectTables(data)
    program = Path("/proc/self/exe").read_bytes()
    with pytest.raises(ElfError, match="not a relocatable object"):
        ObjectTables(program)


def test_an_object_cut_short_anywhere_is_an_error_or_has_fewer_rows(object_file: bytes) -> None:
    whole = len(list(ObjectTables(object_file).symbols()))
    for end in range(0, len(object_file), 97):
        try:
            tables = ObjectTables(object_file[:end])
            assert len([*tables.symbols(), *tables.relocations()]) <= whole + 10_000
        except ElfError:
            continue
