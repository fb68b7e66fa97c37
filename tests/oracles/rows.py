"""The rows of a scan, ours and those of binutils' readelf, and how they compare.

`readelf --dyn-syms` prints `name@VERSION (number)` for what a file wants and `name@@VERSION` for what it has;
`readelf -V` lists the library and version behind each number. Together they are the rows of a scan.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from glibcheck.model.finding import Failure, Result, ScannedFile
from glibcheck.model.image import ElfImage
from tests.downloads import UnavailableError
from tests.tools import missing, output

CHUNK = 200

Row = tuple[str, str, str]  # library, version, symbol ('' for the version entry itself)

_LIBRARY = re.compile(r"^ .* Version: \d+ +File: (?P<library>\S+) +Cnt: \d+$")
_VERSION = re.compile(r"^ .*Name: (?P<version>\S+) +Flags: .* Version: (?P<number>\d+)$")
_SYMBOL = re.compile(r"^ *\d+: [0-9a-f]+ .* (?P<symbol>\S+)@(?P<version>[^@\s]+) \((?P<number>\d+)\)$")


@dataclass
class Tally:
    """What a comparison found, by the names that we show; all but the counts should be empty."""

    files: int = 0
    rows: int = 0
    missing: list[tuple[str, Row]] = field(default_factory=list)
    extra: list[tuple[str, Row]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.extra or self.failures or self.unseen)

    def __str__(self) -> str:
        text = f"{self.files} ELF files, {self.rows} rows, {len(self.missing)} missing, {len(self.extra)} extra"
        text += f", {len(self.failures)} not read" if self.failures else ""
        return text + (f", {len(self.unseen)} not seen" if self.unseen else "")


def compare(results: Iterable[Result], paths: dict[str, str]) -> Tally:
    """Compare what we found with what readelf says; `paths` says where readelf finds each name that we show."""
    ours = {result.path: result for result in results}
    tally = Tally(len(paths), unseen=sorted(paths.keys() - ours.keys()))
    theirs = readelf(list(paths.values()))
    for shown, path in paths.items():
        match ours.get(shown):
            case ScannedFile(_, image):
                mine = rows_of(image)
            case Failure() as failure:
                tally.failures.append(failure)
                mine = set()
            case _:
                mine = set()  # Objects and static programs have no versions; readelf then prints no row either.
        tally.rows += len(theirs[path])
        tally.missing += [(shown, row) for row in sorted(theirs[path] - mine)]
        tally.extra += [(shown, row) for row in sorted(mine - theirs[path])]
    return tally


def rows_of(image: ElfImage) -> set[Row]:
    return {(need.library, need.version, symbol) for need in image.requirements for symbol in (*need.symbols, "")}


def readelf(paths: list[str]) -> dict[str, set[Row]]:
    """Ask readelf for the rows of many files."""
    rows: dict[str, set[Row]] = {}
    for start in range(0, len(paths), CHUNK):
        rows |= _readelf(paths[start : start + CHUNK])
    return rows


def elf_files(root: str) -> Iterator[str]:
    """Find the ELF files below a directory by their first bytes, in the order of names, no symbolic links."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as stream:
                    if stream.read(4) == b"\x7fELF":
                        yield path


def members(archive: str, unpacked: str) -> dict[str, str]:
    """Say for each ELF file of an archive, unpacked below a directory, how we show it and where it is."""
    return {f"{archive}:{os.path.relpath(path, unpacked)}": path for path in elf_files(unpacked)}


def downloaded(fetch: Callable[..., str], *pin: str) -> str:
    """Give what `fetch` downloads; skip the test when it cannot be had."""
    try:
        return fetch(*pin)
    except UnavailableError as error:
        missing(str(error))
        raise


def _readelf(paths: list[str]) -> dict[str, set[Row]]:
    rows: dict[str, set[Row]] = {path: set() for path in paths}
    symbols: dict[str, set[tuple[str, str]]] = {path: set() for path in paths}
    numbers: dict[str, dict[str, tuple[str, str]]] = {path: {} for path in paths}
    current, library = "", ""
    # A name given twice makes readelf print "File:" even for a single file.
    for line in output("readelf", "-W", "-V", "--dyn-syms", *paths, paths[0]).splitlines():
        if line.startswith("File: "):
            current = line.removeprefix("File: ")
        elif found := _LIBRARY.match(line):
            library = found["library"]
        elif found := _VERSION.match(line):
            numbers[current][found["number"]] = (library, found["version"])
            rows[current].add((library, found["version"], ""))
        elif found := _SYMBOL.match(line):
            symbols[current].add((found["number"], found["symbol"]))
    for path, wanted in symbols.items():
        rows[path] |= {(*numbers[path][number], symbol) for number, symbol in wanted if number in numbers[path]}
    return rows
