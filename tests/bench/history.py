"""Runs of the benchmark, a line each, and two of them side by side: `python -m tests.bench.history FILE`.

`python -m tests.bench --history FILE` adds the document of a run as one line of JSON (see `result`). Two runs compare
by their ratios, for a peer that ran at the same time had the same machine and the same neighbours; seconds of two days
say nothing. A row became slower or quicker when all its ratios lie outside of the earlier ones.

Exit codes: 0 nothing became slower; 1 something did; 2 there are no two runs to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.result import SCHEMA
from tests.bench.table import ratio

Run = Mapping[str, Any]


def add(path: str, document: str) -> None:
    """Add the document of a run."""
    with open(path, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(json.loads(document)) + "\n")


def read(path: str) -> list[Run]:
    """Give the runs of a file, the oldest first, those of this form only."""
    with open(path, encoding="utf-8") as stream:
        runs = [json.loads(line) for line in stream if line.strip()]
    return [run for run in runs if run.get("schema") == SCHEMA]


def compare(old: Run, new: Run) -> list[tuple[str, str, str, str]]:
    """Give a line for each row that was measured in both: its name, both ratios, and what became of it."""
    before = {row["case"]: row["ratio"] for row in old["rows"] if "ratio" in row}
    return [
        (row["case"], ratio(was["median"]), ratio(row["ratio"]["median"]), _became(was, row["ratio"]))
        for row in new["rows"]
        if "ratio" in row and (was := before.get(row["case"])) is not None
    ]


def _became(old: Mapping[str, float], new: Mapping[str, float]) -> str:
    if new["min"] > old["max"]:
        return "slower"
    return "quicker" if new["max"] < old["min"] else "as before"


def main(words: Sequence[str] | None = None) -> int:
    """Show the last two runs of a file side by side, or those of two numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.history", description="Compare two runs.")
    parser.add_argument("file", metavar="FILE", help="what --history wrote")
    parser.add_argument("--old", type=int, default=-2, metavar="N", help="the run to compare with (default: -2)")
    parser.add_argument("--new", type=int, default=-1, metavar="N", help="the run to compare (default: -1, the last)")
    options = parser.parse_args(words)
    runs = read(options.file) if os.path.exists(options.file) else []
    try:
        old, new = runs[options.old], runs[options.new]
    except IndexError:
        print(f"{options.file}: has {len(runs)} runs, so there are no two to compare", file=sys.stderr)
        return 2
    print(f"{old['date']} and {new['date']}")
    if old["machine"] != new["machine"]:
        print("on machines that differ: the ratios still compare, but less closely")
    lines = compare(old, new)
    for name, was, now, became in lines:
        print(f"{name:48} {was:>8} {now:>8}  {became}")
    return 1 if any(became == "slower" for *_, became in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
