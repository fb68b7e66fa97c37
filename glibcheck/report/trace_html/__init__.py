"""A trace as one page that needs nothing else: the graph of the closure, and the table of all requirements.

The page works from the disk, without a network: style and script are inside, and its Content-Security-Policy names
their hashes and allows nothing else, so that a name in an untrusted file could not run even where escaping had failed.
Trap: such a policy also refuses `style` attributes, so looks are classes, and places are attributes of the SVG.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from hashlib import sha256
from string import Template

from glibcheck.model.versions import order
from glibcheck.report.ink import Ink
from glibcheck.report.trace_graph import Graph, graph
from glibcheck.report.trace_html.picture import draw
from glibcheck.report.trace_html.table import families, options, rows, text
from glibcheck.report.trace_html.tones import tones
from glibcheck.report.trace_verdict import verdict
from glibcheck.trace import family_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from glibcheck.report.trace_html.tones import Key
    from glibcheck.report.trace_verdict import Verdict
    from glibcheck.report.trace_view import View


def render(view: View, demangle: bool = True) -> str:
    """Write the page, ASCII only; names of C++ and Rust are those of the source unless `demangle` is False."""
    ink, found = Ink(demangle=demangle), _in_order(graph(view), view)
    style, script = _piece("page.css"), _piece("page.js")
    classes, legend = tones(found)
    said = verdict(view, found)
    holes = {
        "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'",
        "style": style,
        "script": script,
        "title": text(os.path.basename(view.path) or view.path),
        "path": text(view.path),
        "facts": _facts(view, found),
        "state": {True: "good", False: "bad", None: "plain"}[said.good],
        "verdict": text(said.sentence),
        "missing": _missing(said),
        "legend": _legend(legend, found),
        "graph": draw(found, classes, ink).svg,
        "families": options(families(found)),
        "asked": text(view.asked or ""),
        "judged": "" if view.target is not None else " hidden",
        "systems": "" if any(_of_system(found)) else " hidden",
        "rows": rows(found, view, ink),
        "data": _data(found),
    }
    page = Template(_piece("page.html")).substitute(holes)
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _in_order(found: Graph, view: View) -> Graph:
    """Sort the rows of several files as those of one are, newest first; and what is too new before all else."""
    rows = [*found.rows]
    if len(view.roots) > 1:
        rows.sort(key=lambda row: order(row.trace.requirement.version)[1:], reverse=True)
        rows.sort(key=lambda row: family_order(row.trace.requirement.version))
    return found._replace(rows=tuple(sorted(rows, key=lambda row: not row.too_new)))


def _of_system(found: Graph) -> list[bool]:
    return [found.nodes[row.holder].kind == "system" for row in found.rows]


def _facts(view: View, found: Graph) -> str:
    traced = len(view.roots)
    counts = (
        *(((traced, "file traced", "files traced"),) if traced != 1 else ()),
        (len(found.nodes), "file in the closure", "files in the closure"),
        (len(found.rows), "requirement", "requirements"),
        *(((unused, "unused DT_NEEDED", "unused DT_NEEDED"),) if (unused := _unused(found)) else ()),
    )
    words = [f"<li><b>{count}</b> {one if count == 1 else many}</li>" for count, one, many in counts]
    target = "" if view.target is None else f'<li class="target">target <b>{text(view.target)}</b></li>'
    return target + "".join(words)


def _unused(found: Graph) -> int:
    return sum(edge.unused for edge in found.edges)


def _missing(said: Verdict) -> str:
    if not said.missing:
        return ""
    names = ", ".join(f"<code>{text(name)}</code>" for name in said.missing)
    return f'<p class="missing">Not found, so what they need is not known: {names}.</p>'


def _legend(keys: tuple[Key, ...], found: Graph) -> str:
    """Explain the colours and strokes that occur."""
    kinds = {node.kind for node in found.nodes}
    others = (
        ("system", "of this system", "system" in kinds),
        ("missing", "not found", "missing" in kinds),
        ("unused", "unused", any(edge.unused for edge in found.edges)),
        ("further", "not in DT_NEEDED", any(not edge.needed for edge in found.edges)),
    )
    shown = [f'<li class="{key.tone}"><i></i>{text(key.text)}</li>' for key in keys]
    more = [f'<li class="key-{name}"><i></i>{words}</li>' for name, words, occurs in others if occurs]
    title = '<li class="title">newest glibc needed</li>' if shown else ""
    return title + "".join((*shown, *more))


def _data(found: Graph) -> str:
    """Give the script the nodes and edges on the way of each row, as numbers, and the names of the nodes.

    `<` is written as an escape, so that no name can end the element that holds the data.
    """
    numbers = {(edge.user, edge.provider): number for number, edge in enumerate(found.edges)}
    ways = []
    for row in found.rows:
        nodes, pairs = row.path()
        ways.append([sorted(nodes), sorted(numbers[pair] for pair in pairs if pair in numbers)])
    data = {"ways": ways, "names": [node.name for node in found.nodes]}
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _piece(name: str) -> str:
    """Read a file of this folder as `pkgutil.get_data` does (PEP 302)."""
    loader: Any = __spec__.loader
    data: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))
    return data.decode("ascii")


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"
