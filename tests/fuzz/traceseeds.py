"""What a trace reads, to be damaged: linked files, the objects and archives that went into them, and linkers' maps.

Two small sources are compiled in the ways that matter to the readers: both forms of debug information, compressed or
not, a section for each function, for a linker plugin, for a machine with other instructions. What this system has no
tool for is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from glibcheck.elf.sections import SHT_NOBITS, SectionTable
from glibcheck.errors import ElfError
from tests.fuzz.mutate import Fields, Seed, elf_seed

WANTED = ("getenv", "malloc", "memcpy", "pow", "puts", "stdout")

_ONE = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static inline int shared(const char *name) { const char *v = getenv(name); return v ? v[0] * 3 : 7; }
int one(int n) { int s = 0; for (int i = 0; i < n; i++) s += shared("ONE") ^ i; if (s > 9) puts("one"); return s; }
char *copy(const char *text, unsigned long size) { char *p = malloc(size + 1); return p ? memcpy(p, text, size) : 0; }
"""
_TWO = """
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int one(int);
int (*say)(const char *) = puts;
double two(double x) { fputs("two", stdout); return pow(x, one(3)) + say("?") + (getenv("TWO") != 0); }
void stop(void) { if (two(2) > 9) puts("much"); }
"""
_MAIN = "extern double two(double); int main(void) { return two(1) > 2; }\n"
_HEADS = (".symtab", ".rel", ".debug_line", ".debug_info", ".debug_abbrev", ".debug_aranges", ".debug_rnglists",
          ".eh_frame", ".gnu_debuglink", ".gnu_debugaltlink", ".note", ".debug_str_offsets", ".debug_addr")  # fmt: skip
_LONGEST = 600  # bytes of a section that are taken for fields


@dataclass(frozen=True, slots=True)
class Linked:
    """A linked file, and what went into it; `name` begins with that of the compiler's triplet."""

    name: str
    library: bytes
    objects: tuple[tuple[str, bytes], ...]
    map: str


@dataclass(frozen=True, slots=True)
class _Way:
    name: str
    words: tuple[str, ...]
    compiler: str = "gcc"
    link: tuple[str, ...] = ()


_WAYS = (
    _Way("plain", ("-O2", "-g")),
    _Way("sections", ("-O1", "-gdwarf-4", "-ffunction-sections"), link=("-Wl,--gc-sections", "-Wl,-z,now")),
    _Way("packed", ("-O2", "-g", "-gz"), link=("-gz",)),
    _Way("program", ("-O1", "-g", "-fno-pic"), link=("-no-pie",)),
    _Way("stripped", ("-O2", "-fno-plt"), link=("-s", "-Wl,--build-id")),
    _Way("plugin", ("-O2", "-g", "-flto", "-ffat-lto-objects"), link=("-flto",)),
    _Way("clang", ("-O2", "-g", "-fdebug-types-section"), "clang", ("-fuse-ld=lld",)),
    _Way("arm64", ("-O2", "-g"), "aarch64-linux-gnu-gcc"),
    _Way("arm64-pic", ("-O0", "-gdwarf-4"), "aarch64-linux-gnu-gcc", ("-s",)),
    _Way("s390x", ("-O2", "-g"), "s390x-linux-gnu-gcc"),
)


@cache
def linked_files() -> tuple[Linked, ...]:
    """Compile and link, in the ways that this system can."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("one", _ONE), ("two", _TWO), ("main", _MAIN)):
            with open(os.path.join(folder, f"{name}.c"), "w", encoding="ascii") as file:
                file.write(text)
        return tuple(_linked(way, folder) for way in _WAYS if shutil.which(way.compiler))


def _linked(way: _Way, folder: str) -> Linked:
    names = ("one", "two", "main") if way.name == "program" else ("one", "two")
    kind = ("-shared",) if way.name != "program" else ()
    pic = ("-fPIC",) if way.name != "program" else ()
    for name in names:
        _run(folder, way.compiler, *pic, *way.words, "-c", f"{name}.c", "-o", f"{way.name}-{name}.o")
    objects = [f"{way.name}-{name}.o" for name in names]
    words = (*kind, *way.link, *objects, "-lm", f"-Wl,-Map={way.name}.map", "-o", f"{way.name}.so")
    _run(folder, way.compiler, *words)
    kept = tuple((name, _content(folder, name)) for name in objects)
    text = _content(folder, f"{way.name}.map").decode()
    return Linked(way.name, _content(folder, f"{way.name}.so"), kept, text)


def trace_seeds() -> tuple[Seed, ...]:
    """Gather what is damaged: always the same on the same system."""
    return (*_elf(), *_texts())


def _elf() -> Iterator[Seed]:
    for linked in linked_files():
        yield traced_seed(f"{linked.name}.so", linked.library)
        for name, data in linked.objects:
            yield traced_seed(name, data)


def traced_seed(name: str, data: bytes) -> Seed:
    """Find the fields of an ELF file, with those of the tables that a trace reads."""
    seed = elf_seed(name, data)
    fields: dict[str, Fields] = {}
    try:
        sections = SectionTable(data).sections
    except ElfError:
        return seed
    for section in sections:
        if section.name.startswith(_HEADS) and section.type != SHT_NOBITS:
            end = section.offset + min(section.size, _LONGEST)
            width = 1 if section.name.startswith(".debug") else 4
            fields[section.name] = tuple((place, width) for place in range(section.offset, end - width + 1, width))
    return replace(seed, fields={**seed.fields, **{name: found for name, found in fields.items() if found}})


def _texts() -> Iterator[Seed]:
    """Write archives of both kinds, the maps of each linker, and what linkers say of symbols."""
    if shutil.which("gcc") is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("one", _ONE), ("a_name_that_is_longer_than_a_header", _TWO), ("main", _MAIN)):
            with open(os.path.join(folder, f"{name}.c"), "w", encoding="ascii") as file:
                file.write(text)
            _run(folder, "gcc", "-O1", "-ffunction-sections", "-c", f"{name}.c")
        members = ("one.o", "a_name_that_is_longer_than_a_header.o")
        for words, name in ((("rcs",), "two.a"), (("rcsT",), "thin.a")):
            _run(folder, "ar", *words, name, *members)
            data = _content(folder, name)
            heads = tuple((place, 1) for place in range(8, min(len(data), 400)))
            yield Seed(name, data, "<", {"heads": heads})
        for linker in ("bfd", "gold", "lld", "mold"):
            if shutil.which("mold" if linker == "mold" else f"ld.{linker}"):
                line = (f"-fuse-ld={linker}", "main.o", "two.a", "-lm", f"-Wl,-Map={linker}.map", "-Wl,-y,puts")
                said = _run(folder, "gcc", *line, "-o", linker)
                yield Seed(f"{linker}.map", _content(folder, f"{linker}.map"))
                yield Seed(f"{linker}.trace", said or b"one.o: reference to puts\n")


def _run(folder: str, *command: str) -> bytes:
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return done.stdout + done.stderr


def _content(folder: str, name: str) -> bytes:
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()
