"""Distributions for people: a line a release, with the newest version of each family that it has."""

from __future__ import annotations

from glibcheck.catalogue.distributions import NODES
from glibcheck.report.ink import Ink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.catalogue.distributions import Row


def render(families: Mapping[str, tuple[Row, ...]], ink: Ink) -> str:
    """Show the table, a block a family, oldest release first."""
    title = ("release", *NODES)
    blocks = [[_cells(family, row) for row in rows] for family, rows in families.items()]
    columns = zip(title, *(cells for block in blocks for cells in block), strict=True)
    widths = [max(map(len, column)) for column in columns]
    lines = [ink.strong(_line(title, widths))]
    for block in blocks:
        lines += [*(_line(cells, widths) for cells in block), ""]
    return "\n".join(lines)


def _cells(family: str, row: Row) -> tuple[str, ...]:
    release, *newest = row
    return f"{family} {release}", *(".".join(map(str, numbers)) for numbers in newest)


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
