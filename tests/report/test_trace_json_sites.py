"""The report of a trace for programs, with sites, a target, and several files."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema

from glibcheck.model.site import BEST_FIRST
from glibcheck.report import trace_json
from glibcheck.report.trace_json import FILES_SCHEMA, render, render_view
from glibcheck.report.trace_view import View
from glibcheck.trace import about
from tests.report.test_trace_json import schema
from tests.report.test_trace_sites import evil_site
from tests.report.trace_values import CLOSURE, FOUND, JUDGED, NOTE, ROOT, SHOWN


def valid(text: str) -> Any:
    assert text.isascii()
    document = json.loads(text)
    jsonschema.validate(document, schema(), jsonschema.Draft202012Validator)
    return document


def test_every_fact_of_a_site_is_in_the_document() -> None:
    document = valid(render("a.so", CLOSURE, about(FOUND, "hypot")))
    (row,) = document["traces"]
    assert row["sites"] == [
        {
            "symbol": "hypot",
            "evidence": ["relocation", "debug information"],
            "object": "/build/spartan.o",
            "member": None,
            "section": ".text",
            "offset": 0x36,
            "address": 0x1136,
            "function": "spartan_norm",
            "source": {"path": "/build/src/spartan.c", "line": 41},
            "twins": [],
            "pulls": [],
            "callers": [],
            "place": "/build/spartan.o:(.text+0x36)",
        },
        {
            "symbol": "hypot",
            "evidence": ["link map"],
            "object": "/build/libfoo.a",
            "member": "bar.o",
            "section": ".text.p",
            "offset": 8,
            "address": None,
            "function": None,
            "source": None,
            "twins": ["/build/libfoo.a(copy.o)"],
            "pulls": [{"by": "/build/main.o", "symbol": "foo_start"}, {"by": "/usr/lib/crt1.o", "symbol": None}],
            "callers": [],
            "place": "/build/libfoo.a(bar.o):(.text.p+0x8)",
        },
    ]


def test_what_is_not_known_is_left_out_of_a_trace() -> None:
    (row,) = valid(render("a.so", CLOSURE, about(FOUND, "pow")))["traces"]
    assert (row["notes"], "sites" in row, "too_new" in row) == ([NOTE], False, False)


def test_a_target_judges_each_trace() -> None:
    document = valid(render_view(JUDGED))
    assert document["target"] == "manylinux_2_28"
    assert [(row["holder"], row["version"], row["too_new"]) for row in document["traces"]] == [
        (row.holder, row.requirement.version, JUDGED.is_too_new(row)) for row in SHOWN
    ]
    assert {row["too_new"] for row in document["traces"]} == {True, False}


def test_several_files_have_a_document_each_and_their_own_schema() -> None:
    view = View("a.whl", (ROOT, ROOT._replace(path="other.so", shown=())), target="manylinux_2_28")
    document = json.loads(render_view(view))
    folder = os.path.join(os.path.dirname(trace_json.__file__), "schema")
    with open(os.path.join(folder, "trace-files-1.json"), encoding="utf-8") as stream:
        whole = json.load(stream)
    jsonschema.Draft202012Validator.check_schema(whole)
    jsonschema.validate(document, whole, jsonschema.Draft202012Validator)
    assert whole["$id"] == document["schema"] == FILES_SCHEMA
    assert (document["path"], document["target"]) == ("a.whl", "manylinux_2_28")
    assert [valid(json.dumps(found))["path"] for found in document["files"]] == ["build/_x.so", "other.so"]


def test_no_files_at_all_are_an_empty_list() -> None:
    assert json.loads(render_view(View("a.whl", ()))) == {"schema": FILES_SCHEMA, "path": "a.whl", "files": []}


def test_sites_are_ascii_in_the_document_and_whole_when_it_is_read() -> None:
    (row,) = about(FOUND, "hypot")
    (found,) = valid(render("a.so", CLOSURE, (row._replace(sites=(evil_site(),)),)))["traces"]
    assert found["sites"][0]["function"] == evil_site().function


def test_the_schema_knows_every_kind_of_evidence() -> None:
    known = schema()["$defs"]["site"]["properties"]["evidence"]["items"]["enum"]
    assert known == [*BEST_FIRST]
