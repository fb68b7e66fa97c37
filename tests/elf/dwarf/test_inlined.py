"""Inlined functions and the places that they were called from, against llvm-symbolizer."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from glibcheck.elf.dwarf.inlined import Inlined
from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.sections import SectionTable
from tests.elf.dwarf.samples import build, instructions
from tests.tools import output

WAYS = {
    "gcc-dwarf5": ("gcc", "-O2"),
    "gcc-dwarf4": ("gcc", "-O3", "-gdwarf-4"),
    "gcc-sections": ("gcc", "-O2", "-ffunction-sections", "-Wl,--gc-sections"),
    "clang-dwarf5": ("clang", "-O2", "-gdwarf-5"),
    "clang-dwarf4": ("clang", "-O2", "-gdwarf-4"),
    "g++": ("g++", "-O2"),
    "clang++": ("clang++", "-O1", "-gdwarf-5"),
}


def same_name(name: str) -> str:
    """Give one name to the two that a constructor or destructor has at the same address (C1 and C2, D1 and D2)."""
    return re.sub(r"([CD])2E", r"\g<1>1E", name)


def by_llvm(path: Path, addresses: list[int]) -> list[list[tuple[str, str]]]:
    """Give (function, path:line) of each frame of each address, innermost first."""
    options = ["--inlines", "--no-demangle", "-f=linkage"]
    printed = output("llvm-symbolizer", f"--obj={path}", *options, *map(hex, addresses))
    found = []
    for block in printed.strip().split("\n\n"):
        lines = block.splitlines()
        # It takes names from the symbol table, where gcc names what it split off, too; the column follows the line.
        names = [same_name(name.removesuffix(".cold")) for name in lines[::2]]
        found.append(list(zip(names, [place.rpartition(":")[0] for place in lines[1::2]], strict=True)))
    return found


@pytest.mark.parametrize("way", WAYS)
def test_frames_are_those_of_llvm(way: str, tmp_path: Path) -> None:
    compiler, *words = WAYS[way]
    path = build(tmp_path, compiler, words)
    table = SectionTable(path.read_bytes())
    inlined, lines = Inlined(table), Lines(table)
    # What is assembled, _start, has lines and no functions.
    places = lines.at(instructions(path)[::3])
    found = {address: frames for address in places if (frames := inlined.at(address))}
    asked, deepest = [*found], 0
    for address, theirs in zip(asked, by_llvm(path, asked), strict=True):
        frames = found[address]
        sources = [places[address].source, *(frame.call for frame in frames if frame.call is not None)]
        shown = [f"{source.path}:{source.line}" for source in sources]
        names = [same_name(str(frame.function)) for frame in frames]
        assert list(zip(names, shown, strict=True)) == theirs, hex(address)
        deepest = max(deepest, len(frames))
    assert len(asked) > 20
    assert deepest > 1


def test_changed_bytes_never_make_an_exception(tmp_path: Path) -> None:
    path = build(tmp_path, "gcc", ("-O2",))
    data, chance = path.read_bytes(), random.Random(9)  # noqa: S311 - no secret
    asked = instructions(path)[::40]
    places = [SectionTable(data).named(f".debug_{name}") for name in ("info", "abbrev", "rnglists", "line")]
    for _ in range(200):
        changed = bytearray(data)
        for _ in range(3):
            section = chance.choice(places)
            assert section is not None
            changed[section.offset + chance.randrange(section.size)] = chance.randrange(256)
        inlined = Inlined(SectionTable(bytes(changed)))
        for address in asked:
            assert isinstance(inlined.at(address), tuple)


def test_nothing_is_said_of_an_address_without_code(tmp_path: Path) -> None:
    path = build(tmp_path, "gcc", ("-O2",))
    assert Inlined(SectionTable(path.read_bytes())).at(1) == ()
