"""The graph behind the pictures of a trace: what becomes a node, an edge, a row, and how roots are joined."""

from __future__ import annotations

from glibcheck.model.closure import Closure
from glibcheck.report.trace_graph import Edge, graph
from glibcheck.report.trace_view import Root, View
from glibcheck.trace import about, traces
from tests.report.test_trace_text import binding, library
from tests.report.trace_values import CLOSURE, FOUND, GONE, JUDGED, LOADER, MAIN, ROOT, SPARTAN, VIEW
from tests.values import LIBC, LIBM, linkage, required

NAMES = (MAIN, SPARTAN, LIBC, LIBM, GONE, "libz.so.1", LOADER)


def test_files_are_nodes_in_load_order_with_what_they_need() -> None:
    assert [(node.name, node.kind, node.newest) for node in graph(VIEW).nodes] == [
        (MAIN, "file", ("GLIBC_2.34",)),
        (SPARTAN, "library", ("GLIBC_2.35",)),
        (LIBC, "system", ()),
        (LIBM, "system", ("GLIBC_2.4",)),
        (GONE, "missing", ()),
        ("libz.so.1", "library", ()),
        (LOADER, "system", ()),
    ]


def test_bindings_are_edges_and_say_what_is_unused() -> None:
    found = {(NAMES[edge.user], NAMES[edge.provider]): edge for edge in graph(VIEW).edges}
    assert found[MAIN, SPARTAN] == Edge(0, 1, found[MAIN, SPARTAN].symbols, needed=True, unused=False)
    assert found[MAIN, SPARTAN].symbols == ("spartan_hypot", "spartan_pow")
    assert found[SPARTAN, "libz.so.1"] == Edge(1, 5, (), needed=True, unused=True)
    assert found[SPARTAN, GONE] == Edge(1, 4, (), needed=True, unused=False)
    assert not found[LIBM, LIBC].needed
    assert [(edge.user, edge.provider) for edge in graph(VIEW).edges] == sorted(
        (edge.user, edge.provider) for edge in graph(VIEW).edges
    )


def test_a_row_knows_its_way_to_the_library_of_the_version() -> None:
    (row,) = [row for row in graph(VIEW).rows if "hypot" in row.trace.requirement.symbols]
    assert (row.holder, row.provider, row.chains) == (1, 3, ((0, 1),))
    assert row.path() == (frozenset({0, 1, 3}), frozenset({(0, 1), (1, 3)}))
    assert (row.too_new, row.pressing) == (False, True)


def test_a_target_marks_what_is_too_new() -> None:
    rows = graph(JUDGED).rows
    assert [row.trace.requirement.version for row in rows if row.too_new] == ["GLIBC_2.35", "GLIBC_2.34", "GLIBC_2.29"]
    assert all(row.pressing == row.too_new for row in rows)


def test_a_question_marks_its_answer_among_all_rows() -> None:
    asked = VIEW._replace(asked="free", roots=(ROOT._replace(shown=about(FOUND, "free")),))
    rows = graph(asked).rows
    assert len(rows) == len(FOUND)
    assert [row.trace.requirement.version for row in rows if row.pressing] == ["GLIBC_2.4", "GLIBC_2.2.5"]


def test_roots_share_the_files_that_both_load() -> None:
    """The second root is what the first one loads, and another file that has the first one's name."""
    other = Closure(
        (
            library(MAIN, "/other/_x.so", "the file itself", linkage(needed=(SPARTAN,))),
            library(SPARTAN, "/app/libspartan.so", "rpath", linkage(required(LIBM, "GLIBC_2.35", "hypot")), MAIN),
            library(GONE, None, "not found", None, MAIN),
        ),
        (binding(MAIN, SPARTAN, "own"), binding(MAIN, GONE)),
        (),
    )
    third = Closure((library(SPARTAN, "/app/libspartan.so", "the file itself", linkage()),), (), ())
    roots = (ROOT, Root("other/_x.so", other, traces(other)), Root("libspartan.so", third, ()))
    found = graph(View("a.whl", roots))
    assert [(node.name, node.kind) for node in found.nodes] == [
        (MAIN, "file"), (SPARTAN, "file"), (LIBC, "system"), (LIBM, "system"), (GONE, "missing"),
        ("libz.so.1", "library"), (LOADER, "system"), (MAIN, "file"),
    ]  # fmt: skip
    (row,) = [row for row in found.rows if "hypot" in row.trace.requirement.symbols]
    assert row.chains == ((0, 1), (7, 1))
    assert row.path() == (frozenset({0, 1, 3, 7}), frozenset({(0, 1), (7, 1), (1, 3)}))
    assert Edge(7, 4, (), needed=True, unused=False) in found.edges


def test_a_library_is_found_by_its_soname_too() -> None:
    closure = Closure(
        (
            library("a", "/a", "the file itself", linkage(required("libb.so.1", "B_1", "b"), needed=("libb.so.1",))),
            library("libb.so", "/libb.so", "rpath", linkage(soname="libb.so.1"), "a"),
        ),
        (binding("a", "libb.so", "b"),),
        (),
    )
    found = graph(View("a", (Root("a", closure, traces(closure)),)))
    assert (found.rows[0].provider, found.edges) == (1, (Edge(0, 1, found.edges[0].symbols, True, False),))


def test_names_that_the_closure_does_not_have_are_passed_over() -> None:
    closure = Closure(CLOSURE.libraries[:1], CLOSURE.bindings, ())
    found = graph(View("a", (Root("a", closure, FOUND),)))
    assert (len(found.nodes), found.edges) == (1, ())
    assert {row.holder for row in found.rows} == {0}


def test_nothing_gives_an_empty_graph() -> None:
    assert graph(View("a.whl", ())) == ((), (), ())
