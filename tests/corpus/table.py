"""The rows for people: a table as text, Markdown or a page; below it what is counted, failures and their reasons.

What is counted, by host and target: how many packages were above the target as they are, and how many of these are
within it now and run on the old systems; and which symbols were in the way of how many packages.
"""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tests.corpus.row import GOOD, Row

_MOST = 25  # symbols in a text
_STYLE = "body{font:14px sans-serif} td,th{padding:2px 8px;text-align:left} .bad{background:#fdd}"
_SHOWN = 300  # characters of a reason; the whole one is in the cache


def text(rows: Sequence[Row], runs_on: Sequence[str]) -> str:
    """Write the table in columns of spaces."""
    cells = [_headings(runs_on), *(_cells(row, runs_on) for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([*lines, "", *reasons(rows), *counts(rows), *_symbols(rows), summary(rows), ""])


def markdown(rows: Sequence[Row], runs_on: Sequence[str]) -> str:
    """Write the table as GitHub reads it."""
    headings = _headings(runs_on)
    lines = [headings, ["---"] * len(headings), *(_cells(row, runs_on) for row in rows)]
    # A bar inside a cell would start the next one.
    table = ["| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines]
    listed = [f"- {line}" for line in (*reasons(rows), *counts(rows))]
    named = [f"- `{symbol}`: {count}" for symbol, count in histogram(rows)]
    return "\n".join(
        [*table, "", *listed, "", summary(rows), "", "Symbols above the target, by packages:", "", *named, ""]
    )


def page(rows: Sequence[Row], runs_on: Sequence[str]) -> str:
    """Write one page of HTML, which needs nothing else."""
    headings = "".join(f"<th>{html.escape(cell)}" for cell in _headings(runs_on))
    lines = [
        f"<tr{_colour(row)}>{''.join(f'<td>{html.escape(cell)}' for cell in _cells(row, runs_on))}" for row in rows
    ]
    named = [f"<tr><td><code>{html.escape(symbol)}</code><td>{count}" for symbol, count in histogram(rows)]
    listed = [f"<li>{html.escape(line)}" for line in (*counts(rows), *reasons(rows))]
    return "\n".join([
        f"<!doctype html><meta charset=utf-8><title>Other people's packages</title><style>{_STYLE}</style>",
        f"<p>{html.escape(summary(rows))}", "<ul>", *listed, "</ul>", f"<table><tr>{headings}", *lines, "</table>",
        "<h2>Symbols above the target</h2>", "<table><tr><th>symbol<th>packages", *named, "</table>", "",
    ])  # fmt: skip


def json_lines(rows: Sequence[Row], _runs_on: Sequence[str]) -> str:
    """Write the rows as they are, a line of JSON each."""
    return "".join(f"{json.dumps(row._asdict())}\n" for row in rows)


def counts(rows: Sequence[Row]) -> list[str]:
    """Say for each host and target how many packages were above it, and how many of these are not any more."""
    lines = []
    for host, target in dict.fromkeys((row.host, row.target) for row in rows):
        own = [row for row in rows if (row.host, row.target) == (host, target)]
        above = [row for row in own if row.offenders]
        within = sum(row.holds for row in above)
        others = [row for row in own if not row.offenders and not row.failed]
        as_ever = sum(row.holds for row in others)
        lines.append(
            f"{host}, {target}: {within} of {len(above)} that were above it are within it and run; "
            f"{as_ever} of {len(others)} that were not still are and do"
        )
    return lines


def histogram(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """Count the packages that each symbol is in the way of, on any host and for any target; the most frequent first."""
    found = Counter(pair[1] for pair in {(row.package, symbol) for row in rows for symbol in row.offenders})
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _symbols(rows: Sequence[Row]) -> list[str]:
    most = histogram(rows)[:_MOST]
    return ["", "symbols above the target, by packages:", *(f"  {count:3}  {symbol}" for symbol, count in most), ""]


def reasons(rows: Sequence[Row]) -> list[str]:
    """Name each failure with its reason."""
    return [f"{row.package} on {row.host}, {row.target}: {short(_why(row))}" for row in rows if not row.holds]


def summary(rows: Sequence[Row]) -> str:
    """Count what holds."""
    good = sum(row.holds for row in rows)
    cpu = sum(row.cpu_seconds for row in rows)
    states = {row.fingerprint for row in rows}
    mixed = f" The rows are of {len(states)} states of glibcheck's sources." if len(states) > 1 else ""
    return f"{good} of {len(rows)} are tagged, checked and run; {cpu:.0f} s of CPU.{mixed}"


def _headings(runs_on: Sequence[str]) -> list[str]:
    run = [f"runs on {name}" for name in runs_on]
    ends = ["lost", "kB", "size", "CPU s", "time"]
    return ["package", "built on", "target", "before", "after", "C++", "auditwheel", "check", *run, *ends]


def _cells(row: Row, runs_on: Sequence[str]) -> list[str]:
    return [
        f"{row.package} {row.version}",
        row.host,
        row.target.removeprefix("manylinux_"),
        _newest(row.before),
        _newest(row.after),
        row.runtime,
        row.tag or "no wheel",
        _answer(row.check),
        *(_answer(row.smoke.get(name, "")) for name in runs_on),
        str(len(row.lost)) if row.lost else "none" if row.after else "-",
        "-" if row.size is None else f"{row.size / 1000:.0f}",
        _times(row.size, row.plain_size),
        f"{row.cpu_seconds:.0f}",
        _times(row.cpu_seconds, row.plain_cpu_seconds),
    ]


def _times(value: float | None, plain: float | None) -> str:
    """Say how many times as much as the build as it is."""
    return f"{value / plain:.1f}x" if value and plain else "-"


def _colour(row: Row) -> str:
    return "" if row.holds else " class=bad"


def _why(row: Row) -> str:
    return f"does not build as it is: {row.failed}" if row.failed else row.reason


def _newest(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{family} {number}" for family, number in versions.items()) or "-"


def _answer(said: str) -> str:
    return {GOOD: "ok", "": "-"}.get(said, "FAILED")


def short(reason: str) -> str:
    """Cut a reason to what a line of a table or of a progress display may have."""
    return reason if len(reason) <= _SHOWN else f"{reason[:_SHOWN]}..."
