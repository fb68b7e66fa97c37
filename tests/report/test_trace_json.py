"""The report of a trace for programs: every document keeps to the schema that is shipped."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema
import pytest

import glibcheck.report
from glibcheck.model.closure import Closure, Trace
from glibcheck.model.names import Soname
from glibcheck.report.trace_json import SCHEMA, render
from glibcheck.trace import about, traces
from tests.report.test_trace_text import CLOSURE, EVIL, binding, library
from tests.values import LIBC, linkage, required


def schema() -> dict[str, Any]:
    folder = os.path.join(os.path.dirname(glibcheck.report.__file__), "schema")
    with open(os.path.join(folder, "trace-1.json"), encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def document(path: str, closure: Closure, shown: tuple[Trace, ...]) -> Any:
    text = render(path, closure, shown)
    assert text.isascii()
    assert text.endswith("}\n")
    loaded = json.loads(text)
    jsonschema.validate(loaded, schema(), jsonschema.Draft202012Validator)
    return loaded


def test_the_schema_is_a_schema_and_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == schema()["properties"]["schema"]["const"] == SCHEMA == "glibcheck.trace/1"


SMALL = Closure(
    (
        library("_a.so", "/app/_a.so", "the file itself", linkage(required(LIBC, "GLIBC_2.34", "dlsym", "dlopen"))),
        library("libgone.so", None, "not found", None, "_a.so")._replace(tried=("/lib",)),
    ),
    (binding("_a.so", "libgone.so"),),
    (binding("_a.so", "", "PyList_New", "PyList_Size"),),
)


def test_every_fact_of_a_closure_is_in_the_document() -> None:
    needs = {"library": LIBC, "version": "GLIBC_2.34", "weak": False, "symbols": ["dlsym", "dlopen"]}
    assert document("build/_a.so", SMALL, traces(SMALL)) == {
        "schema": "glibcheck.trace/1",
        "path": "build/_a.so",
        "libraries": [
            {
                "name": "_a.so",
                "path": "/app/_a.so",
                "found_by": "the file itself",
                "chain": ["_a.so"],
                "tried": [],
                "problem": None,
                "requirements": [needs],
            },
            {
                "name": "libgone.so",
                "path": None,
                "found_by": "not found",
                "chain": ["_a.so", "libgone.so"],
                "tried": ["/lib"],
                "problem": None,
                "requirements": [],
            },
        ],
        "bindings": [{"user": "_a.so", "provider": "libgone.so", "symbols": [], "versions": []}],
        "unresolved": [{"user": "_a.so", "symbols": ["PyList_New", "PyList_Size"]}],
        "traces": [{**needs, "holder": "_a.so", "chain": ["_a.so"]}],
    }


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param((), id="nothing-shown"),
        pytest.param(about(traces(CLOSURE), "dlsym"), id="one-symbol"),
        pytest.param(traces(CLOSURE), id="all"),
    ],
)
def test_every_closure_keeps_to_the_schema_and_shows_the_chosen_traces(shown: tuple[Trace, ...]) -> None:
    found = document("a.so", CLOSURE, shown)
    assert [(row["version"], row["symbols"], row["chain"]) for row in found["traces"]] == [
        (row.requirement.version, list(row.requirement.symbols), list(row.chain)) for row in shown
    ]
    assert [row["name"] for row in found["libraries"]] == [row.name for row in CLOSURE.libraries]


def test_names_are_ascii_in_the_document_and_whole_when_it_is_read() -> None:
    closure = Closure(
        (library(EVIL, EVIL, EVIL, linkage(required(EVIL, EVIL, EVIL))),), (binding(EVIL, EVIL, EVIL),), ()
    )
    found = document(EVIL, closure, traces(closure))
    assert found["path"] == EVIL
    assert found["libraries"][0]["name"] == EVIL
    assert found["bindings"] == [{"user": EVIL, "provider": EVIL, "symbols": [EVIL], "versions": []}]
    assert found["traces"] == [
        {"library": EVIL, "version": EVIL, "weak": False, "symbols": [EVIL], "holder": EVIL, "chain": [EVIL]}
    ]
    assert found["traces"][0]["holder"] == Soname(EVIL)
