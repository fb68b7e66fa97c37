"""Damaged debug information: what is whole is still told, the rest is a problem, and nothing takes long."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from glibcheck.elf.dwarf.debugfile import read_debug_links
from glibcheck.elf.dwarf.indirect import Indirect
from glibcheck.elf.dwarf.linetables import LineTables
from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.dwarf.objectlines import ObjectLines
from glibcheck.elf.dwarf.reader import Part
from glibcheck.elf.sections import SectionTable
from tests.elf.dwarf.samples import build, instructions, ours
from tests.tools import output

NAMES = ("line", "info", "abbrev", "str", "line_str", "aranges", "rnglists", "ranges", "addr", "str_offsets")


@pytest.fixture(scope="module", params=["gcc", "clang", "gcc-4", "clang-split"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler, _, more = request.param.partition("-")
    words = {"": (), "4": ("-gdwarf-4",), "split": ("-gsplit-dwarf",)}[more]
    return build(tmp_path_factory.mktemp("damaged"), compiler, ("-O1", "-ffunction-sections", *words))


def place(data: bytes, name: str) -> tuple[int, int]:
    section = SectionTable(data).named(f".debug_{name}")
    return (0, 0) if section is None else (section.offset, section.size)


def cut(data: bytes, name: str, size: int) -> bytes:
    """Give a section a smaller sh_size."""
    table = SectionTable(data)
    section = table.named(f".debug_{name}")
    assert section is not None
    (headers,) = struct.unpack_from("<Q", data, 40)
    changed = bytearray(data)
    struct.pack_into("<Q", changed, headers + 64 * section.number + 32, size)
    return bytes(changed)


def test_changed_bytes_make_problems_and_never_an_exception(program: Path) -> None:
    data, asked = program.read_bytes(), instructions(program)
    chance = random.Random(6)  # noqa: S311 - no secret
    for _ in range(400):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 2, 8))):
            start, size = place(data, chance.choice(NAMES))
            if size:
                changed[start + chance.randrange(size)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        table = SectionTable(bytes(changed))
        lines = Lines(table)
        assert {*lines.at(asked)} <= {*asked}
        assert all(isinstance(problem, str) for problem in lines.problems)
        read_debug_links(table)


def test_a_cut_off_line_table_keeps_what_stands_before(program: Path) -> None:
    data, asked = program.read_bytes(), instructions(program)
    whole = dict(zip(asked, ours(program, asked), strict=True))
    _, size = place(data, "line")
    for left in (size - 1, size - 10, size // 2, 40, 3, 1):
        lines = Lines(SectionTable(cut(data, "line", left)))
        found = {address: f"{at.source.path}:{at.source.line}" for address, at in lines.at(asked).items()}
        assert found.items() <= whole.items()
        assert any("cut off" in problem or "does not start inside" in problem for problem in lines.problems)
    assert 0 < len(Lines(SectionTable(cut(data, "line", size - 10))).at(asked)) < len(asked)


def test_without_units_the_tables_are_run_all_the_same(program: Path) -> None:
    data, asked = program.read_bytes(), instructions(program)
    lines = Lines(SectionTable(cut(cut(data, "info", 5), "abbrev", 0)))
    whole = {address: at.source.line for address, at in Lines(SectionTable(data)).at(asked).items()}
    assert {address: at.source.line for address, at in lines.at(asked).items()} == whole
    assert any(".debug_info cannot be read: it is cut off" in problem for problem in lines.problems)


@pytest.mark.parametrize(
    ("offset", "content", "problem"),
    [
        (4, b"\x09\x00", "its version 9 is not known"),
        (0, b"\xff\xff\xff\x7f", "it is cut off"),
        (0, b"\xf3\xff\xff\xff", "its length is one of the reserved ones (0xfffffff3)"),
    ],
    ids=["version", "length", "reserved-length"],
)
def test_a_damaged_header_is_a_problem(program: Path, offset: int, content: bytes, problem: str) -> None:
    data = bytearray(program.read_bytes())
    start, _ = place(bytes(data), "line")
    data[start + offset : start + offset + len(content)] = content
    lines = Lines(SectionTable(bytes(data)))
    lines.at(instructions(program))
    assert any(problem in found and "line table at 0x0 of .debug_line" in found for found in lines.problems)


def test_units_that_share_one_long_program_are_not_run_for_ever() -> None:
    """Many line tables, each of which claims to reach to the end of the section."""
    count = 2000
    table = bytearray(20 * count)
    for number in range(count):
        struct.pack_into("<IHIBBBBBB", table, 20 * number, len(table) - 20 * number - 4, 4, 9, 1, 1, 1, 0, 1, 1)
    nothing = Part(b"")
    indirect = Indirect(nothing, nothing, nothing, nothing, "little")
    tables = LineTables(Part(bytes(table)), indirect, "little", 8, lambda _, address: address)
    for number in range(count):
        tables.run(20 * number, [1], None)
    assert any("overlaps with too many others" in problem for problem in tables.problems.all)
    assert len(tables.problems.all) <= 20


def test_changed_bytes_of_objects_make_problems_and_never_an_exception(program: Path) -> None:
    source = program.parent / "object.o"
    output("gcc", "-g", "-ffunction-sections", "-I", f"{program.parent}/include", "-c", "-o", str(source),
           str(program.parent / "src/sum.c"))  # fmt: skip
    data = source.read_bytes()
    sections = SectionTable(data).sections
    chance = random.Random(7)  # noqa: S311 - no secret
    debug = [section for section in sections if "debug" in section.name or section.name == ".symtab"]
    for _ in range(200):
        changed = bytearray(data)
        for _ in range(4):
            section = chance.choice(debug)
            changed[section.offset + chance.randrange(section.size)] = chance.randrange(256)
        lines = ObjectLines(SectionTable(bytes(changed)))
        lines.at((section.number, offset) for section in sections for offset in range(0, 64, 4))
