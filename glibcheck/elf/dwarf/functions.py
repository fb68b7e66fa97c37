"""The functions of `.debug_info`: their names, wherever an entry refers to them.

DWARF 5 3.3 "Subroutine and Entry Point Entries". The entry of a function may have no name itself, but an abstract
origin
or a specification that has it, also in another unit (-flto). The linker's name, DW_AT_linkage_name, goes before the
one in the source.
"""

from __future__ import annotations

from bisect import bisect_right

from glibcheck.elf.dwarf.entries import EntryTable
from glibcheck.elf.dwarf.forms import FORM_REF_ADDR, FORM_STRP
from glibcheck.elf.dwarf.indirect import Indirect
from glibcheck.elf.dwarf.reader import Cursor, byte_order, debug_part
from glibcheck.elf.dwarf.units import AT_NAME, Units
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.dwarf.entries import Entry
    from glibcheck.elf.dwarf.units import Unit, UnitHeader
    from glibcheck.elf.sections import SectionTable

TAG_SUBPROGRAM = 0x2E
AT_ABSTRACT_ORIGIN, AT_SPECIFICATION, AT_LINKAGE_NAME, AT_MIPS_LINKAGE_NAME = 0x31, 0x47, 0x6E, 0x2007
_LOCAL = frozenset({0x11, 0x12, 0x13, 0x14, 0x15})  # references that count from the start of the unit
_MOST_HOPS = 8
_LONGEST_TABLE = 1 << 20  # bytes of abbreviations
_LONGEST_ENTRY = 1 << 16  # bytes
_ATTRIBUTE = 4  # bytes that are read in the time that an attribute takes
_MOST_TABLES = 32  # kept at a time; a table is a few hundred objects


class Functions:
    """The units of a file, each with its abbreviations, and the names of the functions in them.

    `headers` are those that can be found, in file order; `problems` says why there are not more.
    """

    def __init__(self, sections: SectionTable) -> None:
        """Open the debug sections; raises ElfError when one cannot be inflated."""
        self._order = byte_order(sections)
        self._info, self._abbreviations = debug_part(sections, "info"), debug_part(sections, "abbrev")
        texts, line_texts = debug_part(sections, "str"), debug_part(sections, "line_str")
        offsets, addresses = debug_part(sections, "str_offsets"), debug_part(sections, "addr")
        self._indirect = Indirect(texts, line_texts, offsets, addresses, self._order)
        self._units = Units(self._info, self._abbreviations, self._order)
        self._tables: dict[int, EntryTable] = {}
        self._names: dict[int, SymbolName | None] = {}
        self.headers: list[UnitHeader] = []
        self.allow()
        self.problems: tuple[str, ...] = ()
        try:
            self.headers.extend(self._units.headers())
        except ElfError as error:
            self.problems = (error.message,)

    def address(self, unit: Unit, entry: Entry, names: tuple[int, ...]) -> int | None:
        """Give the address that the first of these attributes is; None when there is none."""
        for name in names:
            form, value = entry.get(name, (0, None))
            if isinstance(value, int):
                return self._indirect.address(unit, form, value)
        return None

    def reference(self, unit: Unit, entry: Entry, names: tuple[int, ...]) -> int | None:
        """Give the offset in `.debug_info` that one of these attributes refers to."""
        for name in names:
            form, value = entry.get(name, (0, None))
            if isinstance(value, int) and (form in _LOCAL or form == FORM_REF_ADDR):
                return value + unit.header.offset if form in _LOCAL else value
        return None

    def name(self, offset: int) -> SymbolName | None:
        """Give the name that the linker knows the function of an entry by; None when it has none."""
        if offset not in self._names:
            self._names[offset] = self._read_name(offset)
        return self._names[offset]

    def _read_name(self, offset: int) -> SymbolName | None:
        plain = None
        at: int | None = offset
        for _ in range(_MOST_HOPS):
            index = -1 if at is None else bisect_right(self.headers, at, key=lambda header: header.offset) - 1
            if at is None or index < 0 or at >= self.headers[index].end:
                break
            unit = self.unit(self.headers[index])
            cursor = Cursor(self._info.read(at, at + _LONGEST_ENTRY), 0, self._order)
            _, entry = self.table(self.headers[index]).read(cursor)
            self._left_of_entries -= cursor.place + _ATTRIBUTE * (len(entry) + len(unit.attributes))
            if self._left_of_entries < 0:
                raise ElfError("the entries of functions are too long, or overlap")
            for name in (AT_LINKAGE_NAME, AT_MIPS_LINKAGE_NAME):
                if (text := self._text(unit, entry, name)) is not None:
                    return SymbolName(text)
            plain = plain or self._text(unit, entry, AT_NAME)
            at = self.reference(unit, entry, (AT_ABSTRACT_ORIGIN, AT_SPECIFICATION))
        return None if plain is None else SymbolName(plain)

    def _text(self, unit: Unit, entry: Entry, name: int) -> str | None:
        form, value = entry.get(name, (FORM_STRP, None))
        return self._indirect.text(form, value, unit)

    def allow(self) -> None:
        """Start counting anew how much of the abbreviations is read; units of a hostile file share one long table."""
        self._left = 8 * self._abbreviations.size + _LONGEST_TABLE
        self._left_of_entries = 16 * self._info.size + _LONGEST_TABLE

    def unit(self, header: UnitHeader) -> Unit:
        """Read the first entry of a unit; raises ElfError when it is damaged."""
        return self._units.read(header)

    def content(self, header: UnitHeader) -> bytes:
        """Give all bytes of a unit."""
        return self._info.read(header.offset, header.end)

    def table(self, header: UnitHeader) -> EntryTable:
        """Read the abbreviations of a unit; raises ElfError when they are damaged."""
        found = self._tables.get(header.offset)
        if found is None:
            if self._left < 0:
                raise ElfError("tables of abbreviations are shared by too many units")
            if len(self._tables) >= _MOST_TABLES:
                self._tables.clear()
            place = header.abbreviations
            cursor = Cursor(self._abbreviations.read(place, place + _LONGEST_TABLE), 0, self._order)
            try:
                found = self._tables[header.offset] = EntryTable(cursor, header.layout)
            finally:
                self._left -= cursor.place
        return found
