"""A build for an older system, for programs: `glibcheck.build/1`, described by `schema/build-1.json`."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.finding import ScannedFile
    from glibcheck.model.lowering import Left, Lowering

_FACTS = ("code", "message", "fix", "library", "version", "symbol")
SCHEMA = "glibcheck.build/1"


def render(result: Lowering) -> str:
    """Write one document."""
    document = {
        "schema": SCHEMA,
        "project": result.project,
        "target": result.target.name,
        "ok": result.ok,
        "wheel": result.wheel,
        "tag": result.tag,
        "runtime": result.runtime,
        "before": None if result.before is None else [_file(file) for file in result.before],
        "after": [_file(file) for file in result.after],
        "solved": [row._asdict() for row in result.solved],
        "lost": [row._asdict() for row in result.lost],
        "left": [_left(row) for row in result.left],
        "grafted": list(result.grafted),
        "failure": result.failure,
    }
    return json.dumps(document, indent=2) + "\n"


def _file(file: ScannedFile) -> dict[str, object]:
    versions = sorted({need.version for need in file.image.requirements})
    return {"path": file.path, "needed": list(file.image.needed), "versions": versions}


def _left(row: Left) -> dict[str, object]:
    facts = {field: getattr(row.finding, field) for field in _FACTS}
    return {"file": row.file, **facts, "brought_by": list(row.brought_by)}
