"""The graph of a closure for Graphviz: `glibcheck trace --format dot FILE | dot -Tsvg`.

The DOT language: in a quoted string only the quote needs a backslash, but labels give the backslash a meaning of their
own (with N it is the node's name, with l the end of a line) and read character references as HTML does.
Trap: so `&` must be escaped too, or a symbol that is called `&lt;` would be shown as `<`.
"""

from __future__ import annotations

from glibcheck.report.ink import Ink, printable
from glibcheck.report.trace_graph import graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.report.trace_graph import Edge, Graph, Node
    from glibcheck.report.trace_view import View

_SYMBOLS_SHOWN = 3  # on an edge; a tooltip has some more
_SYMBOLS_IN_TOOLTIP = 40
_LONGEST = 200  # characters; Graphviz makes the node as wide as its label

_HEAD = """digraph trace {
  rankdir=LR
  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11, color="#57606a"]
  edge [fontname="sans-serif", fontsize=9, color="#8c959f", fontcolor="#57606a"]
"""
_LOOKS = {
    "file": "penwidth=2",
    "library": "",
    "system": 'color="#afb8c1", fontcolor="#6e7781"',
    "missing": 'style="rounded,dashed", color="#cf222e", fontcolor="#cf222e"',
}


def render(view: View, demangle: bool = False) -> str:
    """Write the digraph; files with what is too new are filled, and the way to it is red."""
    found = graph(view)
    pressing = [row for row in found.rows if row.pressing]
    holders = {row.holder for row in pressing}
    on_the_way = {pair for row in pressing for pair in row.path()[1]}
    lines = [_node(number, node, number in holders) for number, node in enumerate(found.nodes)]
    lines += _edges(found, on_the_way, Ink(demangle=demangle))
    return f"{_HEAD}  label={quoted(view.path)}\n{''.join(lines)}}}\n"


def _edges(found: Graph, on_the_way: set[tuple[int, int]], ink: Ink) -> list[str]:
    return [_edge(edge, (edge.user, edge.provider) in on_the_way, ink) for edge in found.edges]


def _node(number: int, node: Node, pressing: bool) -> str:
    below = "not found" if node.path is None else ", ".join(node.telling)
    words = [f"label={quoted(node.name, below)}", f"tooltip={quoted(node.path or 'not found', node.found_by)}"]
    words += filter(None, (_LOOKS[node.kind],))
    if pressing:
        words.append('style="rounded,filled", fillcolor="#ffebe9", color="#cf222e"')
    return f"  n{number} [{', '.join(words)}]\n"


def _edge(edge: Edge, pressing: bool, ink: Ink) -> str:
    names = ink.symbols(edge.symbols[:_SYMBOLS_IN_TOOLTIP])
    shown, more = names[:_SYMBOLS_SHOWN], len(edge.symbols) - _SYMBOLS_SHOWN
    label = [*shown, *([f"{more} more"] if more > 0 else [])] or (["unused"] if edge.unused else [])
    words = [f"label={quoted(*label)}", f"tooltip={quoted(', '.join(names) or 'no symbol binds')}"]
    if edge.unused:
        words.append("style=dotted")
    if pressing:
        words.append('color="#cf222e", penwidth=2')
    return f"  n{edge.user} -> n{edge.provider} [{', '.join(words)}]\n"


def quoted(*rows: str) -> str:
    """Quote texts as one string of the DOT language, each in a line of its own; empty ones are left out."""
    return '"' + "\\n".join(_escaped(row) for row in rows if row) + '"'


def _escaped(text: str) -> str:
    shown = printable(text)
    shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
    return shown.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
