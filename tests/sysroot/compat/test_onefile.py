"""All members as one text: it compiles as the members do, under the flags of any project, and does the same."""

from __future__ import annotations

import os
import platform
import re

import pytest

from glibcheck.model.names import SymbolName
from glibcheck.sysroot.compat import COMPAT, EH_GLOBALS, START
from glibcheck.sysroot.compat.onefile import closure, is_member, one_text, words
from tests.sysroot.compat.bench import WARNINGS, Bench, run_here
from tests.sysroot.compat.comparisons import CASES, compare
from tests.tools import need, output

OLD = (2, 17)
# Compiler, machine, flags of a project.
COMPILERS = (
    ("gcc", "x86_64", "-std=gnu99 -O2"),
    ("gcc", "x86_64", "-std=gnu17 -O3 -flto -ffast-math -DNDEBUG -D_FORTIFY_SOURCE=2"),
    ("gcc", "x86_64", "-O0 -fvisibility=default -fstack-protector-all"),
    ("clang", "x86_64", "-std=gnu99 -O3 -ffast-math -D_FORTIFY_SOURCE=2"),
    ("clang", "x86_64", "-std=gnu17 -flto -Os"),
    ("aarch64-linux-gnu-gcc", "aarch64", "-std=gnu11 -O2"),
)
# Compiled without optimization, and with one that takes liberties with numbers and finds memcpy in loops.
BENCHES = ("-std=gnu99 -O0", "-std=gnu17 -O3 -ffast-math -D_FORTIFY_SOURCE=2 -DNDEBUG")


def members(machine: str) -> tuple[SymbolName, ...]:
    return tuple(row.symbol for row in COMPAT if is_member(row.symbol, machine))


@pytest.mark.parametrize(("compiler", "machine", "flags"), COMPILERS)
def test_all_members_of_a_machine_compile_in_one_file(
    compiler: str, machine: str, flags: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    need(compiler)
    folder = tmp_path_factory.mktemp("one")
    text = folder / "one.c"
    text.write_text(one_text(members(machine)))
    output(compiler, *flags.split(), *WARNINGS, "-fPIC", "-c", str(text), "-o", str(folder / "one.o"))
    output(compiler, *flags.split(), "-shared", "-o", str(folder / "one.so"), str(folder / "one.o"))
    exported = [
        line
        for line in output("readelf", "-W", "--dyn-syms", str(folder / "one.so")).splitlines()
        if " UND " not in line
    ]
    assert [line for line in exported if re.search(r" (FUNC|OBJECT) ", line)] == []  # All of it is hidden.


@pytest.mark.parametrize("symbol", [START, EH_GLOBALS])
def test_the_members_that_no_release_lacks_are_written_as_well(symbol: SymbolName, tmp_path: str) -> None:
    need("gcc")
    path = os.path.join(tmp_path, "one.c")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(one_text([symbol]))
    output("gcc", *WARNINGS, "-fPIC", "-c", path, "-o", os.path.join(tmp_path, "one.o"))


class _OneFile(Bench):
    """A bench whose members were one source."""

    def compile_members(self) -> None:
        for name in os.listdir(self.folder):
            os.remove(os.path.join(self.folder, name))
        with open(os.path.join(self.folder, "one.c"), "w", encoding="utf-8") as stream:
            stream.write(one_text(members("x86_64")))
        with open(os.path.join(self.folder, "names"), "w", encoding="utf-8") as stream:
            stream.writelines(f"{symbol} compat_{symbol}\n" for symbol in self.symbols)
        words = f"{self.compiler} -fPIC -c one.c && objcopy --redefine-syms=names one.o && ar rcs renamed.a one.o"
        self.must("sh", "-c", f"cd {self.folder} && {words}")


@pytest.fixture(scope="module", params=BENCHES)
def one_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    need("gcc", "objcopy", "ar")
    folder = str(tmp_path_factory.mktemp("bench"))
    made = _OneFile(folder, folder, run_here, f"gcc {request.param}")
    made.compile_members()
    made.compiler = "gcc"
    return made


@pytest.mark.oracle
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the programs know the versions of x86_64")
@pytest.mark.parametrize("name", [name for name, blocked in CASES if blocked == ()])
def test_it_does_what_the_real_functions_do(one_file: Bench, name: str) -> None:
    assert compare(one_file, name, ())


CLOSURES = {
    "alone": ("stat", OLD, ("stat",)),
    "of-others": ("arc4random", OLD, ("arc4random", "arc4random_buf", "getrandom")),
    "which-the-target-has": ("arc4random", (2, 28), ("arc4random", "arc4random_buf")),
    "over-two": ("__strlcat_chk", OLD, ("__strlcat_chk", "strlcat", "strlcpy")),
    "a-structure-is-no-function": ("statx", OLD, ("statx",)),
    "an-own-one": (EH_GLOBALS, OLD, (EH_GLOBALS,)),
}


@pytest.mark.parametrize(("symbol", "target", "expected"), CLOSURES.values(), ids=CLOSURES.keys())
def test_a_member_brings_those_that_it_needs(symbol: str, target: tuple[int, ...], expected: tuple[str, ...]) -> None:
    assert closure([SymbolName(symbol)], "x86_64", target) == expected


def test_words_are_those_of_the_code_alone() -> None:
    found = words([SymbolName("stat")])
    assert "__xstat" in found
    assert "2" not in found
    assert "layout" not in found  # of a comment


TWICE = {
    "two-formats-of-numbers": ("roundeven", "roundevenf", "roundevenl"),
    "two-kinds-of-text": ("strlcpy", "wcslcpy"),
    "two-numbers": ("__isoc23_strtol", "__isoc23_wcstoull_l"),
}


@pytest.mark.parametrize("symbols", TWICE.values(), ids=TWICE.keys())
def test_what_two_members_call_the_same_gets_names_of_its_own(symbols: tuple[str, ...], tmp_path: str) -> None:
    need("gcc")
    path = os.path.join(tmp_path, "one.c")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(one_text(map(SymbolName, symbols)))
    output("gcc", *WARNINGS, "-std=gnu99", "-fPIC", "-c", path, "-o", os.path.join(tmp_path, "one.o"))


def test_a_header_stands_there_once_and_only_where_it_is_needed() -> None:
    text = one_text(map(SymbolName, ("stat", "lstat", "getrandom")))
    assert text.count("int __xstat(int version") == 1
    assert text.count("typedef struct FILE FILE;") == 1
    assert "thrd_code" not in text
    assert '#include "' not in text
    assert re.findall(r"#include <(.*)>", text) == ["asm/unistd.h", "stdarg.h", "stddef.h"]


def test_the_order_of_the_symbols_does_not_matter() -> None:
    names = members("x86_64")
    assert one_text(names) == one_text(reversed(names))
