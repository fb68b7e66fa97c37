"""Real libraries, and the files that our own writer makes, against pyelftools.

pyelftools reads the tables through section headers, we read them through PT_DYNAMIC, so each confirms the
other. The oracle gives the same values as `read_linkage`; whole values are compared.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection
from elftools.elf.segments import InterpSegment, NoteSegment

from glibcheck.elf.image import read_linkage
from glibcheck.model.image import ElfImage, Export, Linkage, Reference, Requirement, Traits, Verdef
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.versions import order
from tests.elf.build import build
from tests.elf.compiled import without_section_headers
from tests.elf.test_image import FILES, TRAITS
from tests.tools import missing, output

pytestmark = pytest.mark.oracle

ROOT = "/usr/lib/x86_64-linux-gnu"
NAMED = ("libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libz.so.1", "ld-linux-x86-64.so.2")
OTHERS = 30
LARGEST = 400_000  # bytes; pyelftools makes an object for every symbol

PROPERTIES = "NT_GNU_PROPERTY_TYPE_0"
LEVELS = ("x86-64-baseline", "x86-64-v2", "x86-64-v3", "x86-64-v4")


def small_libraries() -> list[str]:
    """Choose libraries all over the alphabet, each file once."""
    real = {os.path.realpath(path) for path in glob.glob(f"{ROOT}/lib*.so*")}
    small = sorted(path for path in real if os.path.isfile(path) and 8_000 < os.path.getsize(path) < LARGEST)
    elf = [path for path in small if Path(path).read_bytes()[:4] == b"\x7fELF"]
    return elf[:: max(1, len(elf) // OTHERS)][:OTHERS]


LIBRARIES = [f"{ROOT}/{name}" for name in NAMED] + small_libraries()


class Theirs:
    """One file as pyelftools reads it, sorted into our nouns."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            elf = ELFFile(stream)
            self.elf_class: int = elf.elfclass
            interps = [part.get_interp_name() for part in elf.iter_segments() if isinstance(part, InterpSegment)]
            self.interp: str | None = interps[0] if interps else None
            self.stacks = [part["p_flags"] for part in elf.iter_segments() if part["p_type"] == "PT_GNU_STACK"]
            self.notes = list(_gnu_notes(elf))
            self.intel = elf["e_machine"] in {"EM_386", "EM_X86_64"}
            self.tags: dict[str, list[str]] = {}
            self.numbers: dict[str, int] = {}
            self.verdef: list[Verdef] = []
            self.sources: dict[int, tuple[Soname, VersionName, bool]] = {}
            self.rows: list[tuple[Any, int]] = []
            symbols: list[Any] = []
            numbers: list[int] = []
            for section in elf.iter_sections():
                match section:
                    case DynamicSection():
                        self._read_tags(section)
                    case GNUVerDefSection():
                        self.verdef = list(_verdef(section))
                    case GNUVerNeedSection():
                        self._read_needs(section)
                    case GNUVerSymSection():
                        numbers = [_number(row["ndx"]) for row in section.iter_symbols()]
                    case SymbolTableSection() if section["sh_type"] == "SHT_DYNSYM":
                        symbols = list(section.iter_symbols())
                    case _:
                        pass
            self.rows = list(zip(symbols, numbers or [1] * len(symbols), strict=True))[1:]

    def _read_tags(self, section: Any) -> None:
        for tag in section.iter_tags():
            self.numbers[tag.entry.d_tag] = tag.entry.d_val
            for name in ("needed", "soname", "rpath", "runpath"):
                if tag.entry.d_tag == f"DT_{name.upper()}":
                    self.tags.setdefault(name, []).append(getattr(tag, name))

    def _read_needs(self, section: Any) -> None:
        for verneed, entries in section.iter_versions():
            for aux in entries:
                weak = bool(aux["vna_flags"] & 2)
                self.sources[aux["vna_other"]] = (Soname(verneed.name), VersionName(aux.name), weak)

    def linkage(self, machine: str) -> Linkage:
        """Give all as our reader would; the name of the machine is taken on trust."""
        return Linkage(self._image(machine), tuple(self._exports()), tuple(self._references()))

    def _image(self, machine: str) -> ElfImage:
        symbols: dict[tuple[Soname, VersionName], set[SymbolName]] = {}
        strong = {(library, version) for library, version, weak in self.sources.values() if not weak}
        for library, version, _ in self.sources.values():
            symbols[library, version] = set()
        for found in self._references():
            if found.library is not None and found.version is not None:
                symbols[found.library, found.version].add(found.name)
        requirements = [
            Requirement(*source, source not in strong, tuple(sorted(names))) for source, names in symbols.items()
        ]
        return ElfImage(
            machine=machine,
            elf_class=self.elf_class,
            soname=next((Soname(text) for text in self.tags.get("soname", ())), None),
            needed=tuple(map(Soname, self.tags.get("needed", ()))),
            rpath=next(iter(self.tags.get("rpath", ())), None),
            runpath=next(iter(self.tags.get("runpath", ())), None),
            interp=self.interp,
            verdef=tuple(self.verdef),
            requirements=tuple(sorted(requirements, key=lambda need: (need.library, order(need.version)))),
            unversioned=tuple(sorted({row.name for row in self._references() if row.version is None})),
            weak_symbols=frozenset(row.name for row in self._references() if row.weak),
            traits=self._traits(),
        )

    def _traits(self) -> Traits:
        pythons = [name for name in self.tags.get("needed", ()) if re.match(r"libpython\d", name)]
        builds = [found["n_desc"] for found in self.notes if found["n_type"] == "NT_GNU_BUILD_ID"]
        return Traits(
            libc=self._libc(),
            python=Soname(pythons[0]) if pythons else None,
            executable_stack=self.stacks[0] & 1 == 1 if self.stacks else None,
            text_relocations="DT_TEXTREL" in self.numbers or self.numbers.get("DT_FLAGS", 0) & 4 == 4,
            relr="DT_RELR" in self.numbers,
            isa_level=self._isa_level() if self.intel else None,
            build_id=builds[0] if builds else None,
        )

    def _libc(self) -> str | None:
        names = [*self.tags.get("needed", ()), *self.tags.get("soname", ()), os.path.basename(self.interp or "")]
        patterns = {"musl": r"libc\.so|(libc\.|ld-)musl-.*", "glibc": r"libc\.so\.6.*|ld(-linux.*|64)?\.so.*"}
        found = [libc for libc, pattern in patterns.items() if any(re.fullmatch(pattern, name) for name in names)]
        return found[0] if found else None

    def _isa_level(self) -> str | None:
        properties = [part for found in self.notes if found["n_type"] == PROPERTIES for part in found["n_desc"]]
        bits = [part["pr_data"] for part in properties if part["pr_type"] == "GNU_PROPERTY_X86_ISA_1_NEEDED"]
        levels = [name for bit, name in enumerate(LEVELS) if bits and bits[0] >> bit & 1]
        return levels[-1] if levels else None

    def _exports(self) -> Iterator[Export]:
        names = {number: version for number, (_, version, _) in self.sources.items()}
        names |= {entry.number: entry.name for entry in self.verdef if not entry.base}
        for symbol, number in self.rows:
            visible = symbol["st_other"]["visibility"] in {"STV_DEFAULT", "STV_PROTECTED"}
            named = symbol["st_info"]["type"] not in {"STT_SECTION", "STT_FILE"}
            mine = symbol["st_shndx"] != "SHN_UNDEF" and symbol["st_info"]["bind"] != "STB_LOCAL"
            if mine and visible and named:
                yield Export(SymbolName(symbol.name), names.get(number & 0x7FFF), number > 0x7FFF)

    def _references(self) -> Iterator[Reference]:
        for symbol, number in self.rows:
            weak = symbol["st_info"]["bind"] == "STB_WEAK"
            if number & 0x7FFF in self.sources:
                library, version, _ = self.sources[number & 0x7FFF]
                yield Reference(SymbolName(symbol.name), version, library, weak)
            elif symbol["st_shndx"] == "SHN_UNDEF" and symbol["st_info"]["bind"] != "STB_LOCAL":
                assert number in {0, 1}, symbol.name
                yield Reference(SymbolName(symbol.name), None, None, weak)


def _gnu_notes(elf: ELFFile) -> Iterator[Any]:
    for segment in elf.iter_segments():
        if isinstance(segment, NoteSegment):
            yield from (found for found in segment.iter_notes() if found["n_name"] == "GNU")


def _verdef(section: Any) -> Iterator[Verdef]:
    for entry, names in section.iter_versions():
        name = next(iter(names)).name
        yield Verdef(VersionName(name), entry["vd_ndx"], bool(entry["vd_flags"] & 1))


def _number(ndx: int | str) -> int:
    return {"VER_NDX_LOCAL": 0, "VER_NDX_GLOBAL": 1}[ndx] if isinstance(ndx, str) else ndx


@pytest.mark.parametrize("path", LIBRARIES, ids=os.path.basename)
def test_a_library_of_this_system_reads_as_pyelftools_reads_it(path: str) -> None:
    if not os.path.exists(path):
        missing(path)
    assert read_linkage(Path(path).read_bytes()) == Theirs(Path(path)).linkage("x86_64")


@pytest.mark.parametrize("path", LIBRARIES, ids=os.path.basename)
def test_a_library_of_this_system_reads_the_same_without_section_headers(path: str, tmp_path: Path) -> None:
    if not os.path.exists(path):
        missing(path)
    bare = tmp_path / "bare.so"
    bare.write_bytes(without_section_headers(Path(path).read_bytes()))
    assert read_linkage(bare.read_bytes()) == read_linkage(Path(path).read_bytes())


READABLE = {name: file for name, (file, _) in [*FILES.items(), *TRAITS.items()] if file.sections}
del READABLE["names-that-are-not-utf-8"]


@pytest.mark.parametrize("name", READABLE)
def test_what_our_writer_makes_reads_as_pyelftools_reads_it(name: str, tmp_path: Path) -> None:
    built = tmp_path / "built.so"
    built.write_bytes(build(READABLE[name]).data)
    ours = read_linkage(built.read_bytes())
    assert ours == Theirs(built).linkage(ours.image.machine)


SOURCES = {
    "library": (
        '#include <stdio.h>\nint f(void) { return puts("f"); }\nint g(void) { return fputs("g", stdout); }\n',
        ("-shared", "-fPIC"),
    ),
    "library-that-exports-nothing": (
        '#include <stdio.h>\n__attribute__((constructor)) static void f(void) { puts("f"); }\n',
        ("-shared", "-fPIC"),
    ),
    "executable": ('#include <stdio.h>\nint main(void) { return puts("f"); }\n', ()),
    "executable-with-copy-relocation": (
        '#include <stdio.h>\nint main(void) { return fputs("g", stdout); }\n',
        ("-no-pie", "-fno-pie"),
    ),
}
LINKERS = {
    "gnu-hash": ("-Wl,--hash-style=gnu",),
    "sysv-hash": ("-Wl,--hash-style=sysv",),
    "both-hashes": ("-Wl,--hash-style=both",),
    "gold": ("-fuse-ld=gold", "-Wl,--hash-style=gnu"),
    "lld": ("-fuse-ld=lld", "-Wl,--hash-style=gnu"),
    "mold": ("-fuse-ld=mold", "-Wl,--hash-style=gnu"),
}
OTHER_LINKERS = {"gold": "ld.gold", "lld": "ld.lld", "mold": "mold"}


@pytest.mark.parametrize("linker", LINKERS)
@pytest.mark.parametrize("source", SOURCES)
def test_what_a_compiler_makes_reads_as_pyelftools_reads_it(source: str, linker: str, tmp_path: Path) -> None:
    program = OTHER_LINKERS.get(linker, "ld")
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing")  # in CI too: GNU ld is enough, the others are a bonus
    text, flags = SOURCES[source]
    (tmp_path / "it.c").write_text(text)
    made = tmp_path / "it"
    output("gcc", *flags, *LINKERS[linker], "-o", str(made), str(tmp_path / "it.c"))
    theirs = Theirs(made).linkage("x86_64")
    assert any(need.symbols for need in theirs.image.requirements)
    assert read_linkage(made.read_bytes()) == theirs
    assert read_linkage(without_section_headers(made.read_bytes())) == theirs
