"""`glibcheck explain`: what a loader said, in plain words."""

from __future__ import annotations

import sys

from glibcheck.cli.exits import NO_ANSWER, OK
from glibcheck.cli.screen import complain, ink, show
from glibcheck.errors import UsageError
from glibcheck.explain import UNDERSTOOD, askers, explain
from glibcheck.model.finding import Failure, ScannedFile
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 1 << 20  # characters of a log; a message is a line


def run(text: str, paths: Sequence[str], form: str, demangle: bool | None) -> int:
    """Explain the messages in a text, or on stdin; exit code 2 when none is understood or a file cannot be read."""
    results = list(scan_paths(paths, Options()))
    files = [row for row in results if isinstance(row, ScannedFile)]
    failures = [row for row in results if isinstance(row, Failure)]
    machine = files[0].image.machine if files else "x86_64"
    found = explain(text[:_MOST] or sys.stdin.read(_MOST), machine)
    if not found:
        raise UsageError(f"no message in this that is understood; known are: {UNDERSTOOD}")
    rows = [(row, tuple(askers(row, files))) for row in found]
    if form == "json":
        from glibcheck.report import explain_json

        show(explain_json.render(rows))
    else:
        from glibcheck.report import explain_text

        show(explain_text.render(rows, ink(demangle=demangle)))
    for failure in failures:
        complain(f"{failure.path}: {failure.message}")
    return NO_ANSWER if failures else OK
