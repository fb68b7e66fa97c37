"""Gathers `glibcheck/catalogue/glibc-MACHINE.json` from Debian's packages: `nox -s catalogue` calls it.

For each machine the newest glibc says what there is now; each older one says what was elsewhere then. When a symbol
moved into libc.so.6 follows from the version that it got there (pthread_create@@GLIBC_2.34), since glibc gives every
moved symbol a new default version; those that only old files ask for got none, and moved with the others, in 2.34. A
machine without a package of before the great move (Debian's long-term support keeps four of them) borrows the old homes
from those that have one: they are the same everywhere, but for the name of the loader.

Two facts are from the release notes (NEWS), since no package is old enough to show them: libpthread, libdl, librt,
libutil, libanl went into libc in 2.34, and in 2.31 the clocks of librt that carry a version older than 2.17.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from tests.catalogue.debian import MACHINES, Archive, unpacked
from tests.catalogue.exports import FUNCTION, Row, rows
from tests.downloads import UnavailableError

SUITES = ("bullseye", "bookworm", "trixie", "sid")
LIBC = "libc.so.6"
# What programs link. Not here: libthread_db for debuggers, the modules of NSS, the malloc of malloc debugging.
LIBRARIES = (
    LIBC, "libm.so.6", "libmvec.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libanl.so.1",
    "libresolv.so.2", "libnsl.so.1", "libBrokenLocale.so.1",
)  # fmt: skip
_LOADER = re.compile(r"ld(-linux.*|64)\.so\.\d$")

Key = tuple[str, str, str]  # library, version, symbol
Release = tuple[int, ...]
MERGED: Release = (2, 34)


@dataclass(frozen=True, slots=True)
class Sample:
    """What one package holds."""

    package: str
    release: Release
    rows: dict[Key, Row]


@dataclass(frozen=True, slots=True)
class Move:
    """From which library a symbol went to libc, in which release, and whether libc had it before, too, as a stub."""

    library: str
    release: Release
    stub: bool


CLOCKS = ("clock_getcpuclockid", "clock_getres", "clock_gettime", "clock_nanosleep", "clock_settime")
CLOCKS_MOVED = Move("librt.so.1", (2, 31), stub=False)


def samples(machine: str, archives: Iterable[Archive]) -> list[Sample]:
    """Read the packages of a machine, oldest first."""
    found = []
    for archive in archives:
        package = unpacked(archive, "libc6", machine)
        if package is not None:
            folder, version = package
            kept = {(row.library, row.version, row.symbol): row for row in rows(folder) if _wanted(row)}
            found.append(Sample(f"libc6 {version} {machine}", numbers(version.partition("-")[0]), kept))
    return sorted(found, key=lambda sample: sample.release)


def moves(found: list[Sample]) -> dict[tuple[str, str], Move]:
    """Tell what moved into libc between the oldest and the newest sample, by symbol and version."""
    oldest, newest = found[0], found[-1]
    moved = {}
    for library, version, symbol in oldest.rows:
        if library != LIBC and (library, version, symbol) not in newest.rows and (LIBC, version, symbol) in newest.rows:
            of_libc = [numbers(node) for home, node, name in newest.rows if (home, name) == (LIBC, symbol)]
            new = [release for release in of_libc if release > oldest.release]
            stub = (LIBC, version, symbol) in oldest.rows
            moved[symbol, version] = Move(library, min(new, default=MERGED), stub)
    return moved


def borrowed(machine: Sample, known: dict[tuple[str, str], Move]) -> dict[tuple[str, str], Move]:
    """Apply what is known of symbols on other machines to one whose packages are all too new, under any version."""
    loader = next(library for library, _, _ in machine.rows if _LOADER.match(library))
    by_name = {
        symbol: replace(move, library=loader) if _LOADER.match(move.library) else move
        for (symbol, _), move in sorted(known.items(), key=lambda item: item[1].stub)
    }
    return {
        (symbol, version): by_name[symbol]
        for library, version, symbol in machine.rows
        if library == LIBC and symbol in by_name and numbers(version) < by_name[symbol].release
    }


def document(machine: str, found: list[Sample], known: dict[tuple[str, str], Move]) -> dict[str, object]:
    """Make the file of a machine; `known` are the moves on it."""
    newest = found[-1]
    moved: dict[str, dict[str, dict[str, list[str]]]] = {}
    gone: dict[str, dict[str, dict[str, list[str]]]] = {}
    elsewhere = {}
    for (library, version, symbol), row in newest.rows.items():
        move = known.get((symbol, version))
        if library == LIBC and move is not None:
            elsewhere[move.library, version, symbol] = row
            _put(moved, f"{dotted(move.release)}", (move.library, version), ("+" if move.stub else "") + word(row))
    for sample, after in reversed([*pairwise(found)]):
        for key, row in sample.rows.items():
            if key not in newest.rows and key not in elsewhere:
                elsewhere[key] = row
                # What vanished across the great move is taken to have gone with it; no package tells the release.
                release = MERGED if sample.release < MERGED <= after.release else after.release
                _put(gone, dotted(release), (row.library, row.version), word(row))
    now: dict[str, dict[str, list[str]]] = {}
    for row in newest.rows.values():
        now.setdefault(row.library, {}).setdefault(row.version, []).append(word(row))
    return {
        "schema": "glibcheck.glibc/1",
        "machine": machine,
        "made": datetime.date.today().isoformat(),
        "sources": [sample.package for sample in found],
        "release": dotted(newest.release),
        "aliases": _aliases(newest.rows.values()),
        "now": _sorted(now),
        "moved": {release: _sorted(table) for release, table in sorted(moved.items())},
        "gone": {release: _sorted(table) for release, table in sorted(gone.items())},
    }


def word(row: Row) -> str:
    """Write a symbol: '-' in front when no new link gets this version, the kind and size behind when it is data."""
    data = "" if row.kind == FUNCTION else f"{':' if row.kind == 'D' else '!'}{row.size}"
    return f"{'' if row.default else '-'}{row.symbol}{data}"


def numbers(text: str) -> Release:
    """Take the numbers of a version or release: 'GLIBC_2.2.5' -> (2, 2, 5)."""
    return tuple(int(part) for part in text.removeprefix("GLIBC_").split("."))


def dotted(release: Release) -> str:
    return ".".join(map(str, release))


def _wanted(row: Row) -> bool:
    named = row.library in LIBRARIES or _LOADER.match(row.library)
    numbered = re.fullmatch(r"GLIBC_[\d.]+", row.version) is not None
    # Libraries that became empty in 2.34 keep their versions alive by a symbol that nobody uses.
    return bool(named) and numbered and not row.symbol.endswith("_version_placeholder")


def _aliases(found: Iterable[Row]) -> list[list[str]]:
    """Group the names of data that share an address, the longest first, as `__environ` and `environ` do."""
    places: dict[tuple[str, int], set[str]] = {}
    for row in found:
        if row.kind == "D" and row.default:
            places.setdefault((row.library, row.address), set()).add(row.symbol)
    return sorted(sorted(names) for names in places.values() if len(names) > 1)


def _put(table: dict[str, dict[str, dict[str, list[str]]]], release: str, place: tuple[str, str], name: str) -> None:
    table.setdefault(release, {}).setdefault(place[0], {}).setdefault(place[1], []).append(name)


def _sorted(table: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, str]]:
    return {
        library: {version: " ".join(sorted(names)) for version, names in sorted(versions.items(), key=_by_number)}
        for library, versions in sorted(table.items())
    }


def _by_number(item: tuple[str, object]) -> Release:
    return numbers(item[0])


def _archives(folder: str) -> Iterator[Archive]:
    for suite in SUITES:
        place = os.path.join(folder, suite)
        os.mkdir(place)
        try:
            yield Archive(place, suite)
        except UnavailableError as error:
            print(f"without {suite}: {error}", file=sys.stderr)


def main(folder: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        archives = list(_archives(scratch))
        found = {ours: samples(debians, archives) for debians, ours in MACHINES.items()}
    old = [sampled for sampled in found.values() if sampled[0].release < MERGED]
    known = {key: move for sampled in old for key, move in moves(sampled).items()}
    for machine, sampled in found.items():
        own = moves(sampled) if sampled in old else borrowed(sampled[-1], known)
        own |= {
            (symbol, version): CLOCKS_MOVED
            for library, version, symbol in sampled[-1].rows
            if library == LIBC and symbol in CLOCKS and numbers(version) < (2, 17)
        }
        path = os.path.join(folder, f"glibc-{machine}.json")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(document(machine, sampled, own), indent=1) + "\n")
        print(f"{path}: {', '.join(sample.package for sample in sampled)}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
