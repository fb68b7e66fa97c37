"""Which addresses a unit covers: by `.debug_aranges`, or by the ranges of its first entry.

DWARF 5 6.1.2 "Lookup by Address", 2.17 "Code Addresses, Ranges and Base Addresses", 7.25 "Range List Table"; DWARF 4
2.17.3 for `.debug_ranges`. All of it only says where to look first: a unit whose ranges are not known, or damaged, may
have anything.
"""

from __future__ import annotations

import struct

from glibcheck.elf.dwarf.forms import ADDRESS_INDICES, FORM_ADDR, FORM_RNGLISTX, Layout
from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.elf.dwarf.units import AT_HIGH_PC, AT_LOW_PC, AT_RANGES, AT_RNGLISTS_BASE
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.dwarf.indirect import Indirect
    from glibcheck.elf.dwarf.reader import ByteOrder, Part
    from glibcheck.elf.dwarf.units import Unit

    Range = tuple[int, int]  # the first address, and that behind the last

# Bytes of a list. How long one is nobody says, so a small piece is tried first; most have a few ranges.
_PIECES = (1 << 6, 1 << 12, 1 << 20)
(
    _END, _BASE_INDEX, _START_END_INDEX, _START_LENGTH_INDEX, _OFFSET_PAIR, _BASE, _START_END, _START_LENGTH,
) = range(8)  # fmt: skip


class Arange(Record):
    """A row of `.debug_aranges`: addresses from `start` to before `end` belong to the unit at `unit` of .debug_info."""

    start: int
    end: int
    unit: int


def read_aranges(part: Part, order: ByteOrder) -> Iterator[Arange]:
    """Give the rows of `.debug_aranges` in file order; raises ElfError at the first set that is damaged."""
    offset = 0
    while offset < part.size:
        cursor = Cursor(part.read(offset, offset + 12), 0, order)
        size, _ = cursor.initial_length()
        end = offset + cursor.place + size
        data = part.read(offset, end)
        if len(data) < end - offset:
            raise ElfError("it is cut off")
        yield from _read_set(data, order)
        offset = end


def _read_set(data: bytes, order: ByteOrder) -> Iterator[Arange]:
    cursor = Cursor(data, 0, order)
    _, wide = cursor.initial_length()
    version = cursor.number(2)
    unit = cursor.number(8 if wide else 4)
    size, segment = cursor.number(1), cursor.number(1)
    if version != 2 or size not in (4, 8) or segment:
        raise ElfError(f"a set of it has version {version}, addresses of {size} bytes and segments of {segment}")
    first = -(-cursor.place // (2 * size)) * 2 * size  # rows are aligned to their size, from the start of the set
    width = "Q" if size == 8 else "I"
    whole = (len(data) - first) // (2 * size) * 2 * size
    rows = data[first : first + whole]
    for start, length in struct.iter_unpack(f"{'<' if order == 'little' else '>'}2{width}", rows):
        if length:
            yield Arange(start, start + length, unit)


class RangeReader:
    """Reads what units cover, from `.debug_ranges` and `.debug_rnglists`."""

    def __init__(self, ranges: Part, lists: Part, indirect: Indirect, order: ByteOrder) -> None:
        """Take both sections; they may be empty."""
        self._ranges, self._lists, self._indirect, self._order = ranges, lists, indirect, order
        self._left = 0
        self.allow()

    def read(self, unit: Unit) -> tuple[Range, ...] | None:
        """Give the ranges of a unit, in their order; None when they are not known, or damaged."""
        if not unit.attributes.keys() & {AT_RANGES, AT_HIGH_PC}:
            return None
        for size in _PIECES:
            self._left -= size if AT_RANGES in unit.attributes else 0
            try:
                return tuple(self._of(unit, size)) if self._left >= 0 else None
            except ElfError:
                continue
        return None

    def allow(self) -> None:
        """Start counting anew what is read; many entries of a hostile file show the same long list."""
        self._left = 16 * (self._ranges.size + self._lists.size) + (1 << 24)

    def _of(self, unit: Unit, size: int) -> Iterator[Range]:
        form, low = unit.attributes.get(AT_LOW_PC, (FORM_ADDR, 0))
        base = self._indirect.address(unit, form, low) if isinstance(low, int) else None
        if base is None:
            raise ElfError("the low address is not known")
        if AT_RANGES not in unit.attributes:
            form, high = unit.attributes[AT_HIGH_PC]
            if not isinstance(high, int):
                raise ElfError("the high address is none")
            end = self._indirect.address(unit, form, high) if form == FORM_ADDR or form in ADDRESS_INDICES else None
            yield base, base + high if end is None else end
        elif unit.header.layout.version >= 5:
            yield from self._listed(unit, base, size)
        else:
            yield from self._paired(unit, base, size)

    def _paired(self, unit: Unit, base: int, piece: int) -> Iterator[Range]:
        """Read a list of `.debug_ranges`: pairs of offsets from the base, (-1, base) for another one, (0, 0) ends."""
        offset, size = unit.number(AT_RANGES) or 0, unit.header.layout.address_size
        cursor = Cursor(self._ranges.read(offset, offset + piece), 0, self._order)
        highest = (1 << (8 * size)) - 1
        while True:
            start, end = cursor.number(size), cursor.number(size)
            if start == highest:
                base = end
            elif start == end == 0:
                return
            else:
                yield base + start, base + end

    def _listed(self, unit: Unit, base: int, piece: int) -> Iterator[Range]:
        """Read a list of `.debug_rnglists`."""
        offset = self._list_offset(unit)
        layout = unit.header.layout
        cursor = Cursor(self._lists.read(offset, offset + piece), 0, self._order)
        while True:
            kind = cursor.number(1)
            if kind == _END:
                return
            if kind == _OFFSET_PAIR:
                yield base + cursor.uleb(), base + cursor.uleb()
            elif kind in (_BASE_INDEX, _BASE):
                base = self._first(unit, cursor, kind == _BASE_INDEX, layout)
            elif kind in (_START_LENGTH_INDEX, _START_LENGTH):
                start = self._first(unit, cursor, kind == _START_LENGTH_INDEX, layout)
                yield start, start + cursor.uleb()
            elif kind in (_START_END_INDEX, _START_END):
                indexed = kind == _START_END_INDEX
                yield self._first(unit, cursor, indexed, layout), self._first(unit, cursor, indexed, layout)
            else:
                raise ElfError(f"kind {kind} of a range is not known")

    def _first(self, unit: Unit, cursor: Cursor, indexed: bool, layout: Layout) -> int:
        if not indexed:
            return cursor.number(layout.address_size)
        address = self._indirect.address_at(unit, cursor.uleb())
        if address is None:
            raise ElfError("an address is not in its table")
        return address

    def _list_offset(self, unit: Unit) -> int:
        form, value = unit.attributes[AT_RANGES]
        if not isinstance(value, int):
            raise ElfError("the ranges have no place")
        if form != FORM_RNGLISTX:
            return value
        base, size = unit.number(AT_RNGLISTS_BASE), unit.header.layout.offset_size
        if base is None:
            raise ElfError("the ranges have no base")
        data = self._lists.read(base + value * size, base + (value + 1) * size)
        if len(data) < size:
            raise ElfError("the ranges lie outside")
        return base + int.from_bytes(data, self._order)
