"""Explained messages for programs, described by `schema/explain-1.json`; fields may be added, not changed."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.explain import Asker, Explanation

SCHEMA = "glibcheck.explain/1"


def render(rows: Iterable[tuple[Explanation, Sequence[Asker]]]) -> str:
    """Write the document, ASCII only."""
    messages = [
        {**found._asdict(), "systems": dict(found.systems), "askers": [asker._asdict() for asker in askers]}
        for found, askers in rows
    ]
    return json.dumps({"schema": SCHEMA, "messages": messages}, indent=2) + "\n"
