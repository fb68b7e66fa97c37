"""Lines of relocatable objects, against those that addr2line says for the same section."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glibcheck.elf.dwarf.objectlines import ObjectLines
from glibcheck.elf.sections import SHF_EXECINSTR, SectionTable
from tests.elf.dwarf.samples import by_llvm, written
from tests.tools import need, output

MACHINES = ["x86_64", "aarch64", "s390x", "powerpc64le", "i686", "arm"]


def tools(machine: str) -> str:
    return "" if machine == "x86_64" else f"{machine}-linux-gnu{'eabihf' if machine == 'arm' else ''}-"


def compiled(folder: Path, compiler: str, source: str, *words: str) -> Path:
    need(compiler)
    written(folder)
    path = folder / "object.o"
    output(compiler, "-g", f"-I{folder}/include", *words, "-c", f"{folder}/src/{source}", "-o", str(path))
    return path


def spots(path: Path, objdump: str) -> list[tuple[str, int, int]]:
    """Give section name, its number and the offset of every instruction."""
    table, found = SectionTable(path.read_bytes()), []
    for section in table.sections:
        if section.flags & SHF_EXECINSTR and section.size:
            listed = output(objdump, "-d", "-j", section.name, str(path))
            if sum(other.name == section.name for other in table.sections) == 1:
                offsets = re.findall(r"^ *([0-9a-f]+):\t", listed, re.M)
                found += [(section.name, section.number, int(offset, 16)) for offset in offsets]
    return found


def said(path: Path, section: str, offsets: list[int], addr2line: str) -> list[str | None]:
    """Ask addr2line for offsets in a section."""
    printed = output(addr2line, "-e", str(path), "-j", section, *(hex(offset) for offset in offsets)).splitlines()
    places = [re.sub(r" \(discriminator.*", "", line) for line in printed]
    return [None if place.endswith((":?", ":0")) else place for place in places]


def assert_agreement(path: Path, prefix: str = "") -> int:
    lines = ObjectLines(SectionTable(path.read_bytes()))
    asked = spots(path, f"{prefix}objdump")
    found = lines.at([(number, offset) for _, number, offset in asked])
    assert lines.problems == ()
    for section in {name for name, _, _ in asked}:
        these = [(number, offset) for name, number, offset in asked if name == section]
        places = [found.get(spot) for spot in these]
        mine = [None if place is None else f"{place.source.path}:{place.source.line}" for place in places]
        theirs = said(path, section, [offset for _, offset in these], f"{prefix}addr2line")
        assert len(mine) == len(theirs)
        wrong = [(ours, other) for ours, other in zip(mine, theirs, strict=True) if ours != other]
        assert [pair for pair in wrong if not is_slip(*pair)] == [], section
    return len(found)


def is_slip(ours: str | None, other: str | None) -> bool:
    """Say whether addr2line 2.40 put the line of a header into the file that includes it, which has no such line."""
    if ours is None or other is None:
        return False
    (header, line), (including, same) = ours.rsplit(":", 1), other.rsplit(":", 1)
    texts = [Path(name).read_text(errors="replace").splitlines() for name in (header, including)]
    return line == same and len(texts[0]) >= int(line) > len(texts[1])


@pytest.mark.parametrize("version", [3, 4, 5])
@pytest.mark.parametrize("machine", MACHINES)
def test_offsets_have_the_lines_of_addr2line(machine: str, version: int, tmp_path: Path) -> None:
    prefix = tools(machine)
    path = compiled(tmp_path, f"{prefix}gcc", "sum.c", "-O2", f"-gdwarf-{version}")
    assert assert_agreement(path, prefix) > 20


# addr2line 2.40 finds nothing in an unlinked object of gcc -gsplit-dwarf, so that is asked of clang's alone.
@pytest.mark.parametrize(
    ("compiler", "words"),
    [(compiler, words) for compiler in ("gcc", "clang") for words in ((), ("-gz=zlib",), ("-gdwarf-4",))]
    + [("clang", ("-gsplit-dwarf",))],
    ids=str,
)
def test_sections_of_functions_are_told_apart(compiler: str, words: tuple[str, ...], tmp_path: Path) -> None:
    path = compiled(tmp_path, compiler, "sum.c", "-O2", "-ffunction-sections", *words)
    assert assert_agreement(path) > 20


@pytest.mark.parametrize("words", [(), ("-fdebug-types-section",)], ids=["plain", "type-units"])
def test_templates_in_sections_of_their_own(words: tuple[str, ...], tmp_path: Path) -> None:
    path = compiled(tmp_path, "g++", "main.cc", "-O0", *words)
    assert assert_agreement(path) > 500


def test_the_object_says_what_the_linked_file_says(tmp_path: Path) -> None:
    path = compiled(tmp_path, "gcc", "sum.c", "-O2")
    linked = tmp_path / "linked"
    output("gcc", "-shared", "-Wl,-Ttext=0x10000", "-nostdlib", "-o", str(linked), str(path))
    table = SectionTable(path.read_bytes())
    text = table.named(".text")
    assert text is not None
    found = ObjectLines(table).at((text.number, offset) for offset in range(text.size))
    places = [found.get((text.number, offset)) for offset in range(text.size)]
    mine = [None if place is None else f"{place.source.path}:{place.source.line}" for place in places]
    assert mine == by_llvm(linked, range(0x10000, 0x10000 + text.size))
    assert {place.unit for place in places if place} == {f"{tmp_path}/src/sum.c"}


def test_risc_v_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = compiled(tmp_path, "riscv64-linux-gnu-gcc", "sum.c")
    lines = ObjectLines(SectionTable(path.read_bytes()))
    assert lines.at([(1, 0)]) == {}
    assert lines.problems == ("line tables of riscv64 objects need relocations that are not known",)
