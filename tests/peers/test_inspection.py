"""What tools print is read as pairs: of this machine's tools on a file of this system, and of printed samples."""

from __future__ import annotations

from tests.peers.inspection import (
    Compared,
    Found,
    markdown,
    read_auditwheel_symbols,
    read_elfdeps,
    read_objdump,
    read_readelf,
)
from tests.tools import output


def test_readelf_and_objdump_are_read_as_the_same() -> None:
    path = "/bin/sh"
    found = read_readelf(output("readelf", "--version-info", "--dyn-syms", "--wide", path))
    assert ("libc.so.6", "GLIBC_2.2.5") in found.versions
    assert ("malloc", "GLIBC_2.2.5") in found.symbols
    assert read_objdump(output("objdump", "-p", "-T", "-w", path)) == found


def test_what_elfdeps_prints() -> None:
    text = "requires:\n  - libc.so.6(GLIBC_2.14)(64bit)\n  - libc.so.6()(64bit)\n  - rtld(GNU_HASH)\nprovides: []\n"
    assert read_elfdeps(text) == Found(frozenset({("libc.so.6", "GLIBC_2.14")}), frozenset())


def test_what_auditwheel_symbols_prints() -> None:
    text = "a.so is not manylinux_2_5 compliant\nlibc.so.6\toffending versions: GLIBC_2.34, GLIBC_2.7\n"
    assert read_auditwheel_symbols(text).versions == {("libc.so.6", "GLIBC_2.34"), ("libc.so.6", "GLIBC_2.7")}


def test_the_table_counts_of_what_readelf_finds() -> None:
    rows = [Compared("ours", 3, 9, 0.5, 1.0), Compared("readelf", 3, 9, 0.1, 0.2), Compared("lief", 2, 0, 1.0, 2.0)]
    assert markdown(rows, 2).splitlines()[2:] == [
        "| ours | 3 of 3 | 9 of 9 | 0.50 | 1.00x |",
        "| readelf | 3 of 3 | 9 of 9 | 0.10 | 0.20x |",
        "| lief | 2 of 3 | 0 of 9 | 1.00 | 2.00x |",
    ]
