"""`glibcheck scan`: the part of the door that is on the fast way; it must import little."""

from __future__ import annotations

from glibcheck.cli.exits import NO_ANSWER, OK
from glibcheck.cli.screen import complain, ink, show_all, stderr_is_terminal
from glibcheck.model.finding import Failure
from glibcheck.report.ink import printable
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.finding import Result


def run(
    paths: Iterable[str],
    form: str = "text",
    options: Options | None = None,
    newest_first: bool = False,
    demangle: bool | None = None,
) -> int:
    """Scan and report; exit code 0, or 2 when a file could not be read (the others are reported all the same)."""
    brief = form in ("text", "quiet")
    results: Iterable[Result] = scan_paths(paths, (options or Options())._replace(brief=brief))
    if stderr_is_terminal():
        from glibcheck.cli.progress import watched

        results = watched(results, "files")
    if newest_first:
        from glibcheck.needs import newest_first as in_order

        results = in_order(results)
    failures: list[Failure] = []
    show_all(_render(_noting(results, failures), form, demangle))
    for failure in failures:
        complain(f"{printable(failure.path)}: {failure.message}")
    return NO_ANSWER if failures else OK


def _noting(results: Iterable[Result], failures: list[Failure]) -> Iterator[Result]:
    """Hand the results on and keep the failures, which are told again on stderr at the end."""
    count = 0
    for result in results:
        count += 1
        if isinstance(result, Failure):
            failures.append(result)
        yield result
    if not count:
        complain("no ELF file was found")


def _render(results: Iterable[Result], form: str, demangle: bool | None) -> Iterator[str]:
    if form in ("json", "jsonl"):
        from glibcheck.report import scan_json

        return scan_json.render(results) if form == "json" else scan_json.render_lines(results)
    if form == "csv":
        from glibcheck.report import scan_csv

        return scan_csv.render(results)
    from glibcheck.report import scan_text

    chosen = ink(demangle=demangle)
    return scan_text.render(results, chosen) if form == "text" else scan_text.render_lines(results, chosen)
