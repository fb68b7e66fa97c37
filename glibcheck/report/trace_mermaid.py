"""The graph of a closure as a Mermaid flowchart, which many forges draw where Markdown has it in a block.

Trap: Mermaid has no escape character. It reads `#NUMBER;` as the character of that number, so everything in a label
that is no letter, digit or harmless mark is written like that, whatever it may mean to Mermaid or to HTML.
"""

from __future__ import annotations

from glibcheck.report.ink import Ink, printable
from glibcheck.report.trace_graph import graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.report.trace_graph import Edge, Node
    from glibcheck.report.trace_view import View

_SYMBOLS_SHOWN = 3
_LONGEST = 120  # characters
_HARMLESS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,+-/ ")
_CLASSES = """  classDef file stroke-width:3px
  classDef library stroke-width:1px
  classDef system opacity:0.6
  classDef missing stroke:#cf222e,stroke-dasharray:4
  classDef pressing stroke:#cf222e,stroke-width:3px
"""


def render(view: View, demangle: bool = False) -> str:
    """Write the flowchart; what is too new and the way to it are red."""
    found = graph(view)
    pressing = [row for row in found.rows if row.pressing]
    holders = {row.holder for row in pressing}
    on_the_way = {pair for row in pressing for pair in row.path()[1]}
    lines = [_node(number, node, number in holders) for number, node in enumerate(found.nodes)]
    lines += [_edge(edge, Ink(demangle=demangle)) for edge in found.edges]
    red = [number for number, edge in enumerate(found.edges) if (edge.user, edge.provider) in on_the_way]
    if red:
        lines.append(f"  linkStyle {','.join(map(str, red))} stroke:#cf222e,stroke-width:2px\n")
    return f"flowchart LR\n{''.join(lines)}{_CLASSES}"


def _node(number: int, node: Node, pressing: bool) -> str:
    below = "not found" if node.path is None else ", ".join(node.telling)
    return f"  n{number}[{quoted(node.name, below)}]:::{'pressing' if pressing else node.kind}\n"


def _edge(edge: Edge, ink: Ink) -> str:
    """Write an edge; one without a symbol that binds is dotted, as the library may not be needed."""
    more = len(edge.symbols) - _SYMBOLS_SHOWN
    words = [*ink.symbols(edge.symbols[:_SYMBOLS_SHOWN]), *([f"{more} more"] if more > 0 else [])]
    label = words or (["unused"] if edge.unused else [])
    arrow = "-.->" if edge.unused else "-->"
    return f"  n{edge.user} {arrow}{f'|{quoted(*label)}|' if label else ''} n{edge.provider}\n"


def quoted(*rows: str) -> str:
    """Quote texts as one label, each in a line of its own, without the empty ones; a label itself must not be empty."""
    return '"' + ("<br/>".join(_escaped(row) for row in rows if row) or " ") + '"'


def _escaped(text: str) -> str:
    shown = printable(text)
    shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
    return "".join(char if char in _HARMLESS else f"#{ord(char)};" for char in shown)
