"""Real libraries, and the files that our own writer makes, against pyelftools.

pyelftools reads the tables through section headers, we read them through PT_DYNAMIC, so each confirms the
other. The oracle gives the same values as `read_linkage`; whole values are compared.
"""

from __future__ import annotations

import glob
import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection
from elftools.elf.segments import InterpSegment

from glibcheck.elf.image import read_linkage
from glibcheck.model.image import ElfImage, Export, Linkage, Reference, Requirement, Verdef
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.versions import order
from tests.elf.build import build
from tests.elf.test_image import FILES
from tests.tools import missing, output

pytestmark = pytest.mark.oracle

ROOT = "/usr/lib/x86_64-linux-gnu"
NAMED = ("libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libz.so.1", "ld-linux-x86-64.so.2")
OTHERS = 30
LARGEST = 400_000  # bytes; pyelftools makes an object for every symbol


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
            self.tags: dict[str, list[str]] = {}
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
        )

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


def _verdef(section: Any) -> Iterator[Verdef]:
    for entry, names in section.iter_versions():
        name = next(iter(names)).name
        yield Verdef(VersionName(name), entry["vd_ndx"], bool(entry["vd_flags"] & 1))


def _number(ndx: int | str) -> int:
    return {"VER_NDX_LOCAL": 0, "VER_NDX_GLOBAL": 1}[ndx] if isinstance(ndx, str) else ndx


def without_section_headers(data: bytes) -> bytes:
    """Zero e_shoff, e_shnum and e_shstrndx of a 64-bit file, and put noise where the headers were."""
    result = bytearray(data)
    (start,) = struct.unpack_from("<Q", data, 40)
    (count,) = struct.unpack_from("<H", data, 60)
    result[start : start + 64 * count] = b"\xa5" * 64 * count
    struct.pack_into("<Q", result, 40, 0)
    struct.pack_into("<HH", result, 60, 0, 0)
    return bytes(result)


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


READABLE = [name for name, (file, _) in FILES.items() if file.sections and "not-utf-8" not in name]


@pytest.mark.parametrize("name", READABLE)
def test_what_our_writer_makes_reads_as_pyelftools_reads_it(name: str, tmp_path: Path) -> None:
    built = tmp_path / "built.so"
    built.write_bytes(build(FILES[name][0]).data)
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
