"""Files that are linked against a sysroot of this machine's compiler, as builds do, with every word of the tools."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import pytest

from glibcheck.cli import main
from glibcheck.elf.image import read
from glibcheck.model.image import ElfImage
from glibcheck.sysroots import Sysroot, Wish, sysroot
from tests.tools import need

LINKERS = ("bfd", "gold", "lld", "mold")
_PROGRAMS = {"bfd": "ld.bfd", "gold": "ld.gold", "lld": "ld.lld", "mold": "ld.mold"}


@cache
def made(target: str, machine: str | None = None, **around: str) -> Sysroot:
    """Give a sysroot for the system's compiler, from the user's cache; `around` is added to the environment."""
    if machine is None:
        need(around.get("CC", "gcc"))
        if os.uname().machine != "x86_64":
            pytest.skip("these tests know the versions of x86_64")
    if machine is None:
        around = {"CC": "gcc", **around}
    return sysroot(Wish(target, machine, "auto", {**os.environ, **around}))


def linker(name: str) -> str:
    """Give the flag that chooses a linker; a skip without it."""
    need(_PROGRAMS[name])
    return f"-fuse-ld={name}"


def build(
    folder: Path,
    name: str,
    sources: Mapping[str, str],
    *words: str,
    compiler: Sequence[str] | str = "gcc",
    env: Mapping[str, str] = {},
) -> Path:
    """Compile sources and link them in one run, which has nothing to say; gives the file."""
    done, path = run_build(folder, name, sources, *words, compiler=compiler, env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), shlex.join(done.args)
    return path


def run_build(
    folder: Path,
    name: str,
    sources: Mapping[str, str],
    *words: str,
    compiler: Sequence[str] | str = "gcc",
    env: Mapping[str, str] = {},
) -> tuple[subprocess.CompletedProcess[str], Path]:
    command = [compiler] if isinstance(compiler, str) else list(compiler)
    need(command[0])
    folder.mkdir(exist_ok=True)
    for file, text in sources.items():
        (folder / file).write_text(text)
    command += [*sources, "-o", name, *words]
    around = {"PATH": os.environ["PATH"], "LC_ALL": "C", **env}
    done = subprocess.run(command, cwd=folder, env=around, capture_output=True, text=True, check=False)
    return done, folder / name


def image(path: Path) -> ElfImage:
    return read(path.read_bytes())


def bound(path: Path) -> dict[str, str]:
    """Tell for each symbol that a file takes from glibc or GCC which version of which library it asks for."""
    return {symbol: f"{need.version} {need.library}" for need in image(path).requirements for symbol in need.symbols}


def newest(path: Path) -> tuple[int, ...]:
    """Give the newest release of glibc that a file asks for."""
    versions = [need.version for need in image(path).requirements if need.version.startswith("GLIBC_")]
    return max(tuple(map(int, version.removeprefix("GLIBC_").split("."))) for version in versions)


def verdict(path: Path, target: str = "manylinux_2_17") -> tuple[int, str]:
    """Judge a file as `glibcheck check` does; gives the exit code and what was said."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(["check", "--target", target, str(path)])
    return code, said.getvalue()
