"""Which packages there are: those of the repository's list, and of a longer one where that lies beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from tests.corpus.packages import PACKAGES, QUICK, Package

_REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LONGER = os.path.join(os.path.dirname(_REPOSITORY), "shared", "corpus", "packages.json")


def packages(longer: str = LONGER) -> tuple[Package, ...]:
    """Give all packages, the quick ones first; of one that both lists have, the repository's version and test."""
    known = {package.name: package for package in PACKAGES}
    found = dict(known)
    if os.path.exists(longer):
        with open(longer, encoding="utf-8") as stream:
            rows = [_read(row) for row in json.load(stream)]
        found |= {package.name: package for package in rows if package.name not in known}
    quick = [found[name] for name in QUICK]
    return (*quick, *(package for package in found.values() if package.name not in QUICK))


def _read(row: Mapping[str, Any]) -> Package:
    return Package(
        row["name"], row["version"], row["language"], row["smoke"], tuple(row["deps"]), None, tuple(row["apt"])
    )
