"""The verdict as a Code Quality report of GitLab: a JSON array of issues; fingerprints know of no line numbers."""

from __future__ import annotations

import json

from glibcheck.report.check.fingerprints import fingerprint
from glibcheck.report.check.origins import origin_lines, source_in_project
from glibcheck.report.ink import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.verdict import Finding, Verdict
    from glibcheck.report.ink import Ink


def render(verdict: Verdict, _ink: Ink) -> str:
    """Write the array; what could not be judged is an issue, too, of the severity blocker."""
    rows = [_issue(file.path, finding) for file in verdict.files for finding in file.findings]
    for error in verdict.errors:
        name = fingerprint(error.path, _not_judged(error.message))
        rows.append(_row(error.path, "not-judged", f"could not be judged: {error.message}", name, "blocker"))
    unique = {row["fingerprint"]: row for row in rows}
    return json.dumps([*unique.values()], indent=1) + "\n"


def _issue(path: str, finding: Finding) -> dict[str, object]:
    lines = origin_lines([finding])
    text = f"{finding.message}{'; at ' + ', '.join(lines) if lines else ''}; fix: {finding.fix}"
    row = _row(path, finding.code, text, fingerprint(path, finding), "major")
    source = source_in_project(finding)
    if source is not None:
        row["location"] = {"path": printable(source.path), "lines": {"begin": source.line}}
    return row


def _row(path: str, rule: str, text: str, name: str, severity: str) -> dict[str, object]:
    return {
        "description": printable(f"{path}: {text}"),
        "check_name": rule,
        "fingerprint": name,
        "severity": severity,
        "location": {"path": printable(_file(path)), "lines": {"begin": 1}},
    }


def _file(path: str) -> str:
    """Name a file that the host can know: for a member of a wheel that is the wheel."""
    before, mark, _ = path.partition(".whl:")
    return f"{before}.whl" if mark else path


def _not_judged(message: str) -> Finding:
    from glibcheck.model.verdict import Finding

    return Finding("not-judged", message, "")
