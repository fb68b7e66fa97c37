"""`glibcheck check`: settings, files, verdict, report, exit code."""

from __future__ import annotations

import os
from functools import partial

from glibcheck.cli.exits import FINDINGS, NO_ANSWER, OK
from glibcheck.cli.screen import complain, ink, show, stderr_is_terminal
from glibcheck.errors import UsageError
from glibcheck.model.finding import ScannedFile
from glibcheck.report.check import render
from glibcheck.report.ink import printable
from glibcheck.settings import DEFAULTS
from glibcheck.workspace.judging import against_baseline, judged, waived
from glibcheck.workspace.settings import find_settings
from glibcheck.workspace.texts import require_text, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glibcheck.cli.options import CheckOptions
    from glibcheck.model.finding import Failure, Result
    from glibcheck.model.verdict import Verdict
    from glibcheck.settings import Settings
    from glibcheck.workspace.judging import Watch


def run(paths: Sequence[str], options: CheckOptions) -> int:
    """Judge and report; exit code 0, 1 for findings, 2 when something could not be read or judged."""
    settings = _settings(options)
    found = waived(_judged(paths, settings, options["strict"], options["provenance"]), settings)
    if options["update_baseline"]:
        _write_baseline(found, settings)
    verdict = against_baseline(found, settings)
    _write(render(verdict, options["form"], ink(demangle=options["demangle"])), options["output"])
    if options["form"] == "github":
        _summarise(verdict)
    _complain(verdict.errors)
    if verdict.errors:
        return NO_ANSWER
    return OK if verdict.ok or options["exit_zero"] else FINDINGS


def _complain(errors: Iterable[Failure]) -> None:
    """Tell each reason once: an unknown target is the same mistake for all wheels of a folder."""
    paths: dict[str, list[str]] = {}
    for failure in errors:
        paths.setdefault(failure.message, []).append(failure.path)
    for message, (first, *others) in paths.items():
        complain(f"{first}{f' and {len(others)} more' if others else ''}: {message}")


def _settings(options: CheckOptions) -> Settings:
    """Join the settings of the project with what the command line says, which wins."""
    found = DEFAULTS if options["isolated"] else find_settings(options["config"])
    return found.overridden(
        target=options["target"],
        select=options["select"],
        ignore=options["ignore"],
        baseline=options["baseline"],
        require_elf=options["require_elf"],
    )


def _judged(paths: Sequence[str], settings: Settings, strict: bool, records: Sequence[str]) -> Verdict:
    watch: Watch = iter
    if stderr_is_terminal():
        from glibcheck.cli.progress import watched

        watch = partial(watched, noun="files")
    if not records:
        return judged(paths, settings.target, settings.targets, settings.require_elf, strict, watch)
    from glibcheck.provenance import read_record, with_origins

    known = {key: file for name in records for key, file in read_record(require_text(name), name).items()}
    build_ids: dict[str, str | None] = {}
    noting = partial(_noting, watch, build_ids)
    found = judged(paths, settings.target, settings.targets, settings.require_elf, strict, noting)
    return with_origins(found, build_ids, known)


def _noting(watch: Watch, build_ids: dict[str, str | None], results: Iterable[Result]) -> Iterator[Result]:
    """Hand the results on and note the build id of each file, by which its provenance is found."""
    for result in watch(results):
        if isinstance(result, ScannedFile):
            build_ids[result.path] = result.image.traits.build_id
        yield result


def _write_baseline(found: Verdict, settings: Settings) -> None:
    """Write what was found as what is known; never from an incomplete look, which would forget what it did not see."""
    if settings.baseline is None:
        raise UsageError("--update-baseline needs --baseline FILE, or a baseline in the settings")
    if found.errors:
        complain(f"{printable(settings.baseline)} is left as it was, since not everything could be judged")
        return
    from glibcheck.baseline import renewed

    write_whole(settings.baseline, renewed(found))


def _write(report: str, output: str | None) -> None:
    if output is None:
        show(report)
    else:
        write_whole(output, report)


def _summarise(verdict: Verdict) -> None:
    """Append the whole report to the page that GitHub shows for the step, where it says to."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        from glibcheck.report.check.github import step_summary

        with open(path, "a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(step_summary(verdict))
