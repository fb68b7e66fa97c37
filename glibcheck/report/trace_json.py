"""A trace for programs: one JSON document, described by `schema/trace-1.json`. Fields may be added, not changed.

Several files, as a wheel has, give a document that holds one for each (`schema/trace-files-1.json`). A trace has
`sites`, `sites_left_out` and `notes` only when there are some, `too_new` only when there is a target. A library that
several files of a wheel load has its sites in the document of the first; the others name that one with `sites_in`.
"""

from __future__ import annotations

import json

from glibcheck.report.trace_view import one_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.closure import Closure, Library, Trace
    from glibcheck.model.image import Requirement
    from glibcheck.model.site import Site
    from glibcheck.report.trace_view import Root, View

    _Told = dict[tuple[str | None, Requirement], tuple[str, tuple[Site, ...]]]

SCHEMA = "glibcheck.trace/1"
FILES_SCHEMA = "glibcheck.trace-files/1"


def render(path: str, closure: Closure, shown: Iterable[Trace]) -> str:
    """Write the document for the file at `path`, ASCII only."""
    return render_view(one_file(path, closure, shown))


def render_view(view: View) -> str:
    """Write the document for the file that was named, or for a wheel one that holds those of its files; ASCII only.

    Paths are given as they are, whatever the base of the view.
    """
    told: _Told = {}
    documents = [_document(root, view, told) for root in view.roots]
    if len(documents) == 1 and view.roots[0].path == view.path:
        return json.dumps(documents[0], indent=2) + "\n"
    target = {} if view.target is None else {"target": view.target}
    whole = {"schema": FILES_SCHEMA, "path": view.path, **target, "files": documents}
    return json.dumps(whole, indent=2) + "\n"


def _document(root: Root, view: View, told: _Told) -> dict[str, object]:
    closure = root.closure
    places = {library.name: library.path for library in closure.libraries}
    return {
        "schema": SCHEMA,
        "path": root.path,
        **({} if view.target is None else {"target": view.target}),
        "libraries": [_library(library) for library in closure.libraries],
        "bindings": [binding._asdict() for binding in closure.bindings],
        "unresolved": [{"user": row.user, "symbols": row.symbols} for row in closure.unresolved],
        "traces": [_trace(trace, view, _told_before(trace, root, places[trace.holder], told)) for trace in root.shown],
    }


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


def _told_before(trace: Trace, root: Root, holder: str | None, told: _Told) -> str | None:
    """Name the earlier document that has these sites: a library that many files of a wheel load has many."""
    first, sites = told.setdefault((holder, trace.requirement), (root.path, trace.sites))
    return first if trace.sites and first != root.path and sites == trace.sites else None


def _trace(trace: Trace, view: View, told_in: str | None) -> dict[str, object]:
    found: dict[str, object] = {**trace.requirement._asdict(), "holder": trace.holder, "chain": trace.chain}
    if view.target is not None:
        found["too_new"] = view.is_too_new(trace)
    if told_in is not None:
        return {**found, "sites_in": told_in}
    if trace.sites:
        found["sites"] = [_site(site) for site in trace.sites]
    if trace.left_out:
        found["sites_left_out"] = trace.left_out
    if trace.notes:
        found["notes"] = trace.notes
    return found


def _site(site: Site) -> dict[str, object]:
    pulls = [pull._asdict() for pull in site.pulls]
    source = None if site.source is None else site.source._asdict()
    callers = [caller._asdict() for caller in site.callers]
    return {**site._asdict(), "source": source, "pulls": pulls, "callers": callers, "place": site.place}
