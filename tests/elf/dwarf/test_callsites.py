"""Calls that the compiler noted, against the calls that objdump disassembles."""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path

import pytest

from glibcheck.elf.dwarf.callsites import Calls, CallSite
from glibcheck.elf.sections import SectionTable
from glibcheck.model.names import SymbolName
from tests.bench.corpus import with_lines
from tests.elf.dwarf.samples import build
from tests.tools import output

WANTED = frozenset(map(SymbolName, ("puts", "printf", "atoi", "strtol")))
WAYS = {
    "gcc-dwarf5": ("gcc", "-O2"),
    "gcc-dwarf4": ("gcc", "-O2", "-gdwarf-4", "-fno-builtin"),
    "gcc-lto": ("gcc", "-O2", "-flto"),
    "gcc-dwarf64": ("gcc", "-O2", "-gdwarf64"),
    "gcc-sections": ("gcc", "-O2", "-ffunction-sections", "-Wl,--gc-sections"),
}


def disassembled(
    path: Path, names: str = "|".join(WANTED), instruction: str = "call", through: str = "@plt"
) -> set[tuple[int, str]]:
    """Give the address behind each call of a wanted function, through the PLT, and the name."""
    lines = re.findall(r"^ *([0-9a-f]+):\t(.*)$", output("objdump", "-d", "--no-show-raw-insn", str(path)), re.M)
    found = set()
    for (_, words), (after, _) in itertools.pairwise(lines):
        call = re.match(rf"(?:{instruction}) +[0-9a-f]+ <({names}){through}>", words)
        if call:
            found.add((int(after, 16), call[1]))
    return found


@pytest.mark.parametrize("way", WAYS)
def test_calls_are_those_in_the_code(way: str, tmp_path: Path) -> None:
    compiler, *words = WAYS[way]
    path = build(tmp_path, compiler, words)
    calls = Calls(SectionTable(path.read_bytes()))
    found = calls.of(WANTED)
    assert {(site.return_address, site.symbol) for site in found} == disassembled(path)
    assert {site.function for site in found} == {"main"}
    assert len(found) >= 3
    assert calls.problems == ()


@pytest.mark.oracle
def test_calls_of_a_large_library_are_those_in_the_code() -> None:
    path = with_lines()
    if path is None:
        pytest.skip("this Python was built without -g")  # which is no tool that could be installed
    expected = disassembled(Path(path), r"\w+", "call|jmp")
    names = frozenset(SymbolName(name) for _, name in expected)
    found = {(site.return_address, site.symbol) for site in Calls(SectionTable(Path(path).read_bytes())).of(names)}
    through_plt = {(after, name) for after, name in found if (after, name) in expected}
    print(f"{path}: {len(expected)} calls and jumps through the PLT, {len(through_plt)} of them noted by the compiler")
    assert len(through_plt) > len(expected) * 0.9
    # What else has such a name is a call of a function inside of the library, not through the PLT.
    direct = disassembled(Path(path), r"\w+", "call|jmp", r"(?:\..*)?")  # gcc splits functions: f.part.0
    assert found - expected <= direct


def test_clang_notes_some_of_the_calls(tmp_path: Path) -> None:
    path = build(tmp_path, "clang", ("-O2", "-gdwarf-5"))
    found = {(site.return_address, site.symbol) for site in Calls(SectionTable(path.read_bytes())).of(WANTED)}
    assert set() < found < disassembled(path)


def test_other_symbols_have_no_calls(tmp_path: Path) -> None:
    path = build(tmp_path, "gcc", ("-O2",))
    assert Calls(SectionTable(path.read_bytes())).of(frozenset({SymbolName("fork")})) == ()


def test_cplusplus_functions_go_by_the_names_of_the_linker(tmp_path: Path) -> None:
    path = build(tmp_path, "g++", ("-O2",))
    sites = Calls(SectionTable(path.read_bytes())).of(frozenset({SymbolName("_Z3sumRKSt6vectorIiSaIiEE")}))
    assert [(site.symbol, site.function) for site in sites] == [("_Z3sumRKSt6vectorIiSaIiEE", "main")]


def test_changed_bytes_never_make_an_exception(tmp_path: Path) -> None:
    data = build(tmp_path, "gcc", ("-O2",)).read_bytes()
    table, chance = SectionTable(data), random.Random(8)  # noqa: S311 - no secret
    places = [table.named(f".debug_{name}") for name in ("info", "abbrev", "str")]
    for _ in range(200):
        changed = bytearray(data)
        for _ in range(3):
            section = chance.choice(places)
            assert section is not None
            changed[section.offset + chance.randrange(section.size)] = chance.randrange(256)
        for site in Calls(SectionTable(bytes(changed))).of(WANTED):
            assert isinstance(site, CallSite)
