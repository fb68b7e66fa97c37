"""The report of a build for programs: every document keeps to the schema that is shipped."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema
import pytest

import glibcheck.report
from glibcheck.model.lowering import Left, Lowering
from glibcheck.model.names import Soname
from glibcheck.report.build_json import SCHEMA, render
from tests.report.test_build_text import FILE, LOST, NONE, TAG, VECTOR, solved


def schema() -> dict[str, Any]:
    folder = os.path.join(os.path.dirname(glibcheck.report.__file__), "schema")
    with open(os.path.join(folder, "build-1.json"), encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def document(result: Lowering) -> Any:
    text = render(result)
    assert text.isascii()
    assert text.endswith("}\n")
    loaded = json.loads(text)
    jsonschema.validate(loaded, schema(), jsonschema.Draft202012Validator)
    return loaded


def test_the_schema_is_a_schema_and_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == schema()["properties"]["schema"]["const"] == SCHEMA == "glibcheck.build/1"


def test_every_fact_of_a_build_is_in_the_document() -> None:
    rows = (solved("GLIBC_2.25", "getrandom", "compat function"),)
    result = LOST._replace(solved=rows, left=(Left(FILE, VECTOR, ("a.o",)),), grafted=(Soname("libx.so.1"),))
    assert document(result) == {
        "schema": "glibcheck.build/1",
        "project": "little",
        "target": "glibc-2.17",
        "ok": False,
        "wheel": None,
        "tag": None,
        "runtime": "private",
        "before": [{"path": FILE, "needed": [], "versions": ["GLIBCXX_3.4.29", "GLIBC_2.34"]}],
        "after": [{"path": FILE, "needed": [], "versions": ["GLIBC_2.14"]}],
        "solved": [
            {
                "file": FILE,
                "library": "libc.so.6",
                "version": "GLIBC_2.25",
                "symbol": "getrandom",
                "how": "compat function",
                "now": "",
            }
        ],
        "lost": [
            {"file": FILE, "what": "libgomp.so.1 is not linked any more", "names": []},
            {"file": FILE, "what": "not asked for any more", "names": ["GOMP_parallel", "_ZNSt6thread4joinEv"]},
        ],
        "left": [
            {
                "file": FILE,
                "code": "GC003",
                "message": "_ZGVbN2v_sin has no version",
                "fix": "no stand-in is made: compile without",
                "library": None,
                "version": None,
                "symbol": "_ZGVbN2v_sin",
                "brought_by": ["a.o"],
            }
        ],
        "grafted": ["libx.so.1"],
        "failure": None,
    }


@pytest.mark.parametrize(
    "result",
    [
        NONE._replace(wheel="dist/x.whl", tag=TAG),
        NONE._replace(before=None, failure="it said \x1b[2J and \u00e9"),
        NONE._replace(before=(), after=(), wheel="dist/x-py3-none-any.whl"),
    ],
    ids=["held", "failed", "pure"],
)
def test_documents_of_all_kinds_keep_to_the_schema(result: Lowering) -> None:
    assert document(result)["ok"] is (result.wheel is not None)
