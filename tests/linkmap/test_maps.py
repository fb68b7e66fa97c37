"""Maps of the four linkers: each says of an address what nm, ar and the objects themselves say."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from glibcheck.elf.sections import SectionTable
from glibcheck.linkmap import read_map
from glibcheck.linkmap.misfit import misfit
from glibcheck.linkmap.pieces import Inclusion, LinkMap
from tests.elf.compiled import patchelf
from tests.linkmap.linked import LINKERS, LONG, OTHER, compile_sources, functions, link, link_all_parts
from tests.tools import need, output

WAYS = {
    "plain": (),
    "gc-sections": ("-Wl,--gc-sections",),
    "static-runtime": ("-static-libstdc++", "-Wl,--gc-sections"),
    "no-relro": ("-Wl,-z,norelro", "-g"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("linked")
    compile_sources(path, "-g")
    return path


def map_of(linker: str, folder: Path) -> LinkMap:
    read = read_map((folder / f"{linker}.map").read_text(errors="surrogateescape"))
    assert read.linker == linker
    return read


ORIGINS = {
    "entry": ("entry.o", None),
    LONG: ("entry.o", None),
    "other": (OTHER, None),
    "helper": ("lib (x)/libparts.a", "helper.o"),
    "deep": ("lib (x)/libparts.a", "deep.o"),
    "_Z4makev": ("lib (x)/libparts.a", "deep.o"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("linker", LINKERS)
def test_the_map_names_the_object_of_every_function_that_nm_finds(linker: str, way: str, folder: Path) -> None:
    link_all_parts(linker, folder, *WAYS[way])
    linkmap, found = map_of(linker, folder), functions(folder / f"{linker}.so")
    for name, origin in ORIGINS.items():
        piece = linkmap.at(found[name])
        assert piece is not None
        assert (piece.object, piece.member) == origin
        assert piece.section in (f".text.{name}", ".text")
        assert piece.output == ".text"
        assert piece.address <= found[name] < piece.address + piece.size
    assert not linkmap.lto


@pytest.mark.parametrize("linker", LINKERS)
def test_every_function_of_a_static_runtime_is_in_the_member_that_defines_it(linker: str, folder: Path) -> None:
    link_all_parts(linker, folder, "-static-libstdc++")
    archive = output("g++", "-print-file-name=libstdc++.a").strip()
    owners: dict[str, set[str]] = {}
    for line in output("nm", "-A", "--defined-only", archive).splitlines():
        head, _, name = line.rpartition(" ")
        owners.setdefault(name, set()).add(head.split(":")[1])
    linkmap, checked = map_of(linker, folder), 0
    for name, address in functions(folder / f"{linker}.so").items():
        piece = linkmap.at(address)
        if piece is not None and Path(piece.object).name == "libstdc++.a":
            assert piece.member in owners[name]
            checked += 1
    assert checked > 50


@pytest.mark.parametrize("linker", LINKERS)
def test_pieces_are_sorted_inside_their_output_and_do_not_overlap(linker: str, folder: Path) -> None:
    link_all_parts(linker, folder)
    linkmap = map_of(linker, folder)
    for before, after in zip(linkmap.pieces, linkmap.pieces[1:], strict=False):
        assert before.address + before.size <= after.address
    assert all(piece.size > 0 and piece.address > 0 for piece in linkmap.pieces)
    assert not any(piece.section in (".plt", ".got", ".dynsym", ".debug_info") for piece in linkmap.pieces)
    first = linkmap.pieces[0]
    assert linkmap.at(0) is None
    assert linkmap.at(first.address - 1) is None
    assert linkmap.at(first.address) == first
    assert linkmap.at(1 << 63) is None


@pytest.mark.parametrize("linker", LINKERS)
def test_outputs_are_the_sections_of_the_file(linker: str, folder: Path) -> None:
    link_all_parts(linker, folder)
    sections = SectionTable((folder / f"{linker}.so").read_bytes()).sections
    linkmap = map_of(linker, folder)
    assert misfit(linkmap, sections) is None
    known = {(section.name, section.address, section.size) for section in sections}
    code = [tuple(output) for output in linkmap.outputs if output.name in (".text", ".rodata", ".data", ".bss")]
    assert len(code) >= 3  # mold writes .rodata only where an object has some that is not merged
    assert set(code) <= known


@pytest.mark.parametrize("linker", LINKERS)
def test_a_map_of_another_link_is_told_by_the_difference(linker: str, folder: Path, tmp_path: Path) -> None:
    link_all_parts(linker, folder)
    before = map_of(linker, folder)
    link_all_parts(linker, folder, "-Wl,-u,never,-u,unused", "-Wl,-e,unused")
    sections = SectionTable((folder / f"{linker}.so").read_bytes()).sections
    reason = misfit(before, sections)
    assert reason is not None
    assert reason.startswith("the map has ")
    assert "of .text" in reason or " at 0x" in reason
    assert reason.endswith("it is of another link")
    need("strip")
    output("strip", str(folder / f"{linker}.so"))
    stripped = SectionTable((folder / f"{linker}.so").read_bytes()).sections
    assert misfit(map_of(linker, folder), stripped) is None
    assert misfit(before, ()) == "the file has no section headers to hold the map against"
    assert misfit(before._replace(outputs=()), stripped) == f"the file has {held(before)}, the map does not" + (
        ": it is of another link"
    )


@pytest.mark.parametrize("linker", LINKERS)
def test_tables_that_patchelf_moved_are_no_misfit(linker: str, folder: Path) -> None:
    link_all_parts(linker, folder)
    library = folder / f"{linker}.so"
    before = SectionTable(library.read_bytes()).named(".dynstr")
    output(patchelf(), "--set-rpath", f"$ORIGIN/{'long/' * 200}", str(library))
    table = SectionTable(library.read_bytes())
    after = table.named(".dynstr")
    assert before is not None
    assert after is not None
    assert before.address != after.address
    assert misfit(map_of(linker, folder), table.sections) is None


def held(linkmap: LinkMap) -> str:
    """Give the first section that a misfit would tell."""
    made = (".hash", ".dyn", ".gnu", ".rel", ".note", ".interp", "PHDR")  # the last is no section, but mold says so
    return min((row for row in linkmap.outputs if not row.name.startswith(made)), key=lambda row: row.address).name


@pytest.mark.parametrize("linker", ["bfd", "gold"])
def test_inclusions_say_which_symbol_brought_a_member(linker: str, folder: Path) -> None:
    link_all_parts(linker, folder)
    assert map_of(linker, folder).inclusions == (
        Inclusion("lib (x)/libparts.a", "helper.o", "entry.o", "helper"),
        Inclusion("lib (x)/libparts.a", "deep.o", "entry.o", "deep"),
    )


@pytest.mark.parametrize("linker", ["bfd", "gold"])
def test_a_member_that_the_command_asked_for_is_by_nobody(linker: str, folder: Path) -> None:
    link(linker, folder, "-Wl,-u,unused", "lib (x)/libparts.a", "-Wl,--as-needed", "-lm")
    assert map_of(linker, folder).inclusions == (Inclusion("lib (x)/libparts.a", "unused.o", "", "unused"),)


def test_a_shared_library_that_was_needed_is_no_inclusion(folder: Path) -> None:
    link("bfd", folder, "entry.o", OTHER, "-Wl,--as-needed", "-lm", "-lc")
    assert "satisfy reference by file" in (folder / "bfd.map").read_text()
    assert map_of("bfd", folder).inclusions == ()


@pytest.mark.parametrize("linker", LINKERS)
def test_members_of_thin_archives_are_named(linker: str, folder: Path) -> None:
    (folder / "libthin.a").unlink(missing_ok=True)
    output("sh", "-c", f"cd '{folder}' && ar rcsT libthin.a helper.o deep.o")
    link(linker, folder, "entry.o", "libthin.a", "-lstdc++", "-lm")
    piece = map_of(linker, folder).at(functions(folder / f"{linker}.so")["helper"])
    assert piece is not None
    assert (piece.object, piece.member) == (("helper.o", None) if linker == "bfd" else ("libthin.a", "helper.o"))


# lld has no plugin for the objects of gcc.
@pytest.mark.parametrize(
    ("compiler", "linker"), [pair for pair in product(("gcc", "clang"), LINKERS) if pair != ("gcc", "lld")]
)
def test_link_time_optimization_is_told(compiler: str, linker: str, folder: Path, tmp_path: Path) -> None:
    need(compiler)
    (tmp_path / "one.c").write_text('#include <stdio.h>\nint one(void) { return puts("1"); }\n')
    output(compiler, "-flto", "-fPIC", "-O1", "-c", str(tmp_path / "one.c"), "-o", str(tmp_path / "one.o"))
    link(linker, tmp_path, "-flto", "one.o", compiler=compiler)
    linkmap = map_of(linker, tmp_path)
    assert linkmap.lto
    piece = linkmap.at(functions(tmp_path / f"{linker}.so")["one"])
    assert piece is not None
    assert piece.object != "one.o"
    assert misfit(linkmap, SectionTable((tmp_path / f"{linker}.so").read_bytes()).sections) is None


SCRIPT = """
MEMORY { ROM (rx) : ORIGIN = 0x10000, LENGTH = 64K
         RAM : ORIGIN = 0x20000000, LENGTH = 64K }
SECTIONS { .text : { *(.text*) } > ROM
           .data : { *(.data*) } > RAM AT > ROM
           .bss : { *(.bss*) *(COMMON) } > RAM }
"""


@pytest.mark.parametrize("linker", ["bfd", "lld"])
def test_memory_regions_and_load_addresses_do_not_disturb(linker: str, tmp_path: Path) -> None:
    need(f"ld.{linker}")
    (tmp_path / "it.ld").write_text(SCRIPT)
    (tmp_path / "it.c").write_text("int shared[10]; int data = 3; int f(void) { return data + shared[1]; }\n")
    output("gcc", "-fcommon", "-fno-pie", "-O1", "-c", str(tmp_path / "it.c"), "-o", str(tmp_path / "it.o"))
    output(f"ld.{linker}", "-e", "f", "-T", str(tmp_path / "it.ld"), str(tmp_path / "it.o"), "-o",
           str(tmp_path / f"{linker}.so"), f"-Map={tmp_path}/{linker}.map")  # fmt: skip
    linkmap = map_of(linker, tmp_path)
    rows = {
        line.split()[2]: int(line.split()[0], 16)
        for line in output("nm", str(tmp_path / f"{linker}.so")).split("\n")
        if line
    }
    found = [linkmap.at(rows[name]) for name in ("f", "data", "shared")]
    assert [(piece.section, piece.output) for piece in found if piece] == [
        (".text", ".text"), (".data", ".data"), ("COMMON", ".bss"),
    ]  # fmt: skip
    assert "RAM" not in {row.name for row in linkmap.outputs}
    assert misfit(linkmap, SectionTable((tmp_path / f"{linker}.so").read_bytes()).sections) is None


@pytest.mark.parametrize("linker", LINKERS)
def test_a_library_of_32_bits_has_the_same_layout(linker: str, tmp_path: Path) -> None:
    program = linker if linker == "mold" else f"ld.{linker}"
    need(program)
    (tmp_path / "it.c").write_text("int data[3] = {1}; int helper(int x) { return x + data[1]; }\n")
    output("gcc", "-m32", "-fPIC", "-c", str(tmp_path / "it.c"), "-o", str(tmp_path / "it.o"))
    library = tmp_path / f"{linker}.so"
    output(
        program,
        "-m",
        "elf_i386",
        "-shared",
        str(tmp_path / "it.o"),
        "-o",
        str(library),
        f"-Map={tmp_path}/{linker}.map",
    )
    linkmap = map_of(linker, tmp_path)
    piece = linkmap.at(functions(library)["helper"])
    assert piece is not None
    assert (piece.section, piece.object) == (".text", str(tmp_path / "it.o"))
    assert misfit(linkmap, SectionTable(library.read_bytes()).sections) is None


@pytest.mark.parametrize("linker", ["bfd", "gold", "lld"])
@pytest.mark.parametrize("option", ["-Wl,--cref", "-Wl,--no-demangle", "-static", "-no-pie"])
def test_programs_and_other_options_have_the_same_layout(option: str, linker: str, folder: Path) -> None:
    (folder / "main.c").write_text("int helper(int); int main(void) { return helper(1); }\n")
    output("gcc", "-c", str(folder / "main.c"), "-o", str(folder / "main.o"))
    words = ("-Wl,-Map=program.map", f"-fuse-ld={linker}", option)
    need(f"ld.{linker}")
    output("sh", "-c", f"cd '{folder}' && gcc -o program {' '.join(words)} main.o helper.o")
    linkmap = read_map((folder / "program.map").read_text(errors="surrogateescape"))
    assert linkmap.linker == linker
    piece = linkmap.at(functions(folder / "program")["helper"])
    assert piece is not None
    assert (piece.section, piece.object) == (".text.helper", "helper.o")
    assert misfit(linkmap, SectionTable((folder / "program").read_bytes()).sections) is None


FRENCH = {
    "Archive member included to satisfy reference by file (symbol)":
        "Membre d'archive inclu pour satisfaire la r\xe9f\xe9rence par fichier (symbole)",
    "As-needed library included to satisfy reference by file (symbol)":
        "Biblioth\xe8que --as-needed incluse pour satisfaire la r\xe9f\xe9rence par fichier (symbole)",
    "Discarded input sections": "Sections d'entr\xe9e \xe9limin\xe9es",
    "Memory Configuration": "Configuration m\xe9moire",
    "Linker script and memory map": "Script de l'\xe9diteurs de liens and table de projection m\xe9moire",
    " load address ": " address de chargement ",
}  # fmt: skip


def test_headings_in_another_language_make_no_difference(folder: Path) -> None:
    link_all_parts("bfd", folder, "-Wl,--gc-sections,--as-needed")
    text = (folder / "bfd.map").read_text()
    translated = text
    for english, french in FRENCH.items():
        translated = translated.replace(english, french)
    assert translated != text
    assert read_map(translated) == read_map(text)
    assert len(read_map(text).inclusions) == 2


def test_lines_of_windows_are_read(folder: Path) -> None:
    for linker in ("bfd", "lld"):
        link_all_parts(linker, folder)
        text = (folder / f"{linker}.map").read_text()
        assert read_map(text.replace("\n", "\r\n")) == read_map(text)
