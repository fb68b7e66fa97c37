"""The README's table of figures, made of a run: `python -m tests.bench.readme bench-result.json`."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from typing import Any

from tests.bench.table import ratio

README = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "README.md")
BEGIN, END = "<!-- made by tests.bench.readme -->", "<!-- end -->"


def render(document: Mapping[str, Any]) -> str:
    """Write the table, with the day and the machine of the run."""
    lines = ["| what | against | CPU time | goal |", "|---|---|---|---|"]
    lines += [_line(row) for row in document["rows"] if "ratio" in row]
    machine = document["machine"]
    place = f"{machine['cpu']}, {machine['cores']} cores, {machine['python']}, glibc {machine['glibc']}"
    return "\n".join([*lines, "", f"Measured on {document['date'][:10]}: {place}."])


def rewritten(text: str, document: Mapping[str, Any]) -> str:
    """Put the table of a run in the place of the one that a text has; ValueError when it has no place for one."""
    shape = re.compile(rf"{re.escape(BEGIN)}\n.*?{re.escape(END)}", re.DOTALL)
    if len(shape.findall(text)) != 1:
        raise ValueError(f"the text has no single place between {BEGIN} and {END}")
    table = f"{BEGIN}\n\n{render(document)}\n\n{END}"
    return shape.sub(lambda _: table, text)


def _line(row: Mapping[str, Any]) -> str:
    found = row["ratio"]
    more = "" if row.get("more_goal") is None else f", {row['more_seconds']['median']:+.2f} s"
    goal = "" if row.get("more_goal") is None else f", {row['more_goal']:+.1f} s"
    spread = f"{ratio(found['median'])} ({ratio(found['min'])} to {ratio(found['max'])}){more}"
    return f"| {row['case']} | {row['peer']} | {spread} | {ratio(row['goal'])}{goal} |"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as stream:
        run = json.load(stream)
    with open(README, encoding="utf-8") as stream:
        readme = stream.read()
    with open(README, "w", encoding="utf-8") as stream:
        stream.write(rewritten(readme, run))
