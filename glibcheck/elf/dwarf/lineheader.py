"""The header of a line number program: how its opcodes count, and where its tables and the program are.

DWARF 5 6.2.4 "The Line Number Program Header". Versions differ in a field or two; which one it is stands in front.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.forms import Layout
from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.dwarf.reader import ByteOrder

VERSIONS = (2, 3, 4, 5)


class LineHeader(Record):
    """A header; `tables`, `program` and `end` are offsets in the piece that it was read from."""

    layout: Layout
    min_instruction: int  # bytes
    max_operations: int  # of an instruction, 1 unless it is VLIW
    line_base: int
    line_range: int
    lengths: bytes  # operands of the standard opcodes, from opcode 1
    tables: int
    program: int
    end: int

    @property
    def opcode_base(self) -> int:
        """The first special opcode."""
        return len(self.lengths) + 1


def read_line_header(data: bytes, order: ByteOrder, address_size: int) -> LineHeader:
    """Read the header at the start of a piece; raises ElfError when it is damaged or of a version not known.

    `end` may lie behind the piece, when the program is cut off. Before DWARF 5 the header does not tell the size of an
    address.
    """
    cursor = Cursor(data, 0, order)
    size, wide = cursor.initial_length()
    end = cursor.place + size
    version = cursor.number(2)
    if version not in VERSIONS:
        raise ElfError(f"its version {version} is not known")
    if version >= 5:
        address_size = cursor.number(2) & 0xFF if order == "little" else cursor.number(2) >> 8
    program = cursor.number(8 if wide else 4) + cursor.place
    minimum, maximum = cursor.number(1), cursor.number(1) if version >= 4 else 1
    _, line_base, line_range, base = cursor.take(4)
    lengths = cursor.take(max(base - 1, 0))
    if line_range == 0:
        raise ElfError("its line_range is 0")
    if not cursor.place <= program <= end:
        raise ElfError("its program does not start inside of it")
    signed = line_base - 256 if line_base > 127 else line_base
    layout = Layout(version, address_size, 8 if wide else 4)
    return LineHeader(layout, minimum, max(maximum, 1), signed, line_range, lengths, cursor.place, program, end)
