"""A place to compare: members compiled with changed names, and programs that call them next to the real functions."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator

from glibcheck.sysroot.compat import COMPAT, FLAGS, headers, source

PROGRAMS = os.path.join(os.path.dirname(__file__), "programs")
WARNINGS = ("-Wall", "-Wextra", "-Werror")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run_here(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def write_sources(folder: str, machine: str = "x86_64") -> list[str]:
    """Write the members of a machine and what they include into a folder; give their symbols."""
    symbols = [str(row.symbol) for row in COMPAT if row.machines is None or machine in row.machines]
    texts = {**headers(), **{f"{symbol}.c": source(symbol) for symbol in symbols}}
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)
    return symbols


class Bench:
    """Members in a folder, which has one name here and perhaps another one where programs are run."""

    def __init__(self, folder: str, inside: str, run: Run, compiler: str = "gcc") -> None:
        self.folder, self.inside, self.run, self.compiler = folder, inside, run, compiler
        self.symbols = write_sources(folder)

    def must(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, f"{' '.join(command)[:300]}\n{done.stdout}{done.stderr}"[:4000]
        return done.stdout

    def compile_members(self) -> None:
        """Make an object of each member, and an archive of all with `compat_` in front of their names."""
        sources = " ".join(f"{symbol}.c" for symbol in self.symbols)
        self.must("sh", "-c", f"cd {self.inside} && {self.compiler} {' '.join(FLAGS + WARNINGS)} -c {sources}")
        with open(os.path.join(self.folder, "names"), "w", encoding="utf-8") as stream:
            stream.writelines(f"{symbol} compat_{symbol}\n" for symbol in self.symbols)
        self.must("sh", "-c", _RENAME.format(folder=self.inside))

    def program(self, name: str) -> str:
        """Compile a comparison; give the path of the program where it is run."""
        for file in ("compare.h", name):
            with open(os.path.join(PROGRAMS, file), encoding="utf-8") as stream:
                text = stream.read()
            with open(os.path.join(self.folder, file), "w", encoding="utf-8") as out:
                out.write(text)
        path = os.path.join(self.inside, name.removesuffix(".c"))
        # No builtins, no fortified forms: what is called must be the function, and with the arguments as they stand.
        # Some arguments are wrong on purpose, and old functions stand beside those that took their place.
        options = ("-O1", "-g", "-Wall", "-Wno-nonnull", "-Wno-deprecated-declarations", "-fno-builtin")
        source_path, archive = os.path.join(self.inside, name), os.path.join(self.inside, "renamed.a")
        libraries = ("-lresolv", "-lm", "-lpthread")
        self.must(self.compiler, *options, "-U_FORTIFY_SOURCE", "-o", path, source_path, archive, *libraries)
        return path


_RENAME = """cd {folder} && mkdir -p renamed && rm -f renamed.a
for object in *.o; do objcopy --redefine-syms=names "$object" "renamed/$object" || exit 1; done
ar rcs renamed.a renamed/*.o
"""


def compared(output: str) -> Iterator[str]:
    """Name the functions that a program compared at all."""
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        if word == "compared":
            name, _, count = rest.partition(" ")
            assert int(count) > 0
            yield name


def mismatches(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith("MISMATCH")]


__all__ = ["PROGRAMS", "Bench", "compared", "mismatches", "run_here", "write_sources"]
