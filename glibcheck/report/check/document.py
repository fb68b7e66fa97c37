"""The verdict for programs: one JSON document, described by `schema/check-1.json`; fields may be added, not changed."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.site import Site
    from glibcheck.model.verdict import Finding, Judged, Verdict
    from glibcheck.report.ink import Ink

SCHEMA = "glibcheck.check/1"


def render(verdict: Verdict, _ink: Ink) -> str:
    """Write the document, ASCII only: bytes of a name that are not UTF-8 appear as surrogate escapes (PEP 383)."""
    document = {
        "schema": SCHEMA,
        "target": verdict.target,
        "ok": verdict.ok,
        "files": [_file(file) for file in verdict.files],
        "errors": [row._asdict() for row in verdict.errors],
        "notes": verdict.notes,
    }
    return json.dumps(document, indent=2) + "\n"


def _file(file: Judged) -> dict[str, object]:
    return {
        "path": file.path,
        "target": file.target,
        "ok": file.ok,
        "chain": file.chain,
        "findings": [_finding(row) for row in file.findings],
        "waived": [{**_finding(row.finding), "reason": row.reason} for row in file.waived],
    }


def _finding(row: Finding) -> dict[str, object]:
    facts = {field: getattr(row, field) for field in ("code", "message", "library", "version", "symbol", "fix")}
    return {**facts, "origins": [_origin(site) for site in row.origins]}


def _origin(site: Site) -> dict[str, object]:
    path, line = (None, None) if site.source is None else site.source
    place = {"place": site.place or None, "function": site.function, "path": path, "line": line}
    return {**place, "evidence": site.evidence}
