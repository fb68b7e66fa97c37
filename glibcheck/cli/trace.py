"""`glibcheck trace`: which library of the closure needs what, and how it got there."""

from __future__ import annotations

import os

from glibcheck.cli.exits import FINDINGS, OK
from glibcheck.cli.screen import complain, ink, show
from glibcheck.report import trace_json, trace_text
from glibcheck.trace import about, newest_of_each_family, traces
from glibcheck.workspace.system import load_closure


def run(path: str, what: str | None, form: str, demangle: bool | None = None) -> int:
    """Trace one file; exit code 0, or 1 when a library is missing or nothing in the closure needs `what`."""
    closure = load_closure(path, os.environ.get("LD_LIBRARY_PATH", ""))
    found = traces(closure)
    shown = about(found, what) if what else found
    missing = [library for library in closure.libraries if library.path is None]
    for library in missing:
        complain(f"{path}: {library.name} was not found; what it needs is not in this answer")
    if what and not shown:
        complain(f"{path}: neither it nor its libraries need {what}")
    if form == "json":
        show(trace_json.render(path, closure, shown))
    elif what:
        show(trace_text.render_traces(closure, shown, ink(demangle=demangle)) if shown else "")
    else:
        show(trace_text.render(closure, newest_of_each_family(found), ink(demangle=demangle)))
    return FINDINGS if missing or (what and not shown) else OK
