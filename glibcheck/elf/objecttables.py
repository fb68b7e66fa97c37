"""The symbol table and the relocations of a relocatable object, by the rows: where each stands and what it says.

`elf.objects` reads the same with pyelftools, which is right for one object. A C++ runtime has 170 of them, with 10,000
symbols and 100,000 relocations, and is looked at whenever a sysroot is made, so this reads in bulk. gABI chapter 4.
"""

from __future__ import annotations

import struct

from glibcheck.elf.sections import (
    ET_REL,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHN_UNDEF,
    SHT_REL,
    SHT_RELA,
    SHT_SYMTAB,
    SectionTable,
)
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.sections import Section

__all__ = ["SHF_ALLOC", "SHF_EXECINSTR", "SHN_UNDEF", "STB_LOCAL", "ObjectTables", "RelocationRow", "SymbolRow"]

STB_LOCAL, STB_GLOBAL, STB_WEAK = 0, 1, 2
STT_TLS = 6


class SymbolRow(Record):
    """A row of .symtab; `place` is the offset of the row's st_other in the file, `section` st_shndx."""

    name: bytes
    binding: int
    type: int
    other: int
    section: int
    place: int


class RelocationRow(Record):
    """A relocation: its type, the row of .symtab that it is about, and the sh_flags of the section that it changes."""

    type: int
    symbol: int
    flags: int


class ObjectTables:
    """An ET_REL file whose section headers have been read; raises ElfError when it is none or damaged."""

    def __init__(self, data: bytes) -> None:
        """Read the headers."""
        table = SectionTable(data)
        if table.type != ET_REL:
            raise ElfError("not a relocatable object", 16)
        self._data, self._wide, self._order = data, table.elf_class == 64, table.order
        self._sections = table.sections
        (self.machine,) = struct.unpack_from(f"{self._order}H", data, 18)

    def symbols(self) -> Iterator[SymbolRow]:
        """Give the rows of .symtab in order, the empty first one included."""
        for table in self._sections:
            if table.type == SHT_SYMTAB:
                yield from self._rows(table)

    def relocations(self) -> Iterator[RelocationRow]:
        """Give the relocations of all sections."""
        for table in self._sections:
            if table.type in (SHT_RELA, SHT_REL):
                flags = self._sections[table.info].flags if table.info < len(self._sections) else 0
                for info in self._infos(table):
                    symbol, kind = (info >> 32, info & 0xFFFFFFFF) if self._wide else (info >> 8, info & 0xFF)
                    yield RelocationRow._make((kind, symbol, flags))

    def _rows(self, table: Section) -> Iterator[SymbolRow]:
        layout, size, other = ("IBBH16x", 24, 5) if self._wide else ("I8xBBH", 16, 13)
        content = self._content(table)
        strings = self._content(self._sections[table.link]) if table.link < len(self._sections) else b""
        whole = content[: len(content) // size * size]
        for number, (name, info, visibility, section) in enumerate(struct.iter_unpack(self._order + layout, whole)):
            text = strings[name : strings.find(b"\0", name)] if name else b""
            place = table.offset + number * size + other
            yield SymbolRow._make((text, info >> 4, info & 15, visibility, section, place))

    def _infos(self, table: Section) -> Iterator[int]:
        """Give r_info of each relocation of a table."""
        layout = {
            (True, SHT_RELA): "8xQ8x",
            (True, SHT_REL): "8xQ",
            (False, SHT_RELA): "4xI4x",
            (False, SHT_REL): "4xI",
        }
        reader = struct.Struct(self._order + layout[self._wide, table.type])
        content = self._content(table)
        for (info,) in reader.iter_unpack(content[: len(content) // reader.size * reader.size]):
            yield info

    def _content(self, section: Section) -> bytes:
        content = self._data[section.offset : section.offset + section.size]
        if len(content) < section.size:
            raise ElfError("damaged object: a section reaches behind its end", section.offset)
        return content
