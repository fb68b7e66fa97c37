"""The symbol lists of every glibc release, an oracle that is kept beside the repository, not in it."""

from __future__ import annotations

import csv
import json
import os
from functools import cache

import pytest

FOLDER = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "shared", "abi"))

# Library, symbol, version: kind, the first and the last release 2.N that has it there.
Lists = dict[str, dict[str, dict[str, tuple[str, int, int]]]]


def path(name: str) -> str:
    """Find a list; without it the test is skipped, in CI too, since no checkout brings it."""
    found = os.path.join(FOLDER, name)
    if not os.path.isfile(found):
        pytest.skip(f"../shared/abi/{name} is missing")
    return found


@cache
def lists(machine: str) -> Lists:
    with open(path(f"glibc-{machine}.json"), encoding="utf-8") as stream:
        found: Lists = json.load(stream)
    return found


@cache
def symbols(machine: str, library: str, release: int) -> frozenset[str]:
    """Give the names that a library has in release 2.`release`."""
    return frozenset(
        symbol
        for symbol, versions in lists(machine).get(library, {}).items()
        if any(first <= release <= last for _, first, last in versions.values())
    )


def catalogue(machine: str) -> list[dict[str, str]]:
    """Read the table of symbols whose default version is newer than 2.17, with a class for each target."""
    with open(path(f"catalogue-{machine}.csv"), encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
