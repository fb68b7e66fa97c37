"""The closure as a graph: files are nodes, an edge says who needs whom and which symbols bind, a row is a requirement.

The pictures (tree, dot, mermaid, html) are drawn from it, so all of them tell the same. Several roots make one graph: a
file that two of them load is one node, known by its path; one that was not found is known by its name.
"""

from __future__ import annotations

from itertools import pairwise

from glibcheck.model.closure import Trace
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.versions import newest, release
from glibcheck.report.trace_view import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from glibcheck.model.closure import Binding, Closure, Library
    from glibcheck.model.image import Requirement
    from glibcheck.report.trace_view import Root, View

    Kind = Literal["file", "library", "system", "missing"]


class Node(Record):
    """A file. `newest` has the newest version it needs of each family, glibc's first, then by family.

    `kind` is "file" for one that was traced itself, "system" for a library of this system, of which another system has
    its own. `path` is None for a missing one.
    """

    name: Soname
    path: str | None
    found_by: str
    kind: Kind
    newest: tuple[VersionName, ...]

    @property
    def telling(self) -> tuple[VersionName, ...]:
        """The newest versions of what comes with a compiler; without one of those, the first of all."""
        return told(self.newest) or self.newest[:1]


class Edge(Record):
    """`user` loads or takes symbols from `provider`; both are places among the nodes.

    `needed` says that DT_NEEDED names it, `unused` that it does so in vain: nothing binds, though it was found.
    """

    user: int
    provider: int
    symbols: tuple[SymbolName, ...]
    needed: bool
    unused: bool


class Row(Record):
    """A requirement: its trace, the node that has it, and the one of the library that it names (None: not loaded).

    `chains` has, for each root that loads the holder, the nodes from the root to the holder.
    """

    trace: Trace
    holder: int
    provider: int | None
    chains: tuple[tuple[int, ...], ...]
    too_new: bool
    pressing: bool

    def path(self) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
        """Give the nodes and the (user, provider) pairs on the way from the roots to the version's library."""
        nodes = {node for chain in self.chains for node in chain}
        pairs = {pair for chain in self.chains for pair in pairwise(chain)}
        if self.provider is not None:
            nodes.add(self.provider)
            pairs.add((self.holder, self.provider))
        return frozenset(nodes), frozenset(pairs)


class Graph(Record):
    """Nodes in load order, the first root first; edges by user and provider; rows in the order of the traces."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    rows: tuple[Row, ...]


def graph(view: View) -> Graph:
    """Turn all closures and traces of a view into one graph."""
    nodes: dict[tuple[str, str], Node] = {}
    places: dict[tuple[str, str], int] = {}
    edges: dict[tuple[int, int], Edge] = {}
    rows: dict[tuple[int, str, str], Row] = {}
    for root in view.roots:
        for number, library in enumerate(root.closure.libraries):
            key = _key(library)
            places.setdefault(key, len(places))
            # What one root only loads may be another root itself, and then it is shown as that.
            if key not in nodes or number == 0:
                nodes[key] = _node(library, is_root=number == 0)
        where = _names(root.closure, places)
        for edge in _edges(root.closure, where):
            edges.setdefault((edge.user, edge.provider), edge)
        for row in _rows(root, view, where):
            same = row.holder, row.trace.requirement.library, row.trace.requirement.version
            known = rows.get(same)
            rows[same] = row if known is None else _joined(known, row)
    return Graph(tuple(nodes.values()), tuple(edges[pair] for pair in sorted(edges)), tuple(rows.values()))


def _key(library: Library) -> tuple[str, str]:
    return ("missing", library.name) if library.path is None else ("at", library.path)


def _node(library: Library, is_root: bool) -> Node:
    needs = library.linkage.image.requirements if library.linkage else ()
    return Node(library.name, library.path, library.found_by, _kind(library, is_root), newest_needed(needs))


def _kind(library: Library, is_root: bool) -> Kind:
    if is_root:
        return "file"
    if library.path is None:
        return "missing"
    return "system" if library.of_system else "library"


def newest_needed(needs: tuple[Requirement, ...]) -> tuple[VersionName, ...]:
    """Give the newest version of each family, glibc's first."""
    top = newest(need.version for need in needs)
    versions = {release(need.version): need.version for need in needs}
    families = sorted(top, key=lambda family: (family != "GLIBC", family))
    return tuple(versions[top[family]] for family in families)


def _names(closure: Closure, places: dict[tuple[str, str], int]) -> dict[str, int]:
    """Map each name under which a library is known, as it was asked for or its soname, to its node."""
    found: dict[str, int] = {}
    # The first library in load order wins, and how it was asked for wins over sonames, so these come last.
    for library in reversed(closure.libraries):
        if library.linkage and library.linkage.image.soname:
            found[library.linkage.image.soname] = places[_key(library)]
    for library in reversed(closure.libraries):
        found[library.name] = places[_key(library)]
    return found


def _edges(closure: Closure, where: dict[str, int]) -> list[Edge]:
    needed = {
        (where[library.name], where[name])
        for library in closure.libraries
        if library.linkage
        for name in library.linkage.image.needed
        if name in where
    }
    missing = {where[library.name] for library in closure.libraries if library.path is None}
    found = []
    for binding in closure.bindings:
        pair = _pair(binding, where)
        if pair is not None:
            # A binding without symbols stands for a DT_NEEDED and nothing else.
            unused = not binding.symbols and pair[1] not in missing
            found.append(Edge(*pair, binding.symbols, pair in needed or not binding.symbols, unused))
    return found


def _pair(binding: Binding, where: dict[str, int]) -> tuple[int, int] | None:
    user, provider = where.get(binding.user), where.get(binding.provider)
    return None if user is None or provider is None or user == provider else (user, provider)


def _rows(root: Root, view: View, where: dict[str, int]) -> list[Row]:
    pressing = {_same(trace) for trace in view.pressing(root)}
    found = []
    for trace in root.every:
        holder = where.get(trace.holder)
        if holder is not None:
            chain = tuple(where[name] for name in trace.chain if name in where)
            provider = where.get(trace.requirement.library)
            wanted = _same(trace) in pressing
            found.append(Row(trace, holder, provider, (chain,), view.is_too_new(trace), wanted))
    return found


def _same(trace: Trace) -> tuple[str, str, str]:
    return trace.holder, trace.requirement.library, trace.requirement.version


def _joined(known: Row, more: Row) -> Row:
    return known._replace(
        chains=(*known.chains, *more.chains),
        too_new=known.too_new or more.too_new,
        pressing=known.pressing or more.pressing,
    )
