"""References in linked files: all that the object's relocations say, by every linker, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.references import CodeReference, find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.model.names import SymbolName
from tests.elf.compiled import without_section_headers
from tests.elf.linked import Row, expected, link
from tests.tools import need

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
