"""A debug section of a relocatable object, read as a linker would write it: with its relocations applied.

gABI chapter 4, "Relocation", and the supplements of the processors. In an object all addresses and all offsets between
debug sections are left to relocations; on most machines (RELA) the section itself holds zeros there. Only what is
read is relocated. Every section is thought to start at 0, so an address is an offset in its section; which section
that is, `section_of` says by the place of the address.
"""

from __future__ import annotations

import struct
from bisect import bisect_left

from glibcheck.elf.dwarf.reader import Part, byte_order
from glibcheck.elf.sections import SHN_LORESERVE, SHN_XINDEX, SHT_REL, SHT_RELA, SHT_SYMTAB
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.sections import Section, SectionTable

# How many bytes each type of relocation writes: the sum of symbol and addend.
_SIZES = {
    "x86_64": {1: 8, 10: 4, 11: 4},  # R_X86_64_64, 32, 32S
    "i686": {1: 4},  # R_386_32
    "aarch64": {257: 8, 258: 4},  # R_AARCH64_ABS64, ABS32
    "armv7l": {2: 4},  # R_ARM_ABS32
    "s390x": {22: 8, 4: 4},  # R_390_64, 32
    "ppc64le": {38: 8, 1: 4},  # R_PPC64_ADDR64, ADDR32
}
_SHT_SYMTAB_SHNDX = 18


def can_relocate(machine: str) -> bool:
    """Say whether the relocations of a machine are known; RISC-V's change the program itself, and are not."""
    return machine in _SIZES


class Symbols:
    """The symbol table of an object, of which relocations want value and section by number."""

    def __init__(self, table: SectionTable) -> None:
        """Read the table; raises ElfError when it is cut off."""
        self._layout = struct.Struct(f"{table.order}{'4x2xHQ8x' if table.elf_class == 64 else '4xI4x2xH'}")
        self._wide, self._order = table.elf_class == 64, table.order
        found = next((section for section in table.sections if section.type == SHT_SYMTAB), None)
        more = next((section for section in table.sections if section.type == _SHT_SYMTAB_SHNDX), None)
        self._rows = b"" if found is None else table.content(found)
        self._more = b"" if more is None else table.content(more)

    def row(self, number: int) -> tuple[int, int] | None:
        """Give st_value and the number of the section that a symbol is in, 0 for none; None when there is none."""
        place = number * self._layout.size
        if place + self._layout.size > len(self._rows):
            return None
        first, second = self._layout.unpack_from(self._rows, place)
        section, value = (first, second) if self._wide else (second, first)
        if section == SHN_XINDEX and len(self._more) >= 4 * number + 4:
            (section,) = struct.unpack_from(f"{self._order}I", self._more, 4 * number)
        elif section >= SHN_LORESERVE:
            section = 0
        return value, section


class RelocatedPart(Part):
    """A debug section whose pieces are relocated when they are read."""

    def __init__(self, table: SectionTable, section: Section, symbols: Symbols) -> None:
        """Take a section; raises ElfError when it cannot be inflated, or its relocations are cut off."""
        content = table.content(section)
        super().__init__(content)
        self._order = byte_order(table)
        self._sizes = _SIZES.get(table.machine, {})
        self._symbols = symbols
        self._rows = [row for found in table.relocations_of(section.number) for row in _rows(table, found)]
        # They are written in order, and then sorting takes no time.
        self._rows.sort()
        self._offsets = [row[0] for row in self._rows]

    def read(self, start: int, end: int) -> bytes:
        """Give the bytes between two offsets, relocated."""
        data = super().read(start, end)
        first, last = bisect_left(self._offsets, start), bisect_left(self._offsets, start + len(data))
        if first == last:
            return data
        changed = bytearray(data)
        for offset, kind, number, addend in self._rows[first:last]:
            size, symbol = self._sizes.get(kind, 0), self._symbols.row(number)
            place = offset - start
            if size and symbol is not None and place + size <= len(changed):
                if addend is None:
                    addend = int.from_bytes(changed[place : place + size], self._order)  # noqa: PLW2901
                value = (symbol[0] + addend) % (1 << (8 * size))
                changed[place : place + size] = value.to_bytes(size, self._order)
        return bytes(changed)

    def section_of(self, offset: int) -> int | None:
        """Give the number of the section that the address at an offset is in; None when no relocation says."""
        index = bisect_left(self._offsets, offset)
        if index == len(self._offsets) or self._offsets[index] != offset:
            return None
        symbol = self._symbols.row(self._rows[index][2])
        return None if symbol is None or symbol[1] == 0 else symbol[1]


if TYPE_CHECKING:
    _Row = tuple[int, int, int, int | None]  # offset, type, symbol, addend; None when it stands in the section


def _rows(table: SectionTable, section: Section) -> list[_Row]:
    """Read a table of relocations; a section of another type has none."""
    wide, order = table.elf_class == 64, table.order
    if section.type not in (SHT_RELA, SHT_REL):
        return []
    with_addend = section.type == SHT_RELA
    width = ("QQq" if wide else "IIi")[: 3 if with_addend else 2]
    layout = struct.Struct(f"{order}{width}")
    content = table.content(section)
    if section.entry_size not in (0, layout.size):
        raise ElfError(f"{section.label} has entries of {section.entry_size} bytes", section.offset)
    shift, mask = (32, 0xFFFFFFFF) if wide else (8, 0xFF)
    rows = layout.iter_unpack(content[: len(content) // layout.size * layout.size])
    if with_addend:
        return [(offset, info & mask, info >> shift, addend) for offset, info, addend in rows]
    return [(offset, info & mask, info >> shift, None) for offset, info in rows]
