"""Lines of linked files: addr2line and llvm-symbolizer say the same for every instruction, however it was compiled."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from glibcheck.elf.dwarf.lookup import LinePlace, Lines
from glibcheck.elf.sections import SectionTable
from glibcheck.model.site import Source
from tests.bench.corpus import addresses, with_lines
from tests.elf.dwarf.samples import assert_agreement, build, by_addr2line, instructions, ours
from tests.tools import need, output

SPLIT = ("-ffunction-sections", "-Wl,--gc-sections")
WAYS = {
    "gcc-O0-dwarf2": ("gcc", "-O0", "-gdwarf-2", "-gstrict-dwarf"),
    "gcc-O1-dwarf3": ("gcc", "-O1", "-gdwarf-3", "-gstrict-dwarf"),
    "gcc-O2-dwarf4-sections": ("gcc", "-O2", "-gdwarf-4", *SPLIT),
    "gcc-O3-dwarf5-sections": ("gcc", "-O3", "-gdwarf-5", *SPLIT),
    "gcc-lto": ("gcc", "-O2", "-flto"),
    "gcc-dwarf64": ("gcc", "-O1", "-gdwarf64"),
    "gcc-zlib": ("gcc", "-O1", "-gz=zlib"),
    "gcc-split": ("gcc", "-O1", "-gsplit-dwarf"),
    "gcc-split-dwarf4": ("gcc", "-O1", "-gsplit-dwarf", "-gdwarf-4"),
    "gcc-prefix-map": ("gcc", "-O2", "-fdebug-prefix-map=src=/elsewhere", "-ffile-prefix-map=include=there"),
    "gcc-static": ("gcc", "-O1", "-no-pie"),
    "gcc-gold": ("gcc", "-O2", "-fuse-ld=gold", *SPLIT, "-Wl,--icf=all"),
    "gcc-lld": ("gcc", "-O2", "-fuse-ld=lld", *SPLIT, "-Wl,--icf=all"),
    "gcc-mold": ("gcc", "-O2", "-fuse-ld=mold", *SPLIT),
    "g++-O0": ("g++", "-O0", *SPLIT),
    "g++-O2": ("g++", "-O2"),
    "clang-O0-dwarf2": ("clang", "-O0", "-gdwarf-2"),
    "clang-O2-dwarf4-sections": ("clang", "-O2", "-gdwarf-4", *SPLIT),
    "clang-O3-dwarf5": ("clang", "-O3", "-gdwarf-5"),
    "clang-split": ("clang", "-O1", "-gdwarf-5", "-gsplit-dwarf"),
    "clang-split-dwarf4": ("clang", "-O1", "-gdwarf-4", "-gsplit-dwarf"),
    "clang++-dwarf5-lld": ("clang++", "-O1", "-gdwarf-5", "-fuse-ld=lld", *SPLIT),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_instruction_has_the_line_that_two_tools_say(way: str, tmp_path: Path) -> None:
    compiler, *words = WAYS[way]
    counts = assert_agreement(build(tmp_path, compiler, words))
    print(f"{way}: {counts.asked} addresses, {counts.known} with a line, on {counts.disputed} the two tools disagree")
    assert counts.known > 30


# C++ takes a minute each, of which the ways above have the gist.
_SELDOM = [pytest.param(compiler, marks=pytest.mark.matrix) for compiler in ("g++", "clang++")]


@pytest.mark.oracle
@pytest.mark.parametrize("compiler", ["gcc", "clang", *_SELDOM])
def test_every_instruction_of_the_whole_matrix(compiler: str, tmp_path: Path) -> None:
    asked = disputed = programs = 0
    more: tuple[tuple[str, ...], ...] = (("-fPIC", "-shared"), SPLIT, ("-gz=zlib",), ("-gsplit-dwarf",))
    more += (("-gdwarf64",), ("-flto",)) if compiler.startswith("g") else (("-fuse-ld=lld", *SPLIT),)
    for level, version, words in itertools.product(range(4), range(2, 6), ((), *more)):
        path = build(tmp_path, compiler, (f"-O{level}", f"-gdwarf-{version}", *words))
        counts = assert_agreement(path)
        asked, disputed, programs = asked + counts.asked, disputed + counts.disputed, programs + 1
    print(f"{compiler}: {programs} programs, {asked} addresses, on {disputed} the two tools disagree")


def test_the_file_that_was_compiled_is_told_beside_the_header(tmp_path: Path) -> None:
    path = build(tmp_path, "gcc", ("-O2",))
    places = Lines(SectionTable(path.read_bytes())).at(instructions(path)).values()
    headers = {place.unit for place in places if place.source.path.endswith("twice.h")}
    assert headers == {"src/main.c", "src/sum.c"}


@pytest.mark.parametrize("version", [4, 5])
def test_lines_are_those_of_the_text(version: int, tmp_path: Path) -> None:
    path = build(tmp_path, "gcc", ("-O1", f"-gdwarf-{version}"))
    listed = output("objdump", "-d", str(path)).splitlines()
    calls = [int(line.split(":")[0], 16) for line in listed if "call" in line and "<puts@plt>" in line]
    text = (tmp_path / "src/main.c").read_text().splitlines()
    line = next(number for number, content in enumerate(text, 1) if "puts(" in content)
    expected = LinePlace(Source(f"{tmp_path}/src/main.c", line), "src/main.c")
    assert Lines(SectionTable(path.read_bytes())).at(calls) == dict.fromkeys(calls, expected)
    assert calls


def test_the_separate_debug_file_has_the_same_lines(tmp_path: Path) -> None:
    path, debug = build(tmp_path, "gcc", ("-O2", *SPLIT)), tmp_path / "program.debug"
    output("objcopy", "--only-keep-debug", str(path), str(debug))
    asked = instructions(path)
    before = ours(path, asked)
    assert ours(debug, asked) == before
    output("strip", str(path))
    assert set(ours(path, asked)) == {None}


def test_zstd_is_read(tmp_path: Path) -> None:
    pytest.importorskip("backports.zstd")
    path, packed = build(tmp_path, "gcc", ("-O2",)), tmp_path / "packed"
    output("objcopy", "--compress-debug-sections=zstd", str(path), str(packed))
    asked = instructions(path)
    assert ours(packed, asked) == ours(path, asked)


def test_discarded_code_does_not_cover_what_stayed(tmp_path: Path) -> None:
    path = build(tmp_path, "gcc", ("-O2", *SPLIT, "-no-pie", "-Wl,-Ttext-segment=0", "-nostartfiles", "-Wl,-emain"))
    lines = ours(path, instructions(path))
    text = (tmp_path / "src/sum.c").read_text().splitlines()
    discarded = range(
        text.index("int never_called(int a, int b) {") + 1, text.index("int sum(const int *from, int count) {")
    )
    assert not {f"{tmp_path}/src/sum.c:{number}" for number in discarded} & {*lines}
    assert_agreement(path)


@pytest.mark.parametrize("machine", ["aarch64", "s390x", "powerpc64le", "i686", "arm", "riscv64"])
def test_foreign_machines(machine: str, tmp_path: Path) -> None:
    prefix = f"{machine}-linux-gnu{'eabihf' if machine == 'arm' else ''}"
    need(f"{prefix}-gcc", f"{prefix}-objdump", f"{prefix}-addr2line")
    path = build(tmp_path, f"{prefix}-gcc", ("-O2", "-fPIC", "-shared"))
    asked = instructions(path, f"{prefix}-objdump")
    assert ours(path, asked) == by_addr2line(path, asked, f"{prefix}-addr2line")
    assert len(asked) > 50


@pytest.mark.oracle
def test_a_large_library_has_the_lines_that_two_tools_say() -> None:
    path = with_lines()
    if path is None:
        pytest.skip("this Python was built without -g")  # which is no tool that could be installed
    with open(addresses(path), encoding="ascii") as listed:
        counts = assert_agreement(Path(path), addresses=[int(line, 16) for line in listed])
    print(f"{path}: {counts.asked} addresses, on {counts.disputed} the two tools disagree")
