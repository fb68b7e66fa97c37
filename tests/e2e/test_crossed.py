"""Sysroots of other machines, by Debian's cross compilers: what is linked fits, and runs on their capped glibc."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import foreign
from tests.sysroot import sources
from tests.sysroot.linked import build, image, made, newest, verdict
from tests.tools import need

pytestmark = pytest.mark.e2e

# Where a shared object is loaded by a program, which is linked against the same sysroot.
LOADS = r"""
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
    void *library = dlopen(words[1], RTLD_NOW);
    if (!library) { fputs(dlerror(), stderr); return 3; }
    printf("%d\n", ((int (*)(void))dlsym(library, "answer"))());
    return 0;
}
"""
PROGRAM = {"program.c": sources.PROGRAM, "library.c": sources.LIBRARY}
CXX_PROGRAM = {"program.cpp": sources.CXX_PROGRAM, "library.cpp": sources.CXX_LIBRARY}
CXX_LIBRARY = {"library.cpp": sources.CXX_LIBRARY}
KINDS = {"pie": ("-fPIE", "-pie"), "not-pie": ("-fno-pie", "-no-pie")}
# Machines that are linked for, but not run: their words at Debian, and the oldest target that they have.
OTHERS = {
    "i686": ("i686-linux-gnu", "2.17"),
    "armv7l": ("arm-linux-gnueabihf", "2.17"),
    "ppc64le": ("powerpc64le-linux-gnu", "2.17"),
    "riscv64": ("riscv64-linux-gnu", "2.31"),
}


def flags(machine: str, target: str = "2.17") -> tuple[str, ...]:
    need(f"{machine}-linux-gnu-g++")
    chosen = made(target, machine).flags
    return (*chosen.compile, *chosen.link)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("machine", foreign.MACHINES)
def test_a_program_runs(machine: str, kind: str, tmp_path: Path) -> None:
    compiler = f"{machine}-linux-gnu-gcc"
    path = build(tmp_path, "program", PROGRAM, "-O1", *KINDS[kind], *flags(machine), compiler=compiler)
    assert newest(path) <= (2, 17)
    assert verdict(path)[0] == 0, verdict(path)[1]
    done = foreign.run(machine, path, *sources.ARGUMENTS, old="2.17", env={"GIVEN": "yes"})
    assert (done.returncode, done.stdout, done.stderr) == (7, sources.PRINTED, "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("machine", foreign.MACHINES)
def test_a_cpp_program_runs(machine: str, kind: str, tmp_path: Path) -> None:
    compiler = f"{machine}-linux-gnu-g++"
    path = build(tmp_path, "program", CXX_PROGRAM, "-O1", *KINDS[kind], *flags(machine), compiler=compiler)
    assert verdict(path)[0] == 0, verdict(path)[1]
    done = foreign.run(machine, path, "word", old="2.17")
    assert (done.returncode, done.stdout, done.stderr) == (0, sources.CXX_PRINTED, "")


@pytest.mark.parametrize("machine", foreign.MACHINES)
def test_a_cpp_library_is_loaded(machine: str, tmp_path: Path) -> None:
    words = ("-O1", "-shared", "-fPIC", *flags(machine))
    module = build(tmp_path, "library.so", CXX_LIBRARY, *words, compiler=f"{machine}-linux-gnu-g++")
    assert "libstdc++.so.6" not in image(module).needed
    assert newest(module) <= (2, 17)
    assert verdict(module)[0] == 0, verdict(module)[1]
    program = build(tmp_path, "loads", {"loads.c": LOADS}, *flags(machine), compiler=f"{machine}-linux-gnu-gcc")
    done = foreign.run(machine, program, str(module), old="2.17")
    assert (done.returncode, done.stdout, done.stderr) == (0, "42\n", "")


@pytest.mark.parametrize("machine", OTHERS)
def test_others_are_linked_for(machine: str, tmp_path: Path) -> None:
    words, target = OTHERS[machine]
    need(f"{words}-g++")
    chosen = made(target, machine).flags
    both = (*chosen.compile, *chosen.link)
    found = [
        build(tmp_path, "it.so", {"a.c": sources.LIBRARY}, "-shared", "-fPIC", *both, compiler=f"{words}-gcc"),
        build(tmp_path, "program", PROGRAM, *both, compiler=f"{words}-gcc"),
    ]
    library = build(tmp_path, "cxx.so", CXX_LIBRARY, "-shared", "-fPIC", *both, compiler=f"{words}-g++")
    name = f"manylinux_{target.replace('.', '_')}"
    for path in (*found, library):
        assert image(path).machine == machine
    for path in found if machine == "ppc64le" else (*found, library):
        assert verdict(path, name)[0] == 0, verdict(path, name)[1]
    if machine == "ppc64le":  # its C++ runtime needs the IEEE long double of glibc 2.32; nothing stands in for that
        code, said = verdict(library, name)
        assert (code, "__frexpieee128" in said) == (1, True)
