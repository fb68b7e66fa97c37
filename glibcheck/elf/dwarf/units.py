"""The units of `.debug_info`, each by its header and its first entry: what was compiled, where, and its line table.

DWARF 5 7.5.1 "Unit Headers" and 3.1.1 "Full and Partial Compilation Unit Entries". Split units (3.1.2) leave a skeleton
in the linked file, which still names the line table. Type units have no code and are passed over.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.abbreviations import Abbreviation, find_abbreviation
from glibcheck.elf.dwarf.forms import Layout, read_value
from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.dwarf.forms import Value
    from glibcheck.elf.dwarf.reader import ByteOrder, Part

AT_NAME, AT_STMT_LIST, AT_LOW_PC, AT_HIGH_PC, AT_COMP_DIR, AT_RANGES = 0x03, 0x10, 0x11, 0x12, 0x1B, 0x55
AT_STR_OFFSETS_BASE, AT_ADDR_BASE, AT_RNGLISTS_BASE, AT_GNU_ADDR_BASE = 0x72, 0x73, 0x74, 0x2133
_UT_COMPILE, _UT_TYPE, _UT_PARTIAL, _UT_SKELETON, _UT_SPLIT_COMPILE, _UT_SPLIT_TYPE = range(1, 7)
_MORE_IN_HEADER = {_UT_TYPE: 12, _UT_SPLIT_TYPE: 12, _UT_SKELETON: 8, _UT_SPLIT_COMPILE: 8}  # bytes
_WITH_CODE = (_UT_COMPILE, _UT_PARTIAL, _UT_SKELETON)
_LONGEST_HEADER = 40  # bytes
_ENTRY, _LONGEST_ENTRY = 1 << 9, 1 << 17  # bytes; a name in the entry itself may be long
_TABLE, _LONGEST_TABLE = 1 << 12, 1 << 22


class UnitHeader(Record):
    """A unit: offsets in `.debug_info` where it starts, where its first entry stands, and where it ends."""

    offset: int
    entry: int
    end: int
    layout: Layout
    abbreviations: int  # offset in .debug_abbrev
    has_code: bool


class Unit(Record):
    """A unit with the attributes of its first entry, as (form, value) by DW_AT_."""

    header: UnitHeader
    attributes: dict[int, tuple[int, Value]]

    def number(self, name: int) -> int | None:
        """Give an attribute that is a number; None when the entry has no such one."""
        _, value = self.attributes.get(name, (0, None))
        return value if isinstance(value, int) else None

    @property
    def line_table(self) -> int | None:
        """The offset of its program in `.debug_line`; None when it has none."""
        return self.number(AT_STMT_LIST)


class Units:
    """The units of a `.debug_info`; `size` of it may be 0."""

    def __init__(self, info: Part, abbreviations: Part, order: ByteOrder, left: int | None = None) -> None:
        """Take both sections; nothing is read yet. `left` bounds the bytes of abbreviations that are searched."""
        self._info, self._abbreviations, self._order = info, abbreviations, order
        self._known: dict[tuple[int, int], Abbreviation] = {}
        # Units have their own tables, or share one. A hostile file makes thousands of units search one long table.
        self.left = 2 * abbreviations.size + _LONGEST_TABLE if left is None else left

    def headers(self) -> Iterator[UnitHeader]:
        """Give the headers in file order; raises ElfError at the first damaged one, for what follows is not found."""
        offset = 0
        while offset < self._info.size:
            header = self.header(offset)
            yield header
            offset = header.end

    def header(self, offset: int) -> UnitHeader:
        """Read the header at an offset; raises ElfError when it is damaged or of a version not known."""
        cursor = Cursor(self._info.read(offset, offset + _LONGEST_HEADER), 0, self._order)
        try:
            size, wide = cursor.initial_length()
            end = offset + cursor.place + size
            version = cursor.number(2)
            kind = _UT_COMPILE
            if version >= 5:
                kind, address_size = cursor.number(1), cursor.number(1)
                abbreviations = cursor.number(8 if wide else 4)
                cursor.take(_MORE_IN_HEADER.get(kind, 0))
            else:
                abbreviations, address_size = cursor.number(8 if wide else 4), cursor.number(1)
        except ElfError as error:
            raise _unreadable(offset, error.message) from error
        if not 2 <= version <= 5:
            raise _unreadable(offset, f"its version {version} is not known")
        layout = Layout(version, address_size, 8 if wide else 4)
        return UnitHeader(offset, offset + cursor.place, end, layout, abbreviations, kind in _WITH_CODE)

    def read(self, header: UnitHeader) -> Unit:
        """Read the first entry of a unit; raises ElfError when it is damaged.

        How long it is nobody says, so a small piece is tried first, and then a large one.
        """
        try:
            return Unit(header, self._first_entry(header, _ENTRY, _TABLE))
        except ElfError:
            pass
        try:
            return Unit(header, self._first_entry(header, _LONGEST_ENTRY, _LONGEST_TABLE))
        except ElfError as error:
            raise _unreadable(header.offset, error.message) from error

    def _first_entry(self, header: UnitHeader, longest: int, table: int) -> dict[int, tuple[int, Value]]:
        cursor = Cursor(self._info.read(header.entry, min(header.entry + longest, header.end)), 0, self._order)
        code = cursor.uleb()
        found: dict[int, tuple[int, Value]] = {}
        if code:
            for name, form, constant in self._abbreviation(header.abbreviations, code, table).attributes:
                value = (form, constant) if constant is not None else read_value(cursor, form, header.layout)
                found[name] = value
        return found

    def _abbreviation(self, offset: int, code: int, longest: int) -> Abbreviation:
        if (offset, code) not in self._known:
            if self.left < 0:
                raise ElfError("tables of abbreviations are shared by too many units")
            cursor = Cursor(self._abbreviations.read(offset, offset + longest), 0, self._order)
            try:
                self._known[offset, code] = find_abbreviation(cursor, code)
            finally:
                self.left -= cursor.place
        return self._known[offset, code]


def _unreadable(offset: int, why: str) -> ElfError:
    return ElfError(f"the unit at {offset:#x} of .debug_info cannot be read: {why}")
