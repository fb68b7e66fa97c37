"""A trace for programs: one JSON document, described by `schema/trace-1.json`. Fields may be added, not changed."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.closure import Closure, Library, Trace

SCHEMA = "glibcheck.trace/1"


def render(path: str, closure: Closure, shown: Iterable[Trace]) -> str:
    """Write the document for the file at `path`, ASCII only."""
    document = {
        "schema": SCHEMA,
        "path": path,
        "libraries": [_library(library) for library in closure.libraries],
        "bindings": [binding._asdict() for binding in closure.bindings],
        "unresolved": [{"user": row.user, "symbols": row.symbols} for row in closure.unresolved],
        "traces": [_trace(trace) for trace in shown],
    }
    return json.dumps(document, indent=2) + "\n"


def _library(library: Library) -> dict[str, object]:
    image = library.linkage.image if library.linkage else None
    return {
        "name": library.name,
        "path": library.path,
        "found_by": library.found_by,
        "chain": library.chain,
        "tried": library.tried,
        "problem": library.problem,
        "requirements": [need._asdict() for need in image.requirements] if image else [],
    }


def _trace(trace: Trace) -> dict[str, object]:
    return {**trace.requirement._asdict(), "holder": trace.holder, "chain": trace.chain}
