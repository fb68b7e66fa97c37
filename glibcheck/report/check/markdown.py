"""The verdict as Markdown, for a comment or a step's page. Names are code spans, where no markup has a meaning."""

from __future__ import annotations

from glibcheck.report.check.causes import summary
from glibcheck.report.check.origins import origin_lines
from glibcheck.report.ink import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.verdict import Finding, Verdict
    from glibcheck.report.ink import Ink


def render(verdict: Verdict, _ink: Ink) -> str:
    """Write a headline and a table of all findings, then what was not judged."""
    lines = [f"### glibcheck: {_plain(summary(verdict))}", ""]
    rows = [(file, finding) for file in verdict.files for finding in file.findings]
    if rows:
        lines += ["| file | rule | what | fix |", "|---|---|---|---|"]
        lines += [
            f"| {_code(file.path)} | {finding.code} | {_what(finding)} | {_code(finding.fix)} |"
            for file, finding in rows
        ]
        lines.append("")
    lines += [f"- not judged: {_code(f'{error.path}: {error.message}')}" for error in verdict.errors]
    lines += [f"- {_code(note)}" for note in verdict.notes]
    return "\n".join(lines).rstrip() + "\n"


def _what(finding: Finding) -> str:
    return "<br>".join([_code(finding.message), *(f"at {_code(line)}" for line in origin_lines([finding]))])


def _code(text: str) -> str:
    """Make a code span that holds whatever it is given, in a cell of a table."""
    shown = printable(text).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`"


def _plain(text: str) -> str:
    """Escape what Markdown and HTML would take for markup outside of code."""
    shown = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in "\\`*_[]|" else char for char in shown)
