"""`glibcheck check`: settings, files, verdict, report, exit code."""

from __future__ import annotations

import os
from functools import cache

from glibcheck.check import judge
from glibcheck.cli.exits import FINDINGS, NO_ANSWER, OK
from glibcheck.cli.screen import complain, ink, show, stderr_is_terminal
from glibcheck.errors import UsageError
from glibcheck.model.finding import ScannedFile
from glibcheck.report.check import render
from glibcheck.report.ink import printable
from glibcheck.settings import DEFAULTS
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options
from glibcheck.workspace.settings import find_settings
from glibcheck.workspace.targets import target_for
from glibcheck.workspace.texts import require_text, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.cli.options import CheckOptions
    from glibcheck.model.finding import Failure, Result
    from glibcheck.model.names import SymbolName
    from glibcheck.model.target import Target
    from glibcheck.model.verdict import Verdict
    from glibcheck.rules.case import Group
    from glibcheck.settings import Settings


def run(paths: Sequence[str], options: CheckOptions) -> int:
    """Judge and report; exit code 0, 1 for findings, 2 when something could not be read or judged."""
    settings = _settings(options)
    judged = _waived(_judged(paths, settings, options["strict"]), settings)
    if options["update_baseline"]:
        _write_baseline(judged, settings)
    verdict = _against_baseline(judged, settings)
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


def _judged(paths: Sequence[str], settings: Settings, strict: bool) -> Verdict:
    results: Iterable[Result] = scan_paths(paths, Options(strict))
    if stderr_is_terminal():
        from glibcheck.cli.progress import watched

        results = watched(results, "files")

    @cache
    def resolve(text: str, machine: str) -> Target:
        """Find a target once for all files of a machine."""
        return target_for(text, machine, settings.targets)

    def defined(group: Group) -> frozenset[SymbolName]:
        """Read again the files of a group, with the symbols that they define."""
        members = {file.path for file in group.files}
        again = scan_paths([group.wheel] if group.wheel else paths, Options(strict, exports=True))
        files = (row for row in again if isinstance(row, ScannedFile) and row.path in members)
        return frozenset(name for row in files for name in row.exports or ())

    return judge(
        results,
        named=paths,
        asked=settings.target,
        resolve=resolve,
        defined=defined,
        require_elf=settings.require_elf,
    )


def _waived(judged: Verdict, settings: Settings) -> Verdict:
    if not settings.leave_out:
        return judged
    import datetime

    from glibcheck.waivers import waive

    return waive(judged, settings, datetime.date.today())


def _write_baseline(judged: Verdict, settings: Settings) -> None:
    """Write what was found as what is known; never from an incomplete look, which would forget what it did not see."""
    if settings.baseline is None:
        raise UsageError("--update-baseline needs --baseline FILE, or a baseline in the settings")
    if judged.errors:
        complain(f"{printable(settings.baseline)} is left as it was, since not everything could be judged")
        return
    from glibcheck.baseline import renewed

    write_whole(settings.baseline, renewed(judged))


def _against_baseline(judged: Verdict, settings: Settings) -> Verdict:
    if settings.baseline is None:
        return judged
    if not os.path.lexists(settings.baseline):
        raise UsageError(f"{settings.baseline}: there is no such baseline; --update-baseline makes it")
    from glibcheck.baseline import read_baseline, without_known

    return without_known(judged, read_baseline(require_text(settings.baseline), settings.baseline))


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
