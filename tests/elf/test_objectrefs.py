"""References of objects in bulk: the offsets are those of readelf, the names those of nm, and damage is an ElfError."""

from __future__ import annotations

import contextlib
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from glibcheck.elf.archive import ArchiveMember, read_archive
from glibcheck.elf.objectrefs import ObjectReference, ObjectReferences, references
from glibcheck.elf.sections import SHF_ALLOC, SectionTable
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from tests.tools import missing, need, output

SOURCE = """
extern double pow(double, double);
extern int puts(const char *), getrandom(void *, unsigned long, unsigned), unwanted(void);
extern int plenty[];
double (*table[2])(double, double) = {0, pow};
int *into = plenty + 3;
static __attribute__((noinline)) int hidden(int x) { return puts("x") + x; }
int shown(int x) { return hidden(x) + unwanted() + (int)pow(x, x); }
int other(char *p) { return getrandom(p, 3, 0) + puts(p) + plenty[1]; }
int alone(int x) { return x; }
"""
WANTED = frozenset((b"pow", b"puts", b"getrandom", b"plenty", b"alone", b"absent"))
TARGETS = {
    "x86_64": ("gcc",),
    "x86_64-pic-sections": ("gcc", "-fPIC", "-O2", "-g", "-ffunction-sections", "-fdata-sections"),
    "i386": ("clang", "--target=i386-linux-gnu", "-g"),
    "x32": ("clang", "--target=x86_64-linux-gnux32"),
    "aarch64": ("clang", "--target=aarch64-linux-gnu", "-O2"),
    "aarch64-big": ("clang", "--target=aarch64_be-linux-gnu"),
    "arm": ("clang", "--target=arm-linux-gnueabi", "-O1"),
    "thumb": ("clang", "--target=thumbv7-linux-gnueabihf", "-O1", "-ffunction-sections"),
    "powerpc": ("clang", "--target=powerpc-linux-gnu"),
    "powerpc64le": ("clang", "--target=powerpc64le-linux-gnu"),
    "s390x": ("clang", "--target=s390x-linux-gnu", "-g"),
    "riscv64": ("clang", "--target=riscv64-linux-gnu"),
    "mips": ("clang", "--target=mips-linux-gnu"),
}


def compiled(folder: Path, words: tuple[str, ...], source: str = SOURCE) -> Path:
    need(words[0])
    (folder / "it.c").write_text(source)
    output(*words, "-w", "-c", str(folder / "it.c"), "-o", str(folder / "it.o"))
    return folder / "it.o"


Row = tuple[str, int, str, int]  # the section that is changed, offset, symbol, type


def by_readelf(path: Path) -> Iterator[tuple[str, Row]]:
    """Give what readelf says of the relocations of an object or an archive: member ('' for an object) and row."""
    member = section = ""
    for line in output("readelf", "-rW", str(path)).splitlines():
        if line.startswith("File: "):
            member = line.rpartition("(")[2].removesuffix(")")
        heading = re.match(r"Relocation section '\.rela?(.*)' at", line)
        section = section if heading is None else heading[1]
        row = re.match(r"([0-9a-f]{8,16}) +([0-9a-f]{8,16}) (\S+) +[0-9a-f]+ +(\S+)", line)
        if row is not None:
            kind = int(row[2], 16) & (0xFFFFFFFF if len(row[2]) > 8 else 0xFF)
            yield member, (section, int(row[1], 16), row[4], kind)


def rows(found: ObjectReferences) -> set[Row]:
    return {(row.section, row.offset, row.symbol, row.type) for row in found.references}


@pytest.mark.parametrize("target", TARGETS)
def test_every_reference_that_readelf_prints_is_found(target: str, tmp_path: Path) -> None:
    path = compiled(tmp_path, TARGETS[target])
    found = references(path.read_bytes(), WANTED)
    expected = {row for _, row in by_readelf(path) if row[2].encode() in WANTED - {b"alone"}}
    assert rows(found) == expected
    assert len({row[2] for row in expected}) == 4
    assert found.undefined == {"pow", "puts", "getrandom", "plenty"}
    assert found.lto is None
    sections = SectionTable(path.read_bytes()).sections
    assert all(sections[row.section_number].name == row.section for row in found.references)


@pytest.mark.parametrize("target", TARGETS)
def test_the_function_is_the_one_around_the_reference(target: str, tmp_path: Path) -> None:
    found = references(compiled(tmp_path, TARGETS[target]).read_bytes(), WANTED)
    by_code = {(row.symbol, row.function) for row in found.references if ".text" in row.section}
    data = {(row.symbol, row.function) for row in found.references if ".data" in row.section}
    calls = {("puts", "hidden"), ("pow", "shown"), ("getrandom", "other"), ("puts", "other")}
    assert calls <= by_code <= {*calls, ("plenty", "other")}
    assert data <= {("pow", None), ("plenty", None)}


def test_the_seen_name_of_an_aliased_function_is_told(tmp_path: Path) -> None:
    source = (
        'int puts(const char *); static int zz(void) __attribute__((alias("real")));\n'
        'int real(void) { return puts(""); }\n int aa(void) __attribute__((weak, alias("real")));\n'
        "int use(void) { return zz(); }\n"
    )
    found = references(compiled(tmp_path, ("gcc",), source).read_bytes(), WANTED)
    assert [row.function for row in found.references] == ["real"]


def test_a_reference_with_a_version_is_found_by_its_name(tmp_path: Path) -> None:
    source = (
        '__asm__(".symver pow,pow@GLIBC_2.2.5"); double pow(double, double);\n'
        "double f(double x) { return pow(x, x); }\n"
    )
    data = compiled(tmp_path, ("gcc", "-fPIC", "-ffreestanding"), source).read_bytes()
    found = references(data, frozenset((b"pow",)))
    assert found.undefined == {"pow@GLIBC_2.2.5"}
    assert [(row.symbol, row.function) for row in found.references] == [("pow@GLIBC_2.2.5", "f")]
    assert references(data, frozenset((b"pow@GLIBC_2.2.5",))) == found
    assert references(data, frozenset((b"po", b"ow", b"pow@GLIBC_2.29"))).undefined == frozenset()


def test_a_wanted_symbol_without_a_relocation_is_undefined(tmp_path: Path) -> None:
    (tmp_path / "it.s").write_text(".globl pow\n")
    output("gcc", "-c", str(tmp_path / "it.s"), "-o", str(tmp_path / "it.o"))
    (tmp_path / "it2.s").write_text(".weak pow\n.text\n.quad pow\n")
    output("gcc", "-c", str(tmp_path / "it2.s"), "-o", str(tmp_path / "it2.o"))
    assert references((tmp_path / "it2.o").read_bytes(), WANTED) == ObjectReferences(
        frozenset((SymbolName("pow"),)), (ObjectReference(SymbolName("pow"), ".text", 1, 0, 1, None),), None
    )


def test_debug_sections_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "it.s").write_text('.section .debug_x,"",@progbits\n.quad pow\n')
    output("gcc", "-c", str(tmp_path / "it.s"), "-o", str(tmp_path / "it.o"))
    found = references((tmp_path / "it.o").read_bytes(), WANTED)
    assert found == ObjectReferences(frozenset((SymbolName("pow"),)), (), None)


def test_more_sections_than_sixteen_bits_count(tmp_path: Path) -> None:
    body = "".join(f'.section .text.f{n},"ax",@progbits\n' for n in range(65_400))
    body += '.section .text.last,"ax",@progbits\n.type last,@function\nlast: call puts\n.size last, . - last\n'
    (tmp_path / "it.s").write_text(body)
    output("gcc", "-c", str(tmp_path / "it.s"), "-o", str(tmp_path / "it.o"))
    (row,) = references((tmp_path / "it.o").read_bytes(), WANTED).references
    assert (row.section, row.offset, row.function) == (".text.last", 1, "last")
    assert row.section_number > 0xFF00


LTO = {
    "gcc-slim": (("gcc", "-flto", "-fno-fat-lto-objects"), "only"),
    "gcc-fat": (("gcc", "-flto", "-ffat-lto-objects"), "also"),
    "clang": (("clang", "-flto"), "only"),
    "clang-thin": (("clang", "-flto=thin"), "only"),
}


@pytest.mark.parametrize("way", LTO)
def test_code_for_link_time_optimization_is_told(way: str, tmp_path: Path) -> None:
    words, lto = LTO[way]
    data = compiled(tmp_path, words).read_bytes()
    found = references(data, WANTED)
    assert found.lto == lto
    assert references(data, frozenset((b"nowhere",))) == ObjectReferences(frozenset(), (), found.lto)
    if lto == "also":
        assert found.undefined == {"pow", "puts", "getrandom", "plenty"}
    else:
        assert found.references == ()


def archive(name: str) -> tuple[Path, list[ArchiveMember]]:
    path = Path(output("gcc", f"-print-file-name={name}").strip())
    if not path.is_absolute():
        missing(name)
    return path, list(read_archive(path.read_bytes()))


ARCHIVES = [
    "libgcc.a",
    "libstdc++.a",
    pytest.param("libc.a", marks=pytest.mark.oracle),
    pytest.param("libcrypto.a", marks=pytest.mark.oracle),
]


@pytest.mark.parametrize("name", ARCHIVES)
def test_names_of_archive_members_are_those_of_nm(name: str) -> None:
    path, members = archive(name)
    theirs = {(member, symbol) for member, symbol, is_undefined in by_nm(path) if is_undefined}
    wanted = frozenset(symbol.encode() for _, symbol in theirs)
    ours = {(row.name, symbol) for row in members for symbol in references(row.data, wanted).undefined}
    assert ours == theirs
    assert len(ours) > 20


def by_nm(path: Path) -> list[tuple[str, str, bool]]:
    """Give each symbol of an archive that others can see: its member, its name, and whether it is undefined there."""
    lines = [line.rpartition(" ") for line in output("nm", "-A", "--extern-only", str(path)).splitlines()]
    return [(place.split(":")[1], symbol, place.rstrip()[-1] in "Uwv") for place, _, symbol in lines]


@pytest.mark.parametrize("name", ARCHIVES)
def test_references_of_archive_members_are_those_of_readelf(name: str) -> None:
    path, members = archive(name)
    wanted = frozenset(
        (b"memcpy", b"abort", b"strlen", b"_Unwind_Resume", b"__cxa_atexit", b"malloc", b"read", b"stdout")
    )
    ours = sorted((member.name, *row) for member in members for row in rows(references(member.data, wanted)))
    in_memory = {
        (member.name, section.name)
        for member in members
        for section in SectionTable(member.data).sections
        if section.flags & SHF_ALLOC
    }
    defining = {(member, symbol) for member, symbol, is_undefined in by_nm(path) if not is_undefined}
    theirs = {
        (member, *row)
        for member, row in by_readelf(path)
        if row[2].encode() in wanted and (member, row[0]) in in_memory and (member, row[2]) not in defining
    }
    assert sorted(set(ours)) == sorted(theirs)
    assert len(theirs) > 5


def test_what_is_no_object_is_refused() -> None:
    for data in (b"", b"\x7fELF", b"!<arch>\n" + bytes(60), bytes(64)):
        with pytest.raises(ElfError, match="not an ELF object"):
            references(data, WANTED)
    with pytest.raises(ElfError, match="not a relocatable object"):
        references(Path("/proc/self/exe").read_bytes(), WANTED)


@pytest.mark.parametrize("target", ["x86_64-pic-sections", "i386", "s390x"])
def test_damage_is_an_elf_error_or_fewer_rows(target: str, tmp_path: Path) -> None:
    data = compiled(tmp_path, TARGETS[target]).read_bytes()
    for end in range(0, len(data), 41):
        tried(data[:end])
    table = SectionTable(data)
    start = struct.unpack_from(
        table.order + ("Q" if table.elf_class == 64 else "I"), data, 40 if table.elf_class == 64 else 32
    )[0]
    for place in (*range(16, 64), *range(start, len(data))):
        for value in (0, 0x7F, 0xFF):
            tried(data[:place] + bytes((value,)) + data[place + 1 :])


def tried(data: bytes) -> None:
    with contextlib.suppress(ElfError):
        references(data, WANTED)


def test_tables_that_overlap_are_refused_soon(tmp_path: Path) -> None:
    data = bytearray(compiled(tmp_path, ("gcc",)).read_bytes())
    table = SectionTable(bytes(data))
    (headers,) = struct.unpack_from("<Q", data, 40)
    rela = next(section for section in table.sections if section.name == ".rela.text")
    row = bytearray(data[headers + 64 * rela.number : headers + 64 * (rela.number + 1)])
    struct.pack_into("<QQ", row, 24, 0, len(data))  # the whole file, many times
    data += data[headers : headers + 64 * len(table.sections)] + row * 1000
    struct.pack_into("<Q", data, 40, len(data) - 64 * (len(table.sections) + 1000))
    struct.pack_into("<H", data, 60, len(table.sections) + 1000)
    with pytest.raises(ElfError, match="relocation tables overlap"):
        references(bytes(data), WANTED)
