"""A comparison as Markdown, for a comment on a pull request."""

from __future__ import annotations

from glibcheck.report.compare_text import headline, systems
from glibcheck.report.ink import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.compare import Comparison

_SHOWN = 6


def render(found: Comparison) -> str:
    """Write a headline, what it costs, and a table of the files that need another version than before."""
    lines = ["### glibcheck: " + ("needs more than before" if found.newer else "needs nothing newer than before"), ""]
    lines += [f"- {line}" for line in systems(found)]
    moved = [(file, step) for file in found.files for step in file.steps]
    if moved:
        lines += ["", "| file | newest | by |", "|---|---|---|"]
    for file, step in moved:
        new = f"{step.family}_{step.new.number}" if step.new else None
        symbols = [need.symbol for need in file.gained if need.version == new and need.symbol]
        by = ", ".join(symbols[:_SHOWN]) + (f", {len(symbols) - _SHOWN} more" if len(symbols) > _SHOWN else "")
        lines.append(f"| {_code(file.name)} | {_code(headline(step))} | {_code(by) if by else file.kind} |")
    lines += ["", f"{len(found.files)} changed, {found.unchanged} as before"]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    shown = printable(text).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`"
