"""Archives that may become part of a shared object, and those that may not, as compilers really make them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from glibcheck.elf.archive import read_archive
from glibcheck.errors import ElfError
from glibcheck.sysroot.pic import why_not_pic
from tests.tools import need

COMPILERS = {
    "x86_64": "gcc", "aarch64": "aarch64-linux-gnu-gcc", "s390x": "s390x-linux-gnu-gcc",
    "armv7l": "arm-linux-gnueabihf-gcc", "ppc64le": "powerpc64le-linux-gnu-gcc", "riscv64": "riscv64-linux-gnu-gcc",
    "i686": "i686-linux-gnu-gcc",
}  # fmt: skip
SOURCE = """
extern int far_away, handler(int);
static int near[4];
int *table[] = {&far_away, near};
int use(int at) { near[at] += far_away; return handler(near[at]) + *table[at & 1]; }
"""


def archive(machine: str, folder: Path, *flags: str) -> bytes:
    need(COMPILERS[machine], "ar")
    (folder / "it.c").write_text(SOURCE)
    subprocess.run([COMPILERS[machine], "-O2", *flags, "-c", "it.c"], cwd=folder, check=True)
    subprocess.run(["ar", "rc", "it.a", "it.o"], cwd=folder, check=True)
    return (folder / "it.a").read_bytes()


@pytest.mark.parametrize("machine", [name for name in COMPILERS if name != "ppc64le"])
def test_code_for_programs_alone_is_told_with_member_and_symbol(machine: str, tmp_path: Path) -> None:
    found = why_not_pic(archive(machine, tmp_path, "-fno-pic", "-fno-pie"))
    assert found is not None
    assert found.startswith("it.o is not position independent: relocation ")


@pytest.mark.parametrize("flag", ["-fPIC", "-fpic"])
@pytest.mark.parametrize("machine", COMPILERS)
def test_position_independent_code_passes(machine: str, flag: str, tmp_path: Path) -> None:
    assert why_not_pic(archive(machine, tmp_path, flag)) is None


@pytest.mark.parametrize("machine", COMPILERS)
def test_the_linker_agrees(machine: str, tmp_path: Path) -> None:
    """Where we pass an archive that was not made for it, the linker takes it without writing to code."""
    found = why_not_pic(archive(machine, tmp_path, "-fno-pic", "-fno-pie"))
    link = ["-shared", "-nostdlib", "-Wl,-z,text", "-Wl,--whole-archive", "it.a", "-o", "it.so"]
    done = subprocess.run([COMPILERS[machine], *link], cwd=tmp_path, capture_output=True, check=False)
    assert (found is None) == (done.returncode == 0)


@pytest.mark.parametrize("name", ["libstdc++.a", "libsupc++.a", "libgcc_eh.a"])
@pytest.mark.parametrize("machine", COMPILERS)
def test_the_compilers_own_archives_pass(machine: str, name: str) -> None:
    compiler = COMPILERS[machine]
    need(compiler)
    command = [compiler, f"-print-file-name={name}"]
    path = Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    if not path.is_absolute():
        pytest.skip(f"{compiler} has no {name}")
    data = path.read_bytes()
    assert any(True for _ in read_archive(data))
    assert why_not_pic(data) is None


def test_what_is_no_archive_is_an_error() -> None:
    with pytest.raises(ElfError):
        why_not_pic(b"\x7fELF, and no archive")
