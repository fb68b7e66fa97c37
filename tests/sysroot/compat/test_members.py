"""What every member keeps to: it compiles without a warning, defines itself only, and needs no more than glibc 2.17."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from glibcheck.catalogue.glibc import Glibc, glibc
from glibcheck.model.names import SymbolName
from glibcheck.sysroot.compat import COMPAT, FLAGS, source
from tests.sysroot.compat.bench import WARNINGS, write_sources
from tests.tools import need, output

# The compiler, the machine that it compiles for, its oldest glibc.
COMPILERS = (
    ("gcc", "x86_64", (2, 17)),
    ("clang", "x86_64", (2, 17)),
    ("aarch64-linux-gnu-gcc", "aarch64", (2, 17)),
    ("i686-linux-gnu-gcc", "i686", (2, 17)),
    ("arm-linux-gnueabihf-gcc", "armv7l", (2, 17)),
    ("powerpc64le-linux-gnu-gcc", "ppc64le", (2, 17)),
    ("s390x-linux-gnu-gcc", "s390x", (2, 17)),
    ("riscv64-linux-gnu-gcc", "riscv64", (2, 27)),
)
SYMBOLS = frozenset(str(row.symbol) for row in COMPAT)

# What gcc calls where the machine has no instruction; in libgcc.a, hidden.
RUNTIME = re.compile(
    r"__(extendxftf2|trunctfxf2|extendiftf2|trunctfif2|extendkftf2|trunctfkf2|ctzdi2|clzdi2|clzsi2|ctzsi2)|"
    r"__(trunckftf2|extendkftf2|gcc_q\w+|aeabi_\w+|aarch64_\w+|x86\.get_pc_thunk\.\w+|float\w+|fixuns\w+|\w+[tdk]f[23]|\w+ti3)|_savegpr\w+|_restgpr\w+"
)
LINKER = {"_GLOBAL_OFFSET_TABLE_", "__dso_handle", ".TOC."}


class Symbol:
    """A line of `readelf -sW`."""

    def __init__(self, line: str) -> None:
        _, _, _, self.kind, self.binding, self.visibility, rest = line.split(maxsplit=6)
        self.section, _, name = rest.split("]")[-1].strip().partition(" ")
        self.name = name.strip()


@pytest.fixture(scope="module", params=COMPILERS, ids=[f"{compiler}-{machine}" for compiler, machine, _ in COMPILERS])
def compiled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, tuple[int, ...], dict[str, list[Symbol]]]:
    compiler, machine, oldest = request.param
    need(compiler, "readelf")
    folder = str(tmp_path_factory.mktemp("members"))
    symbols = write_sources(folder, machine)
    sources = [os.path.join(folder, f"{symbol}.c") for symbol in symbols]
    output("sh", "-c", 'cd "$0" && exec "$@"', folder, compiler, *FLAGS, *WARNINGS, "-c", *sources)
    return machine, oldest, {symbol: list(read(os.path.join(folder, f"{symbol}.o"))) for symbol in symbols}


def read(path: str) -> list[Symbol]:
    lines = output("readelf", "-sW", path).splitlines()
    return [Symbol(line) for line in lines if re.match(r"\s*[1-9]\d*:", line) and len(line.split()) >= 8]


def test_each_defines_its_own_symbol_hidden_and_nothing_else(
    compiled: tuple[str, tuple[int, ...], dict[str, list[Symbol]]],
) -> None:
    _, _, objects = compiled
    for symbol, found in objects.items():
        defined = [(row.name, row.visibility) for row in found if row.binding != "LOCAL" and row.section != "UND"]
        ours = [
            row
            for row in defined
            if not row[0].startswith("__x86.get_pc_thunk") and not re.fullmatch(r"_(save|rest)\w+", row[0])
        ]
        assert ours == [(symbol, "HIDDEN")], symbol


def test_none_has_thread_local_data(compiled: tuple[str, tuple[int, ...], dict[str, list[Symbol]]]) -> None:
    _, _, objects = compiled
    assert [symbol for symbol, found in objects.items() if any(row.kind == "TLS" for row in found)] == []


def test_each_needs_what_the_oldest_glibc_has_or_another_member(
    compiled: tuple[str, tuple[int, ...], dict[str, list[Symbol]]],
) -> None:
    machine, oldest, objects = compiled
    known = glibc(machine)
    assert known is not None
    wrong = [
        (symbol, row.name)
        for symbol, found in objects.items()
        for row in found
        if row.section == "UND" and row.name and not is_there(known, symbol, row.name, oldest)
    ]
    assert wrong == []


def is_there(known: Glibc, symbol: str, needed: str, oldest: tuple[int, ...]) -> bool:
    """Say whether a name is resolved wherever the member is used."""
    name, _, version = needed.partition("@")
    own, first = known.first(SymbolName(symbol)), known.first(SymbolName(name))
    if name in LINKER or RUNTIME.fullmatch(name):
        return True
    if name in SYMBOLS:  # the member or the real function is there whenever this member is
        return own is not None and first is not None and first <= own
    rows = known.rows(SymbolName(name))
    by_name = [row for row in rows if row.since <= oldest and (row.default or row.until is not None)]
    today = any(row.default and row.until is None for row in rows)
    by_version = [row for row in rows if row.version == version.lstrip("@")]
    return bool(by_version) if version else bool(by_name) and today


def test_sources_read_no_header_of_the_c_library(tmp_path: Path) -> None:
    symbols = write_sources(str(tmp_path))
    allowed = {"asm/stat.h", "asm/unistd.h", "float.h", "stdarg.h", "stddef.h"}
    texts = "".join(path.read_text() for path in tmp_path.iterdir())
    assert set(re.findall(r"#include <([^>]+)>", texts)) == allowed
    assert len(symbols) > 300
    assert not re.search(r"\b__thread\b|_Thread_local|__attribute__\(\((constructor|destructor)", texts)


@pytest.mark.parametrize("symbol", sorted(SYMBOLS))
def test_the_first_comment_names_the_symbol_and_its_release(symbol: str) -> None:
    known = glibc("x86_64")
    assert known is not None
    first = known.first(SymbolName(symbol))
    assert first is not None
    comment = source(symbol).partition("*/")[0]
    assert comment.startswith(f"/* {symbol}: ")
    assert f"2.{first[1]}" in comment
