"""Lines of source in the verdict, in every form."""

from __future__ import annotations

import json

from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.site import Site, Source
from glibcheck.model.verdict import Finding, Judged, Verdict
from glibcheck.report.check import render
from glibcheck.report.check.origins import origin_lines
from glibcheck.report.ink import Ink
from tests.values import LIBC


def site(symbol: str, path: str, line: int, function: str | None = "start") -> Site:
    named = None if function is None else SymbolName(function)
    return Site(SymbolName(symbol), ("relocation",), "a.o", None, ".text", 16, None, named, Source(path, line))


def finding(symbol: str, *origins: Site) -> Finding:
    message = f"needs GLIBC_2.34 of {LIBC} for {symbol}"
    return Finding("GC001", message, "bind it", LIBC, VersionName("GLIBC_2.34"), SymbolName(symbol), origins)


DLSYM = finding("dlsym", site("dlsym", "src/a.c", 41))
JOIN = finding("pthread_join", *(site("pthread_join", "/usr/include/t.h", line) for line in (7, 8, 9, 10)))
VERDICT = Verdict("2.17", (Judged("_x.so", "2.17", ("_x.so",), (DLSYM, JOIN)),), ())


def test_lines_name_the_symbol_where_there_are_several_and_count_the_rest() -> None:
    assert origin_lines([DLSYM]) == ["src/a.c:41 in start (a.o:(.text+0x10))"]
    assert origin_lines([DLSYM, JOIN]) == [
        "dlsym: src/a.c:41 in start (a.o:(.text+0x10))",
        "pthread_join: /usr/include/t.h:7 in start (a.o:(.text+0x10))",
        "pthread_join: /usr/include/t.h:8 in start (a.o:(.text+0x10))",
        "2 more places",
    ]
    assert origin_lines([finding("dlsym")]) == []


def test_text_shows_them_between_what_and_the_fix() -> None:
    lines = render(VERDICT, "text", Ink()).splitlines()
    assert lines[1:4] == [
        "  GC001  GLIBC_2.34 of libc.so.6: dlsym, pthread_join",
        "         at:  dlsym: src/a.c:41 in start (a.o:(.text+0x10))",
        "         at:  pthread_join: /usr/include/t.h:7 in start (a.o:(.text+0x10))",
    ]


def test_hosts_are_pointed_at_lines_of_the_project_only() -> None:
    assert render(VERDICT, "github", Ink()).startswith("::error file=src/a.c,line=41,title=GC001 ")
    issues = json.loads(render(VERDICT, "gitlab", Ink()))
    assert [row["location"] for row in issues] == [
        {"path": "src/a.c", "lines": {"begin": 41}},
        {"path": "_x.so", "lines": {"begin": 1}},
    ]
    results = json.loads(render(VERDICT, "sarif", Ink()))["runs"][0]["results"]
    places = [row["locations"][0]["physicalLocation"] for row in results]
    assert [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places] == [
        ("src/a.c", 41),
        ("_x.so", 1),
    ]


def test_every_form_says_where() -> None:
    for form in ("text", "json", "github", "sarif", "gitlab", "junit", "markdown"):
        text = render(VERDICT, form, Ink())
        assert "src/a.c" in text, form
        assert "41" in text, form
