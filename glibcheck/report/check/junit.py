"""The verdict as JUnit XML, which every CI system shows: a case a file, a failure with all its findings."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from glibcheck.report.check.origins import origin_lines
from glibcheck.report.ink import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.verdict import Finding, Judged, Verdict
    from glibcheck.report.ink import Ink

# What XML 1.0 cannot hold even escaped (section 2.2), where `printable` leaves anything of it.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(verdict: Verdict, _ink: Ink) -> str:
    """Write one test suite; files that could not be judged are errors, files without versions skipped."""
    failures = sum(1 for file in verdict.files if file.findings)
    counts = {"tests": len(verdict.files) + len(verdict.errors) + len(verdict.passed), "failures": failures}
    counts |= {"errors": len(verdict.errors), "skipped": len(verdict.passed)}
    numbers = {name: str(count) for name, count in counts.items()}
    root = ET.Element(
        "testsuites", {"name": "glibcheck", **{name: numbers[name] for name in numbers if name != "skipped"}}
    )
    suite = ET.SubElement(root, "testsuite", {"name": _text(verdict.target or "the wheels' own tags"), **numbers})
    for file in verdict.files:
        _file(suite, file)
    for error in verdict.errors:
        _add(_case(suite, error.path), "error", error.message, "not judged")
    for row in verdict.passed:
        _add(_case(suite, row.path), "skipped", row.reason)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _file(suite: ET.Element, file: Judged) -> None:
    case = _case(suite, file.path)
    if file.findings:
        codes = ", ".join(sorted({finding.code for finding in file.findings}))
        lines = ["\n    ".join(_lines(row)) for row in file.findings]
        failure = _add(case, "failure", f"does not fit {file.target}: {codes}", codes)
        failure.text = "\n".join(_text(line) for text in lines for line in text.split("\n"))


def _lines(row: Finding) -> list[str]:
    return [f"{row.code} {row.message}", *(f"at: {line}" for line in origin_lines([row])), f"fix: {row.fix}"]


def _case(suite: ET.Element, path: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"classname": "glibcheck.check", "name": _text(path), "time": "0"})


def _add(case: ET.Element, name: str, message: str, kind: str | None = None) -> ET.Element:
    words = {"message": _text(message)} | ({"type": kind} if kind else {})
    return ET.SubElement(case, name, words)


def _text(text: str) -> str:
    return _NOT_XML.sub("?", printable(text))
