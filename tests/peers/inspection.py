"""The tools that list what wheels need: what each names of all that readelf finds, and what that costs.

Counted by wheel, so that tools that tell of a wheel as a whole and those that tell of each file compare: pairs of a
library and a version, and pairs of a symbol and the version that it is bound to. What takes no wheels is given the
files of an unpacked one; unpacking is not counted.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence

from glibcheck.model.record import Record
from tests.bench.harness import Command, run

_ROUNDS = 3

Pairs = frozenset[tuple[str, str]]


class Found(Record):
    """What a tool named: `versions` as (soname, version), `symbols` as (name, version)."""

    versions: Pairs
    symbols: Pairs


class Tool(Record):
    """A tool: its arguments before the wheel, or before the files when it takes no wheels, and how to read it."""

    name: str
    words: tuple[str, ...]
    takes_wheels: bool
    read: Callable[[str], Found]


class Compared(Record):
    """What a tool named of all there is, what it cost, and how often that of glibcheck, the first of the tools."""

    name: str
    versions: int
    symbols: int
    cpu_seconds: float
    ratio: float


def compared(wheels: Sequence[str], tools: Sequence[Tool], scratch: str) -> list[Compared]:
    """Run all tools over all wheels, in turn; the one named readelf says what there is to find."""
    files = {wheel: _unpacked(wheel, os.path.join(scratch, str(place))) for place, wheel in enumerate(wheels)}
    said = {tool.name: {wheel: tool.read(_output(tool, wheel, files[wheel])) for wheel in wheels} for tool in tools}
    costs: dict[str, list[float]] = {tool.name: [] for tool in tools}
    for _ in range(_ROUNDS):
        for tool in tools:
            costs[tool.name].append(sum(_cost(tool, wheel, files[wheel]) for wheel in wheels))
    truth, ours = said["readelf"], costs[tools[0].name]
    return [
        Compared(
            tool.name,
            sum(len(said[tool.name][wheel].versions & truth[wheel].versions) for wheel in wheels),
            sum(len(said[tool.name][wheel].symbols & truth[wheel].symbols) for wheel in wheels),
            round(min(costs[tool.name]), 2),
            round(statistics.median(own / base for own, base in zip(costs[tool.name], ours, strict=True)), 2),
        )
        for tool in tools
    ]


def markdown(rows: Sequence[Compared], wheels: int) -> str:
    """Write the table; the row of readelf has all there is."""
    (whole,) = (row for row in rows if row.name == "readelf")
    lines = [
        f"| {wheels} wheels | versions of libraries | symbols with their version | CPU s | of glibcheck's time |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {row.versions} of {whole.versions} | {row.symbols} of {whole.symbols} "
        f"| {row.cpu_seconds:.2f} | {row.ratio:.2f}x |"
        for row in rows
    ]
    return "\n".join([*lines, ""])


def tools(glibcheck: str, programs: str) -> list[Tool]:
    """Give all of them; `glibcheck` is the path of ours, `programs` the folder of an environment with the others."""
    python = f"{programs}/python"
    lief = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lief_needs.py")
    return [
        Tool("glibcheck scan", (glibcheck, "scan", "--format", "json"), True, _read_ours),
        Tool("readelf", ("readelf", "--version-info", "--dyn-syms", "--wide"), False, read_readelf),
        Tool("objdump", ("objdump", "-p", "-T", "-w"), False, read_objdump),
        Tool("auditwheel show", (python, "-m", "auditwheel", "show", "--json"), True, _read_auditwheel),
        Tool("elfdeps", (f"{programs}/elfdeps", "--symbols"), True, read_elfdeps),
        Tool("auditwheel-symbols", (f"{programs}/auditwheel-symbols", "-m", "2_5"), True, read_auditwheel_symbols),
        Tool("lief", (python, lief), False, _read_lief),
    ]


def read_readelf(text: str) -> Found:
    """Read version needs, and undefined symbols of the dynamic table: `... UND memcpy@GLIBC_2.14 (4)`."""
    versions, library = set(), ""
    for line in text.splitlines():
        if found := re.search(r"Version: 1  File: (\S+)  Cnt:", line):
            library = found[1]
        elif (found := re.search(r"Name: (\S+)  Flags: .*  Version: \d+$", line)) and library:
            versions.add((library, found[1]))
        elif line.startswith("File: ") or not line.strip():
            library = ""
    symbols = re.findall(r" UND (\S+?)@(\S+)(?: \(\d+\))?$", text, re.MULTILINE)
    return Found(frozenset(versions), frozenset(symbols))


def read_objdump(text: str) -> Found:
    """Read `required from libc.so.6:` with the lines below it, and `*UND* ... (GLIBC_2.14) memcpy`."""
    versions, library = set(), ""
    for line in text.splitlines():
        if found := re.match(r"  required from (\S+):$", line):
            library = found[1]
        elif library and (found := re.match(r"    0x\w+ 0x\w+ \d+ (\S+)$", line)):
            versions.add((library, found[1]))
        else:
            library = ""
    symbols = re.findall(r"\*UND\*\s+[0-9a-f]+ +\(?([\w.]+)\)? +(\S+)$", text, re.MULTILINE)
    return Found(frozenset(versions), frozenset((name, version) for version, name in symbols if version != "Base"))


def read_elfdeps(text: str) -> Found:
    """Read `- libc.so.6(GLIBC_2.14)(64bit)`; its symbols have no versions."""
    return Found(frozenset(re.findall(r"^  - (\S+?)\((\w[^)]*)\)\(64bit\)$", text, re.MULTILINE)), frozenset())


def read_auditwheel_symbols(text: str) -> Found:
    """Read `libc.so.6<TAB>offending versions: GLIBC_2.14, ...`: those above a policy, here the oldest that it has."""
    rows = re.findall(r"^(\S+)\toffending versions: (.+)$", text, re.MULTILINE)
    return Found(frozenset((library, name) for library, names in rows for name in names.split(", ")), frozenset())


def _read_ours(text: str) -> Found:
    needs = [need for file in json.loads(text)["files"] for need in file["requirements"]]
    return Found(
        frozenset((need["library"], need["version"]) for need in needs),
        frozenset((symbol, need["version"]) for need in needs for symbol in need["symbols"]),
    )


def _read_auditwheel(text: str) -> Found:
    document: Mapping[str, list[str]] = json.loads(text)["versioned_symbols"]
    return Found(frozenset((library, name) for library, names in document.items() for name in names), frozenset())


def _read_lief(text: str) -> Found:
    rows = [line.split() for line in text.splitlines()]
    return Found(
        frozenset((name, version) for kind, name, version in rows if kind == "version"),
        frozenset((name, version) for kind, name, version in rows if kind == "symbol"),
    )


def _words(tool: Tool, wheel: str, files: Sequence[str]) -> list[str]:
    return [*tool.words, *([wheel] if tool.takes_wheels else files)]


def _output(tool: Tool, wheel: str, files: Sequence[str]) -> str:
    # auditwheel-symbols ends with 1 when something is above the policy, and says so on stderr.
    done = subprocess.run(_words(tool, wheel, files), capture_output=True, text=True, check=False)
    return done.stdout or done.stderr


def _cost(tool: Tool, wheel: str, files: Sequence[str]) -> float:
    # A shell of a millisecond: the exit code may say what was found.
    words = ("/bin/sh", "-c", '"$@" || :', "sh", *_words(tool, wheel, files))
    return run(Command(tool.name, words)).cpu_seconds


def _unpacked(wheel: str, folder: str) -> list[str]:
    """Unpack a wheel and give the paths of its ELF files."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    paths = [os.path.join(place, name) for place, _, names in sorted(os.walk(folder)) for name in sorted(names)]
    return [path for path in paths if _is_elf(path)]


def _is_elf(path: str) -> bool:
    with open(path, "rb") as stream:
        return stream.read(4) == b"\x7fELF"
