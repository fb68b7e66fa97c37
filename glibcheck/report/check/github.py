"""The verdict as annotations of GitHub Actions, and as a page for the step's summary.

A step shows ten annotations of a type, so findings of one cause are one annotation, and when there are still more, the
last says so. What is in a file's name could be a command to the runner: all is escaped as the runner's own toolkit does
(%, CR and LF everywhere; colon and comma in properties).
"""

from __future__ import annotations

from glibcheck.report.check import markdown
from glibcheck.report.check.causes import causes, some, summary
from glibcheck.report.check.origins import origin_lines, source_in_project
from glibcheck.report.ink import Ink, printable
from glibcheck.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.verdict import Verdict
    from glibcheck.report.check.causes import Cause

_MOST = 10  # of a type in a step
# Built files are none of the repository's, so GitHub cannot show an annotation in one; this one every project has.
_FILE = "pyproject.toml"


def render(verdict: Verdict, _ink: Ink) -> str:
    """Write the annotations, errors first, and end with the summary as an ordinary line."""
    found = causes(verdict)
    shown = found if len(found) <= _MOST else found[: _MOST - 1]
    lines = [
        _command("error", f"{cause.first.code} {RULES[cause.first.code].name}", _text(cause), _place(cause))
        for cause in shown
    ]
    if len(found) > len(shown):
        rest = f"{len(found) - len(shown)} more causes: {some(cause.first.message for cause in found[len(shown) :])}"
        lines.append(_command("error", "more findings", rest))
    errors = [f"{error.path}: {error.message}" for error in verdict.errors]
    if errors:
        lines.append(_command("warning", f"{len(errors)} could not be judged", some(errors)))
    notes = [*verdict.notes]
    if notes:
        lines.append(_command("notice", "notes", some(notes)))
    return "\n".join([*lines, _data(summary(verdict))]) + "\n"


def step_summary(verdict: Verdict) -> str:
    """Write the page of the step: all findings, none left out."""
    return markdown.render(verdict, Ink())


def _text(cause: Cause) -> str:
    first = cause.first
    message = first.message
    if len(cause.symbols) > 1:
        message = f"{first.version} of {first.library} for {some(cause.symbols)}"
    lines = origin_lines(cause.findings)
    origins = f", at {', '.join(lines)}" if lines else ""
    return f"{message} (in {some(cause.files, 4)}{origins}); fix: {first.fix}"


def _place(cause: Cause) -> str:
    """Name the line of source, where one of the project is on record."""
    for finding in cause.findings:
        source = source_in_project(finding)
        if source is not None:
            return f"file={_property(source.path)},line={source.line}"
    return f"file={_FILE}"


def _command(kind: str, title: str, text: str, place: str = f"file={_FILE}") -> str:
    return f"::{kind} {place},title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    """Escape the text of a command, where control characters would end it or trick a terminal."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
