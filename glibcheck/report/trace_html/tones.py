"""How new is what a file needs: a colour for each node by the newest glibc it needs, and the legend that explains them.

The style sheet has five tones from old to new, and three for what the target does not allow; libraries of this system
have none, as another system has its own.
"""

from __future__ import annotations

from glibcheck.model.record import Record
from glibcheck.model.versions import Release, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.report.trace_graph import Graph

_ALLOWED, _HOT = 5, 3  # how many tones the style sheet has
_NONE = "tone-none"


class Key(Record):
    """One entry of the legend: a class of the style sheet and what it says."""

    tone: str
    text: str


def tones(graph: Graph) -> tuple[tuple[str, ...], tuple[Key, ...]]:
    """Give the class of each node, and the legend: the versions that occur, oldest first."""
    newest = [
        next((found for version in node.newest if (found := release(version)) and found.family == "GLIBC"), None)
        if node.kind in ("file", "library")
        else None
        for node in graph.nodes
    ]
    hot = {release(row.trace.requirement.version) for row in graph.rows if row.too_new}
    every = sorted({found for found in newest if found is not None})
    chosen = _chosen([found for found in every if found not in hot], "tone", _ALLOWED)
    chosen |= _chosen([found for found in every if found in hot], "hot", _HOT)
    return tuple(_NONE if found is None else chosen[found] for found in newest), _legend(every, chosen)


def _chosen(releases: list[Release], name: str, count: int) -> dict[Release, str]:
    """Spread releases over the tones, the newest one always the strongest."""
    last = len(releases) - 1
    return {found: f"{name}-{count - 1 - (last - rank) * count // (last + 1)}" for rank, found in enumerate(releases)}


def _legend(every: list[Release], chosen: dict[Release, str]) -> tuple[Key, ...]:
    spans: dict[str, list[str]] = {}
    for found in every:
        spans.setdefault(chosen[found], []).append(found.number)
    return tuple(Key(tone, " to ".join(dict.fromkeys((found[0], found[-1])))) for tone, found in spans.items())
