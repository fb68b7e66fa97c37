"""The verdict as SARIF 2.1.0 (OASIS), which code hosts show as alerts.

Rules have stable ids; results have a fingerprint that does not change with the version of a wheel; the way by which a
file is brought (`Judged.chain`) is a code flow. Built files are addressed as they were named; of a member of a wheel
the wheel is the location, since hosts know nothing inside of it, and the member a logical location.
"""

from __future__ import annotations

import importlib.metadata
import json
from urllib.parse import quote

from glibcheck.report.check.fingerprints import fingerprint
from glibcheck.report.check.origins import origin_lines, source_in_project
from glibcheck.report.ink import printable
from glibcheck.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.model.finding import Failure
    from glibcheck.model.verdict import Finding, Judged, Verdict
    from glibcheck.report.ink import Ink

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(verdict: Verdict, _ink: Ink) -> str:
    """Write a log of one run; waived findings are suppressed results, what could not be judged are notifications."""
    results = [_result(file, row) for file in verdict.files for row in file.findings]
    results += [_result(file, row.finding, row.reason) for file in verdict.files for row in file.waived]
    run = {
        "tool": {"driver": _driver()},
        "invocations": [
            {
                "executionSuccessful": not verdict.errors,
                "toolExecutionNotifications": [_notification(error) for error in verdict.errors],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _driver() -> dict[str, object]:
    return {
        "name": "glibcheck",
        "semanticVersion": importlib.metadata.version("glibcheck"),
        "rules": [
            {
                "id": rule.code,
                "name": "".join(word.capitalize() for word in rule.name.split()),
                "shortDescription": {"text": rule.name},
                "fullDescription": {"text": rule.explanation.partition("\n\n")[0].replace("\n", " ")},
                "help": {"text": rule.explanation},
                "defaultConfiguration": {"level": "error"},
            }
            for rule in RULES.values()
        ],
    }


def _result(file: Judged, finding: Finding, waived: str | None = None) -> dict[str, object]:
    found: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": list(RULES).index(finding.code),
        "level": "error",
        "message": {"text": printable(f"{file.path}: {finding.message}{_origins(finding)}. Fix: {finding.fix}.")},
        "locations": [_source_location(file.path, finding) or _location(file.path)],
        "partialFingerprints": {"glibcheckFinding/v1": fingerprint(file.path, finding)},
    }
    if len(file.chain) > 1:
        found["codeFlows"] = [{"threadFlows": [{"locations": _flow(file.path, file.chain)}]}]
    if waived is not None:
        found["suppressions"] = [{"kind": "external", "justification": printable(waived)}]
    return found


def _origins(finding: Finding) -> str:
    lines = origin_lines([finding])
    return f"; at {', '.join(lines)}" if lines else ""


def _source_location(path: str, finding: Finding) -> dict[str, object] | None:
    """Point at the line of source, where one of the project is on record; None where not."""
    source = source_in_project(finding)
    if source is None:
        return None
    place = {"artifactLocation": {"uri": _uri(source.path)}, "region": {"startLine": source.line}}
    return {**_location(path), "physicalLocation": place}


def _flow(path: str, chain: Sequence[str]) -> list[dict[str, object]]:
    """Show the chain step by step: each file names the next one in DT_NEEDED."""
    return [
        {"location": {**_location(path), "message": {"text": printable(f"{name} needs {after}" if after else name)}}}
        for name, after in zip(chain, [*chain[1:], None], strict=True)
    ]


def _location(path: str) -> dict[str, object]:
    before, mark, member = path.partition(".whl:")
    place = {"artifactLocation": {"uri": _uri(f"{before}.whl" if mark else path)}, "region": {"startLine": 1}}
    logical = {"fullyQualifiedName": printable(path), "name": printable(member or path), "kind": "module"}
    return {"physicalLocation": place, "logicalLocations": [logical]}


def _uri(path: str) -> str:
    """Write a path as a relative or absolute URI reference (RFC 3986), bytes that are not text included."""
    shown = quote(path.encode("utf-8", "surrogateescape"), safe="/-._~")
    return f"file://{shown}" if path.startswith("/") else shown


def _notification(error: Failure) -> dict[str, object]:
    return {
        "level": "error",
        "message": {"text": printable(f"{error.path}: {error.message}")},
        "locations": [_location(error.path)],
    }
