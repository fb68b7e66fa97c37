"""Files made to keep a trace busy for hours, and what is told of them: each input would take that long if it could.

No clock is read. Where a reader took the square of its input these tests would not end on the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from glibcheck.elf.functions import Functions
from glibcheck.elf.memory import Memory
from glibcheck.elf.objectrefs import references
from glibcheck.elf.references import CodeReference
from glibcheck.elf.sections import SectionTable
from glibcheck.linkmap.pieces import Inclusion, LinkMap, Output, Piece
from glibcheck.model.names import SymbolName
from glibcheck.model.site import Source
from glibcheck.placing import ObjectFile
from glibcheck.sites import Clues, Found, find_sites
from tests.elf.sectioned import ALLOC, CODE, ET_DYN, RELA, STRTAB, SYMTAB, Part, relocation, sectioned, symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PUTS = SymbolName("puts")
BASE = 0x100000
CALL = b"\xe8\0\0\0\0"
UNLIKE = bytes(range(1, 41))


def made(sections: Iterable[tuple[bytes, Iterable[int]]], name: str = "a.o", shared: bool = False) -> ObjectFile:
    """Make an object of sections of code, each with the offsets at which it refers to puts; `shared` are the bytes."""
    parts = [Part(".symtab", symbol(0) + symbol(1), SYMTAB, link=2), Part(".strtab", b"\0puts\0", STRTAB)]
    for number, (content, offsets) in enumerate(sections):
        code = content if not shared or not number else 3
        rows = b"".join(relocation(offset, 1) for offset in offsets)
        parts.append(Part(f".text.f{number % 7}", code, flags=CODE))
        parts.append(Part(".rela", rows, RELA, link=1, info=len(parts)))
    data = sectioned(parts)
    return ObjectFile(name, None, SectionTable(data), references(data, frozenset({b"puts"})).references)


def traced(code: bytes, addresses: Iterable[int], *objects: ObjectFile, **more: Any) -> Found:
    """Find the sites of puts in a file of one section of code."""
    data = sectioned([Part(".text", code, flags=CODE, address=BASE)], ET_DYN)
    rows = tuple(CodeReference(PUTS, BASE + place, ".text", place, "call") for place in addresses)
    memory = Memory(data, None, SectionTable(data))
    clues = Clues(rows, memory, lambda _: None, _no_lines, lambda _: {}, objects)
    return find_sites([PUTS], clues._replace(**more))


def _no_lines(_: Iterable[int]) -> Mapping[int, tuple[Source, ...]]:
    return {}


def test_an_object_and_a_file_that_are_the_same_call_throughout() -> None:
    many = 30_000
    code = CALL * many
    found = traced(code, range(1, len(code), 5), made([(code, range(1, len(code), 5))]))
    assert len(found.sites) == many
    # The object stands there as a whole, at one place only: all other places reach behind the end of the code.
    assert {site.object for site in found.sites} == {"a.o"}


def test_thirty_thousand_places_and_a_shorter_section_that_fits_most_of_them() -> None:
    code = (b"\x90" * 11 + CALL) * 30_000
    places = range(12, len(code), 16)
    found = traced(code, places, made([(code[: 16 * 15_000], range(12, 16 * 15_000, 16))]))
    assert len(found.sites) == 30_000
    assert {site.object for site in found.sites} == {None}
    assert "a.o are not compared with the file whole: too much of its code reads alike" in found.notes


def test_ten_thousand_sections_that_are_the_same_bytes() -> None:
    code = b"\x90" * 40 + CALL + UNLIKE
    found = traced(code, [41], made([(code, [41])] * 10_000, shared=True))
    (site,) = found.sites
    assert (site.object, site.section) == ("a.o", None)  # of the sections, no one knows which


def test_ten_thousand_twins_at_ten_thousand_places_are_told_as_such() -> None:
    code = b"\x90" * 40 + CALL + UNLIKE
    many = 10_000
    twins = [made([(code, [41])], f"{number}.o") for number in range(many)]
    found = traced(code * many, range(41, len(code) * many, len(code)), *twins)
    assert {site.object for site in found.sites} == {None}
    assert any("0.o, 1.o, 2.o and 9997 more have code that reads alike" in note for note in found.notes)


def test_ten_thousand_objects_with_the_same_inline_function() -> None:
    code = b"\x90" * 40 + CALL + UNLIKE
    twins = [made([(code, [41])], f"{number}.o") for number in range(10_000)]
    (site,) = traced(code, [41], *twins).sites
    assert site.object == "0.o"
    assert len(site.twins) == 9_999


def test_a_thousand_members_that_brought_each_other_in() -> None:
    piece = Piece(".text", ".text", BASE, 64, "lib.a", "0.o")
    link_map = LinkMap("bfd", (piece,), (Output(".text", BASE, 64),), ())
    reasons = {f"lib.a({n}.o)": Inclusion("lib.a", f"{n}.o", f"lib.a({n + 1}.o)", "f") for n in range(100_000)}
    found = traced(b"\x90" * 40 + CALL, [41], link_map=link_map, reasons=reasons)
    assert len(found.sites[0].pulls) == 20
    assert "of the members that brought others in, the first 20 are told" in found.notes


def test_a_million_functions_whose_names_share_one_end() -> None:
    names = b"\0" + b"f" * 60_000 + b"\0"
    rows = b"".join(symbol(1 + number % 50_000, 1, BASE + 8 * number, 8) for number in range(1_000_000))
    parts = [
        Part(".text", b"\x90" * 64, flags=CODE, address=BASE),
        Part(".symtab", rows, SYMTAB, link=3),
        Part(".strtab", names, STRTAB),
    ]
    functions = Functions(SectionTable(sectioned(parts, ET_DYN)))
    found = [functions.at(BASE + 8 * number) for number in range(100_000)]
    assert sum(len(function.name or "") for function in found if function) < 8 << 20
    assert functions.problems == ("the names of functions overlap too much, and not all are told",)


def test_an_object_whose_every_section_has_all_relocations() -> None:
    rows = b"".join(relocation(offset, 1) for offset in range(0, 40_000, 4))
    parts = [Part(".symtab", symbol(0) + symbol(1), SYMTAB, link=2), Part(".strtab", b"\0puts\0", STRTAB)]
    parts += [Part(".text", bytes(40_000), flags=CODE), Part(".rela", rows, RELA, link=1, info=3)]
    for _ in range(20_000):
        parts += [Part(".text", 3, flags=ALLOC), Part(".rela", 4, RELA, link=99, info=len(parts) + 1)]
    data = sectioned(parts)
    file = ObjectFile("a.o", None, SectionTable(data), references(data, frozenset({b"puts"})).references)
    several = tuple(row._replace(section_number=5 + 2 * (n % 20_000)) for n, row in enumerate(file.references * 20))
    found = traced(bytes(50_000), range(0, 50_000, 4), file._replace(references=several))
    assert {site.object for site in found.sites} == {None}
