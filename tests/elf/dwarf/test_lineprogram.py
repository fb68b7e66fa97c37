"""The machine that runs line programs, opcode by opcode, on programs written by hand."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import pytest

from glibcheck.elf.dwarf.filetable import FileTable
from glibcheck.elf.dwarf.lineheader import read_line_header
from glibcheck.elf.dwarf.lineprogram import Program, run
from glibcheck.errors import ElfError

Row = tuple[int, int]

LENGTHS = bytes([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1])
COPY, END = b"\x01", b"\x00\x01\x01"
BASE, LINE_BASE, LINE_RANGE = 13, -5, 14


def at(address: int) -> bytes:
    return b"\x00\x09\x02" + struct.pack("<Q", address)


def special(lines: int, steps: int) -> bytes:
    return bytes([lines - LINE_BASE + LINE_RANGE * steps + BASE])


def table(program: bytes, minimum: int = 1, operations: int = 1, lengths: bytes = LENGTHS) -> bytes:
    rest = bytes([minimum, operations, 1, LINE_BASE % 256, LINE_RANGE, len(lengths) + 1]) + lengths + b"\0"
    rest += b"a.c\0\0\0\0" + b"b.h\0\x00\0\0" + b"\0"
    body = struct.pack("<HI", 4, len(rest)) + rest + program
    return struct.pack("<I", len(body)) + body


def rows(data: bytes, wanted: Iterable[int], dead: int = 0) -> tuple[dict[int, Row], str]:
    """Run a table; gives the rows and the message of the error that ended it."""
    header = read_line_header(data, "little", 8)
    found: dict[int, Row] = {}
    files = FileTable(data, header, "little")
    program = Program(
        header, data[header.program :], header.program, "little", lambda _, a: a if a >= dead else None, files.define
    )
    try:
        run(program, sorted(wanted), found)
    except ElfError as error:
        return found, error.message
    return found, ""


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (at(16) + special(3, 0) + special(2, 4) + b"\x02\x04" + END, {16: 4, 19: 4, 20: 6, 23: 6}),
        (at(16) + special(3, 0) + special(2, 0) + special(1, 4) + b"\x02\x04" + END, {16: 6, 19: 6, 20: 7, 23: 7}),
        (at(16) + b"\x03\xe4\x00" + COPY + b"\x02\x80\x01" + END, {16: 101, 19: 101, 20: 101, 23: 101}),
        (at(16) + b"\x03\x0a" + COPY + b"\x03\x7c\x02\x04" + COPY + b"\x02\x04" + END, {16: 11, 19: 11, 20: 7, 23: 7}),
        (at(16) + COPY + b"\x08" + special(1, 0) + b"\x02\x01" + END, {16: 1, 19: 1, 20: 1, 23: 1}),
        (at(16) + COPY + b"\x09\x04\x00" + special(1, 0) + b"\x02\x04" + END, {16: 1, 19: 1, 20: 2, 23: 2}),
        (at(18) + COPY + b"\x02\x02" + END, {19: 1}),
        (at(12) + b"\x02\x04\x03\x05" + COPY + at(20) + special(1, 0) + b"\x02\x04" + END,
         {16: 6, 19: 6, 20: 7, 23: 7}),
        (at(16) + b"\x05\x80\x01\x06\x07\x0a\x0b\x0c\x05\x00\x02\x04\x09" + COPY + b"\x02\x08" + END,
         {16: 1, 19: 1, 20: 1, 23: 1}),
        (at(16) + b"\x03\x7f" + COPY + b"\x02\x08" + END, {16: 0, 19: 0, 20: 0, 23: 0}),
        (at(0) + COPY + b"\x02\x40" + END + at(20) + special(8, 0) + b"\x02\x04" + END, {20: 9, 23: 9}),
        (at(20) + COPY + at(16) + special(1, 0) + b"\x02\x02" + END, {16: 2}),
        (b"", {}),
    ],
    ids=[
        "special-opcodes", "the-last-row-of-an-address", "leb128", "lines-go-back", "const-add-pc", "fixed-advance-pc",
        "not-before-not-behind", "set-address-within", "passed-over", "line-0", "discarded-at-0", "backwards",
        "empty",
    ],
)  # fmt: skip
def test_rows(program: bytes, expected: dict[int, int]) -> None:
    found, error = rows(table(program), (16, 19, 20, 23), dead=1)
    assert ({address: line for address, (_, line) in found.items()}, error) == (expected, "")


def test_opcodes_that_later_versions_add_are_passed_over_by_their_lengths() -> None:
    program = at(16) + b"\x0d\x01\x81\x02" + COPY + b"\x02\x08" + END
    assert rows(table(program, lengths=LENGTHS + b"\x02"), [16]) == ({16: (1, 1)}, "")


def test_instructions_of_four_bytes() -> None:
    program = at(16) + special(1, 0) + special(1, 2) + b"\x02\x01" + END
    assert rows(table(program, minimum=4), [16, 23, 24, 27, 28])[0] == {16: (1, 2), 23: (1, 2), 24: (1, 3), 27: (1, 3)}


def test_several_operations_in_an_instruction() -> None:
    # Three to 16 bytes: rows at (16, 0), (16, 2), (32, 1); an address has all of its operations.
    program = at(16) + special(1, 0) + special(1, 2) + special(1, 2) + b"\x02\x05" + END
    found, _ = rows(table(program, minimum=16, operations=3), [0, 16, 31, 32, 47, 48, 64])
    assert found == {16: (1, 3), 31: (1, 3), 32: (1, 4), 47: (1, 4), 48: (1, 4)}


def test_a_file_that_the_program_defines() -> None:
    data = table(at(16) + b"\x00\x08\x03c.h\x00\x00\x00\x00" + b"\x04\x03" + COPY + b"\x02\x08" + END)
    header = read_line_header(data, "little", 8)
    files = FileTable(data, header, "little")
    found: dict[int, Row] = {}
    run(Program(header, data[header.program :], 0, "little", lambda _, a: a, files.define), [16], found)
    entry = files.file(found[16][0])
    assert entry is not None
    assert entry.name == b"c.h"
    assert [files.file(number) for number in (0, 4, -1)] == [None, None, None]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (b"\x02" + b"\xff" * 100, "its program has a number without an end"),
        (b"\x03" + b"\xff" * 100, "its program has a number without an end"),
        (b"\x02\xff", "its program is cut off"),
        (b"\x00\x09\x02\x00", "its program is cut off"),
        (b"\x00\xff\xff\xff\x7f\x02", "its program has an operand of 268435454 bytes"),
        (b"\x00\xff\xff\xff\x7f\x80", "its program is cut off"),
        (b"", "its program is cut off"),
    ],
    ids=["advance-pc", "advance-line", "in-a-number", "in-an-address", "huge-address", "huge-operand", "no-end"],
)
def test_damage_keeps_the_rows_before_it(damage: bytes, message: str) -> None:
    assert rows(table(at(16) + COPY + special(1, 4) + damage), [16, 19, 24]) == ({16: (1, 1), 19: (1, 1)}, message)
