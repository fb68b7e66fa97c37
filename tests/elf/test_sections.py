"""Section headers and their content, against readelf and objcopy; compressed and damaged ones."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError
from tests.tools import output

SOURCE = "#include <stdlib.h>\nint f(int n) { return n > 1 ? abs(n) : rand(); }\n"


def compiled(folder: Path, *words: str) -> Path:
    (folder / "f.c").write_text(SOURCE)
    output("gcc", "-g", "-fPIC", *words, "-o", str(folder / "f"), str(folder / "f.c"))
    return folder / "f"


@pytest.mark.parametrize("words", [("-c",), ("-shared",)], ids=["object", "library"])
def test_headers_are_those_that_readelf_prints(words: tuple[str, ...], tmp_path: Path) -> None:
    path = compiled(tmp_path, *words)
    lines = output("readelf", "-SW", str(path)).splitlines()
    found = [re.match(r"\s*\[ *(\d+)\] (\S*) +\S+ +([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) ", line) for line in lines]
    expected = [(int(m[1]), m[2], *(int(m[n], 16) for n in (3, 4, 5))) for m in found if m][1:]
    table = SectionTable(path.read_bytes())
    assert [(s.number, s.name, s.address, s.offset, s.size) for s in table.sections[1:]] == expected


@pytest.mark.parametrize("way", ["zlib", "zlib-gabi", "zlib-gnu", "zstd"])
def test_a_compressed_section_reads_as_the_plain_one(way: str, tmp_path: Path) -> None:
    if way == "zstd":
        pytest.importorskip("backports.zstd")
    path, packed = compiled(tmp_path, "-shared"), tmp_path / "packed"
    plain = SectionTable(path.read_bytes())
    output("objcopy", f"--compress-debug-sections={way}", str(path), str(packed))
    table = SectionTable(packed.read_bytes())
    for name in ("info", "line", "str"):
        assert len(table.debug(name)) > 0
        assert table.debug(name) == plain.debug(name)


def test_a_section_that_inflates_to_a_terabyte_is_refused(tmp_path: Path) -> None:
    path = compiled(tmp_path, "-shared", "-gz=zlib")
    data = bytearray(path.read_bytes())
    section = SectionTable(bytes(data)).named(".debug_info")
    assert section is not None
    struct.pack_into("<Q", data, section.offset + 8, 1 << 40)
    with pytest.raises(ElfError, match="more than is read"):
        SectionTable(bytes(data)).debug("info")
    struct.pack_into("<Q", data, section.offset + 8, 7)
    with pytest.raises(ElfError, match="other than the 7 bytes"):
        SectionTable(bytes(data)).debug("info")


@pytest.mark.parametrize("length", [0, 4, 40, 64, 1000])
def test_a_cut_file_is_refused_with_the_reason(length: int, tmp_path: Path) -> None:
    data = compiled(tmp_path, "-shared").read_bytes()[:length]
    with pytest.raises(ElfError, match=r"not an ELF file|lie outside"):
        SectionTable(data)


def test_a_file_without_section_headers_has_none(tmp_path: Path) -> None:
    data = bytearray(compiled(tmp_path, "-shared").read_bytes())
    struct.pack_into("<Q", data, 40, 0)
    assert SectionTable(bytes(data)).sections == ()
