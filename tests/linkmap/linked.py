"""One small library, linked by each of the four linkers with its map: objects, archives, names that need care."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.tools import need, output

LINKERS = ("bfd", "gold", "lld", "mold")

LONG = "a_function_whose_name_does_not_fit_into_the_column_of_a_map"
SOURCES = {
    "entry.c": f"""
        #include <stdio.h>
        int helper(int); double deep(double); extern int shared_count[10];
        __thread int mine = 3; int zero[100]; int data = 5;
        int {LONG}(int x) {{ return x * 3 + data; }}
        int entry(int x) {{ puts("hello"); puts("merged"); return helper(x) + {LONG}(x) + zero[x] + mine
            + (int)deep(x) + shared_count[0]; }}
    """,
    "helper.c": """
        #include <stdio.h>
        int shared_count[10];
        int helper(int x) { printf("%d", x); puts("merged"); return x + 1; }
        int never(int x) { return x; }
    """,
    "deep.cc": """
        #include <cmath>
        template <class T> T common(T x) { static T n; n += x; return std::pow(x, n); }
        int *make() { return new int; }
        extern "C" double deep(double x) { return common(x) + *make(); }
    """,
    "dir with (brackets)/other (1).cc": """
        #include <cmath>
        template <class T> T common(T x) { static T n; n += x; return std::pow(x, n); }
        extern "C" double other(double x) { return common(x); }
    """,
    "unused.c": "int unused(void) { return 1; }\n",
}
OTHER = "dir with (brackets)/other (1).o"


def compile_sources(folder: Path, *words: str) -> None:
    """Compile all sources in a folder, and put three of the objects into `lib (x)/libparts.a`."""
    for name, text in SOURCES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        output("g++" if path.suffix == ".cc" else "gcc", "-x", "c++" if path.suffix == ".cc" else "c", "-c", "-fPIC",
               "-O1", "-ffunction-sections", *words, str(path), "-o", str(path.with_suffix(".o")))  # fmt: skip
    (folder / "lib (x)").mkdir(exist_ok=True)
    archive = str(folder / "lib (x)" / "libparts.a")
    output("ar", "rcs", archive, *(str(folder / name) for name in ("helper.o", "deep.o", "unused.o")))


def link(linker: str, folder: Path, *words: str, compiler: str = "gcc", locale: str = "C") -> str:
    """Link `NAME.so` and `NAME.map` of a linker inside a folder; gives what the linker printed."""
    program = linker if linker == "mold" else f"ld.{linker}"
    need(compiler, program)
    command = [compiler, f"-fuse-ld={linker}", "-shared", "-o", f"{linker}.so", f"-Wl,-Map={linker}.map", *words]
    environment = {**os.environ, "LC_ALL": locale}
    done = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def link_all_parts(linker: str, folder: Path, *words: str) -> str:
    """Link the objects with the archive and libm, as a user would."""
    parts = ("entry.o", OTHER, "lib (x)/libparts.a")
    return link(linker, folder, *parts, *words, compiler="g++")


def functions(path: Path) -> dict[str, int]:
    """Ask nm for the functions that a file defines and their addresses; names that are there twice are left out."""
    found: dict[str, list[int]] = {}
    for line in output("nm", "--defined-only", str(path)).splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[1] in "TtW":
            found.setdefault(fields[2], []).append(int(fields[0], 16))
    return {name: addresses[0] for name, addresses in found.items() if len(addresses) == 1}
