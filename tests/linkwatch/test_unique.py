"""Unique symbols become weak ones: held against readelf, and against what the compiler makes with -fno-gnu-unique."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glibcheck.errors import ElfError
from glibcheck.linkwatch.unique import without_unique
from tests.tools import need, output

TEXT = """
template <class T> struct Counted { static T count; };
template <class T> T Counted<T>::count = 0;
inline int &once() { static int number = 0; return number; }
int plain = 1;
extern "C" int it() { return ++Counted<int>::count + ++once() + plain; }
"""


def built(folder: Path, *flags: str) -> Path:
    need("g++")
    (folder / "it.cc").write_text(TEXT)
    path = folder / f"it{''.join(flags)}.so"
    output("g++", "-shared", "-fPIC", str(folder / "it.cc"), "-o", str(path), *flags)
    return path


def bindings(path: Path) -> dict[str, str]:
    """Give the bindings of defined dynamic symbols, as readelf sees them."""
    shown = output("readelf", "--dyn-syms", "-W", str(path))
    return {name: word for word, name in re.findall(r" (GLOBAL|WEAK|UNIQUE) +DEFAULT +\d+ (\S+)", shown)}


def test_they_are_as_the_compiler_makes_them_when_asked(tmp_path: Path) -> None:
    path, wanted = built(tmp_path), bindings(built(tmp_path, "-fno-gnu-unique"))
    before = bindings(path)
    assert {name for name, word in before.items() if word == "UNIQUE"} == {"_ZN7CountedIiE5countE", "_ZZ4oncevE6number"}
    data = path.read_bytes()
    path.write_bytes(without_unique(data))
    assert bindings(path) == wanted
    assert {wanted[name] for name, word in before.items() if word == "UNIQUE"} == {"WEAK"}
    changed = [place for place, pair in enumerate(zip(data, path.read_bytes(), strict=True)) if pair[0] != pair[1]]
    assert len(changed) == 2


def test_a_file_that_has_none_is_the_same(tmp_path: Path) -> None:
    data = built(tmp_path, "-fno-gnu-unique").read_bytes()
    assert without_unique(data) == data


def test_what_is_no_file_of_that_kind_is_told() -> None:
    with pytest.raises(ElfError):
        without_unique(b"\x7fELF")
