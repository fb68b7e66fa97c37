"""What a trace comes to, in one sentence: what is too new and who brought it. The tree ends with it."""

from __future__ import annotations

from glibcheck.model.record import Record
from glibcheck.report.ink import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.image import Requirement
    from glibcheck.report.trace_graph import Graph
    from glibcheck.report.trace_view import View

_VERSIONS_NAMED, _HOLDERS_NAMED = 4, 4


class Verdict(Record):
    """`sentence` says what the view came to; `good` is None when nothing was judged.

    `missing` are the names of libraries that were not found, in load order: what they need is not known.
    """

    sentence: str
    good: bool | None
    missing: tuple[str, ...]


def verdict(view: View, found: Graph) -> Verdict:
    """Sum a view up; `found` is its graph."""
    missing = tuple(printable(node.name) for node in found.nodes if node.kind == "missing")
    named = _named(found)
    if view.target is not None:
        target = printable(view.target)
        said = f"Too new for {target}: {named}." if named else f"Nothing that was found is too new for {target}."
        return Verdict(said, not named, missing)
    if view.asked is not None:
        asked = printable(view.asked)
        return Verdict(f"{asked}: {named}." if named else f"Nothing that was found needs {asked}.", None, missing)
    said = f"The newest versions needed: {named}." if named else "No numbered version is needed."
    return Verdict(said, None, missing)


def _named(found: Graph) -> str:
    """Name the versions that press and who needs them, those together that the same files need.

    For example 'GLIBC_2.35, GLIBC_2.33 by libfoo.so; GLIBC_2.34 by _x.so'.
    """
    holders: dict[str, dict[str, None]] = {}
    for row in found.rows:
        if row.pressing:
            names = holders.setdefault(_wanted(row.trace.requirement), {})
            names[found.nodes[row.holder].name] = None
    together: dict[tuple[str, ...], list[str]] = {}
    for version, names in holders.items():
        together.setdefault(tuple(names), []).append(printable(version))
    told = [
        f"{_some(versions, _VERSIONS_NAMED)} by {_some([*names], _HOLDERS_NAMED)}"
        for names, versions in together.items()
    ]
    more = len(told) - _VERSIONS_NAMED
    return "; ".join([*told[:_VERSIONS_NAMED], *([f"{more} more"] if more > 0 else [])])


def _wanted(need: Requirement) -> str:
    return need.version or f"{', '.join(need.symbols)} (without a version)"


def _some(names: list[str], most: int) -> str:
    more = len(names) - most
    shown = [printable(name) for name in names[:most]]
    return ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])
