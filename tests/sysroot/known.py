"""What stubs are made of in tests: the catalogue of a machine, and as a compiler's glibc the newest of the lists."""

from __future__ import annotations

from functools import cache

from glibcheck.catalogue.glibc import Glibc, glibc
from glibcheck.sysroot.glibc import HostGlibc, glibc_stubs
from glibcheck.sysroot.stub import StubLibrary

NEWEST = (2, 42)  # the last release that the lists of ../shared/abi have


def catalogue(machine: str) -> Glibc:
    found = glibc(machine)
    assert found is not None
    return found


@cache
def host(machine: str) -> HostGlibc:
    """Take everything that the machine's newest glibc has for new links, by its newest version."""
    known = catalogue(machine)
    rows = (row for symbol in known.symbols() for row in known.rows(symbol))
    usable = (row for row in rows if row.until is None and row.default and row.since <= NEWEST)
    return HostGlibc(NEWEST, {row.symbol: row.version for row in sorted(usable, key=lambda row: row.since)})


@cache
def stubs(machine: str, release: int) -> tuple[StubLibrary, ...]:
    """Describe the libraries of glibc 2.`release`."""
    return glibc_stubs(catalogue(machine), (2, release), host(machine))
