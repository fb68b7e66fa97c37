"""Programs of other machines: compiled by Debian's cross compilers, run by qemu's user mode.

aarch64 has another first release of glibc and other data relocations, s390x the other byte order as well. A program and
the libraries that it loads are enough to see both; no Python of those machines is needed.

As for this machine, older systems are stood in for: the cross compilers' libraries capped at a manylinux policy, which
`old` names. They are of glibc 2.36, after libpthread and others became part of libc, so a capped copy refuses versions
but does not show that a symbol is in the wrong library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.capped import beyond_policy, cap_files, files_below
from tests.e2e.roots import kept
from tests.tools import need

MACHINES = ("aarch64", "s390x")
OLD = ("2.17", "2.28")

_PATIENCE = 120  # seconds


def compiled(machine: str, path: Path, text: str, *flags: str, language: str = "c") -> Path:
    """Compile C, or C++ with language 'c++', into `path`; the flags come behind the source, as libraries must."""
    compiler = f"{machine}-linux-gnu-{'g++' if language == 'c++' else 'gcc'}"
    need(compiler)
    source = path.with_name(f"{path.name}.{'cpp' if language == 'c++' else 'c'}")
    source.write_text(text)
    command = [compiler, "-o", str(path), str(source), *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path


def run(
    machine: str, path: str | os.PathLike[str], *words: str, old: str | None = None, env: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """Run a program with the machine's glibc, or with the one capped at `old` ('2.17'); `env` is all that it sees."""
    emulator = f"qemu-{machine}"
    need(emulator)
    variables = [word for name, value in env.items() for word in ("-E", f"{name}={value}")]
    command = [emulator, "-L", system(machine, old), *variables, os.fspath(path), *words]
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean, timeout=_PATIENCE)


def system(machine: str, old: str | None = None) -> str:
    """Give the folder that has lib/, with the loader and the libraries of a machine."""
    need(f"{machine}-linux-gnu-g++")
    ours = f"/usr/{machine}-linux-gnu"
    if old is None:
        return ours

    def fill(folder: str) -> None:
        shutil.copytree(f"{ours}/lib", f"{folder}/lib", symlinks=True, ignore=shutil.ignore_patterns("*.a", "*.o"))
        assert cap_files(files_below(folder), beyond_policy(old, machine)) > 0

    return kept(f"{machine}-{old}", fill)
