"""The page of a trace as text: well formed, self-contained, sealed by its policy, escaped."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from glibcheck.model.closure import Closure
from glibcheck.report.trace_graph import graph
from glibcheck.report.trace_html import render
from glibcheck.report.trace_html.tones import tones
from glibcheck.report.trace_view import Root, View
from glibcheck.trace import about, traces
from tests.report.test_trace_drawn import hostile
from tests.report.test_trace_sites import evil_site
from tests.report.test_trace_text import EVIL, library
from tests.report.trace_values import CLOSURE, FOUND, JUDGED, ROOT, VIEW
from tests.values import LIBC, linkage, required

_VOID = {"meta", "input", "link", "br"}


class Page(HTMLParser):
    """Reads a page and holds it to its form: what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), "an attribute stands twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.inside.setdefault(self.open[-1] if self.open else "", []).append(data)


def evil() -> View:
    """Give the view of tricks, with sites."""
    view = hostile()
    (root,) = view.roots
    found = tuple(trace._replace(sites=(evil_site(),), notes=("</script>",)) for trace in root.shown)
    return view._replace(roots=(root._replace(shown=found),), target="</script>", asked='"><script>')


VIEWS = [
    pytest.param(VIEW, id="newest"),
    pytest.param(JUDGED, id="judged"),
    pytest.param(View("a.whl", ()), id="empty"),
    pytest.param(View("a.whl", (ROOT, ROOT._replace(path="other.so"))), id="wheel"),
    pytest.param(evil(), id="hostile"),
]


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_is_well_formed_and_needs_nothing_else(view: View) -> None:
    text = render(view)
    assert text.isascii()
    page = Page(text)
    tags = [tag for tag, _ in page.tags]
    assert (tags.count("script"), tags.count("style"), tags.count("html")) == (2, 1, 1)
    assert not {"link", "img", "iframe", "object", "embed", "base", "image", "use"} & {*tags}
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {"src", "href", "style", "xlink:href"} & names
    assert not any(name.startswith("on") for name in names)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len({*ids})


@pytest.mark.parametrize("view", VIEWS)
def test_the_policy_allows_the_pages_own_style_and_script_alone(view: View) -> None:
    text = render(view)
    (style,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall("<script>(.*?)</script>", text, re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(part.encode()).digest()).decode()}'" for part in (style, script)]
    (policy,) = re.findall('Content-Security-Policy" content="(.*?)"', text)
    assert policy == f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'"


@pytest.mark.parametrize("view", VIEWS)
def test_the_data_gives_the_way_of_each_row(view: View) -> None:
    text = render(view)
    (data,) = re.findall('<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert "<" not in data
    found = graph(view)
    loaded = json.loads(data)
    assert loaded["names"] == [node.name for node in found.nodes]
    assert [{*nodes} for nodes, _ in loaded["ways"]] == [row.path()[0] for row in found.rows]
    for row, (_, edges) in zip(found.rows, loaded["ways"], strict=True):
        assert {(found.edges[edge].user, found.edges[edge].provider) for edge in edges} <= row.path()[1]


def test_every_requirement_is_a_row_with_its_sites() -> None:
    text = render(JUDGED)
    assert text.count("<tr class=") == len(FOUND)
    assert text.count('<tr class="too-new pressing"') == 3
    assert '<span class="source">src/spartan.c:41</span> <span class="function">in spartan_norm</span>' in text
    assert "bar.o is in the file because main.o wants foo_start" in text
    assert '<p class="verdict bad">Too new for manylinux_2_28: GLIBC_2.35, GLIBC_2.29 by libspartan.so;' in text
    assert "Not found, so what they need is not known: <code>libgone.so.1</code>" in text


def test_a_question_stands_in_the_search_box() -> None:
    asked = VIEW._replace(asked="pow", roots=(ROOT._replace(shown=about(FOUND, "pow")),))
    assert 'spellcheck="false" value="pow">' in render(asked)


def test_names_of_cpp_are_those_of_the_source_with_the_files_name_beside() -> None:
    name = "_ZNSt6thread4joinEv"
    closure = Closure(
        (library("a", "/a", "the file itself", linkage(required("libstdc++.so.6", "GLIBCXX_3", name))),), (), ()
    )
    view = View("a", (Root("a", closure, traces(closure)),))
    assert f'<code title="{name}">std::thread::join()</code>' in render(view)
    assert f"<code>{name}</code>" in render(view, demangle=False)


def test_colours_go_from_old_to_new_and_too_new_has_its_own() -> None:
    classes, legend = tones(graph(JUDGED))
    assert classes[:2] == ("hot-1", "hot-2")
    assert [(key.tone, key.text) for key in legend] == [("hot-1", "2.34"), ("hot-2", "2.35")]
    classes, legend = tones(graph(VIEW))
    assert classes == ("tone-2", "tone-4", *("tone-none",) * 5)
    many = [library(f"l{of}", f"/l{of}", "rpath", linkage(required(LIBC, f"GLIBC_2.{of}", "f"))) for of in range(1, 11)]
    classes, legend = tones(graph(View("a", (Root("a", Closure(tuple(many), (), ()), ()),))))
    assert [key.text for key in legend] == ["2.1 to 2.2", "2.3 to 2.4", "2.5 to 2.6", "2.7 to 2.8", "2.9 to 2.10"]
    assert [key.tone for key in legend] == [f"tone-{tone}" for tone in range(5)]


def test_control_characters_are_shown_as_escapes() -> None:
    closure = Closure((library(EVIL, EVIL, EVIL, linkage(required(EVIL, EVIL, EVIL))),), (), ())
    text = render(View(EVIL, (Root(EVIL, closure, traces(closure)),)))
    assert "\x1b" not in text
    assert "a\\x1b[31m\\nb\\u202e\\udcff" in text


def test_the_same_view_gives_the_same_page() -> None:
    assert render(JUDGED) == render(JUDGED)
    assert CLOSURE.libraries
