"""Separate debug files: objcopy writes the links, gdb's manual says where to look, and eu-unstrip's rule what fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.elf.dwarf.debugfile import DebugLinks, candidates, matches, read_debug_links
from glibcheck.elf.sections import SectionTable
from tests.elf.dwarf.samples import build
from tests.tools import output


def split(folder: Path, *words: str) -> tuple[Path, Path]:
    path, debug = build(folder, "gcc", ("-O1", *words)), folder / "program.debug"
    output("objcopy", "--only-keep-debug", str(path), str(debug))
    output("objcopy", "--strip-all", f"--add-gnu-debuglink={debug}", str(path))
    return path, debug


def links(path: Path) -> DebugLinks:
    return read_debug_links(SectionTable(path.read_bytes()))


@pytest.mark.parametrize("words", [("-Wl,--build-id",), ("-Wl,--build-id=none",)], ids=["build-id", "crc"])
def test_the_debug_file_matches_and_another_does_not(words: tuple[str, ...], tmp_path: Path) -> None:
    path, debug = split(tmp_path, *words)
    said = links(path)
    assert said.name == "program.debug"
    assert (said.build_id is None) == ("none" in words[0])
    assert matches(debug.read_bytes(), said)
    assert not matches(b"not ELF", said)
    (tmp_path / "other").mkdir()
    _, other = split(tmp_path / "other", "-DOTHER", *words)
    assert not matches(other.read_bytes(), said)


def test_a_build_id_is_that_of_readelf(tmp_path: Path) -> None:
    path, _ = split(tmp_path, "-Wl,--build-id")
    assert f"Build ID: {links(path).build_id}\n" in output("readelf", "-n", str(path))


def test_paths_are_those_of_the_manual_of_gdb() -> None:
    # "Debugging Information in Separate Files": its own example, /usr/bin/ls with build ID abcdef1234.
    said = DebugLinks("ls.debug", 1, "abcdef1234")
    assert candidates("/usr/bin/ls", said) == (
        "/usr/lib/debug/.build-id/ab/cdef1234.debug",
        "/usr/bin/ls.debug",
        "/usr/bin/.debug/ls.debug",
        "/usr/lib/debug/usr/bin/ls.debug",
    )


def test_a_file_is_not_its_own_debug_file() -> None:
    assert "/lib/f" not in candidates("/lib/f", DebugLinks("f", 1))


@pytest.mark.parametrize("said", [DebugLinks(), DebugLinks(build_id="ab")], ids=["nothing", "too-short"])
def test_without_a_link_there_are_no_candidates(said: DebugLinks) -> None:
    assert candidates("/usr/bin/ls", said) == ()


def test_a_damaged_link_says_nothing(tmp_path: Path) -> None:
    path, _ = split(tmp_path)
    data = path.read_bytes()
    section = SectionTable(data).named(".gnu_debuglink")
    assert section is not None
    for damaged in (b"../../etc/x\0", b"\xff" * section.size, b"\0" * section.size):
        changed = data[: section.offset] + damaged + data[section.offset + len(damaged) :]
        said = read_debug_links(SectionTable(changed))
        assert (said.name, said.crc) == (None, None)
