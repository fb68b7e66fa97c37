"""The verdict in every form: what it says, that it is valid, and that hostile names stay names."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from glibcheck.model.finding import Failure, Passed
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.verdict import Finding, Judged, Verdict, Waived
from glibcheck.report.check import FORMS, render
from glibcheck.report.check.causes import causes, summary
from glibcheck.report.check.fingerprints import fingerprint
from glibcheck.report.check.github import step_summary
from glibcheck.report.ink import Ink
from glibcheck.rules import RULES
from tests.values import LIBC


def finding(version: str, symbol: str | None, code: str = "GC001", fix: str = "bind to GLIBC_2.2.5") -> Finding:
    name = None if symbol is None else SymbolName(symbol)
    message = f"needs {version} of {LIBC} for {symbol}; glibc-2.17 has GLIBC_2.17"
    return Finding(code, message, fix, LIBC, VersionName(version), name)


EXTENSION, HELPER = "x-1-cp311-cp311-manylinux_2_17_x86_64.whl:pkg/_x.so", "build/libh.so"
POW, EXP, DLSYM = finding("GLIBC_2.29", "pow"), finding("GLIBC_2.29", "exp"), finding("GLIBC_2.34", "dlsym")
STACK = Finding("GC007", "asks for an executable stack", "link with -Wl,-z,noexecstack")
NEW = finding("GLIBC_2.36", "arc4random", fix="avoid arc4random")
VERDICT = Verdict(
    "glibc-2.17",
    (
        Judged(EXTENSION, "glibc-2.17", ("_x.so",), (DLSYM, EXP, POW, STACK)),
        Judged(HELPER, "glibc-2.17", ("_x.so", "libh.so"), (NEW,), (Waived(DLSYM, "in the baseline"),)),
        Judged("build/fine.so", "glibc-2.17", ("fine.so",), ()),
    ),
    (Failure("build/bad.so", "the ELF header is cut short"),),
    (Passed("build/a.o", "a relocatable object"),),
    ("x.whl: no ELF file, nothing to judge",),
)
CLEAN = Verdict("2.17", (Judged("a.so", "2.17", ("a.so",), ()),), ())
NOTHING = Verdict(None, (), ())
HOSTILE = (
    "a\nb", "a\r\n::error::x", "\x1b[31mred\x1b[0m", "<script>alert(1)</script>", "a|b`c`d", "&amp;]]>", "\x00\x07\x0b",
    "caf\udce9", "\ufffe\uffff", "\u202eright", "100%25", "a,b:c", "'\"",
)  # fmt: skip


def nasty(name: str) -> Verdict:
    found = Finding("GC001", f"needs {name}", f"avoid {name}", Soname(name), VersionName(name), SymbolName(name))
    judged = Judged(name, name, (name, name), (found, found), (Waived(found, name),))
    return Verdict(name, (judged, Judged(f"{name}.whl:{name}", name, (name,), (found,))), (Failure(name, name),),
                   (Passed(name, name),), (name,))  # fmt: skip


def test_text() -> None:
    assert render(VERDICT, "text", Ink()) == """\
x-1-cp311-cp311-manylinux_2_17_x86_64.whl:pkg/_x.so  glibc-2.17
  GC001  needs GLIBC_2.34 of libc.so.6 for dlsym; glibc-2.17 has GLIBC_2.17
         fix: bind to GLIBC_2.2.5
  GC001  GLIBC_2.29 of libc.so.6: exp, pow
         fix: bind to GLIBC_2.2.5
  GC007  asks for an executable stack
         fix: link with -Wl,-z,noexecstack

build/libh.so  glibc-2.17
  brought by _x.so -> libh.so
  GC001  needs GLIBC_2.36 of libc.so.6 for arc4random; glibc-2.17 has GLIBC_2.17
         fix: avoid arc4random
  1 more waived

note: x.whl: no ELF file, nothing to judge
note: build/a.o: nothing to judge, a relocatable object
3 files judged, 2 do not fit glibc-2.17 (GC001 x4, GC007), 1 waived, 1 not judged
glibcheck rule GC001 explains that finding at length
"""  # fmt: skip
    assert render(CLEAN, "text", Ink()) == "1 file judged, all fit 2.17\n"
    assert render(NOTHING, "text", Ink()) == "0 files judged, nothing to judge\n"


def test_text_shows_few_symbols_and_each_advice_once() -> None:
    rows = tuple(finding("GLIBC_2.34", f"f{number:02}", fix="avoid" if number else "bind") for number in range(12))
    text = render(Verdict("t", (Judged("a.so", "t", ("a.so",), rows),), ()), "text", Ink())
    assert "f00, f01, f02, f03, f04, f05, f06, f07, 4 more" in text
    assert text.count("fix: avoid (f01, f02, f03, f04 ...)") == text.count("fix: bind (f00)") == 1


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("glibcheck.report") / "schema" / name).read_text())
    return found


@pytest.mark.parametrize("verdict", [VERDICT, CLEAN, NOTHING, *map(nasty, HOSTILE)])
def test_json_is_as_its_schema_says(verdict: Verdict) -> None:
    text = render(verdict, "json", Ink())
    document = json.loads(text)
    jsonschema.validate(document, schema("check-1.json"))
    assert text.isascii()
    assert document["ok"] is verdict.ok
    assert [row["path"] for row in document["files"]] == [file.path for file in verdict.files]


def test_json_has_everything() -> None:
    found = json.loads(render(VERDICT, "json", Ink()))
    assert found["files"][1]["chain"] == ["_x.so", "libh.so"]
    assert found["files"][1]["waived"][0]["reason"] == "in the baseline"
    assert found["files"][0]["findings"][0] == {
        "code": "GC001", "message": DLSYM.message, "library": "libc.so.6", "version": "GLIBC_2.34", "symbol": "dlsym",
        "fix": "bind to GLIBC_2.2.5", "origins": [],
    }  # fmt: skip
    assert found["errors"] == [{"path": "build/bad.so", "message": "the ELF header is cut short"}]


def commands(text: str) -> list[tuple[str, str, str]]:
    """Take the commands of a runner apart, as it does: kind, properties, data with its escapes undone."""
    found = [re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line) for line in text.splitlines()]
    return [(match[1], match[2], match[3].replace("%25", "%")) for match in found if match]


def test_github_shows_a_cause_once() -> None:
    found = commands(render(VERDICT, "github", Ink()))
    assert [kind for kind, _, _ in found] == ["error"] * 4 + ["warning", "notice"]
    assert found[1][1] == "file=pyproject.toml,title=GC001 version too new"
    assert found[1][2] == f"GLIBC_2.29 of libc.so.6 for exp, pow (in {EXTENSION}); fix: bind to GLIBC_2.2.5"


def test_github_shows_ten_of_a_kind_and_the_summary_all() -> None:
    rows = tuple(finding(f"GLIBC_2.{number}", f"f{number}") for number in range(40, 15, -1))
    verdict = Verdict("t", (Judged("a.so", "t", ("a.so",), rows),), ())
    errors = [data for kind, _, data in commands(render(verdict, "github", Ink())) if kind == "error"]
    assert len(causes(verdict)) == 25
    assert len(errors) == 10
    assert errors[-1].startswith("16 more causes: needs GLIBC_2.31")
    assert all(f"`{row.message}`" in step_summary(verdict) for row in rows)


@pytest.mark.parametrize("name", HOSTILE)
def test_github_takes_no_commands_from_names(name: str) -> None:
    lines = render(nasty(name), "github", Ink()).splitlines()
    assert all(line.startswith("::") for line in lines[:-1])
    assert not lines[-1].startswith("::")
    assert all(re.match(r"::\w+ file=pyproject\.toml,title=[^:,]*::", line) for line in lines[:-1])


def test_sarif() -> None:
    (run,) = json.loads(render(VERDICT, "sarif", Ink()))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(RULES)
    assert run["invocations"][0]["executionSuccessful"] is False
    results = run["results"]
    assert [row["ruleId"] for row in results] == ["GC001", "GC001", "GC001", "GC007", "GC001", "GC001"]
    assert all(RULES[row["ruleId"]].code == list(RULES)[row["ruleIndex"]] for row in results)
    place = results[0]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "x-1-cp311-cp311-manylinux_2_17_x86_64.whl"
    assert place["logicalLocations"][0]["name"] == "pkg/_x.so"
    flow = results[4]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == ["_x.so needs libh.so", "libh.so"]
    assert results[5]["suppressions"] == [{"kind": "external", "justification": "in the baseline"}]
    clean = json.loads(render(CLEAN, "sarif", Ink()))["runs"][0]
    assert (clean["results"], clean["invocations"][0]["executionSuccessful"]) == ([], True)


def test_fingerprints_outlive_versions_and_tell_findings_apart() -> None:
    later = EXTENSION.replace("x-1-cp311-cp311-manylinux_2_17_x86_64", "x-2.0-cp312-cp312-manylinux_2_28_x86_64")
    assert fingerprint(EXTENSION, POW) == fingerprint(later, POW)
    names = [fingerprint(file.path, row) for file in VERDICT.files for row in file.findings]
    assert len(set(names)) == len(names)


def test_gitlab() -> None:
    found = json.loads(render(VERDICT, "gitlab", Ink()))
    assert [row["check_name"] for row in found] == ["GC001", "GC001", "GC001", "GC007", "GC001", "not-judged"]
    assert found[0]["location"] == {"path": "x-1-cp311-cp311-manylinux_2_17_x86_64.whl", "lines": {"begin": 1}}
    assert json.loads(render(CLEAN, "gitlab", Ink())) == []


# As GitLab documents its report: "Code Quality report format", all fields required, the severity one of five.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}


@pytest.mark.parametrize("verdict", [VERDICT, CLEAN, NOTHING, *map(nasty, HOSTILE)])
def test_gitlab_is_as_documented(verdict: Verdict) -> None:
    found = json.loads(render(verdict, "gitlab", Ink()))
    jsonschema.validate(found, GITLAB)
    assert len({row["fingerprint"] for row in found}) == len(found)


@pytest.mark.parametrize("verdict", [VERDICT, CLEAN, NOTHING, *map(nasty, HOSTILE)])
def test_junit_counts_what_it_holds(verdict: Verdict) -> None:
    suite = ET.fromstring(render(verdict, "junit", Ink())).find("testsuite")  # noqa: S314 - our own output
    assert suite is not None
    cases = suite.findall("testcase")
    counted = {
        "tests": len(cases), "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")), "skipped": len(suite.findall("testcase/skipped")),
    }  # fmt: skip
    assert {name: int(suite.attrib[name]) for name in counted} == counted
    assert counted["failures"] == sum(1 for file in verdict.files if file.findings)
    assert all(case.attrib["name"] and case.attrib["classname"] for case in cases)


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_keeps_names_in_code(name: str) -> None:
    lines = render(nasty(name), "markdown", Ink()).splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    assert all(re.fullmatch(r"\| `[^`]*` \| GC001 \| `[^`]*` \| `[^`]*` \|", line) for line in rows[1:])
    assert all(line.replace("\\|", "").count("|") in (0, 5) for line in lines)
    assert "<script>" not in lines[0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_form_lets_control_characters_through(form: str, name: str) -> None:
    text = render(nasty(name), form, Ink())
    assert not set(text) & set("\x00\x07\x0b\x1b\r\u202e\udce9")
    assert text.encode("utf-8")
    assert text == render(nasty(name), form, Ink())
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (CLEAN, "1 file judged, all fit 2.17"),
        (NOTHING, "0 files judged, nothing to judge"),
        (NOTHING._replace(errors=(Failure("a.so", "is cut short"),)), "0 files judged, 1 not judged"),
        (VERDICT, "3 files judged, 2 do not fit glibc-2.17 (GC001 x4, GC007), 1 waived, 1 not judged"),
    ],
)
def test_summary(verdict: Verdict, expected: str) -> None:
    assert summary(verdict) == expected
