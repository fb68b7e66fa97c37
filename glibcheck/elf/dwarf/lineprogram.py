"""The line number program: a small machine whose rows say which line of source each address comes from.

DWARF 5 6.2 "Line Number Information". A program is run once for all wanted addresses, and a wanted address is settled
when a row passes it: it belongs to the row before, which is the last of those with the greatest address that is not
above it. That is how addr2line sees it.

The loop is hot: libpython has 1.4 million opcodes. So registers are local variables, opcodes come from an iterator
over the bytes, what nobody asked for (columns, statements) is passed over, and nothing is kept of a row but its file
and line.

Three traps. A linker that discards a section leaves its sequence behind, at address 0, 1 or the last ones (-1, -2);
a long one reaches into real code. So a sequence counts only when it starts inside of code. In an object file all
sections start at 0, and only the relocation of DW_LNE_set_address tells them apart, so where the number that is
written there means what is asked of `place`. And with several operations in an instruction (VLIW) an address advances
by less than one instruction; there the loop counts operations, and so are the wanted addresses.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from operator import length_hint

from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from glibcheck.elf.dwarf.lineheader import LineHeader
    from glibcheck.elf.dwarf.reader import ByteOrder

    Row = tuple[int, int]  # file and line

_COPY, _ADVANCE_PC, _ADVANCE_LINE, _SET_FILE, _SET_COLUMN, _NEGATE, _BLOCK, _CONST_ADD_PC, _FIXED_ADVANCE_PC = (
    *range(1, 10),
)
_PROLOGUE_END, _EPILOGUE_BEGIN = 10, 11
_END_SEQUENCE, _SET_ADDRESS, _DEFINE_FILE = 1, 2, 3
_NEVER = 1 << 100  # above all addresses
_NO_ROW = -1  # the line of a row that there is not
_LONGEST_NUMBER = 70  # bits of a LEB128 number: ten bytes, as a 64-bit number takes at most
_LONGEST_OPERANDS = 1 << 16  # bytes; those of DW_LNE_define_file have the name of a file
_MOST_TABLES = 64
_tables: dict[tuple[int, int, int, int], tuple[list[int], list[int]]] = {}


class Program(Record):
    """A program to run. `data` are its bytes, and `start` is where they stand in `.debug_line`.

    `place` is given the offset of an address in `.debug_line`, and the address; it answers with the address to count
    from, or None when there is no code. `define` is given the operands of each DW_LNE_define_file.
    """

    header: LineHeader
    data: bytes
    start: int
    order: ByteOrder
    place: Callable[[int, int], int | None]
    define: Callable[[bytes, ByteOrder], None]


def run(program: Program, wanted: Sequence[int], found: dict[int, Row]) -> None:
    """Settle the wanted addresses, which are sorted, in `found`; the first sequence that has one keeps it.

    A line of 0 says that the compiler knew of none. Raises ElfError when the program is damaged; what was settled
    before stays.
    """
    operations = program.header.max_operations
    if operations == 1:
        _run_to_the_last(program, wanted, found)
        return
    # The last operation of an instruction is the greatest place that is not above its address.
    step = program.header.min_instruction or 1
    counted: dict[int, list[int]] = {}
    for address in wanted:
        counted.setdefault(address // step * operations + operations - 1, []).append(address)
    rows: dict[int, Row] = {}
    try:
        _run_to_the_last(program, [*counted], rows)
    finally:
        found.update((address, row) for place, row in rows.items() for address in counted[place])


def _run_to_the_last(program: Program, wanted: Sequence[int], found: dict[int, Row]) -> None:
    """Run a program until nothing is left to be settled."""
    try:
        _run(program, wanted, found)
    except _AllSettledError:
        return
    except StopIteration:
        raise ElfError("its program is cut off") from None


def _run(program: Program, wanted: Sequence[int], found: dict[int, Row]) -> None:  # noqa: PLR0912, PLR0915 - hot
    header = program.header
    base = header.opcode_base
    operations = header.max_operations
    step = 1 if operations > 1 else header.min_instruction
    steps, lines = _special_opcodes(header, step)
    constant = (255 - base) // header.line_range * step
    stream = iter(program.data)
    following = [*wanted, _NEVER]

    address = 0
    row_line = _NO_ROW
    file = row_file = line = 1
    limit = _NEVER  # the first wanted address that no row has passed yet
    started = False
    for opcode in stream:
        if opcode >= base:
            address += steps[opcode]
            if address > limit:
                limit = _settle(found, following, limit, address, (row_file, row_line))
            line += lines[opcode]
            row_line = line
            row_file = file
        elif opcode == _SET_COLUMN:
            for byte in stream:
                if byte < 0x80:
                    break
        elif opcode == _NEGATE:
            pass
        elif opcode == _COPY:
            if address > limit:
                limit = _settle(found, following, limit, address, (row_file, row_line))
            row_line = line
            row_file = file
        elif opcode == _ADVANCE_LINE:
            byte = next(stream)
            if byte < 0x40:
                line += byte
            elif byte < 0x80:
                line += byte - 0x80
            else:
                line += _signed(stream, byte)
        elif opcode == _SET_FILE:
            file = next(stream)
            if file >= 0x80:
                file = _unsigned(stream, file)
        elif opcode == 0:
            length = next(stream)
            if length >= 0x80:
                length = _unsigned(stream, length)
            if length == 0:
                continue
            kind = next(stream)
            if kind == _SET_ADDRESS:
                place = program.start + len(program.data) - length_hint(stream)
                written = int.from_bytes(_operands(stream, length - 1), program.order)
                moved = program.place(place, written)
                if moved is not None and operations > 1:
                    moved = moved // (header.min_instruction or 1) * operations
                if moved is None or not started or moved < address:
                    row_line = _NO_ROW
                    limit = _NEVER if moved is None else following[bisect_left(following, moved)]
                address = moved or 0
                started = True
            elif kind == _END_SEQUENCE:
                if address > limit:
                    _settle(found, following, limit, address, (row_file, row_line))
                for _ in range(length - 1):
                    next(stream)
                address = 0
                row_line = _NO_ROW
                file = row_file = line = 1
                limit = _NEVER
                started = False
            elif kind == _DEFINE_FILE:
                program.define(_operands(stream, length - 1), program.order)
            else:
                for _ in range(length - 1):
                    next(stream)
        elif opcode == _ADVANCE_PC:
            byte = next(stream)
            address += step * (byte if byte < 0x80 else _unsigned(stream, byte))
        elif opcode == _CONST_ADD_PC:
            address += constant
        elif opcode == _FIXED_ADVANCE_PC:
            advance = int.from_bytes(_operands(stream, 2), program.order)
            if operations > 1:
                address = address // operations * operations
                advance = advance // (header.min_instruction or 1) * operations
            address += advance
        elif opcode not in (_BLOCK, _PROLOGUE_END, _EPILOGUE_BEGIN):
            for _ in range(header.lengths[opcode - 1]):
                _unsigned(stream, next(stream))
    if started:
        raise ElfError("its program is cut off")


class _AllSettledError(Exception):
    """Every wanted address has its row, so that the rest of a program need not be run."""


def _settle(found: dict[int, Row], following: Sequence[int], limit: int, address: int, row: Row) -> int:
    """Give a row to the wanted addresses from `limit` to below `address`; gives the first that is not below it."""
    index = bisect_left(following, limit)
    while following[index] < address:
        if row[1] != _NO_ROW:
            found.setdefault(following[index], row)
        index += 1
    if len(found) == len(following) - 1:
        raise _AllSettledError
    return following[index]


def _special_opcodes(header: LineHeader, step: int) -> tuple[list[int], list[int]]:
    """Give how far each special opcode advances address and line; units of one file have the same few tables."""
    key = (header.opcode_base, header.line_base, header.line_range, step)
    if key not in _tables:
        if len(_tables) >= _MOST_TABLES:
            _tables.clear()
        base = header.opcode_base
        adjusted = [max(opcode - base, 0) for opcode in range(256)]
        steps = [number // header.line_range * step for number in adjusted]
        _tables[key] = steps, [header.line_base + number % header.line_range for number in adjusted]
    return _tables[key]


def _operands(stream: Iterator[int], size: int) -> bytes:
    """Take so many bytes; raises StopIteration when there are fewer, and ElfError when it is much more than any has."""
    if size > _LONGEST_OPERANDS:
        raise ElfError(f"its program has an operand of {size} bytes")
    taken = bytes(islice(stream, size))
    if len(taken) < size:
        raise StopIteration
    return taken


def _unsigned(stream: Iterator[int], byte: int) -> int:
    """Finish an unsigned LEB128 number whose first byte was taken."""
    value, shift = byte & 0x7F, 7
    while byte >= 0x80:
        byte = next(stream)
        value |= (byte & 0x7F) << shift
        shift += 7
        if shift > _LONGEST_NUMBER:
            raise ElfError("its program has a number without an end")
    return value


def _signed(stream: Iterator[int], byte: int) -> int:
    """Finish a signed LEB128 number whose first byte was taken, and says that more follow."""
    value, shift = byte & 0x7F, 7
    while byte >= 0x80:
        byte = next(stream)
        value |= (byte & 0x7F) << shift
        shift += 7
        if shift > _LONGEST_NUMBER:
            raise ElfError("its program has a number without an end")
    return value - (1 << shift) if byte & 0x40 else value
