"""The report of a fix for programs: every document keeps to the schema that is shipped."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema

import glibcheck.report
from glibcheck.model.outcome import Attempt, Breakage, Outcome
from glibcheck.model.plan import Plan, Unresolved
from glibcheck.report.fix_json import SCHEMA, render
from tests.report.test_fix_text import EXP, FILE, HELD, NOTHING, POW, evil_outcome, place


def schema() -> dict[str, Any]:
    folder = os.path.join(os.path.dirname(glibcheck.report.__file__), "schema")
    with open(os.path.join(folder, "fix-1.json"), encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def document(outcome: Outcome, written: bool = False) -> Any:
    text = render(outcome, written)
    assert text.isascii()
    assert text.endswith("}\n")
    loaded = json.loads(text)
    jsonschema.validate(loaded, schema(), jsonschema.Draft202012Validator)
    return loaded


def test_the_schema_is_a_schema_and_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == schema()["properties"]["schema"]["const"] == SCHEMA == "glibcheck.fix/1"


def test_a_project_within_the_target_is_not_proved_again() -> None:
    found = document(NOTHING)
    assert (found["ok"], found["proof"], found["written"], found["after"]) == (True, None, False, None)


def test_a_fix_that_holds_is_there_with_its_steps_edits_and_files() -> None:
    attempts = (Attempt(("old home",), Breakage("build: no", "much")), Attempt(("older version",), None))
    found = document(HELD._replace(attempts=attempts), written=True)
    assert (found["ok"], found["proof"], found["written"]) == (True, "import", True)
    assert [row["fix"] for row in found["steps"]] == ["older version", "old home"]
    diff = "--- /dev/null\n+++ b/new.h\n@@ -0,0 +1 @@\n+/* new */\n"
    assert found["edits"][0] == {"path": "new.h", "new": True, "diff": diff}
    assert found["edits"][1]["new"] is False
    assert found["attempts"] == [
        {"fixes": ["old home"], "failure": "build: no"},
        {"fixes": ["older version"], "failure": None},
    ]
    assert found["before"][0] == {"path": FILE, "needed": [], "versions": ["GLIBCXX_3.4.30", "GLIBC_2.29"]}
    assert found["after"] == [{"path": FILE, "needed": [], "versions": ["CXXABI_1.3", "GLIBC_2.14"]}]


def test_what_is_left_has_its_reason_and_its_places() -> None:
    left = (Unresolved(POW, "no", (place("pow", "a.c"),)), Unresolved(EXP, "no", ()))
    found = document(NOTHING._replace(plan=Plan((), left)))
    assert found["ok"] is False
    assert found["left"][0]["places"] == [
        {"path": "src/a.c", "line": 7, "function": None, "object": None, "member": None}
    ]
    assert found["left"][1]["places"] == []


def test_odd_names_are_data() -> None:
    document(evil_outcome())
