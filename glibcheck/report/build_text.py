"""A build for an older system, for people: before against after, how each symbol was solved, what is left."""

from __future__ import annotations

from glibcheck.model.versions import newest
from glibcheck.needs import newest_needed
from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.model.finding import ScannedFile
    from glibcheck.model.lowering import Left, Lost, Lowering, Solved

_SHOWN = 12
_OBJECTS = 4
_LOSS = (
    "The build itself found that the older system lacks something, and went on without it: see its probes.",
    "If the wheel is right as it is, build with --no-compare.",
)
_HOW = {
    "older version": "bound to an older version",
    "former library": "bound to an older version, in the library that had it then",
    "compat function": "a compat function, linked in",
    "static runtime": "in the C++ runtime, which is linked in and hidden",
    "not needed": "not asked for any more",
}


def render(result: Lowering, ink: Ink) -> str:
    """Tell the whole story of a build, in order."""
    parts = [f"{ink.strong(printable(result.project))}, target {result.target.name}\n"]
    needs = _needs(result, ink)
    parts += [_section("Needs", needs, ink)] if needs else []
    parts += [_section("Solved", _solved(result.solved, ink), ink)] if result.solved else []
    if result.grafted:
        names = ", ".join(map(printable, result.grafted))
        brings = "brings" if result.ok else "would bring"
        parts.append(_section(f"Libraries of this system that the wheel {brings} along", [names], ink))
    parts += [_section("Lost against the plain build", _lost(result.lost, ink), ink)] if result.lost else []
    parts += [_section("Left", _left(result.left, ink), ink)] if result.left else []
    parts += [_section("Failed", [printable(result.failure)], ink)] if result.failure is not None else []
    return "\n".join([*parts, _verdict(result, ink)]) + "\n"


def _section(title: str, lines: Iterable[str], ink: Ink) -> str:
    return "\n".join([ink.strong(title), *(f"  {line}" for line in lines)]) + "\n"


def _needs(result: Lowering, ink: Ink) -> list[str]:
    """Give for each file a line for each family: the newest version before and after."""
    before, after = _newest(result.before or ()), _newest(result.after)
    lines = []
    for path in sorted({file.path for file in result.after}):
        families = {family for place, family in (*before, *after) if place == path}
        lines += [printable(path)] if families else []
        for family in sorted(families, key=lambda name: (name != "GLIBC", name)):
            new = after.get((path, family))
            fits = new is None or result.target.allows(f"{family}_{new}")
            old = "" if result.before is None else f"{before.get((path, family), 'none')} -> "
            lines.append(f"  {family:8} {old}{(ink.good if fits else ink.bad)(new or 'none')}")
    return lines


def _newest(files: Iterable[ScannedFile]) -> dict[tuple[str, str], str]:
    return {(file.path, family): found.number for file in files for family, found in newest_needed(file.image).items()}


def _solved(rows: Iterable[Solved], ink: Ink) -> list[str]:
    """Give a line for each way, with the symbols that went it, those of all files together."""
    ways: dict[str, list[Solved]] = {}
    for row in rows:
        ways.setdefault(row.how, []).append(row)
    lines = []
    for how, text in _HOW.items():
        if how in ways:
            found = _runtime(ways[how]) if how == "static runtime" else _named(_distinct(ways[how]), ink)
            lines += [f"{text}:", f"  {found}"]
    return lines


def _distinct(rows: Iterable[Solved]) -> list[str]:
    return sorted({row.symbol or row.version for row in rows})


def _runtime(rows: list[Solved]) -> str:
    """Count the symbols of the C++ runtime, which nobody reads one by one, and name the newest versions of each family.

    A private runtime has all of them or none.
    """
    tops = newest(row.version for row in rows).items()
    count = len(_distinct(rows))
    versions = " and ".join(f"{family}_{found.number}" for family, found in sorted(tops))
    return f"{count} symbol{'s' if count > 1 else ''}, of up to {versions}"


def _named(names: Sequence[str], ink: Ink) -> str:
    """Show the first names, as the source has them on a terminal, and how many more there are."""
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return wrap([*ink.symbols(names[:_SHOWN]), *more], 4, ink.width)


def _lost(rows: Sequence[Lost], ink: Ink) -> list[str]:
    lines = []
    for row in rows:
        lines.append(f"{printable(row.file)}: {ink.bad(printable(row.what))}")
        lines += [f"  {_named(row.names, ink)}"] if row.names else []
    return [*lines, *(ink.aside(text) for text in _LOSS)]


def _left(rows: Iterable[Left], ink: Ink) -> list[str]:
    lines = []
    for row in rows:
        lines.append(f"{printable(row.file)}: {ink.bad(row.finding.code)} {printable(row.finding.message)}")
        if row.brought_by:
            more = [f"{len(row.brought_by) - _OBJECTS} more"] if len(row.brought_by) > _OBJECTS else []
            lines.append(f"    brought by {', '.join([*map(printable, row.brought_by[:_OBJECTS]), *more])}")
        lines.append(f"    {ink.aside(printable(row.finding.fix))}")
    return lines


def _verdict(result: Lowering, ink: Ink) -> str:
    if result.wheel is not None and not result.after:
        return ink.good(f"Made {printable(result.wheel)}. It has no ELF file, so it is kept as it is.")
    if result.wheel is not None:
        named = f", which auditwheel calls {result.tag}" if result.tag is not None else ""
        return ink.good(f"Made {printable(result.wheel)}{named}; it imports here.")
    if result.left:
        return ink.bad(f"Not within {result.target.name}; no wheel was kept.")
    if result.lost:
        return ink.bad(f"Within {result.target.name}, but less than the plain build; no wheel was kept.")
    return ink.bad(f"Within {result.target.name}, but the last step failed; no wheel was kept.")
