"""The functions around an address: that which the code was compiled into, and those that were inlined there.

DWARF 5 3.3.8.2 "Concrete Instances". The line of an address is in the innermost function; each inlined one says the
place of its call, which is in the next one outwards. So a call that stands in a header can be told with the place that
brought it into the file.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.entries import walk
from glibcheck.elf.dwarf.functions import TAG_SUBPROGRAM, Functions
from glibcheck.elf.dwarf.indirect import Indirect
from glibcheck.elf.dwarf.linetables import LineTables
from glibcheck.elf.dwarf.ranges import RangeReader
from glibcheck.elf.dwarf.reader import Cursor, byte_order, debug_part
from glibcheck.elf.dwarf.units import AT_HIGH_PC, AT_RANGES, Unit
from glibcheck.errors import ElfError
from glibcheck.model.record import Record
from glibcheck.model.site import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.dwarf.entries import Entry
    from glibcheck.elf.dwarf.ranges import Range
    from glibcheck.elf.dwarf.units import UnitHeader
    from glibcheck.elf.sections import SectionTable
    from glibcheck.model.names import SymbolName

    Span = tuple[int, int, tuple[Range, ...]]  # place of an entry in its unit, its tag, and where its code is

_TAG_INLINED = 0x1D
_AT_CALL_FILE, _AT_CALL_LINE = 0x58, 0x59
_TAGS = frozenset({TAG_SUBPROGRAM, _TAG_INLINED})


class Frame(Record):
    """A function around an address; `call` is where it was inlined from, None for the one that was compiled."""

    function: SymbolName | None
    call: Source | None


class Inlined:
    """The functions of a linked file, or of the separate file with its debug information."""

    def __init__(self, sections: SectionTable) -> None:
        """Open the debug sections; raises ElfError when one cannot be inflated."""
        self._order = byte_order(sections)
        texts, line_texts = debug_part(sections, "str"), debug_part(sections, "line_str")
        offsets, addresses = debug_part(sections, "str_offsets"), debug_part(sections, "addr")
        indirect = Indirect(texts, line_texts, offsets, addresses, self._order)
        self._functions = Functions(sections)
        self._unit: UnitHeader | None = None
        self._data = b""
        self._found: list[Span] = []
        ranges, lists = debug_part(sections, "ranges"), debug_part(sections, "rnglists")
        self._ranges = RangeReader(ranges, lists, indirect, self._order)
        size = sections.elf_class // 8
        self._lines = LineTables(debug_part(sections, "line"), indirect, self._order, size, lambda _, address: address)

    def at(self, address: int) -> tuple[Frame, ...]:
        """Give the functions around an address, innermost first; empty when none is known, or what tells is damaged."""
        self._ranges.allow()
        self._functions.allow()
        for header in self._functions.headers:
            try:
                if header.has_code:
                    frames = self._in_unit(self._functions.unit(header), address)
                    if frames:
                        return frames
            except ElfError:
                continue
        return ()

    def _in_unit(self, unit: Unit, address: int) -> tuple[Frame, ...]:
        ranges = self._ranges.read(unit)
        if ranges is not None and not _holds(ranges, address):
            return ()
        frames: list[Frame] = []
        for place, tag, spans in self._spans(unit):
            if _holds(spans, address):
                _, entry = self._functions.table(unit.header).read(Cursor(self._data, place, self._order))
                name = self._functions.name(unit.header.offset + place)
                # A function that is compiled within another one, a nested or local one, starts anew.
                frames = [] if tag == TAG_SUBPROGRAM else frames
                frames.insert(0, Frame(name, self._call(unit, entry) if tag == _TAG_INLINED else None))
        return tuple(frames)

    def _spans(self, unit: Unit) -> list[Span]:
        """Give the entries of a unit that have code, in file order; those of the last unit are kept."""
        header = unit.header
        if self._unit != header:
            table = self._functions.table(header)
            self._unit, self._data, self._found = header, self._functions.content(header), []
            for place, _, tag in walk(self._data, header.entry - header.offset, table, _TAGS, self._order):
                _, entry = table.read(Cursor(self._data, place, self._order))
                if entry.keys() & {AT_HIGH_PC, AT_RANGES}:
                    # The bases of a list of ranges are attributes of the unit.
                    ranges = self._ranges.read(Unit(header, {**_bases(unit), **entry}))
                    self._found.append((place, tag, ranges or ()))
        return self._found

    def _call(self, unit: Unit, entry: Entry) -> Source | None:
        found = Unit(unit.header, entry)
        number, line = found.number(_AT_CALL_FILE), found.number(_AT_CALL_LINE)
        if number is None or not line or unit.line_table is None:
            return None
        path = self._lines.path(unit.line_table, number, unit)
        return None if path is None else Source(path, line)


def _holds(ranges: tuple[Range, ...], address: int) -> bool:
    return any(start <= address < end for start, end in ranges)


def _bases(unit: Unit) -> Entry:
    return {name: value for name, value in unit.attributes.items() if name not in (AT_HIGH_PC, AT_RANGES)}
