"""`glibcheck survey` and `glibcheck ask`: a table of what many wheels need, and questions to it."""

from __future__ import annotations

import csv
import io
import json
import os
from functools import partial

from glibcheck.cli.exits import NO_ANSWER, OK
from glibcheck.cli.screen import complain, show, stderr_is_terminal
from glibcheck.errors import UsageError
from glibcheck.report.ink import printable
from glibcheck.survey import engines
from glibcheck.survey.questions import ask as put
from glibcheck.survey.tables import writing
from glibcheck.survey.wheels import find_wheels
from glibcheck.workspace.targets import target_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from glibcheck.survey.questions import Answer
    from glibcheck.survey.rows import Row

_MOST_SYMBOLS = 4  # in a line for people


def survey(places: tuple[str, ...], output: str, jobs: int | None, dask: str | None) -> int:
    """Write the table of all wheels; exit code 2 when one could not be read in full (it has a row all the same)."""
    wheels = unreadable = 0
    with writing(output) as write:
        for rows in _watched(_surveyed(find_wheels(places), jobs, dask)):
            write(rows)
            wheels += 1
            problems = [row for row in rows if row.problem]
            unreadable += bool(problems)
            for row in problems[:1]:
                complain(f"{printable(row.wheel)}: {printable(row.problem or '')}")
        if not wheels:
            raise UsageError(f"no wheel was found in {' '.join(places)}")
    unread = f", {unreadable} of them not in full" if unreadable else ""
    show(f"{wheels} {'wheel' if wheels == 1 else 'wheels'} in {output}{unread}\n")
    return NO_ANSWER if unreadable else OK


def _surveyed(paths: Iterable[str], jobs: int | None, dask: str | None) -> Iterable[tuple[Row, ...]]:
    if dask is not None:
        return engines.by_dask(paths, dask)
    count = len(os.sched_getaffinity(0)) if jobs is None else jobs
    return engines.in_turn(paths) if count == 1 else engines.by_processes(paths, count)


def _watched(rows: Iterable[tuple[Row, ...]]) -> Iterable[tuple[Row, ...]]:
    if not stderr_is_terminal():
        return rows
    from glibcheck.cli.progress import watched

    return watched(rows, "wheels")


def ask(path: str, question: str, target: str | None, form: str, most: int | None) -> int:
    """Answer one question about a survey."""
    if question == "breaks-at" and target is None:
        raise UsageError("breaks-at what? Name a target, such as 2.28 or debian:11")
    answer = put(path, question, None if target is None else partial(target_for, target))
    for note in answer.notes:
        complain(printable(note))
    if most is not None and len(answer.rows) > most:
        complain(f"the first {most} of {len(answer.rows)} rows; --most shows more")
        answer = answer._replace(rows=answer.rows[:most])
    show({"text": _text, "csv": _csv, "json": _json}[form](answer))
    return OK


def _text(answer: Answer) -> str:
    if not answer.rows:
        return "nothing\n"
    lines = [answer.columns, *(tuple(map(_shown, row)) for row in answer.rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(answer.columns))]
    return "".join(_line(line, widths) for line in lines)


def _line(line: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() + "\n"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        more = f", {len(value) - _MOST_SYMBOLS} more" if len(value) > _MOST_SYMBOLS else ""
        return printable(", ".join(value[:_MOST_SYMBOLS])) + more
    return "" if value is None else printable(str(value))


def _csv(answer: Answer) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_cell(value) for value in row] for row in answer.rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """Write a value that no spreadsheet takes for a formula."""
    shown = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@", "\t", "\r")) else shown


def _json(answer: Answer) -> str:
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return json.dumps({"schema": "glibcheck.ask/1", "rows": rows, "notes": answer.notes}, indent=1) + "\n"
