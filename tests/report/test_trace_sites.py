"""The report of a trace for people, where somebody looked into the code: sites, evidence, notes, pulls and twins."""

from __future__ import annotations

import json

import pytest

from glibcheck.model.names import SymbolName
from glibcheck.model.site import Pull
from glibcheck.report import trace_html, trace_tree
from glibcheck.report.ink import Ink
from glibcheck.report.site_words import distinct, shortened, words
from glibcheck.report.trace_json import render_view as render_view_json
from glibcheck.report.trace_text import render, render_traces, render_view
from glibcheck.report.trace_view import View, one_file, relative
from glibcheck.trace import about, newest_of_each_family, traces
from tests.report import test_trace_text
from tests.report.test_trace_text import EVIL
from tests.report.trace_values import CLOSURE, FOUND, JUDGED, NOTE, ROOT, SHOWN, VIEW, site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.site import Site

HYPOT_TEXT = """GLIBC_2.35 of libm.so.6
  _x.so -> libspartan.so
      hypot
          src/spartan.c:41 in spartan_norm  spartan.o:(.text+0x36)  (relocation, debug information)
          libfoo.a(bar.o):(.text.p+0x8)  (link map)
              or libfoo.a(copy.o), which has the same code
              bar.o is in the file because main.o wants foo_start
              main.o is in the file because /usr/lib/crt1.o wants something of it
"""


def test_each_symbol_has_its_sites_with_their_evidence() -> None:
    assert render_traces(CLOSURE, about(FOUND, "hypot"), Ink(), "/build") == HYPOT_TEXT


def test_paths_outside_the_base_stay_whole() -> None:
    shown = render_traces(CLOSURE, about(FOUND, "hypot"), Ink(width=200), "/elsewhere")
    assert "/build/src/spartan.c:41 in spartan_norm  /build/spartan.o:(.text+0x36)" in shown
    assert "bar.o is in the file because /build/main.o wants foo_start" in shown


def test_symbols_without_a_place_stand_together_and_notes_say_why() -> None:
    shown = render_traces(CLOSURE, about(FOUND, "GLIBC_2.29"), Ink())
    assert shown == f"GLIBC_2.29 of libm.so.6\n  _x.so -> libspartan.so\n      pow\n      {NOTE}\n"


def test_sites_that_read_alike_stand_once_and_many_are_cut() -> None:
    many = tuple(
        site("hypot", "debug information", address=16 * at, source=("a.c", at // 2), object="a.o") for at in range(20)
    )
    (row,) = about(FOUND, "hypot")
    shown = render_traces(CLOSURE, (row._replace(sites=many),), Ink())
    assert shown.count("a.c:") == 5
    assert shown.endswith("a.c:4  a.o  (debug information)\n          5 more\n")


def test_the_best_known_sites_come_first() -> None:
    worst_first = (
        site("hypot", "dynamic symbols"),
        site("hypot", "code", section=".text", offset=4, function="f"),
        site("hypot", "relocation", object="a.o", section=".text", offset=4),
        site("hypot", "debug information", source=("a.c", 1), address=4),
    )
    (row,) = about(FOUND, "hypot")
    lines = render_traces(CLOSURE, (row._replace(sites=worst_first),), Ink()).splitlines()[3:]
    assert [line.strip() for line in lines] == [
        "a.c:1  at 0x4  (debug information)",
        "a.o:(.text+0x4)  (relocation)",
        "in f  (.text+0x4)  (code)",
    ]


def test_long_sites_are_broken_between_their_parts() -> None:
    lines = render_traces(CLOSURE, about(FOUND, "hypot"), Ink(width=60), "/build").splitlines()
    assert lines[3:6] == [
        "          src/spartan.c:41 in spartan_norm",
        "              spartan.o:(.text+0x36)",
        "              (relocation, debug information)",
    ]


def test_names_of_cpp_functions_are_those_of_the_source_for_people() -> None:
    found = site("hypot", "code", function="_ZNSt6thread4joinEv", pulls=(("a.o", "_ZNSt6thread4joinEv"),))
    said = words(found, "", Ink(demangle=True))
    assert (said.function, said.more) == (
        "std::thread::join()", ("it is in the file because a.o wants std::thread::join()",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        pytest.param("/b/src/a.c", "/b", "src/a.c", id="inside"),
        pytest.param("/b/src/a.c", "/b/", "src/a.c", id="inside-a-base-with-a-slash"),
        pytest.param("/bc/a.c", "/b", "/bc/a.c", id="beside"),
        pytest.param("/b", "/b", "/b", id="the-base-itself"),
        pytest.param("/b/", "/b", "/b/", id="the-base-with-a-slash"),
        pytest.param("/b/a.c", "", "/b/a.c", id="no-base"),
        pytest.param("/b/a.c", "/", "b/a.c", id="root"),
    ],
)
def test_paths_are_relative_to_a_base_that_holds_them(path: str, base: str, expected: str) -> None:
    assert relative(path, base) == expected


def test_without_sites_a_view_reads_as_before() -> None:
    closure = test_trace_text.CLOSURE
    shown = newest_of_each_family(traces(closure))
    assert render_view(one_file("a.so", closure, shown), Ink()) == render(closure, shown, Ink())
    asked = one_file("a.so", closure, shown)._replace(asked="GLIBC")
    assert render_view(asked, Ink()) == render_traces(closure, shown, Ink())


def test_each_of_several_files_has_its_path_above_it() -> None:
    view = View("a.whl", (ROOT, ROOT._replace(path="other.so", shown=())), base="/build")
    text = render(CLOSURE, SHOWN, Ink(), "/build")
    empty = render(CLOSURE, (), Ink(), "/build")
    assert render_view(view, Ink()) == f"build/_x.so\n{text}\nother.so\n{empty}"


def test_what_presses_is_above_the_target_or_asked_or_the_newest_of_each_family() -> None:
    def names(view: View) -> list[str]:
        return [trace.requirement.version for trace in view.pressing(view.roots[0])]

    assert names(VIEW) == ["GLIBC_2.35"]
    assert names(JUDGED) == ["GLIBC_2.35", "GLIBC_2.34", "GLIBC_2.29"]
    assert names(JUDGED._replace(too_new=frozenset())) == []
    asked = ROOT._replace(shown=about(FOUND, "free"))
    assert names(VIEW._replace(asked="free", roots=(asked,))) == ["GLIBC_2.4", "GLIBC_2.2.5"]


def evil_site() -> Site:
    return site(
        EVIL, "relocation", object=EVIL, member=EVIL, section=EVIL, offset=1, function=EVIL, source=(EVIL, 1),
        twins=(EVIL,), pulls=((EVIL, EVIL),),
    )  # fmt: skip


def test_no_name_of_a_site_has_power_over_the_terminal() -> None:
    (row,) = about(FOUND, "hypot")
    evil = row.requirement._replace(symbols=(evil_site().symbol,))
    shown = render_traces(CLOSURE, (row._replace(requirement=evil, sites=(evil_site(),), notes=(EVIL,)),), Ink())
    assert all(line.isprintable() for line in shown.split("\n"))
    shown.encode("utf-8")


SHORTENED = {
    "short": ("f(int)", "f(int)"),
    "template": (f"int f<{'a' * 80}>(int)", "int f<...>(int)"),
    "nested": (f"f<g<{'a' * 80}>, h>::k<l>(m<n>)", "f<...>::k<...>(m<...>)"),
    "arguments": (f"f<a>({'b' * 80}) const", "f<...>(...) const"),
    "shift": (f"operator<< <{'a' * 80}>(b&)", "operator<< <...>(b&)"),
    "less": (f"a::operator< <{'a' * 80}>(b&)", "a::operator< <...>(b&)"),
    "arrow": (f"a<{'b' * 80}>::operator->() const", "a<...>::operator->() const"),
    "call": (f"a::operator()({'b' * 80}) const", "a::operator()(...) const"),
    "unnamed": (f"(anonymous namespace)::f({'b' * 80})", "{anonymous}::f(...)"),
    "not-closed": (f"f<{'a' * 80}", "f<...>"),
    "plain": ("a" * 80, f"{'a' * 69}..."),
    "mangled": (f"_Z80{'a' * 80}v", f"_Z80{'a' * 80}v"),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("name", "shown"), SHORTENED.values(), ids=SHORTENED.keys())
def test_long_names_of_functions_are_shortened(name: str, shown: str) -> None:
    assert shortened(name) == shown


def test_why_a_member_is_in_the_file_is_told_once_for_each_symbol() -> None:
    pulls = (Pull("main.o", SymbolName("foo_start")),)
    rows = [
        site("hypot", "link map", object="libfoo.a", section=".text", offset=at)._replace(member="bar.o", pulls=pulls)
        for at in (4, 8)
    ]
    first, second = distinct(rows, "", Ink())
    assert first.more == ("bar.o is in the file because main.o wants foo_start",)
    assert (second.place, second.more) == ("libfoo.a(bar.o):(.text+0x8)", ())


def test_what_is_not_known_of_a_file_is_told_with_its_first_version() -> None:
    rows = tuple(row._replace(notes=(NOTE,)) for row in FOUND if row.holder == "libspartan.so")
    assert len(rows) > 1
    assert render_traces(CLOSURE, rows, Ink()).count(NOTE) == 1


def test_sites_that_were_left_out_are_counted_everywhere() -> None:
    row = about(FOUND, "hypot")[0]._replace(left_out={SymbolName("hypot"): 1234})
    assert "1234 more\n" in render_traces(CLOSURE, (row,), Ink())
    view = JUDGED._replace(roots=(ROOT._replace(shown=(row,), found=(row,)),))
    assert "1234 more\n" in trace_tree.render(view, Ink())
    assert "and 1234 more, which <code>glibcheck trace FILE hypot</code> lists" in trace_html.render(view)
    assert json.loads(render_view_json(view))["traces"][0]["sites_left_out"] == {"hypot": 1234}
