"""The symbol table and the relocations of a relocatable object, by the rows: where each stands and what it says.

`elf.objects` reads the same with pyelftools, which is right for one object. A C++ runtime has 170 of them, with 10,000
symbols and 100,000 relocations, and is looked at whenever a sysroot is made, so this reads in bulk. gABI chapter 4.
"""

from __future__ import annotations

import struct

from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

STB_LOCAL, STB_GLOBAL, STB_WEAK = 0, 1, 2
STT_TLS = 6
SHN_UNDEF = 0
SHF_ALLOC, SHF_EXECINSTR = 2, 4
_SHT_SYMTAB, _SHT_RELA, _SHT_REL, _SHT_SYMTAB_SHNDX = 2, 4, 9, 18


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


class _Section(Record):
    type: int
    flags: int
    offset: int
    size: int
    link: int
    info: int


class ObjectTables:
    """An ET_REL file whose section headers have been read; raises ElfError when it is none or damaged."""

    def __init__(self, data: bytes) -> None:
        """Read the headers."""
        if data[:4] != b"\x7fELF" or len(data) < 52 or data[4] not in (1, 2) or data[5] not in (1, 2):
            raise ElfError("not an ELF object", 0)
        self._data = data
        self._wide = data[4] == 2
        self._order = "<" if data[5] == 1 else ">"
        (kind, self.machine) = struct.unpack_from(f"{self._order}HH", data, 16)
        if kind != 1:
            raise ElfError("not a relocatable object", 16)
        try:
            self._sections = tuple(self._read_sections())
        except struct.error as error:
            raise ElfError("damaged object: its section headers lie outside of it") from error

    def symbols(self) -> Iterator[SymbolRow]:
        """Give the rows of .symtab in order, the empty first one included."""
        for table in self._sections:
            if table.type == _SHT_SYMTAB:
                yield from self._rows(table)

    def relocations(self) -> Iterator[RelocationRow]:
        """Give the relocations of all sections."""
        for table in self._sections:
            if table.type in (_SHT_RELA, _SHT_REL):
                flags = self._sections[table.info].flags if table.info < len(self._sections) else 0
                for info in self._infos(table):
                    symbol, kind = (info >> 32, info & 0xFFFFFFFF) if self._wide else (info >> 8, info & 0xFF)
                    yield RelocationRow._make((kind, symbol, flags))

    def _read_sections(self) -> Iterator[_Section]:
        data = self._data
        if self._wide:
            (start,) = struct.unpack_from(f"{self._order}Q", data, 40)
            size, count = struct.unpack_from(f"{self._order}HH", data, 58)
            layout = f"{self._order}4xIQ8xQQII"
        else:
            (start,) = struct.unpack_from(f"{self._order}I", data, 32)
            size, count = struct.unpack_from(f"{self._order}HH", data, 46)
            layout = f"{self._order}4xII4xIIII"
        if count == 0 and start:  # more than 65,279: the real count is sh_size of the first one
            (count,) = struct.unpack_from(
                f"{self._order}{'Q' if self._wide else 'I'}", data, start + (32 if self._wide else 20)
            )
        for number in range(min(count, len(data) // max(size, 1))):
            yield _Section(*struct.unpack_from(layout, data, start + number * size))

    def _rows(self, table: _Section) -> Iterator[SymbolRow]:
        layout, size, other = ("IBBH16x", 24, 5) if self._wide else ("I8xBBH", 16, 13)
        content = self._content(table)
        strings = self._content(self._sections[table.link]) if table.link < len(self._sections) else b""
        whole = content[: len(content) // size * size]
        for number, (name, info, visibility, section) in enumerate(struct.iter_unpack(self._order + layout, whole)):
            text = strings[name : strings.find(b"\0", name)] if name else b""
            place = table.offset + number * size + other
            yield SymbolRow._make((text, info >> 4, info & 15, visibility, section, place))

    def _infos(self, table: _Section) -> Iterator[int]:
        """Give r_info of each relocation of a table."""
        layout = {
            (True, _SHT_RELA): "8xQ8x",
            (True, _SHT_REL): "8xQ",
            (False, _SHT_RELA): "4xI4x",
            (False, _SHT_REL): "4xI",
        }
        reader = struct.Struct(self._order + layout[self._wide, table.type])
        content = self._content(table)
        for (info,) in reader.iter_unpack(content[: len(content) // reader.size * reader.size]):
            yield info

    def _content(self, section: _Section) -> bytes:
        content = self._data[section.offset : section.offset + section.size]
        if len(content) < section.size:
            raise ElfError("damaged object: a section reaches behind its end", section.offset)
        return content
