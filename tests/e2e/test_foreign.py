"""Other machines under qemu, and their libraries capped: what the loader there runs and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import foreign

pytestmark = pytest.mark.e2e

BYTE_ORDER = {"aarch64": "little", "s390x": "big"}

LOADS = """
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
    void *library = dlopen(words[1], RTLD_NOW);
    if (!library) { fputs(dlerror(), stderr); return 3; }
    int (*answer)(void) = (int (*)(void))dlsym(library, "answer");
    int one = 1;
    printf("%d %s\\n", answer(), *(char *)&one ? "little" : "big");
    return 0;
}
"""
THROWS = """
#include <stdexcept>
extern "C" int answer() { try { throw std::runtime_error("x"); } catch (const std::exception &) { return 42; } }
"""
# A start file of a newer glibc asks for __libc_start_main@GLIBC_2.34, so this one starts, and leaves, by itself.
ALONE = """
int printf(const char *, ...); int fflush(void *); void exit(int); int answer(void);
void _start(void) { printf("%d\\n", answer()); fflush(0); exit(0); }
"""
WITHOUT_START = ("-nostartfiles", "-fno-builtin")
LIBRARY = ("-shared", "-fPIC", "-nostdlib", "-fno-builtin")
GETRANDOM = """
long getrandom(void *, unsigned long, unsigned);
int answer(void) { char bytes[4]; return (int)getrandom(bytes, 4, 0); }
"""


@pytest.mark.parametrize("machine", foreign.MACHINES)
def test_a_program_loads_a_cpp_library(machine: str, tmp_path: Path) -> None:
    program = foreign.compiled(machine, tmp_path / "program", LOADS)
    library = foreign.compiled(machine, tmp_path / "library.so", THROWS, "-shared", "-fPIC", language="c++")
    done = foreign.run(machine, program, str(library))
    assert (done.returncode, done.stdout) == (0, f"42 {BYTE_ORDER[machine]}\n"), done.stderr


@pytest.mark.parametrize("old", foreign.OLD)
@pytest.mark.parametrize("machine", foreign.MACHINES)
def test_a_program_with_a_newer_start_is_refused(machine: str, old: str, tmp_path: Path) -> None:
    program = foreign.compiled(machine, tmp_path / "program", LOADS)
    done = foreign.run(machine, program, old=old)
    assert done.returncode != 0
    assert "version `GLIBC_2.34' not found" in done.stderr


@pytest.mark.parametrize("old", [*foreign.OLD, None])
@pytest.mark.parametrize("machine", foreign.MACHINES)
def test_a_program_with_old_needs_runs(machine: str, old: str | None, tmp_path: Path) -> None:
    text = f"{ALONE} int answer(void) {{ return 42; }}"
    program = foreign.compiled(machine, tmp_path / "program", text, *WITHOUT_START)
    done = foreign.run(machine, program, old=old)
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr


@pytest.mark.parametrize(("old", "refused"), [("2.17", True), ("2.28", False), (None, False)])
@pytest.mark.parametrize("machine", foreign.MACHINES)
def test_a_name_without_a_version_is_found_from_its_release_on(
    machine: str, old: str | None, refused: bool, tmp_path: Path
) -> None:
    # getrandom is of 2.25. The program brings libc.so.6; the library names none, so its reference has no version.
    library = foreign.compiled(machine, tmp_path / "library.so", GETRANDOM, *LIBRARY)
    flags = (*WITHOUT_START, str(library), f"-Wl,-rpath,{tmp_path}")
    program = foreign.compiled(machine, tmp_path / "program", ALONE, *flags)
    done = foreign.run(machine, program, old=old, env={"LD_BIND_NOW": "1"})
    assert ("undefined symbol: getrandom" in done.stderr) == refused
    assert (done.stdout == "4\n") != refused
