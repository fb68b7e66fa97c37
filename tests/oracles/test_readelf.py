"""Every version row of every ELF file of this system, against binutils' readelf.

`readelf --dyn-syms` prints `name@VERSION (number)` for what a file wants and `name@@VERSION` for what it has;
`readelf -V` lists the library and version behind each number. Together they are the rows of a scan.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

from glibcheck.errors import InputError
from glibcheck.workspace import read_image
from tests.tools import need, output

pytestmark = pytest.mark.oracle

ROOT = "/usr/lib/x86_64-linux-gnu"
CHUNK = 200

Row = tuple[str, str, str]  # library, version, symbol ('' for the version entry itself)

_LIBRARY = re.compile(r"^ .* Version: \d+ +File: (?P<library>\S+) +Cnt: \d+$")
_VERSION = re.compile(r"^ .*Name: (?P<version>\S+) +Flags: .* Version: (?P<number>\d+)$")
_SYMBOL = re.compile(r"^ *\d+: [0-9a-f]+ .* (?P<symbol>\S+)@(?P<version>[^@\s]+) \((?P<number>\d+)\)$")


def elf_files(root: str) -> Iterator[str]:
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as stream:
                    if stream.read(4) == b"\x7fELF":
                        yield path


def readelf_rows(paths: list[str]) -> dict[str, set[Row]]:
    rows: dict[str, set[Row]] = {path: set() for path in paths}
    symbols: dict[str, set[tuple[str, str]]] = {path: set() for path in paths}
    numbers: dict[str, dict[str, tuple[str, str]]] = {path: {} for path in paths}
    # A name given twice makes readelf print "File:" even for a single file.
    current, library = "", ""
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


def our_rows(path: str) -> set[Row]:
    try:
        needs = read_image(path).requirements
    except InputError as error:
        # Objects and static programs have no versions; readelf then prints no row either.
        assert re.search("not linked yet|no dynamic section", error.message), error  # noqa: PT017 - it is the subject
        return set()
    return {(need.library, need.version, symbol) for need in needs for symbol in (*need.symbols, "")}


def test_every_row_of_this_systems_libraries_equals_readelf(capsys: pytest.CaptureFixture[str]) -> None:
    need("readelf")
    paths = list(elf_files(ROOT))
    assert len(paths) > 100
    missing, extra, total = [], [], 0
    for start in range(0, len(paths), CHUNK):
        for path, theirs in readelf_rows(paths[start : start + CHUNK]).items():
            ours = our_rows(path)
            total += len(theirs)
            missing += [(path, row) for row in sorted(theirs - ours)]
            extra += [(path, row) for row in sorted(ours - theirs)]
    with capsys.disabled():
        print(f"\n{len(paths)} ELF files under {ROOT}: {total} rows, {len(missing)} missing, {len(extra)} extra")
    assert not missing
    assert not extra
    assert total > 10_000
