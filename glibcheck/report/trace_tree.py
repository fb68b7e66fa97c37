"""A trace as a tree for a terminal: what is too new stands out, and the branch on which it stands says who brought it.

A library is unfolded where it is met first and only named ("above") where it is met again, also under another file of
a wheel ("as above"), so the trees are no longer than the list of all DT_NEEDED. What this system provides is one line
at the end, but for what the reader came for.
Trap: a chain of made-up libraries can be thousands deep, so the tree stops unfolding at a depth that nobody reads.
"""

from __future__ import annotations

from textwrap import wrap as wrapped

from glibcheck.model.record import Record
from glibcheck.report.ink import Ink, all_printable, printable, wrap
from glibcheck.report.site_words import broken, by_symbol, distinct, untold
from glibcheck.report.trace_graph import graph
from glibcheck.report.trace_verdict import verdict
from glibcheck.report.trace_view import heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.names import SymbolName
    from glibcheck.report.site_words import Words
    from glibcheck.report.trace_graph import Edge, Graph, Node, Row
    from glibcheck.report.trace_view import Root, View

    _Below = tuple[str, frozenset[str]]  # a library, and all files that are under it

_DEEPEST = 24
_SYMBOLS_SHOWN, _BOUND_SHOWN, _SITES_SHOWN, _SYSTEM_SHOWN = 8, 2, 3, 12
_NARROW = 45  # columns; where remarks have fewer, they stand below the names
_WIDEST_SYMBOL = 26  # columns, of one whose sites stand behind it
_WIDEST_NAME = 60  # columns; a longer name does not push all others' remarks to the right


class _Box(Record):
    """The strokes of a tree: to a branch, to the last one, past branches, and past nothing."""

    branch: str
    last: str
    past: str
    blank: str = "   "


STROKES = "├└│─"  # what the encoding of the output must have
_UNICODE, _ASCII = _Box("├─ ", "└─ ", "│  "), _Box("|- ", "`- ", "|  ")


class _Line(Record):
    """A line: `stem` are strokes, `under` those of the lines that it is broken into; `size` is the width of `head`."""

    stem: str
    under: str
    head: str
    size: int
    aside: str = ""
    bad: bool = False


def render(view: View, ink: Ink, unicode: bool = True) -> str:
    """Draw a tree for each root, and sum up under all of them; without `unicode` the strokes are ASCII."""
    box = _UNICODE if unicode else _ASCII
    seen: set[_Below] = set()
    trees = ["".join(_layout(_Tree(view, root, ink, box, seen).lines(), ink)) for root in view.roots]
    return "\n".join([*trees, _summary(view, ink)])


def _summary(view: View, ink: Ink) -> str:
    found = verdict(view, graph(view))
    mark = {True: ink.good, False: ink.bad, None: ink.strong}[found.good]
    lines = [mark(line) for line in wrapped(found.sentence, ink.width, break_on_hyphens=False, break_long_words=False)]
    if found.missing:
        names = wrap(found.missing, 2, ink.width, len("Not found, so what they need is not known: "))
        lines.append(f"Not found, so what they need is not known: {ink.bad(names)}")
    return "\n".join(lines) + "\n"


def _layout(lines: list[_Line], ink: Ink) -> list[str]:
    """Put the remarks of all lines into one column, and break those that are too long."""
    sizes = [len(line.stem) + line.size for line in lines if line.aside]
    column = min(max((size for size in sizes if size <= _WIDEST_NAME), default=0), ink.width // 2) + 2
    shown = []
    for line in lines:
        text = f"{line.stem}{line.head}"
        if line.aside:
            start = max(column, len(line.stem) + line.size + 2)
            if ink.width - column < _NARROW:
                shown.append(_below(line, text, ink))
                continue
            first, *others = _broken(line.aside, start, column, ink.width)
            mark = ink.bad if line.bad else ink.aside
            text += " " * (start - len(line.stem) - line.size) + mark(first) if first else ""
            text += "".join(f"\n{line.under:{column}}{mark(other)}" for other in others)
        shown.append(text.rstrip() + "\n")
    return shown


def _below(line: _Line, text: str, ink: Ink) -> str:
    """Show a remark behind the name where it fits, else in lines of its own below it."""
    mark, width = ink.bad if line.bad else ink.aside, len(line.stem) + line.size + 2
    if width + len(line.aside) <= ink.width:
        return f"{text}  {mark(line.aside)}\n"
    room = max(ink.width - len(line.under) - 4, 20)
    parts = wrapped(line.aside, room, break_on_hyphens=False, break_long_words=False)
    return "".join([f"{text}\n", *(f"{line.under}    {mark(part)}\n" for part in parts)])


def _broken(text: str, start: int, column: int, width: int) -> list[str]:
    """Break a remark that begins at `start` into lines that begin at `column`; the first may be empty."""
    room = max(width - column, 20)
    filler = "." * min(max(start - column, 0), room)  # stands for what is in the first line already
    lines = wrapped(f"{filler} {text}" if filler else text, room, break_on_hyphens=False)
    return [lines[0].removeprefix(filler).lstrip() if filler else lines[0], *lines[1:]]


class _Tree:
    """One root's tree; walks the graph of its closure and keeps what it has unfolded.

    `seen` is what the trees before it have unfolded: the files of a wheel share libraries.
    """

    def __init__(self, view: View, root: Root, ink: Ink, box: _Box, seen: set[_Below]) -> None:
        self._seen = seen
        self._view, self._root, self._ink, self._box = view, root, ink, box
        self._graph: Graph = graph(view._replace(roots=(root,)))
        self._rows: dict[int, list[Row]] = {}
        for row in self._graph.rows:
            if row.pressing:
                self._rows.setdefault(row.holder, []).append(row)
        on_the_way = {node for rows in self._rows.values() for row in rows for chain in row.chains for node in chain}
        nodes = enumerate(self._graph.nodes)
        self._open = {number for number, node in nodes if node.kind != "system" or number in on_the_way}
        self._below: dict[int, list[Edge]] = {}
        for edge in self._graph.edges:
            if edge.needed and edge.provider in self._open:
                self._below.setdefault(edge.user, []).append(edge)
        self._unfolded: set[int] = set()
        self._told: set[tuple[str, str]] = set()

    def lines(self) -> list[_Line]:
        """Draw the root, its branches, and one line for what this system provides."""
        system = [number for number in range(len(self._graph.nodes)) if number not in self._open]
        node = self._graph.nodes[0]
        title = _named(self._root.path, node, self._ink, self._is_bad(0))
        drawn = [_Line("", "", *title)]
        drawn += self._branches(0, "", 0, more=bool(system))
        if system:
            shown = all_printable([self._graph.nodes[number].name for number in system[:_SYSTEM_SHOWN]])
            more = len(system) - _SYSTEM_SHOWN
            names = ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])
            drawn.append(_Line(self._box.last, self._box.blank, *_plain("of this system", self._ink), names))
        return drawn

    def _branches(self, number: int, under: str, depth: int, more: bool = False) -> list[_Line]:
        """Draw what is under a node: its requirements with their sites, then its libraries; `more` will follow."""
        self._unfolded.add(number)
        edges = self._below.get(number, [])
        stroke = self._box.past if edges or more else self._box.blank
        drawn = [line for row in self._rows.get(number, []) for line in self._requirement(row, under + stroke)]
        if depth >= _DEEPEST and edges:
            return [*drawn, _Line(under + self._box.last, "", *_plain("and further libraries under these", self._ink))]
        for place, edge in enumerate(edges):
            last = place == len(edges) - 1 and not more
            stem, inner = (self._box.last, self._box.blank) if last else (self._box.branch, self._box.past)
            drawn += self._branch(edge, under + stem, under + inner, depth + 1)
        return drawn

    def _branch(self, edge: Edge, stem: str, under: str, depth: int) -> list[_Line]:
        number, node = edge.provider, self._graph.nodes[edge.provider]
        head = _named(node.name, node, self._ink, self._is_bad(number))
        if number in self._unfolded:
            return [_Line(stem, under, *head, f"above; {self._use(edge)}", edge.unused)]
        if node.path is None:
            self._unfolded.add(number)
            return [_Line(stem, under, *head, "not found", bad=True)]
        key = (node.path, self._paths_below(number))
        if key in self._seen:
            self._unfolded.add(number)
            return [_Line(stem, under, *head, f"as above; {self._use(edge)}", edge.unused)]
        self._seen.add(key)
        line = _Line(stem, under, *head, f"{printable(node.found_by)}; {self._use(edge)}", edge.unused)
        return [line, *self._branches(number, under, depth)]

    def _paths_below(self, number: int) -> frozenset[str]:
        """Give the files that are anywhere under a node; in another closure a name may mean another file."""
        found, left = {number}, [number]
        while left:
            new = {edge.provider for edge in self._below.get(left.pop(), [])} - found
            found |= new
            left += new
        return frozenset(self._graph.nodes[each].path or self._graph.nodes[each].name for each in found)

    def _use(self, edge: Edge) -> str:
        if not edge.symbols:
            return "unused" if edge.unused else "needed"
        more = len(edge.symbols) - _BOUND_SHOWN
        names = [*self._ink.symbols(edge.symbols[:_BOUND_SHOWN]), *([f"{more} more"] if more > 0 else [])]
        return f"used for {', '.join(names)}"

    def _is_bad(self, number: int) -> bool:
        return number in self._rows

    def _requirement(self, row: Row, under: str) -> list[_Line]:
        """Show a version that presses with its symbols, the places that ask for each, and what is not known."""
        need = row.trace.requirement
        judged = f", too new for {printable(self._view.target)}" if row.too_new and self._view.target else ""
        title = f"{printable(heading(need))}{judged}"
        mark = self._ink.strong if self._view.target is None else self._ink.bad
        drawn = [_Line(under, under, mark(title), 0)]
        sites, inner = by_symbol(row.trace), f"{under}  "
        for name in [*sites][:_SYMBOLS_SHOWN]:
            found = distinct(sites[name], self._view.base, self._ink)
            drawn += self._sites(self._ink.symbols([name])[0], found, row.trace.left_out.get(name, 0), inner)
        if len(sites) > _SYMBOLS_SHOWN:
            drawn.append(_Line(inner, "", f"{len(sites) - _SYMBOLS_SHOWN} more symbols", 0))
        rest = [name for name in need.symbols if name not in sites]
        words = (self._list(rest) or "(no symbol names it)") if rest or not sites else ""
        return [
            *drawn,
            *self._lines(words, inner),
            *(line for note in untold(row.trace, self._told) for line in self._note(note, inner)),
        ]

    def _sites(self, name: str, found: list[Words], left_out: int, inner: str) -> list[_Line]:
        """Show the sites behind the symbol where each fits into the rest of a line, else below it."""
        room, beside = self._ink.width - len(inner), len(name) + 2
        lines = [broken(site, self._ink, room - beside) for site in found[:_SITES_SHOWN]]
        drawn: list[_Line] = []
        if beside > _WIDEST_SYMBOL or any(len(parts) > 1 for parts in lines):
            beside = 2
            drawn.append(_Line(inner, "", name, 0))
            lines = [broken(site, self._ink, room - beside) for site in found[:_SITES_SHOWN]]
        for first, *others in lines:
            start = f"{'' if drawn else name:{beside}}"
            drawn.append(_Line(inner, "", f"{start}{first}", 0))
            drawn += [_Line(f"{inner}{' ' * beside}    ", "", other, 0) for other in others]
        more = len(found[_SITES_SHOWN:]) + left_out
        return [*drawn, *([_Line(f"{inner}{' ' * beside}", "", f"{more} more", 0)] if more > 0 else [])]

    def _list(self, names: list[SymbolName]) -> str:
        more = len(names) - _SYMBOLS_SHOWN
        shown = [*self._ink.symbols(names[:_SYMBOLS_SHOWN]), *([f"{more} more"] if more > 0 else [])]
        return ", ".join(shown)

    def _note(self, note: str, inner: str) -> list[_Line]:
        return [line._replace(head=self._ink.aside(line.head)) for line in self._lines(note, inner)]

    def _lines(self, text: str, inner: str) -> list[_Line]:
        """Break a text into lines behind the strokes."""
        room = max(self._ink.width - len(inner), 20)
        return [
            _Line(inner, "", part, 0) for part in wrapped(text, room, break_on_hyphens=False, break_long_words=False)
        ]


def _named(name: str, node: Node, ink: Ink, bad: bool) -> tuple[str, int]:
    """Give the name of a file and the newest versions it needs, marked, and the width of both."""
    versions = " ".join(map(printable, node.telling))
    shown = printable(name)
    marked = (ink.bad if bad else ink.aside)(versions)
    return f"{ink.strong(shown)}  {marked}".rstrip(), len(f"{shown}  {versions}".rstrip())


def _plain(text: str, ink: Ink) -> tuple[str, int]:
    return ink.aside(text), len(text)
