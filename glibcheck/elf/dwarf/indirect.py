"""Texts and addresses that a unit names by an offset or by an index into a table.

DWARF 5 7.5.5 "Classes and Forms", 7.26 "String Offsets Table", 7.27 "Address Table". Bases of the tables are attributes
of the unit; GNU's forms for split DWARF 4 have them, too, or start at 0.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.forms import ADDRESS_INDICES, FORM_ADDR, FORM_LINE_STRP, FORM_STRP, TEXT_INDICES
from glibcheck.elf.dwarf.units import AT_ADDR_BASE, AT_GNU_ADDR_BASE, AT_STR_OFFSETS_BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.dwarf.forms import Value
    from glibcheck.elf.dwarf.reader import ByteOrder, Part
    from glibcheck.elf.dwarf.units import Unit


class Indirect:
    """The sections that values point into."""

    def __init__(self, texts: Part, line_texts: Part, offsets: Part, addresses: Part, order: ByteOrder) -> None:
        """Take `.debug_str`, `.debug_line_str`, `.debug_str_offsets` and `.debug_addr`."""
        self._texts, self._line_texts, self._offsets, self._addresses = texts, line_texts, offsets, addresses
        self._order = order

    def text(self, form: int, value: Value | None, unit: Unit | None) -> str | None:
        """Give the text that a value is or names; None when it is in another file, or nowhere."""
        if isinstance(value, bytes):
            return value.decode("utf-8", "surrogateescape")
        if value is None:
            return None
        if form == FORM_STRP:
            return self._texts.text(value)
        if form == FORM_LINE_STRP:
            return self._line_texts.text(value)
        if form in TEXT_INDICES and unit is not None:
            size = unit.header.layout.offset_size
            offset = self._item(self._offsets, (unit.number(AT_STR_OFFSETS_BASE) or 0) + value * size, size)
            return None if offset is None else self._texts.text(offset)
        return None

    def attribute(self, unit: Unit, name: int) -> str | None:
        """Give an attribute of a unit that is a text."""
        form, value = unit.attributes.get(name, (0, None))
        return self.text(form, value, unit)

    def address(self, unit: Unit, form: int, value: int) -> int | None:
        """Give the address that a value is or names; None when it is none, or is not in the table."""
        if form == FORM_ADDR:
            return value
        return self.address_at(unit, value) if form in ADDRESS_INDICES else None

    def address_at(self, unit: Unit, index: int) -> int | None:
        """Give an address by its index; None when it is not in the table."""
        base = unit.number(AT_ADDR_BASE) or unit.number(AT_GNU_ADDR_BASE) or 0
        size = unit.header.layout.address_size
        return self._item(self._addresses, base + index * size, size)

    def _item(self, table: Part, offset: int, size: int) -> int | None:
        data = table.read(offset, offset + size)
        return int.from_bytes(data, self._order) if size and len(data) == size else None
