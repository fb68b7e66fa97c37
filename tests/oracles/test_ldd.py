"""The closure and its version table, against `ldd -v`, which lets the real loader find everything."""

from __future__ import annotations

import glob
import os
import re

import pytest

from glibcheck.model.closure import Closure
from glibcheck.workspace.system import load_closure
from tests.tools import output

pytestmark = pytest.mark.oracle

Table = dict[str, set[tuple[str, str]]]  # file -> (library, version)

_VERSION = re.compile(r"^\t\t(?P<library>\S+) \((?P<version>\S+)\) => (?P<path>.*)$")
_FOUND = re.compile(r"^\t(?P<name>\S+) => (?P<path>/\S+) \(0x[0-9a-f]+\)$")


def ldd(path: str) -> tuple[dict[str, str], Table]:
    """Give the libraries that the loader finds by name, and the version table by real path."""
    found: dict[str, str] = {}
    table: Table = {}
    current = ""
    for line in output("ldd", "-v", path).splitlines():
        if match := _FOUND.match(line):
            found[match["name"]] = os.path.realpath(match["path"])
        elif match := _VERSION.match(line):
            table[current].add((match["library"], match["version"]))
        elif line.startswith("\t") and line.endswith(":") and "/" in line:
            current = os.path.realpath(line.strip().removesuffix(":"))
            table[current] = set()
    return found, table


def our_table(closure: Closure) -> Table:
    return {
        os.path.realpath(library.path): {(need.library, need.version) for need in library.linkage.image.requirements}
        for library in closure.libraries
        if library.path and library.linkage and library.linkage.image.requirements
    }


def our_paths(closure: Closure) -> dict[str, str]:
    # ldd prints the loader itself without an arrow, and the file itself not at all.
    return {
        library.name: os.path.realpath(library.path)
        for library in closure.libraries[1:]
        if library.path and not library.name.startswith("ld-linux")
    }


def agree(path: str) -> int:
    """Compare one file with ldd; give the number of (library, version) pairs compared."""
    found, table = ldd(path)
    closure = load_closure(path, "")
    assert our_paths(closure) == found
    assert our_table(closure) == table
    return sum(map(len, table.values()))


@pytest.mark.parametrize(
    "path",
    [
        "/usr/bin/ls",
        "/usr/bin/git",
        "/usr/bin/python3",
        "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
        *sorted(glob.glob("/usr/lib/x86_64-linux-gnu/lib[a-g]*.so.[0-9]"))[:25],
    ],
)
def test_libraries_and_versions_are_those_of_the_loader(path: str) -> None:
    if not os.path.exists(path):
        pytest.skip(f"{path} is not on this system")
    agree(path)
