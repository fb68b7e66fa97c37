"""An explained message for people: what it means, who has what is missing, who asks for it, what to do."""

from __future__ import annotations

import textwrap

from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.explain import Asker, Explanation

_SHOWN = 8


def render(rows: Iterable[tuple[Explanation, Sequence[Asker]]], ink: Ink) -> str:
    """Show each message with its meaning, who has what is missing, who asks for it, and what to do."""
    return "\n".join("\n".join(_one(found, askers, ink)) + "\n" for found, askers in rows)


def _one(found: Explanation, askers: Sequence[Asker], ink: Ink) -> list[str]:
    lines = [ink.strong(printable(found.message)), *_fill(found.meaning, ink)]
    if found.since is not None:
        places = ", ".join(f"{family} {number}" for family, number in found.systems)
        lines += _fill(f"It is there from {found.since} on" + (f": {places} and newer." if places else "."), ink)
    for asker in askers:
        more = [f"{len(asker.symbols) - _SHOWN} more"] if len(asker.symbols) > _SHOWN else []
        names = wrap([*ink.symbols(asker.symbols[:_SHOWN]), *more], 4, ink.width)
        lines += [f"  asked for by {printable(asker.path)}" + (f":\n    {names}" if names else "")]
    lines += [
        f"  {ink.good('to build:')} {printable(found.builder)}",
        f"  {ink.good('to run:')}   {printable(found.user)}",
    ]
    return lines


def _fill(text: str, ink: Ink) -> list[str]:
    return textwrap.wrap(printable(text), ink.width, initial_indent="  ", subsequent_indent="  ")
