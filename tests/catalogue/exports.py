"""What the libraries of a package export, read by pyelftools, so that the catalogue does not rest on our own reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection

FUNCTION, OBJECT, THREAD_LOCAL = "F", "D", "T"
_KINDS = {
    "STT_FUNC": FUNCTION,
    "STT_LOOS": FUNCTION,
    "STT_GNU_IFUNC": FUNCTION,
    "STT_OBJECT": OBJECT,
    "STT_TLS": THREAD_LOCAL,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One exported symbol: its version, kind, size in bytes (0 for functions), address, and whether links get it."""

    library: str
    symbol: str
    version: str
    kind: str
    size: int
    address: int
    default: bool


def rows(folder: str) -> Iterator[Row]:
    """Give what all shared libraries below a folder export under a numbered version of their own."""
    for top, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(top, name)
            if ".so" in name and os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as stream:
                    if stream.read(4) == b"\x7fELF":
                        yield from _rows(ELFFile(stream))


def _rows(elf: ELFFile) -> Iterator[Row]:
    soname, versions = _soname(elf), _versions(elf)
    symbols, numbers = elf.get_section_by_name(".dynsym"), elf.get_section_by_name(".gnu.version")
    if not isinstance(symbols, SymbolTableSection) or not isinstance(numbers, GNUVerSymSection):
        return
    for row, symbol in enumerate(symbols.iter_symbols()):
        number = numbers.get_symbol(row)["ndx"]
        kind = _KINDS.get(symbol["st_info"]["type"])
        if isinstance(number, str) or kind is None or symbol["st_shndx"] == "SHN_UNDEF":
            continue
        version = versions.get(number & 0x7FFF)
        if version is not None and version not in (symbol.name, soname):
            size = 0 if kind == FUNCTION else symbol["st_size"]
            yield Row(soname, symbol.name, version, kind, size, symbol["st_value"], not number & 0x8000)


def _soname(elf: ELFFile) -> str:
    section = elf.get_section_by_name(".dynamic")
    assert isinstance(section, DynamicSection)
    return next((str(tag.soname) for tag in section.iter_tags("DT_SONAME")), "")  # type: ignore[attr-defined]


def _versions(elf: ELFFile) -> dict[int, str]:
    section = elf.get_section_by_name(".gnu.version_d")
    if not isinstance(section, GNUVerDefSection):
        return {}
    return {entry["vd_ndx"]: next(names).name for entry, names in section.iter_versions() if not entry["vd_flags"] & 1}
