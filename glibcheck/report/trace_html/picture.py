"""The graph of a closure as SVG: boxes for files, lines for what binds, in the columns that `layout` gives.

Looks are left to the style sheet: an element has classes for what it is, and a number (`data-node`, `data-edge`).
Text is set in a monospaced font, as only then its width is known here.
"""

from __future__ import annotations

from html import escape

from glibcheck.model.record import Record
from glibcheck.report.ink import Ink, printable
from glibcheck.report.trace_html.layout import lay_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.report.trace_graph import Edge, Graph, Node
    from glibcheck.report.trace_html.layout import Layout

_NAME, _SMALL = 7.3, 6.1  # pixels for a character of a name (12 px) and of what is below it or on a line (10 px)
_HEIGHT, _PORT, _MARGIN = 48, 17, 16
_LONGEST_NAME, _LONGEST_LABEL = 34, 24  # characters
_FEW = 40  # edges; with more, labels are shown only where the reader looks
_IN_TITLE = 400  # symbols


class Picture(Record):
    """The SVG element and its size in pixels; `dense` says that labels are hidden until they are asked for."""

    svg: str
    width: int
    height: int
    dense: bool


class _Frame(Record):
    """Where things stand: left and right side of each column, and the height at which each edge leaves its box."""

    layout: Layout
    heights: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    ports: tuple[int, ...]


def draw(graph: Graph, tones: tuple[str, ...], ink: Ink) -> Picture:
    """Draw the graph; `tones` has the class that colours each node."""
    dense = len(graph.edges) > _FEW
    frame = _frame(graph, dense)
    hot = {pair for row in graph.rows if row.pressing for pair in row.path()[1]}
    # What comes later is painted above what came before.
    hot_last = sorted(enumerate(graph.edges), key=lambda item: (item[1].user, item[1].provider) in hot)
    lines = [_edge(number, edge, frame, hot, ink, dense) for number, edge in hot_last]
    boxes = [_node(number, node, frame, tones[number]) for number, node in enumerate(graph.nodes)]
    width = (max(frame.right) if frame.right else 0) + 2 * _MARGIN
    height = frame.layout.height + 2 * _MARGIN
    judged = any(row.too_new for row in graph.rows)
    classes = f"{'dense' if dense else 'roomy'}{' judged' if judged else ''}"
    return Picture("".join((_head(width, height, classes), *lines, *boxes, "</g></svg>")), width, height, dense)


def _head(width: int, height: int, classes: str) -> str:
    arrows = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .8 7.4 4 0 7.2z"/></marker>'
        for name in ("arrow", "arrow-hot", "arrow-lit")
    )
    return (
        f'<svg id="graph" class="{classes}" xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" role="group" aria-label="Files and what binds to what">'
        f'<defs>{arrows}</defs><g transform="translate({_MARGIN} {_MARGIN})">'
    )


def _frame(graph: Graph, dense: bool) -> _Frame:
    degrees = [0] * len(graph.nodes)
    for edge in graph.edges:
        degrees[edge.user] += 1
    heights = tuple(_HEIGHT if dense else max(_HEIGHT, _PORT * degree + 14) for degree in degrees)
    layout = lay_out(heights, [(edge.user, edge.provider) for edge in graph.edges])
    left, right = _sides(graph, layout, dense)
    return _Frame(layout, heights, left, right, _ports(graph, layout, heights))


def _sides(graph: Graph, layout: Layout, dense: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Make each column as wide as its widest box, and the gap behind it as wide as the labels that stand there."""
    count = max(layout.columns, default=-1) + 1
    widths, labels = [0] * count, [0] * count
    for column, node in zip(layout.columns, graph.nodes, strict=True):
        widths[column] = max(widths[column], _width(node))
    for edge in graph.edges:
        labels[layout.columns[edge.user]] = max(labels[layout.columns[edge.user]], len(_label(edge, Ink())))
    left, right, at = [], [], 0
    for width, label in zip(widths, labels, strict=True):
        left.append(at)
        right.append(at + width)
        at += width + (90 if dense else 64 + round(label * _SMALL))
    return tuple(left), tuple(right)


def _width(node: Node) -> int:
    longest = max(len(_short(node.name, _LONGEST_NAME)) * _NAME, len(_below(node)) * _SMALL)
    return round(max(longest + 26, 96))


def _ports(graph: Graph, layout: Layout, heights: tuple[int, ...]) -> tuple[int, ...]:
    """Spread the lines that leave a box over its side, in the order in which they go on."""
    leaving: dict[int, list[tuple[int, int]]] = {}
    for number, edge in enumerate(graph.edges):
        bends = layout.bends[number]
        leaving.setdefault(edge.user, []).append((bends[0][1] if bends else layout.middles[edge.provider], number))
    ports = [0] * len(graph.edges)
    for box, lines in leaving.items():
        step = min(_PORT, (heights[box] - 14) / len(lines))
        for place, (_, number) in enumerate(sorted(lines)):
            ports[number] = round(layout.middles[box] + step * (place - (len(lines) - 1) / 2))
    return tuple(ports)


def _node(number: int, node: Node, frame: _Frame, tone: str) -> str:
    column, height = frame.layout.columns[number], frame.heights[number]
    left, width = frame.left[column], frame.right[column] - frame.left[column]
    top = frame.layout.middles[number] - height // 2
    middle = frame.layout.middles[number]
    title = "\n".join(map(printable, (node.path or node.name, node.found_by, ", ".join(node.newest))))
    return (
        f'<g class="node {node.kind} {tone}" data-node="{number}" role="button" tabindex="0" aria-pressed="false" '
        f'aria-label="{_text(node.name)}, {_text(_below(node))}: show its requirements alone">'
        f"<title>{_text(title.rstrip())}</title>"
        f'<rect class="box" x="{left}" y="{top}" width="{width}" height="{height}" rx="9"/>'
        f'<rect class="stripe" x="{left}" y="{top + 9}" width="4" height="{height - 18}" rx="2"/>'
        f'<text class="name" x="{left + 14}" y="{middle - 4}">{_text(_short(node.name, _LONGEST_NAME))}</text>'
        f'<text class="needs" x="{left + 14}" y="{middle + 13}">{_text(_below(node))}</text></g>'
    )


def _below(node: Node) -> str:
    """Say under a name what the file needs, or what else is to be known of it."""
    if node.path is None:
        return "not found"
    words = [version.replace("_", " ", 1) for version in node.telling]
    return _short(" · ".join(words) or "needs no version", 44)


def _edge(number: int, edge: Edge, frame: _Frame, hot: set[tuple[int, int]], ink: Ink, dense: bool) -> str:
    marks = (
        ("unused", edge.unused),
        ("further", not edge.needed),
        ("hot", (edge.user, edge.provider) in hot),
    )
    classes = " ".join(("edge", *(name for name, holds in marks if holds)))
    x, y = _start(number, edge, frame)
    label = _label(edge, ink)
    path = _path(number, edge, frame, 0 if dense else round(len(label) * _SMALL))
    side = ' text-anchor="end"' if frame.layout.backwards[number] else ""
    shift = -8 if frame.layout.backwards[number] else 8
    text = f'<text x="{x + shift}" y="{y - 6}"{side}>{_text(label)}</text>' if label else ""
    return (
        f'<g class="{classes}" data-edge="{number}"><title>{_text(_title(edge, ink))}</title>'
        f'<path class="wide" d="{path}"/><path class="line" d="{path}"/>{text}</g>'
    )


def _start(number: int, edge: Edge, frame: _Frame) -> tuple[int, int]:
    """Give the point where the line leaves its box: on the right, or on the left when it goes backwards."""
    column = frame.layout.columns[edge.user]
    return (frame.left if frame.layout.backwards[number] else frame.right)[column], frame.ports[number]


def _path(number: int, edge: Edge, frame: _Frame, level_for: int) -> str:
    """Draw the line through its slots: level under its label and in the columns, swinging from one to the next."""
    back = frame.layout.backwards[number]
    x, y = _start(number, edge, frame)
    parts = [f"M{x} {y}"]
    if level_for:
        x += -level_for if back else level_for
        parts.append(f"H{x}")
    for column, middle in (*frame.layout.bends[number], (frame.layout.columns[edge.provider], None)):
        near, far = (frame.right, frame.left) if back else (frame.left, frame.right)
        level = frame.layout.middles[edge.provider] if middle is None else middle
        half = (x + near[column]) // 2
        parts.append(f"C{half} {y} {half} {level} {near[column]} {level}")
        if middle is not None:
            parts.append(f"H{far[column]}")
        x, y = far[column], level
    return "".join(parts)


def _label(edge: Edge, ink: Ink) -> str:
    """Name the first symbol that binds, and how many more do."""
    if not edge.symbols:
        return "unused" if edge.unused else ""
    more = f" +{len(edge.symbols) - 1}" if len(edge.symbols) > 1 else ""
    return _short(ink.symbols(edge.symbols[:1])[0], _LONGEST_LABEL - len(more)) + more


def _title(edge: Edge, ink: Ink) -> str:
    if not edge.symbols:
        return "named in DT_NEEDED, but no symbol binds" if edge.unused else "was not found"
    more = len(edge.symbols) - _IN_TITLE
    names = ", ".join([*ink.symbols(edge.symbols[:_IN_TITLE]), *([f"{more} more"] if more > 0 else [])])
    return names if edge.needed else f"not in DT_NEEDED, but binds: {names}"


def _short(text: str, most: int) -> str:
    """Leave out the middle of a text that is too long: names differ at both ends."""
    shown = printable(text)
    if len(shown) <= most:
        return shown
    return f"{shown[: most - most // 3 - 1]}…{shown[len(shown) - most // 3 :]}"


def _text(text: str) -> str:
    """Escape a text for SVG; line feeds are kept, for titles."""
    return escape("\n".join(map(printable, text.split("\n"))))
