"""A build for an older system, for people: before against after, how each symbol was solved, what is left."""

from __future__ import annotations

from glibcheck.needs import newest_needed
from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.finding import ScannedFile
    from glibcheck.model.lowering import Left, Lost, Lowering, Solved

_SHOWN = 12
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
    parts += [_section("Needs", _needs(result, ink), ink)] if result.after else []
    parts += [_section("Solved", _solved(result.solved, ink), ink)] if result.solved else []
    if result.grafted:
        names = ", ".join(map(printable, result.grafted))
        parts.append(_section("Libraries of this system that the wheel brings along", [names], ink))
    parts += [_section("Lost against the plain build", _lost(result.lost, ink), ink)] if result.lost else []
    parts += [_section("Left", _left(result.left, ink), ink)] if result.left else []
    parts += [_section("Failed", [printable(result.failure)], ink)] if result.failure is not None else []
    return "\n".join([*parts, _verdict(result, ink)]) + "\n"


def _section(title: str, lines: Iterable[str], ink: Ink) -> str:
    return "\n".join([ink.strong(title), *(f"  {line}" for line in lines)]) + "\n"


def _needs(result: Lowering, ink: Ink) -> list[str]:
    """Give a line for each file and family: the newest version before and after."""
    before, after = _newest(result.before or ()), _newest(result.after)
    paths = {file.path for file in result.after}
    lines = []
    for path, family in sorted({*before, *after}, key=lambda key: (key[0], key[1] != "GLIBC", key[1])):
        if path not in paths:
            continue
        new = after.get((path, family))
        fits = new is None or result.target.allows(f"{family}_{new}")
        old = "" if result.before is None else f"{before.get((path, family), 'none')} -> "
        lines.append(f"{printable(path)}  {family} {old}{(ink.good if fits else ink.bad)(new or 'none')}")
    return lines


def _newest(files: Iterable[ScannedFile]) -> dict[tuple[str, str], str]:
    return {(file.path, family): found.number for file in files for family, found in newest_needed(file.image).items()}


def _solved(rows: Iterable[Solved], ink: Ink) -> list[str]:
    """Give a line for each way, with the symbols that went it, those of all files together."""
    ways: dict[str, list[str]] = {}
    for row in rows:
        ways.setdefault(row.how, []).append(row.symbol or row.version)
    lines = []
    for how, text in _HOW.items():
        names = sorted(set(ways.get(how, ())))
        if names:
            shown = [*ink.symbols(names[:_SHOWN]), *([f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else [])]
            lines += [f"{text}:", f"  {wrap(shown, 4, ink.width)}"]
    return lines


def _lost(rows: Iterable[Lost], ink: Ink) -> list[str]:
    return [f"{printable(row.file)}: {ink.bad(printable(row.what))}" for row in rows]


def _left(rows: Iterable[Left], ink: Ink) -> list[str]:
    lines = []
    for row in rows:
        lines.append(f"{printable(row.file)}: {ink.bad(row.finding.code)} {printable(row.finding.message)}")
        if row.brought_by:
            lines.append(f"    brought by {', '.join(map(printable, row.brought_by[:4]))}")
        lines.append(f"    {ink.aside(printable(row.finding.fix))}")
    return lines


def _verdict(result: Lowering, ink: Ink) -> str:
    if result.wheel is not None:
        named = f", which auditwheel calls {result.tag}" if result.tag is not None else ""
        return ink.good(f"Made {printable(result.wheel)}{named}; it imports here.")
    return ink.bad(f"Not within {result.target.name}; no wheel was kept.")
