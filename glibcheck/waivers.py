"""Waivers: which findings do not count, because the settings or the command line say so, and why.

What is not selected, or ignored, was not asked for and is left out. What an exception or a pattern of files waives
stays in the report with its reason, so that nobody forgets it.
"""

from __future__ import annotations

import fnmatch

from glibcheck.model.verdict import Waived

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from glibcheck.model.verdict import Finding, Judged, Verdict
    from glibcheck.settings import Settings, Waiver


def waive(verdict: Verdict, settings: Settings, today: datetime.date) -> Verdict:
    """Apply the settings to a verdict; exceptions that have expired, or match nothing, leave a note."""
    files = tuple(_file(file, settings, today) for file in verdict.files)
    notes = tuple(_notes(verdict, settings, today))
    return verdict._replace(files=files, notes=(*verdict.notes, *notes))


def _file(file: Judged, settings: Settings, today: datetime.date) -> Judged:
    counted, waived = [], list(file.waived)
    for finding in file.findings:
        if finding.code in settings.ignore or (settings.select and finding.code not in settings.select):
            continue
        reason = _reason(file.path, finding, settings, today)
        if reason is None:
            counted.append(finding)
        else:
            waived.append(Waived(finding, reason))
    return file._replace(findings=tuple(counted), waived=tuple(waived))


def _reason(path: str, finding: Finding, settings: Settings, today: datetime.date) -> str | None:
    for pattern, codes in settings.per_file_ignores:
        if finding.code in codes and _matches(path, pattern):
            return f"ignored for {pattern}"
    for waiver in settings.exceptions:
        if not _expired(waiver, today) and _meets(waiver, path, finding):
            return waiver.reason
    return None


def _notes(verdict: Verdict, settings: Settings, today: datetime.date) -> Iterator[str]:
    for waiver in settings.exceptions:
        what = " ".join(filter(None, (waiver.code, waiver.symbol, waiver.library, waiver.version, waiver.file)))
        if _expired(waiver, today):
            yield f"the exception for {what} expired on {waiver.expires}: {waiver.reason}"
        elif not any(_meets(waiver, file.path, finding) for file in verdict.files for finding in file.findings):
            yield f"the exception for {what} matches nothing any more: {waiver.reason}"


def _expired(waiver: Waiver, today: datetime.date) -> bool:
    return waiver.expires is not None and waiver.expires < today


def _meets(waiver: Waiver, path: str, finding: Finding) -> bool:
    asked = ((waiver.symbol, finding.symbol), (waiver.library, finding.library), (waiver.version, finding.version))
    return (
        waiver.code == finding.code
        and all(wanted is None or wanted == found for wanted, found in asked)
        and (waiver.file is None or _matches(path, waiver.file))
    )


def _matches(path: str, pattern: str) -> bool:
    """Match a glob pattern with a path as it is shown, with its end, or with the member's path in a wheel."""
    member = path.partition(".whl:")[2]
    return any(
        fnmatch.fnmatchcase(name, shape) for name in filter(None, (path, member)) for shape in (pattern, f"*/{pattern}")
    )
