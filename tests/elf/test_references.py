"""References in linked files: all that the object's relocations say, by every linker, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.references import CodeReference, find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from tests.elf.compiled import without_section_headers
from tests.elf.linked import Row, expected, link
from tests.tools import need, output

WANTED = [SymbolName(name) for name in ("first", "second", "third", "value", "half", "array", "counter", "absent")]

CODE = {
    "O0": ("-O0", "-fPIC", "-DTHREADS"),
    "O2": ("-O2", "-fPIC", "-DTHREADS"),
    "no-plt": ("-O2", "-fPIC", "-fno-plt", "-fcf-protection=none"),
    "no-plt-ibt": ("-O2", "-fPIC", "-fno-plt", "-fcf-protection"),
    "tlsdesc": ("-O2", "-fPIC", "-DTHREADS", "-mtls-dialect=gnu2"),
}
LINK = {
    "lazy": ("-shared", "-Wl,-z,lazy"),
    "now": ("-shared", "-Wl,-z,now"),
}
LINKERS = ("bfd", "gold", "lld", "mold")


def found(data: bytes, sections: bool = True) -> tuple[CodeReference, ...]:
    return find_references(DynamicFile(data), WANTED, SectionTable(data) if sections else None)


def rows(references: tuple[CodeReference, ...]) -> set[Row]:
    return {(row.address, row.symbol, row.kind) for row in references}


def agrees(linked: Path, thing: Path, machine: str) -> None:
    data = linked.read_bytes()
    references = found(data)
    assert rows(references) == expected(linked, thing, machine)
    assert len(references) >= 20
    table = {section.name: section.address for section in SectionTable(data).sections}
    assert all(row.section and table[row.section] + row.offset == row.address for row in references)


@pytest.mark.parametrize("linker", LINKERS)
@pytest.mark.parametrize("binding", LINK)
@pytest.mark.parametrize("code", CODE)
def test_a_library_refers_as_its_object_does(code: str, binding: str, linker: str, tmp_path: Path) -> None:
    need(f"ld.{linker}" if linker != "mold" else "mold")
    linked, thing = link(tmp_path, CODE[code], (*LINK[binding], f"-fuse-ld={linker}"))
    agrees(linked, thing, "x86_64")
    headless = found(without_section_headers(linked.read_bytes()), sections=False)
    assert {(row.section, row.offset) for row in headless} == {(None, 0)}
    if code != "no-plt-ibt":  # there `tail` looks like a PLT entry
        assert rows(headless) == rows(found(linked.read_bytes()))


FOREIGN = {
    "O0": ("-O0", "-fPIC", "-DTHREADS"),
    "O2": ("-O2", "-fPIC", "-DTHREADS"),
    "Os-bti": ("-Os", "-fPIC", "-mbranch-protection=standard"),
    "no-plt": ("-O2", "-fPIC", "-fno-plt"),
    "small-got": ("-O2", "-fpic", "-DTHREADS"),
    "traditional-tls": ("-O2", "-fPIC", "-DTHREADS", "-mtls-dialect=trad"),
}
AARCH64 = {
    "gcc-bfd": ("aarch64-linux-gnu-gcc", "-fuse-ld=bfd"),
    "gcc-gold": ("aarch64-linux-gnu-gcc", "-fuse-ld=gold"),
    "clang-lld": ("clang", "--target=aarch64-linux-gnu", "-fuse-ld=lld"),
    "clang-mold": ("clang", "--target=aarch64-linux-gnu", "-fuse-ld=mold"),
}


@pytest.mark.parametrize("tools", AARCH64)
@pytest.mark.parametrize("code", FOREIGN)
def test_an_aarch64_library_refers_as_its_object_does(code: str, tools: str, tmp_path: Path) -> None:
    compiler, *words = AARCH64[tools]
    if compiler == "clang" and "-mtls-dialect=trad" in FOREIGN[code]:
        pytest.skip("clang knows one dialect only")
    linked, thing = link(tmp_path, FOREIGN[code], ("-shared", *words[-1:]), (compiler, *words[:-1]))
    agrees(linked, thing, "aarch64")
    assert rows(found(without_section_headers(linked.read_bytes()), sections=False)) == rows(found(linked.read_bytes()))


@pytest.mark.parametrize("tools", AARCH64)
@pytest.mark.parametrize("program", ["pie", "no-pie"])
def test_an_aarch64_program_refers_as_its_object_does(program: str, tools: str, tmp_path: Path) -> None:
    compiler, *words = AARCH64[tools]
    flags = ("-O2", "-fPIE" if program == "pie" else "-fno-pic")
    linked, thing = link(tmp_path, flags, (f"-{program}", *words[-1:]), (compiler, *words[:-1]))
    agrees(linked, thing, "aarch64")


PROGRAMS = {
    "no-pie": (("-O2", "-fno-pic"), ("-no-pie",)),
    "no-pie-O0": (("-O0", "-fno-pic"), ("-no-pie",)),
    "no-pie-of-pic": (("-O2", "-fPIC"), ("-no-pie",)),
    "pie": (("-O2", "-fPIE"), ("-pie",)),
    "pie-ibt": (("-O1", "-fPIE", "-fcf-protection"), ("-pie", "-Wl,-z,now")),
}


@pytest.mark.parametrize("linker", LINKERS)
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_program_refers_as_its_object_does(compiler: str, program: str, linker: str, tmp_path: Path) -> None:
    need(f"ld.{linker}" if linker != "mold" else "mold")
    code, link_flags = PROGRAMS[program]
    linked, thing = link(tmp_path, code, (*link_flags, f"-fuse-ld={linker}"), (compiler,))
    agrees(linked, thing, "x86_64")


BY_RELOCATION = (
    "s390x-linux-gnu",
    "powerpc64le-linux-gnu",
    "riscv64-linux-gnu",
    "arm-linux-gnueabihf",
    "i686-linux-gnu",
)


@pytest.mark.parametrize("triplet", BY_RELOCATION)
def test_other_machines_give_their_slots_and_pointers(triplet: str, tmp_path: Path) -> None:
    linked, _ = link(tmp_path, ("-O2", "-fPIC", "-DTHREADS"), ("-shared",), (f"{triplet}-gcc",))
    lines = (line.split() for line in output("readelf", "-rW", str(linked)).splitlines())
    relocated = {(int(line[0], 16), line[4]) for line in lines if len(line) > 4 and line[4] in WANTED}
    references = found(linked.read_bytes())
    assert {(row.address, row.symbol) for row in references} == relocated
    assert {row.symbol for row in references} == set(WANTED)
    for row in references:
        assert (row.kind == "pointer") == (row.section in (".data.rel.ro", ".data", ".data.rel"))


def test_a_symbol_to_which_no_relocation_leads_has_no_reference(tmp_path: Path) -> None:
    linked, _ = link(tmp_path, CODE["O2"], ("-shared",))
    data = linked.read_bytes()
    assert find_references(DynamicFile(data), [SymbolName("nobody")], SectionTable(data)) == ()
    assert find_references(DynamicFile(data), [], SectionTable(data)) == ()


DAMAGED = {
    "library": ("gcc", CODE["O2"], ("-shared",)),
    "program": ("gcc", ("-O2", "-fno-pic"), ("-no-pie",)),
    "aarch64": ("aarch64-linux-gnu-gcc", CODE["O2"][:2], ("-shared",)),
    "s390x": ("s390x-linux-gnu-gcc", CODE["O2"][:2], ("-shared",)),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_an_error_or_has_other_references(what: str, tmp_path: Path) -> None:
    compiler, flags, link_flags = DAMAGED[what]
    data = link(tmp_path, flags, link_flags, (compiler,))[0].read_bytes()
    dice = random.Random(6)  # noqa: S311 - the same damages every time
    for _ in range(200):
        damaged = bytearray(data[: dice.randrange(1, len(data))] if dice.random() < 0.2 else data)
        for _ in range(dice.randrange(1, 30)):
            place = dice.randrange(min(len(damaged), 0x1000) if dice.random() < 0.5 else len(damaged))
            damaged[place] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
        for sections in (True, False):
            try:
                found(bytes(damaged), sections)
            except ElfError:
                continue
