"""Calls that the compiler noted: which function calls a wanted one, and the address behind the call.

DWARF 5 3.4 "Call Site Entries and Parameters", and GNU's form of it for DWARF 4. Optimising compilers write one entry
for a call, for the sake of debuggers; it names the function that is called by the entry of its declaration. So a file
tells who calls `pthread_create` without a look at its code, on any machine. It is no proof of absence: without
optimisation there are none, clang notes some of them only, and calls through pointers name nobody.

Units that do not mention a wanted name are not walked. Names are texts in `.debug_str` that linkers merge, also as the
end of longer ones; a unit that holds the offset of none of them, nor the text itself, cannot name it. With -flto the
name may be in another unit, and all are walked.
"""

from __future__ import annotations

from bisect import bisect_right

from glibcheck.elf.dwarf.entries import EntryTable, walk
from glibcheck.elf.dwarf.forms import FORM_REF_ADDR, FORM_STRP, TEXT_INDICES
from glibcheck.elf.dwarf.indirect import Indirect
from glibcheck.elf.dwarf.lookup import code_ranges
from glibcheck.elf.dwarf.reader import Cursor, byte_order, debug_part
from glibcheck.elf.dwarf.units import AT_LOW_PC, AT_NAME, Units
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.dwarf.entries import Entry
    from glibcheck.elf.dwarf.units import Unit, UnitHeader
    from glibcheck.elf.sections import SectionTable

_TAG_SUBPROGRAM, _TAG_CALL_SITE, _TAG_GNU_CALL_SITE = 0x2E, 0x48, 0x4109
_AT_ABSTRACT_ORIGIN, _AT_SPECIFICATION, _AT_LINKAGE_NAME, _AT_MIPS_LINKAGE_NAME = 0x31, 0x47, 0x6E, 0x2007
_AT_CALL_RETURN_PC, _AT_CALL_ORIGIN, _AT_CALL_PC = 0x7D, 0x7F, 0x81
_CALLS = frozenset({_TAG_CALL_SITE, _TAG_GNU_CALL_SITE})
_TAGS = _CALLS | {_TAG_SUBPROGRAM}
_REFERENCES = frozenset({_AT_ABSTRACT_ORIGIN, _AT_SPECIFICATION, _AT_CALL_ORIGIN})
_LOCAL = frozenset({0x11, 0x12, 0x13, 0x14, 0x15})  # references that count from the start of the unit
_MOST_HOPS = 8
_MOST_SITES = 1 << 18
_LONGEST_TABLE = 1 << 20  # bytes of abbreviations
_LONGEST_ENTRY = 1 << 16  # bytes
_MOST_NAMES = 1 << 12  # places of one name in .debug_str


class CallSite(Record):
    """A call of `symbol` in `function`; `return_address` is that behind it, None for a jump that stands for a call.

    `address` lies inside of the instruction that calls, which is what to look up the line of.
    """

    address: int
    return_address: int | None
    symbol: SymbolName
    function: SymbolName | None


class Calls:
    """The call sites of a linked file, or of the separate file with its debug information."""

    def __init__(self, sections: SectionTable) -> None:
        """Open the debug sections; raises ElfError when one cannot be inflated."""
        self._order = byte_order(sections)
        self._info, self._abbreviations = debug_part(sections, "info"), debug_part(sections, "abbrev")
        self._texts, self._offsets = debug_part(sections, "str"), debug_part(sections, "str_offsets")
        line_texts, addresses = debug_part(sections, "line_str"), debug_part(sections, "addr")
        self._indirect = Indirect(self._texts, line_texts, self._offsets, addresses, self._order)
        self._units = Units(self._info, self._abbreviations, self._order)
        self._code = code_ranges(sections)
        self._left = 2 * self._abbreviations.size + _LONGEST_TABLE  # bytes of abbreviations that are read at most
        self._tables: dict[int, tuple[Unit, EntryTable]] = {}
        self._names: dict[int, SymbolName | None] = {}
        self._headers: list[UnitHeader] = []
        self.problems: tuple[str, ...] = ()
        try:
            self._headers.extend(self._units.headers())
        except ElfError as error:
            self.problems = (error.message,)

    def of(self, wanted: frozenset[SymbolName]) -> tuple[CallSite, ...]:
        """Give the calls of the wanted symbols, by their address."""
        found: set[CallSite] = set()
        mention = self._mentions(wanted)
        for header in self._headers:
            if not header.has_code:
                continue
            try:
                for site in self._in_unit(header, mention):
                    if site.symbol in wanted and len(found) < _MOST_SITES:
                        found.add(site)
            except ElfError as error:
                self.problems = (*self.problems[:20], f"the unit at {header.offset:#x} of .debug_info: {error.message}")
        return (*sorted(found, key=lambda site: (site.address, site.symbol)),)

    def _mentions(self, wanted: frozenset[SymbolName]) -> tuple[bytes, ...]:
        """Give what stands in a unit that names a wanted symbol: its text, or an offset of it."""
        texts, needles = self._texts.read(0, self._texts.size), []
        for name in wanted:
            text = name.encode("utf-8", "surrogateescape") + b"\0"
            needles.append(text)
            place = texts.find(text)
            for _ in range(_MOST_NAMES):
                if place < 0:
                    break
                needles.append(place.to_bytes(8, self._order)[slice(0, 4) if self._order == "little" else slice(4, 8)])
                place = texts.find(text, place + 1)
        return (*needles,)

    def _in_unit(self, header: UnitHeader, mention: tuple[bytes, ...]) -> Iterator[CallSite]:
        unit, table = self._table(header)
        if not table.has(_CALLS):
            return
        data = self._info.read(header.offset, header.end)
        if not self._elsewhere(table) and not any(needle in data for needle in mention):
            return
        start = header.entry - header.offset
        for place, parents, tag in walk(data, start, table, _TAGS, self._order):
            if tag in _CALLS:
                _, entry = table.read(Cursor(data, place, self._order))
                function = header.offset + parents[-1] if parents else None
                yield from self._site(unit, entry, function)

    def _elsewhere(self, table: EntryTable) -> bool:
        """Say whether names may stand in another unit, or behind an index."""
        names = table.forms(frozenset({AT_NAME, _AT_LINKAGE_NAME, _AT_MIPS_LINKAGE_NAME}))
        return FORM_REF_ADDR in table.forms(_REFERENCES) or bool(names & TEXT_INDICES)

    def _site(self, unit: Unit, entry: Entry, function: int | None) -> Iterator[CallSite]:
        origin = self._reference(unit, entry, (_AT_CALL_ORIGIN, _AT_ABSTRACT_ORIGIN))
        after = self._address(unit, entry, (_AT_CALL_RETURN_PC, AT_LOW_PC))
        jump = self._address(unit, entry, (_AT_CALL_PC,))
        address = after - 1 if after else jump
        if origin is None or address is None or not any(start <= address < end for start, end in self._code):
            return
        symbol = self._name(origin)
        if symbol is not None:
            yield CallSite(address, after, symbol, None if function is None else self._name(function))

    def _address(self, unit: Unit, entry: Entry, names: tuple[int, ...]) -> int | None:
        for name in names:
            form, value = entry.get(name, (0, None))
            if isinstance(value, int):
                return self._indirect.address(unit, form, value)
        return None

    def _reference(self, unit: Unit, entry: Entry, names: tuple[int, ...]) -> int | None:
        """Give the offset in `.debug_info` that one of these attributes refers to."""
        for name in names:
            form, value = entry.get(name, (0, None))
            if isinstance(value, int) and (form in _LOCAL or form == FORM_REF_ADDR):
                return value + unit.header.offset if form in _LOCAL else value
        return None

    def _name(self, offset: int) -> SymbolName | None:
        """Give the name that the linker knows the function of an entry by; None when it has none."""
        if offset not in self._names:
            self._names[offset] = self._read_name(offset)
        return self._names[offset]

    def _read_name(self, offset: int) -> SymbolName | None:
        plain = None
        at: int | None = offset
        for _ in range(_MOST_HOPS):
            index = -1 if at is None else bisect_right(self._headers, at, key=lambda header: header.offset) - 1
            if at is None or index < 0 or at >= self._headers[index].end:
                break
            unit, table = self._table(self._headers[index])
            _, entry = table.read(Cursor(self._info.read(at, at + _LONGEST_ENTRY), 0, self._order))
            for name in (_AT_LINKAGE_NAME, _AT_MIPS_LINKAGE_NAME):
                if (text := self._text(unit, entry, name)) is not None:
                    return SymbolName(text)
            plain = plain or self._text(unit, entry, AT_NAME)
            at = self._reference(unit, entry, (_AT_ABSTRACT_ORIGIN, _AT_SPECIFICATION))
        return None if plain is None else SymbolName(plain)

    def _text(self, unit: Unit, entry: Entry, name: int) -> str | None:
        form, value = entry.get(name, (FORM_STRP, None))
        return self._indirect.text(form, value, unit)

    def _table(self, header: UnitHeader) -> tuple[Unit, EntryTable]:
        found = self._tables.get(header.offset)
        if found is None:
            place = header.abbreviations
            cursor = Cursor(self._abbreviations.read(place, place + _LONGEST_TABLE), 0, self._order)
            if self._left < 0:
                raise ElfError("tables of abbreviations are shared by too many units")
            try:
                found = self._units.read(header), EntryTable(cursor, header.layout)
            finally:
                self._left -= cursor.place
            self._tables[header.offset] = found
        return found
