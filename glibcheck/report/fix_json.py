"""A fix, for programs: `glibcheck.fix/1`, described by `schema/fix-1.json`."""

from __future__ import annotations

import json

from glibcheck.report.fix_text import diff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.finding import ScannedFile
    from glibcheck.model.outcome import Attempt, Outcome
    from glibcheck.model.plan import Edit, Offence, Step, Unresolved
    from glibcheck.model.site import Site

SCHEMA = "glibcheck.fix/1"


def render(outcome: Outcome, written: bool) -> str:
    """Write one document; `written` says whether the edits are in the project now."""
    document = {
        "schema": SCHEMA,
        "project": outcome.project,
        "target": outcome.target.name,
        "ok": outcome.complete,
        "proof": outcome.proof if outcome.after is not None else None,
        "written": written,
        "notes": list(outcome.notes),
        "offences": [_offence(row) for row in outcome.offences],
        "steps": [_step(row) for row in outcome.plan.steps],
        "edits": [_edit(row) for row in outcome.edits],
        "attempts": [_attempt(row) for row in outcome.attempts],
        "before": [_file(row) for row in outcome.before],
        "after": None if outcome.after is None else [_file(row) for row in outcome.after],
        "left": [_left(row) for row in outcome.plan.unresolved],
    }
    return json.dumps(document, indent=2) + "\n"


def _offence(row: Offence) -> dict[str, object]:
    return row._asdict()


def _step(row: Step) -> dict[str, object]:
    offences = [_offence(offence) for offence in row.offences]
    return {"fix": row.fix, "extension": row.extension, "why": row.why, "offences": offences}


def _edit(row: Edit) -> dict[str, object]:
    return {"path": row.path, "new": row.before is None, "diff": "".join(f"{line}\n" for line in diff(row))}


def _attempt(row: Attempt) -> dict[str, object]:
    return {"fixes": list(row.fixes), "failure": None if row.breakage is None else row.breakage.message}


def _file(file: ScannedFile) -> dict[str, object]:
    versions = sorted({need.version for need in file.image.requirements})
    return {"path": file.path, "needed": list(file.image.needed), "versions": versions}


def _left(row: Unresolved) -> dict[str, object]:
    return {**_offence(row.offence), "reason": row.reason, "places": [_place(site) for site in row.sites]}


def _place(site: Site) -> dict[str, object]:
    source = site.source
    return {
        "path": None if source is None else source.path,
        "line": None if source is None else source.line,
        "function": site.function,
        "object": site.object,
        "member": site.member,
    }
