"""The verdict for people: what is too new, who brought it, what to do; the newest first."""

from __future__ import annotations

from itertools import groupby

from glibcheck.report.check.causes import summary
from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.verdict import Finding, Judged, Verdict


_SHOWN = 8  # symbols of one version; JSON has all


def render(verdict: Verdict, ink: Ink) -> str:
    """Show the files that do not fit, each with its findings by cause, then notes and a summary."""
    lines: list[str] = []
    for file in verdict.files:
        if file.findings:
            lines += [*_file(file, ink), ""]
    lines += [ink.aside(f"note: {printable(note)}") for note in (*verdict.notes, *_passed(verdict))]
    shown = printable(summary(verdict))
    lines.append(ink.good(shown) if verdict.ok else ink.bad(shown))
    codes = sorted({finding.code for file in verdict.files for finding in file.findings})
    if codes:
        lines.append(ink.aside(f"glibcheck rule {codes[0]} explains that finding at length"))
    return "\n".join(lines) + "\n"


def _passed(verdict: Verdict) -> Iterator[str]:
    """Say which files ask for nothing of a system, by the reason: static programs, objects."""
    reasons: dict[str, list[str]] = {}
    for row in verdict.passed:
        reasons.setdefault(row.reason, []).append(row.path)
    for reason, paths in reasons.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield f"{paths[0]}{more}: nothing to judge, {reason}"


def _file(file: Judged, ink: Ink) -> list[str]:
    lines = [f"{ink.strong(printable(file.path))}  {ink.aside(printable(file.target))}"]
    if len(file.chain) > 1:
        lines.append(f"  brought by {' -> '.join(map(printable, file.chain))}")
    for (code, library, version), rows in groupby(file.findings, lambda row: (row.code, row.library, row.version)):
        lines += _cause(code, library, version, list(rows), ink)
    if file.waived:
        lines.append(ink.aside(f"  {len(file.waived)} more waived"))
    return lines


def _cause(code: str, library: str | None, version: str | None, rows: list[Finding], ink: Ink) -> list[str]:
    if len(rows) == 1 or library is None or version is None:
        heads = [(f"  {ink.bad(code)}  {printable(row.message)}", row) for row in rows]
        return [line for head, row in heads for line in (head, *_origins([row], ink), *_fix([row], ink))]
    names = ink.symbols([row.symbol for row in rows if row.symbol])
    symbols = [*names[:_SHOWN], *([f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else [])]
    head = f"  {ink.bad(code)}  {printable(version)} of {printable(library)}: "
    start = len(f"  {code}  {printable(version)} of {printable(library)}: ")
    return [head + wrap(symbols, 9, ink.width, start), *_origins(rows, ink), *_fix(rows, ink)]


def _origins(rows: list[Finding], ink: Ink) -> list[str]:
    """Say where it comes from, where that is on record."""
    if not any(row.origins for row in rows):
        return []
    from glibcheck.report.check.origins import origin_lines  # seldom needed, and start-up counts here

    return [f"         {ink.strong('at:')}  {printable(line)}" for line in origin_lines(rows, ink)]


def _fix(rows: Iterable[Finding], ink: Ink) -> list[str]:
    """Say what to do: each advice once, with the symbols that it is for when there are several."""
    advice: dict[str, list[str]] = {}
    for row in rows:
        advice.setdefault(row.fix, []).append(row.symbol or "")
    lines = []
    for fix, symbols in advice.items():
        names = (
            f" ({', '.join(ink.symbols(symbols[:4]))}{' ...' if len(symbols) > 4 else ''})" if len(advice) > 1 else ""
        )
        lines.append(f"         {ink.good('fix:')} {printable(fix)}{names}")
    return lines
