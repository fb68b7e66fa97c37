"""A comparison for programs, described by `schema/compare-1.json`; fields may be added, not changed."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.compare import Comparison, FileChange
    from glibcheck.model.versions import Release

SCHEMA = "glibcheck.compare/1"


def render(found: Comparison) -> str:
    """Write the document, ASCII only."""
    old, new = (None if side is None else dict(side) for side in found.systems)
    document = {
        "schema": SCHEMA,
        "newer": found.newer,
        "systems": {"old": old, "new": new},
        "unchanged": found.unchanged,
        "files": [_file(file) for file in found.files],
    }
    return json.dumps(document, indent=2) + "\n"


def _file(file: FileChange) -> dict[str, object]:
    come, gone = file.libraries
    return {
        "name": file.name,
        "kind": file.kind,
        "newer": file.newer,
        "newest": [{"family": step.family, "old": _number(step.old), "new": _number(step.new)} for step in file.steps],
        "gained": [need._asdict() for need in file.gained],
        "lost": [need._asdict() for need in file.lost],
        "needed": {"added": come, "removed": gone},
    }


def _number(release: Release | None) -> str | None:
    return release.number if release else None
