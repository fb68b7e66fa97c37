"""How the value of an attribute is stored: the forms of DWARF 2 to 5 and GNU's own.

DWARF 5 7.5.6 "Form Encodings". A value is read as a number or as bytes; what it means depends on its form, and the
texts among them are looked up in the section that the form names. Forms that point into another file
(`.gnu_debugaltlink`, supplementary files) are read and not followed.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    Value = int | bytes

FORM_ADDR, FORM_BLOCK2, FORM_BLOCK4, FORM_STRING, FORM_BLOCK, FORM_BLOCK1 = 0x01, 0x03, 0x04, 0x08, 0x09, 0x0A
FORM_SDATA, FORM_STRP, FORM_UDATA, FORM_REF_ADDR, FORM_REF_UDATA, FORM_INDIRECT = 0x0D, 0x0E, 0x0F, 0x10, 0x15, 0x16
FORM_DATA1, FORM_DATA2, FORM_DATA4, FORM_DATA8, FORM_DATA16 = 0x0B, 0x05, 0x06, 0x07, 0x1E
FORM_SEC_OFFSET, FORM_EXPRLOC, FORM_FLAG_PRESENT, FORM_STRX, FORM_ADDRX = 0x17, 0x18, 0x19, 0x1A, 0x1B
FORM_LINE_STRP, FORM_IMPLICIT_CONST, FORM_RNGLISTX, FORM_STRX1, FORM_ADDRX1 = 0x1F, 0x21, 0x23, 0x25, 0x29
FORM_GNU_ADDR_INDEX, FORM_GNU_STR_INDEX = 0x1F01, 0x1F02

# Bytes; those of an address or an offset depend on the unit.
FIXED = {
    FORM_DATA2: 2, FORM_DATA4: 4, FORM_DATA8: 8, FORM_DATA1: 1, 0x0C: 1, 0x11: 1, 0x12: 2, 0x13: 4, 0x14: 8,
    FORM_FLAG_PRESENT: 0, 0x1C: 4, FORM_DATA16: 16, 0x20: 8, FORM_IMPLICIT_CONST: 0, 0x24: 8,
    FORM_STRX1: 1, 0x26: 2, 0x27: 3, 0x28: 4, FORM_ADDRX1: 1, 0x2A: 2, 0x2B: 3, 0x2C: 4,
}  # fmt: skip
OFFSETS = frozenset({FORM_STRP, FORM_SEC_OFFSET, 0x1D, FORM_LINE_STRP, 0x1F20, 0x1F21})
NUMBERS = frozenset({
    FORM_UDATA, FORM_REF_UDATA, FORM_STRX, FORM_ADDRX, 0x22, FORM_RNGLISTX, FORM_GNU_ADDR_INDEX, FORM_GNU_STR_INDEX,
})  # fmt: skip
BLOCKS = {
    FORM_BLOCK1: 1,
    FORM_BLOCK2: 2,
    FORM_BLOCK4: 4,
    FORM_BLOCK: 0,
    FORM_EXPRLOC: 0,
}  # bytes of the size; 0: LEB128
ADDRESS_INDICES = frozenset({FORM_ADDRX, FORM_ADDRX1, 0x2A, 0x2B, 0x2C, FORM_GNU_ADDR_INDEX})
TEXT_INDICES = frozenset({FORM_STRX, FORM_STRX1, 0x26, 0x27, 0x28, FORM_GNU_STR_INDEX})


class Layout(Record):
    """What the forms of a unit depend on: `address_size` in bytes, and `offset_size`, 8 in 64-bit DWARF and else 4."""

    version: int
    address_size: int
    offset_size: int


def fixed_size(form: int, layout: Layout) -> int | None:
    """Give the number of bytes that a form always takes; None when its value says how many."""
    if form in OFFSETS:
        return layout.offset_size
    if form == FORM_ADDR:
        return layout.address_size
    if form == FORM_REF_ADDR:  # DWARF 2 had it as wide as an address
        return layout.address_size if layout.version == 2 else layout.offset_size
    return FIXED.get(form)


def read_value(cursor: Cursor, form: int, layout: Layout) -> tuple[int, Value]:
    """Read a value; gives its form, which may stand before it, and the value; raises ElfError when it is not known."""
    if form == FORM_INDIRECT:
        form = cursor.uleb()
        if form in (FORM_INDIRECT, FORM_IMPLICIT_CONST):
            raise ElfError(f"a value has no form ({form:#x})")
    size = fixed_size(form, layout)
    if size is not None:
        return form, cursor.number(size) if size != 16 else cursor.take(size)
    if form in NUMBERS:
        return form, cursor.uleb()
    if form == FORM_SDATA:
        return form, cursor.sleb()
    if form == FORM_STRING:
        return form, cursor.text()
    if form in BLOCKS:
        return form, cursor.take(cursor.number(BLOCKS[form]) if BLOCKS[form] else cursor.uleb())
    raise ElfError(f"form {form:#x} is not known")
