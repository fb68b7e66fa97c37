"""`glibcheck scan`: the part of the door that is on the fast way; it must import little."""

from __future__ import annotations

from glibcheck import workspace
from glibcheck.cli.exits import NO_ANSWER, OK
from glibcheck.cli.screen import complain, ink, show
from glibcheck.report.ink import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.model.finding import Scan


def run(paths: Sequence[str], form: str) -> int:
    """Scan and report; exit code 0, or 2 when a file could not be read (the others are reported all the same)."""
    result = workspace.scan_files(paths)
    show(_render(result, form))
    for error in result.errors:
        complain(f"{printable(error.path)}: {error.message}")
    return NO_ANSWER if result.errors else OK


def _render(result: Scan, form: str) -> str:
    if form == "json":
        from glibcheck.report import scan_json

        return scan_json.render(result)
    from glibcheck.report import scan_text

    return scan_text.render(result, ink())
