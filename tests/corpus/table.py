"""The rows for people: a table as text or as Markdown, the reasons of failures below it, and a sentence that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.corpus.row import GOOD, Row

_SHOWN = 300  # characters of a reason; the whole one is in the cache


def text(rows: Sequence[Row], runs_on: Sequence[str]) -> str:
    """Write the table in columns of spaces."""
    cells = [_headings(runs_on), *(_cells(row, runs_on) for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([*lines, "", *reasons(rows), summary(rows), ""])


def markdown(rows: Sequence[Row], runs_on: Sequence[str]) -> str:
    """Write the table as GitHub reads it."""
    headings = _headings(runs_on)
    lines = [headings, ["---"] * len(headings), *(_cells(row, runs_on) for row in rows)]
    # A bar inside a cell would start the next one.
    table = ["| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines]
    return "\n".join([*table, "", *(f"- {line}" for line in reasons(rows)), "", summary(rows), ""])


def reasons(rows: Sequence[Row]) -> list[str]:
    """Name each failure with its reason."""
    return [f"{row.package} on {row.host}: {_short(row.reason)}" for row in rows if not row.holds]


def summary(rows: Sequence[Row]) -> str:
    """Count what holds."""
    good = sum(row.holds for row in rows)
    cpu = sum(row.cpu_seconds for row in rows)
    states = {row.fingerprint for row in rows}
    mixed = f" The rows are of {len(states)} states of glibcheck's sources." if len(states) > 1 else ""
    return f"{good} of {len(rows)} are tagged, checked and run; {cpu:.0f} s of CPU.{mixed}"


def _headings(runs_on: Sequence[str]) -> list[str]:
    run = [f"runs on {name}" for name in runs_on]
    return ["package", "built on", "before", "after", "C++", "auditwheel", "check", *run, "lost", "kB", "CPU s"]


def _cells(row: Row, runs_on: Sequence[str]) -> list[str]:
    return [
        f"{row.package} {row.version}",
        row.host,
        _newest(row.before),
        _newest(row.after),
        row.runtime,
        row.tag or "no wheel",
        _answer(row.check),
        *(_answer(row.smoke.get(name, "")) for name in runs_on),
        str(len(row.lost)) if row.lost else "none" if row.after else "-",
        "-" if row.size is None else f"{row.size / 1000:.0f}",
        f"{row.cpu_seconds:.0f}",
    ]


def _newest(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{family} {number}" for family, number in versions.items()) or "-"


def _answer(said: str) -> str:
    return {GOOD: "ok", "": "-"}.get(said, "FAILED")


def _short(reason: str) -> str:
    return reason if len(reason) <= _SHOWN else f"{reason[:_SHOWN]}..."
