"""Measure and show: `python -m tests.bench`, with a glibcheck installed beside this interpreter.

Exit codes: 0 every row was measured, whether or not its goal holds; 1 a row could not be measured, and
should have been; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.bench import history, result, table
from tests.bench.cases import cases, names
from tests.bench.harness import Case, Row, Unmeasured, measure


def main(words: Sequence[str] | None = None) -> int:
    """Measure the rows that were asked for and show them; `words` as after the program's name."""
    parser = _parser()
    options = parser.parse_args(words)
    rows = [_measure(case, options.runs) for case in cases(options.only)]
    if not rows:
        parser.error(f"no row's name holds {options.only!r}; the rows: {'; '.join(names())}")
    _progress("")
    machine = result.describe_machine()
    text = table.render(rows, machine)
    sys.stdout.write(text)
    if options.json:
        _write(options.json, result.render(rows, machine))
    if options.history:
        history.add(options.history, result.render(rows, machine))
    if options.markdown:
        _write(options.markdown, text)
    return 1 if any(isinstance(row, Unmeasured) and not row.excused for row in rows) else 0


def _measure(case: Case | Unmeasured, runs: int | None) -> Row:
    if isinstance(case, Unmeasured):
        return case
    return measure(case, runs, lambda text: _progress(f"{case.name}: {text}"))


def _progress(text: str) -> None:
    """Show what is running, in one line that the next one replaces; only on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Compare glibcheck's cost with peers'.")
    parser.add_argument("--runs", type=_positive, metavar="N", help="pairs of runs a row (default: by their length)")
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="only rows whose name holds this")
    parser.add_argument("--json", metavar="FILE", help="write the result here as JSON")
    parser.add_argument("--history", metavar="FILE", help="add the result to this file (see tests.bench.history)")
    parser.add_argument("--markdown", metavar="FILE", help="write the table here too")
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of runs, at least 1 expected")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
