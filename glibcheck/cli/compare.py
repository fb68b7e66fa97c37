"""`glibcheck compare`: two builds, and what the new one needs that the old one did not."""

from __future__ import annotations

from glibcheck.catalogue.distributions import FAMILIES
from glibcheck.cli.exits import FINDINGS, NO_ANSWER, OK
from glibcheck.cli.screen import complain, ink, show
from glibcheck.compare import compare
from glibcheck.errors import InputError
from glibcheck.model.finding import Failure, ScannedFile
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options


def run(old: str, new: str, form: str, demangle: bool | None) -> int:
    """Compare; exit code 1 when something needs a newer version than before, 2 when a file cannot be read."""
    failures: list[Failure] = []
    before, after = _files(old, failures), _files(new, failures)
    for failure in failures:
        complain(f"{failure.path}: {failure.message}")
    if failures:
        return NO_ANSWER
    found = compare(before, after, (old, new), FAMILIES)
    if form == "json":
        from glibcheck.report import compare_json

        show(compare_json.render(found))
    elif form == "markdown":
        from glibcheck.report import compare_markdown

        show(compare_markdown.render(found))
    else:
        from glibcheck.report import compare_text

        show(compare_text.render(found, ink(demangle=demangle)))
    return FINDINGS if found.newer else OK


def _files(path: str, failures: list[Failure]) -> list[ScannedFile]:
    results = list(scan_paths([path], Options()))
    failures += [row for row in results if isinstance(row, Failure)]
    files = [row for row in results if isinstance(row, ScannedFile)]
    if not results:
        raise InputError(path, "has no ELF file, so there is nothing to compare")
    return files
