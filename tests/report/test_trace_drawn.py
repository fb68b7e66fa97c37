"""The graph of a closure for other programs: DOT, which Graphviz reads, and Mermaid."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from html import unescape

import pytest

from glibcheck.model.closure import Closure
from glibcheck.report import trace_dot, trace_mermaid
from glibcheck.report.trace_view import Root, View
from glibcheck.trace import traces
from tests.report.test_trace_text import EVIL, binding, library
from tests.report.trace_values import JUDGED, MAIN, VIEW
from tests.tools import need
from tests.values import linkage, required

HOSTILE = (
    EVIL,
    "</title><script>alert(1)</script>",
    '"];x->y["',
    "\\N\\l\\",
    "&lt;#quot;",
    "`**a**`",
    "a|b",
    "end",
    "--",
    "",
)
# A statement of DOT as we write them, and a line of Mermaid.
STRING = r'"(?:[^"\\]|\\.)*"'
VALUE = rf"(?:{STRING}|[\w.]+)"
DOT_LINE = re.compile(rf"  n\d+(?: -> n\d+)? \[\w+={VALUE}(?:, \w+={VALUE})*\]|  label={STRING}")
LABEL = r'"[A-Za-z0-9_.,+\-/ #;<>]+"'
MERMAID_LINE = re.compile(rf"  n\d+\[{LABEL}\]:::\w+|  n\d+ (?:-->|-\.->)(?:\|{LABEL}\|)? n\d+|  linkStyle [\d,]+ \S+")


def hostile() -> View:
    """Give a view in which each name is a trick."""
    main = library("a", "/a", "the file itself", linkage(required("libc.so.6", "GLIBC_2.34", *HOSTILE), needed=HOSTILE))
    others = (library(name, f"/{name}", name, linkage(required(name, name, name)), "a") for name in HOSTILE)
    closure = Closure((main, *others), tuple(binding("a", name, name) for name in HOSTILE), ())
    return View("a</title>\"'", (Root("a", closure, traces(closure)),))


VIEWS = [
    pytest.param(VIEW, id="newest"),
    pytest.param(JUDGED, id="judged"),
    pytest.param(View("a.whl", ()), id="empty"),
    pytest.param(hostile(), id="hostile"),
]


def svg(text: str) -> ET.Element:
    need("dot")
    done = subprocess.run(("dot", "-Tsvg"), input=text, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return ET.fromstring(done.stdout)  # noqa: S314 - what dot just wrote


@pytest.mark.parametrize("view", VIEWS)
def test_dot_keeps_to_the_syntax(view: View) -> None:
    text = trace_dot.render(view)
    lines = text.removeprefix(trace_dot._HEAD).removesuffix("}\n").splitlines()
    assert [line for line in lines if not DOT_LINE.fullmatch(line)] == []
    assert all(line.isprintable() for line in text.splitlines())


@pytest.mark.parametrize("view", VIEWS)
def test_graphviz_draws_each_file_and_edge(view: View) -> None:
    drawn = svg(trace_dot.render(view))
    kinds = [found.get("class") for found in drawn.iter() if found.get("class")]
    libraries = [found for root in view.roots for found in root.closure.libraries]
    bindings = [found for root in view.roots for found in root.closure.bindings]
    assert (kinds.count("node"), kinds.count("edge")) == (len(libraries), len(bindings))


def test_graphviz_shows_hostile_names_as_they_are() -> None:
    shown = {
        "".join(found.itertext()) for found in svg(trace_dot.render(hostile())).iter() if found.tag.endswith("text")
    }
    visible = {name for name in HOSTILE if name.isprintable()} - {"", "`**a**`"}
    assert {name.strip() for name in visible} <= {text.strip() for text in shown}


def test_dot_marks_what_is_too_new_unused_and_missing() -> None:
    lines = trace_dot.render(JUDGED).splitlines()
    (spartan,) = [line for line in lines if line.startswith("  n1 [")]
    assert 'label="libspartan.so\\nGLIBC_2.35"' in spartan
    assert 'fillcolor="#ffebe9"' in spartan
    (gone,) = [line for line in lines if line.startswith("  n4 [")]
    assert "dashed" in gone
    (unused,) = [line for line in lines if line.startswith("  n1 -> n5 [")]
    assert "style=dotted" in unused
    (way,) = [line for line in lines if line.startswith("  n0 -> n1 [")]
    assert 'label="spartan_hypot\\nspartan_pow"' in way
    assert "penwidth=2" in way


@pytest.mark.parametrize("view", VIEWS)
def test_mermaid_has_nothing_in_its_labels_that_means_something(view: View) -> None:
    text = trace_mermaid.render(view)
    head, *lines = text.removesuffix(trace_mermaid._CLASSES).splitlines()
    assert head == "flowchart LR"
    assert [line for line in lines if not MERMAID_LINE.fullmatch(line)] == []
    assert "<" not in text.replace("<br/>", "")
    assert text.isascii()


@pytest.mark.parametrize("name", HOSTILE)
def test_names_come_back_from_mermaids_references(name: str) -> None:
    back = unescape(re.sub(r"#(\d+);", r"&#\1;", trace_mermaid.quoted(name)))
    shown = name if name.isprintable() else name.encode("unicode_escape").decode()
    assert back == f'"{shown or " "}"'  # Mermaid's own parser refuses a label that is empty.


def test_mermaid_draws_the_way_to_what_is_too_new() -> None:
    text = trace_mermaid.render(JUDGED)
    assert '  n1["libspartan.so<br/>GLIBC_2.35"]:::pressing\n' in text
    assert '  n0 -->|"spartan_hypot<br/>spartan_pow"| n1\n' in text
    assert '  n1 -.->|"unused"| n5\n' in text
    assert "  linkStyle 0,1,3 stroke:#cf222e,stroke-width:2px\n" in text


def test_long_names_and_many_symbols_are_cut() -> None:
    closure = Closure(
        (
            library(MAIN, "/a", "the file itself", linkage(needed=("b" * 9999,))),
            library("b" * 9999, "/b", "rpath", linkage(), MAIN),
        ),
        (binding(MAIN, "b" * 9999, *(f"s{number}" for number in range(1000))),),
        (),
    )
    view = View("a", (Root("a", closure, ()),))
    assert max(map(len, trace_dot.render(view).splitlines())) < 1000
    assert max(map(len, trace_mermaid.render(view).splitlines())) < 1000
    assert "997 more" in trace_dot.render(view)
    assert "997 more" in trace_mermaid.render(view)
