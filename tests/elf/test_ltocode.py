"""Objects for link-time optimisation are known as such, fat ones too."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.elf.ltocode import is_bitcode, is_lto
from glibcheck.elf.sections import SectionTable
from tests.tools import output


@pytest.mark.parametrize(
    ("words", "expected"), [((), False), (("-flto",), True), (("-flto", "-ffat-lto-objects"), True)], ids=str
)
def test_objects_of_gcc(words: tuple[str, ...], expected: bool, tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text("int f(void) { return 1; }\n")
    output("gcc", *words, "-c", "-o", str(tmp_path / "f.o"), str(tmp_path / "f.c"))
    data = (tmp_path / "f.o").read_bytes()
    assert (is_lto(SectionTable(data)), is_bitcode(data)) == (expected, False)


def test_clang_writes_bitcode(tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text("int f(void) { return 1; }\n")
    output("clang", "-flto", "-c", "-o", str(tmp_path / "f.o"), str(tmp_path / "f.c"))
    assert is_bitcode((tmp_path / "f.o").read_bytes())
