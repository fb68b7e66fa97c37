"""A program of several files to compile in many ways, and what addr2line and llvm-symbolizer say of its addresses.

The files have what line tables are about: code in headers, inline functions and templates, loops, sections that the
linker throws away, a file in another folder, and lines that are far apart.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.sections import SectionTable
from tests.tools import need, output

FILES = {
    "include/twice.h": """
#pragma once
static inline int twice(int n) {
    if (n > 100)
        n -= 100;

    return n * 2;
}
""",
    "src/main.c": """
#include <stdio.h>
#include <stdlib.h>
#include "twice.h"
extern int sum(const int *from, int count);
int main(int argc, char **argv) {
    int numbers[16];
    for (int i = 0; i < 16; i++)
        numbers[i] = twice(i + argc);
    if (argc > 3) {
        puts(argv[0]);
        return abs(twice(argc)) + atoi(argv[1]);
    }
"""
    + "\n" * 200
    + """
    printf("%d\\n", sum(numbers, 16));
    return 0;
}
""",
    "src/sum.c": """
#include "twice.h"
int never_called(int a, int b) {
    int c = a * b;
    for (int i = 0; i < a; i++) {
        c += twice(i) / (b + 1);
        c ^= i << 3; c += a * i; c ^= b * 7; c -= twice(c);
        c ^= i << 5; c += a * c; c ^= b * 9; c -= twice(b);
        c ^= i << 7; c += b * i; c ^= c * 5; c -= twice(a);
    }
    return c;
}
int sum(const int *from, int count) {
    int total = 0;
    while (count-- > 0) {
        total += *from++;
        if (total > 1000)
            total = twice(total);
    }
    return total;
}
""",
    "src/main.cc": """
#include <cstdio>
#include <string>
#include <vector>
#include "twice.h"
template <typename T> T largest(const std::vector<T> &all) {
    T found = all[0];
    for (const T &one : all)
        if (found < one)
            found = one;
    return found;
}
int sum(const std::vector<int> &numbers);
int main(int argc, char **argv) {
    std::vector<int> numbers;
    std::vector<std::string> words(argv, argv + argc);
    for (int i = 0; i < argc; i++)
        numbers.push_back(twice(i));
    std::puts(largest(words).c_str());
    return largest(numbers) + sum(numbers);
}
""",
    "src/sum.cc": """
#include <vector>
#include "twice.h"
struct Sum {
    int total = 0;
    virtual ~Sum() {}
    virtual void add(int n) { total += twice(n); }
};
int sum(const std::vector<int> &numbers) {
    Sum all;
    for (int n : numbers)
        all.add(n);
    return all.total;
}
""",
}  # fmt: skip


def written(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    return folder


def build(folder: Path, compiler: str, words: Sequence[str]) -> Path:
    """Compile the C or C++ program by paths that are relative to its folder."""
    need(compiler)
    end = "cc" if "++" in compiler else "c"
    command = [compiler, "-g", "-Iinclude", *words, f"src/main.{end}", f"src/sum.{end}", "-o", "program"]
    written(folder)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "program"


def instructions(path: Path, objdump: str = "objdump") -> list[int]:
    """Give every address that objdump disassembles."""
    listed = output(objdump, "-d", "--no-show-raw-insn", str(path))
    return [int(found[1], 16) for found in re.finditer(r"^ *([0-9a-f]+):\t", listed, re.M)]


def by_addr2line(path: Path, addresses: Iterable[int], tool: str = "addr2line") -> list[str | None]:
    return _asked([tool, "-e", str(path)], addresses)


def by_llvm(path: Path, addresses: Iterable[int]) -> list[str | None]:
    options = ["--no-inlines", "--output-style=GNU", "-f=none", "--no-demangle"]
    return _asked(["llvm-symbolizer", f"--obj={path}", *options], addresses)


def _asked(command: list[str], addresses: Iterable[int]) -> list[str | None]:
    need(command[0])
    asked = "".join(f"{address:#x}\n" for address in addresses)
    environment = {**os.environ, "LC_ALL": "C", "DEBUGINFOD_URLS": ""}
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, env=environment)
    return [_place(line) for line in done.stdout.splitlines() if line]


def _place(line: str) -> str | None:
    """Give 'path:line'; None for a line of 0, '?', or a path that is not known."""
    place = re.sub(r" \(discriminator.*", "", line)
    path, _, number = place.rpartition(":")
    return None if number in ("0", "?") or path in ("??", "") else place


def ours(path: Path, addresses: Iterable[int]) -> list[str | None]:
    lines = Lines(SectionTable(path.read_bytes()))
    asked = list(addresses)
    found = lines.at(asked)
    assert lines.problems == ()
    places = [found.get(address) for address in asked]
    return [None if place is None else f"{place.source.path}:{place.source.line}" for place in places]


class Counts:
    """How many addresses were asked, and where the two others disagree with each other."""

    def __init__(self) -> None:
        self.asked = self.known = self.disputed = 0


def assert_agreement(path: Path, debug: Path | None = None, addresses: Sequence[int] | None = None) -> Counts:
    """Hold our places against both tools; where they differ from each other, either is right."""
    asked = instructions(path) if addresses is None else addresses
    source = debug or path
    counts, wrong = Counts(), []
    answers = zip(asked, ours(source, asked), by_addr2line(source, asked), by_llvm(source, asked), strict=True)
    for address, mine, gnu, llvm in answers:
        counts.asked += 1
        counts.known += mine is not None
        counts.disputed += gnu != llvm
        if mine not in (gnu, llvm):
            wrong.append((hex(address), mine, gnu, llvm))
    assert wrong == [], f"{len(wrong)} of {counts.asked}, first {wrong[:5]}"
    return counts
