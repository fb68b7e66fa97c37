"""The rows for people: one Markdown table, and a sentence that says whether the goals hold."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.harness import Case, Cost, Measured, Row, Spread, Unmeasured

HEADINGS = (
    "case",
    "ours",
    "against",
    "CPU ratio: median (min to max)",
    "goal",
    "holds",
    "CPU ms",
    "peak MiB",
    "runs",
)


def render(rows: Sequence[Row], machine: dict[str, object]) -> str:
    """Write the table; times and peaks are ours / theirs, a peak that hides below our own reads 'at most' (≤)."""
    lines = [_line(HEADINGS), _line(["---"] * len(HEADINGS))]
    lines += [_line(_cells(row)) for row in rows]
    return "\n".join([*lines, "", verdict(rows), "", _machine(machine), ""])


def verdict(rows: Sequence[Row]) -> str:
    """Say in one paragraph which goals were missed and which rows have no answer."""
    measured = [row for row in rows if isinstance(row, Measured)]
    missed = [f"{row.case.name} ({_answer(row)})" for row in measured if not row.holds]
    failed = [row.name for row in rows if isinstance(row, Unmeasured) and not row.excused]
    sentences = []
    if missed:
        sentences.append(f"**{len(missed)} of {len(measured)} goals missed**: {', '.join(missed)}.")
    elif measured:
        sentences.append("Every goal that was measured holds.")
    if failed:
        sentences.append(f"**Not measured**: {', '.join(failed)}.")
    return " ".join(sentences)


def ratio(value: float) -> str:
    """Write a ratio as people say it: 1.65x, 0.43x, 1/37."""
    return f"{value:.2f}x" if value >= 0.2 else f"1/{1 / value:.0f}"


def _cells(row: Row) -> list[str]:
    match row:
        case Unmeasured():
            return [row.name, f"not measured: {row.reason}", *[""] * (len(HEADINGS) - 2)]
        case Measured():
            return [
                row.case.name,
                row.case.ours.label,
                row.case.peer.label,
                f"{_spread(row.ratio)}{_more(row)}",
                _goal(row.case),
                "yes" if row.holds else "**no**",
                f"{row.ours.cpu_seconds.median * 1000:.1f} / {row.peer.cpu_seconds.median * 1000:.1f}",
                f"{_peak(row.ours)} / {_peak(row.peer)}",
                str(row.runs),
            ]


def _answer(row: Measured) -> str:
    peak = "" if row.case.peak_goal_kib is None else f", {_peak(row.ours)} MiB"
    return f"{ratio(row.ratio.median)}{peak}{_more(row)}"


def _more(row: Measured) -> str:
    return "" if row.case.more_goal is None else f", {row.more.median:+.2f} s"


def _goal(case: Case) -> str:
    peak = "" if case.peak_goal_kib is None else f", ≤ {case.peak_goal_kib / 1024:.0f} MiB"
    more = "" if case.more_goal is None else f", ≤ {case.more_goal:+.2f} s"
    return f"≤ {ratio(case.goal)}{peak}{more}"


def _spread(figures: Spread) -> str:
    return f"{ratio(figures.median)} ({ratio(figures.min)} to {ratio(figures.max)})"


def _peak(cost: Cost) -> str:
    return f"{'≤ ' if cost.peak_kib <= cost.floor_kib else ''}{cost.peak_kib / 1024:.0f}"


def _machine(machine: dict[str, object]) -> str:
    return "; ".join(f"{name} {value}" for name, value in machine.items())


def _line(cells: Sequence[str]) -> str:
    # A bar inside a cell would start the next one.
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
