"""Distributions for programs: one JSON document, described by `schema/distros-1.json`. Fields may be added."""

from __future__ import annotations

import json

from glibcheck.catalogue.distributions import MACHINES, NODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.catalogue.distributions import Row

SCHEMA = "glibcheck.distros/1"


def render(families: Mapping[str, tuple[Row, ...]]) -> str:
    """Write the document, ASCII only: the families in order, the oldest release of each first."""
    releases = [_release(family, row) for family, rows in families.items() for row in rows]
    return json.dumps({"schema": SCHEMA, "machines": MACHINES, "releases": releases}, indent=2) + "\n"


def _release(family: str, row: Row) -> dict[str, object]:
    release, *newest = row
    numbers = (".".join(map(str, found)) for found in newest)
    return {"distribution": family, "release": release, "newest": dict(zip(NODES, numbers, strict=True))}
