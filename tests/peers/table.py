"""The table of ways: a line a package, a cell a way; below it how many each way made work, and every failure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WORKS = "works"
_SHOWN = 240  # characters of a failure

Cells = Mapping[str, Mapping[str, str]]  # by package and way: WORKS, or what went wrong


def markdown(cells: Cells, ways: Sequence[str]) -> str:
    """Write it as GitHub reads it; the first word of a failure says at which step it was."""
    lines = ["| package | " + " | ".join(ways) + " |", "|---" * (len(ways) + 1) + "|"]
    lines += [
        f"| {package} | {' | '.join(_cell(row.get(way, '')) for way in ways)} |" for package, row in cells.items()
    ]
    lines += ["", *(f"- {way}: {worked(cells, way)} of {len(cells)} work" for way in ways), ""]
    return "\n".join([*lines, *failures(cells, ways), ""])


def worked(cells: Cells, way: str) -> int:
    """Count the packages that a way made work."""
    return sum(row.get(way) == WORKS for row in cells.values())


def failures(cells: Cells, ways: Sequence[str]) -> list[str]:
    """Name each failure with what was said."""
    return [
        f"- {package}, {way}: {row[way][:_SHOWN]}"
        for package, row in cells.items()
        for way in ways
        if way in row and row[way] != WORKS
    ]


def _cell(said: str) -> str:
    return said.partition(":")[0].replace("|", r"\|") or "-"
