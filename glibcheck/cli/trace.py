"""`glibcheck trace`: which library of the closure needs what, and how it got there."""

from __future__ import annotations

import os

from glibcheck.cli.exits import FINDINGS, OK
from glibcheck.cli.screen import complain, ink, show
from glibcheck.report import trace_json, trace_text
from glibcheck.trace import about, newest_of_each_family, traces
from glibcheck.workspace.closures import closures_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.model.closure import Closure, Trace
    from glibcheck.report.ink import Ink


def run(path: str, what: str | None, form: str, demangle: bool | None = None) -> int:
    """Trace a file, or the files of a wheel; 1 when a library is missing or damaged or nothing needs `what`, else 0."""
    closures = closures_of(path, os.environ.get("LD_LIBRARY_PATH", ""))
    answers = [(closure, about(found, what) if what else found) for closure in closures for found in [traces(closure)]]
    problems = list(dict.fromkeys(line for closure in closures for line in _problems(closure)))
    for line in problems:
        complain(f"{path}: {line}")
    nobody = bool(what) and not any(shown for _, shown in answers)
    if nobody:
        complain(f"{path}: neither it nor its libraries need {what}")
    if form == "json":
        documents = [trace_json.render(closure.libraries[0].path or path, closure, shown) for closure, shown in answers]
        # One file has one document, as ever; those of a wheel are a list.
        show(f"[{','.join(documents)}]\n" if path.endswith(".whl") else documents[0])
        return FINDINGS if problems or nobody else OK
    texts = [_text(closure, shown, what, ink(demangle=demangle)) for closure, shown in answers]
    if len(closures) > 1:
        texts = [f"{closure.libraries[0].path}\n{text}" for closure, text in zip(closures, texts, strict=True) if text]
    show("\n".join(filter(None, texts)))
    return FINDINGS if problems or nobody else OK


def _text(closure: Closure, shown: tuple[Trace, ...], what: str | None, ink: Ink) -> str:
    if what:
        return trace_text.render_traces(closure, shown, ink) if shown else ""
    return trace_text.render(closure, newest_of_each_family(shown), ink)


def _problems(closure: Closure) -> Iterator[str]:
    """Say which libraries are not in the answer, and why."""
    for library in closure.libraries:
        if library.path is None:
            why = f" ({library.problem})" if library.problem else ""
            looked = "found" if library.found_by == "not found" else "looked for"
            yield f"{library.name} was not {looked}{why}; what it needs is not in this answer"
        elif library.problem:
            yield f"{library.path} {library.problem}; what it needs is not in this answer"
