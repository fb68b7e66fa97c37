"""What goes on record and comes back: sites of the very same build, and of no other."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema
import pytest

import glibcheck.report
from glibcheck.errors import InputError
from glibcheck.model.closure import Trace
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.site import Site, Source
from glibcheck.model.verdict import Finding, Judged, Verdict
from glibcheck.provenance import SCHEMA, read_record, recorded, render, with_origins
from tests.values import LIBC, required

DLSYM = SymbolName("dlsym")
CODE = Site(DLSYM, ("code",), section=".text", offset=0x40, address=0x1040)
LINE = Site(
    DLSYM, ("relocation", "debug information"), "libfoo.a", "bar.o", ".text.p", 0x36, 0x1136,
    SymbolName("start_workers"), Source("src/worker.c", 41),
)  # fmt: skip
HOLDER = Soname("_x.so")


def trace(*sites: Site) -> Trace:
    return Trace(required(LIBC, "GLIBC_2.34", "dlsym"), HOLDER, (HOLDER,), sites)


def schema() -> dict[str, Any]:
    path = os.path.join(os.path.dirname(glibcheck.report.__file__), "schema", "provenance-1.json")
    with open(path, encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def test_the_record_keeps_to_the_schema_and_comes_back() -> None:
    text = render([recorded("_x.so", "0123abcd", [trace(CODE, LINE)])])
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(text), schema(), jsonschema.Draft202012Validator)
    assert schema()["$id"] == SCHEMA
    (file,) = read_record(text, "p.json").values()
    assert (file.name, file.build_id, dict(file.counts)) == ("_x.so", "0123abcd", {"dlsym": 2})
    first, second = file.sites["dlsym"]
    assert (first.place, first.function, first.source) == (LINE.place, LINE.function, LINE.source)
    assert first.evidence == ("relocation", "debug information")
    assert (second.place, second.source, second.evidence) == ("(.text+0x40)", None, ("code",))


def test_of_many_sites_those_with_a_line_are_kept_and_all_are_counted() -> None:
    file = recorded("_x.so", "ab", [trace(*(CODE._replace(address=number) for number in range(30)), LINE)])
    assert file.counts == {"dlsym": 31}
    assert len(file.sites["dlsym"]) == 20
    assert file.sites["dlsym"][0] == LINE


def test_of_a_line_that_was_inlined_the_projects_own_is_kept() -> None:
    header, own, outer = Source("/usr/include/mutex.h", 169), Source("src/a.cpp", 7), Source("src/b.cpp", 9)
    site = LINE._replace(source=header, callers=(own, outer))
    (file,) = read_record(render([recorded("_x.so", "ab", [trace(site)])]), "p.json").values()
    assert [row.source for row in file.sites["dlsym"]] == [own]
    (file,) = read_record(render([recorded("_x.so", "ab", [trace(site._replace(callers=()))])]), "p.json").values()
    assert [row.source for row in file.sites["dlsym"]] == [header]


DAMAGED = {
    "empty": "",
    "text": "hello",
    "list": "[]",
    "number": "7",
    "deep": "[" * 100_000,
    "other-version": '{"schema": "glibcheck.provenance/2"}',
    "no-files": f'{{"schema": "{SCHEMA}"}}',
    "files-are-no-list": f'{{"schema": "{SCHEMA}", "files": 7}}',
    "file-is-a-text": f'{{"schema": "{SCHEMA}", "files": ["x"]}}',
    "site-is-short": f'{{"schema": "{SCHEMA}", "files": [{{"name": "x", "build_id": "ab", "symbols": '
    '{"f": {"count": 1, "sites": [["a"]]}}}]}',
    "evidence-is-unknown": f'{{"schema": "{SCHEMA}", "files": [{{"name": "x", "build_id": "ab", "symbols": '
    '{"f": {"count": 1, "sites": [["a", null, null, null, [77]]]}}}]}',
    "evidence-is-missing": f'{{"schema": "{SCHEMA}", "files": [{{"name": "x", "build_id": "ab", "symbols": '
    '{"f": {"count": 1, "sites": [["a", null, null, null, []]]}}}]}',
    "line-is-a-text": f'{{"schema": "{SCHEMA}", "files": [{{"name": "x", "build_id": "ab", "symbols": '
    '{"f": {"count": 1, "sites": [["a", null, "a.c", "41", [0]]]}}}]}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_no_record_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match=r"^p\.json: .*write it again") as caught:
        read_record(text, "p.json")
    assert "\n" not in str(caught.value)


def verdict(path: str) -> Verdict:
    finding = Finding("GC001", "needs dlsym", "bind", LIBC, VersionName("GLIBC_2.34"), DLSYM)
    return Verdict("2.17", (Judged(path, "2.17", (path,), (finding,)),), ())


def test_a_finding_gets_the_sites_of_its_very_build() -> None:
    known = read_record(render([recorded("_x.so", "ab", [trace(LINE)])]), "p.json")
    found = with_origins(verdict("dist/_x.so"), {"dist/_x.so": "ab"}, known)
    assert [site.source for site in found.files[0].findings[0].origins] == [Source("src/worker.c", 41)]
    assert found.notes == ()


@pytest.mark.parametrize("build_id", ["cd", None])
def test_another_build_of_the_same_name_gets_none_and_that_is_told(build_id: str | None) -> None:
    known = read_record(render([recorded("_x.so", "ab", [trace(LINE)])]), "p.json")
    found = with_origins(verdict("_x.so"), {"_x.so": build_id}, known)
    assert found.files[0].findings[0].origins == ()
    assert found.notes == ("_x.so: no provenance on record for this very build",)
