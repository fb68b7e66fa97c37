"""The table of requirements in HTML: version, library, who needs it and by which chain, symbols and their sites.

All rows are in the page, so it can be read, searched and printed without a script. Names of files and symbols come from
strangers: each goes through `text`, and attributes hold nothing but numbers and what `text` made.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from glibcheck.model.versions import order
from glibcheck.report.ink import Ink, printable
from glibcheck.report.site_words import Words, by_symbol, distinct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.model.names import SymbolName
    from glibcheck.report.trace_graph import Graph, Row
    from glibcheck.report.trace_view import View

_SYMBOLS_SHOWN, _SITES_SHOWN, _CHAINS_SHOWN = 10, 4, 3
_MOST_SITES = 200  # of one symbol; a page is no database


def text(name: str) -> str:
    """Escape a name of an untrusted file for HTML, between tags and in quoted attributes."""
    return escape(printable(name))


def families(graph: Graph) -> list[str]:
    """List the families of the versions, in the order of the rows."""
    return list(dict.fromkeys(order(row.trace.requirement.version)[0] for row in graph.rows))


def rows(graph: Graph, view: View, ink: Ink) -> str:
    """Write the rows of the table's body."""
    numbers = {family: number for number, family in enumerate(families(graph))}
    return "".join(_row(number, row, graph, view, ink, numbers) for number, row in enumerate(graph.rows))


def _row(number: int, row: Row, graph: Graph, view: View, ink: Ink, numbers: dict[str, int]) -> str:
    need, holder = row.trace.requirement, graph.nodes[row.holder]
    marks = (("too-new", row.too_new), ("pressing", row.pressing), ("of-system", holder.kind == "system"))
    classes = " ".join(name for name, holds in marks if holds)
    told = '<span class="tag bad">too new</span>' if row.too_new else ""
    told += '<span class="tag">weak</span>' if need.weak else ""
    return (
        f'<tr class="{classes}" data-row="{number}" data-holder="{row.holder}" '
        f'data-family="{numbers[order(need.version)[0]]}">'
        f'<td class="version"><button type="button" aria-pressed="false" title="Show its way in the graph">'
        f"{text(need.version or 'no version')}</button>{told}</td>"
        f'<td class="of">{_library(need.library)}</td>'
        f'<td class="holder"><code>{text(holder.name)}</code>{_chains(row, graph)}</td>'
        f'<td class="symbols">{_symbols(row, view, ink)}</td></tr>\n'
    )


def _library(name: str) -> str:
    """Name the library of a version, or of a symbol without a version where one here has it."""
    found = f'<span class="of-word">of </span><code>{text(name)}</code>'
    return found if name else '<span class="aside">no library here</span>'


def _chains(row: Row, graph: Graph) -> str:
    long = [chain for chain in row.chains if len(chain) > 1]
    shown = [" → ".join(text(graph.nodes[node].name) for node in chain) for chain in long[:_CHAINS_SHOWN]]
    more = len(long) - _CHAINS_SHOWN
    shown += [f"and {more} more ways"] if more > 0 else []
    return "".join(f'<div class="chain">{chain}</div>' for chain in shown)


def _symbols(row: Row, view: View, ink: Ink) -> str:
    sites = by_symbol(row.trace)
    left_out = row.trace.left_out
    listed = [
        _with_sites(
            name,
            distinct(found[:_MOST_SITES], view.base, ink),
            len(found[_MOST_SITES:]) + left_out.get(name, 0),
            ink,
        )
        for name, found in sites.items()
    ]
    rest = [name for name in row.trace.requirement.symbols if name not in sites]
    pieces = [_folded(listed, "", "symbols"), _names(rest, ink)]
    if not listed and not rest:
        pieces.append('<span class="aside">no symbol names it</span>')
    pieces += [f'<p class="note">{text(note)}</p>' for note in row.trace.notes]
    return "".join(pieces)


def _with_sites(name: SymbolName, found: list[Words], left_out: int, ink: Ink) -> str:
    """Show a symbol and its sites, and say how many more there are than the page holds."""
    lines = [_site(site) for site in found]
    if left_out:
        asked = f"glibcheck trace FILE {text(name)}"
        lines.append(f'<div class="site aside">and {left_out} more, which <code>{asked}</code> lists</div>')
    shown = _folded(lines, "", "places", _SITES_SHOWN)
    return f'<div class="symbol">{_name(name, ink)}<div class="sites">{shown}</div></div>'


def _site(site: Words) -> str:
    where = [
        f'<span class="source">{escape(site.source)}</span>' if site.source else "",
        _function(site) if site.function else "",
        f'<span class="place">{escape(site.place)}</span>' if site.place else "",
        f'<span class="evidence">{escape(site.evidence)}</span>',
    ]
    more = "".join(f'<div class="more">{escape(sentence)}</div>' for sentence in site.more)
    return f'<div class="site">{" ".join(filter(None, where))}{more}</div>'


def _function(site: Words) -> str:
    """Show the name of the function; one that was shortened has the whole name in its title."""
    title = "" if site.function == site.whole else f' title="{escape(site.whole)}"'
    return f'<span class="function"{title}>in {escape(site.function)}</span>'


def _names(names: Sequence[SymbolName], ink: Ink) -> str:
    """List symbols without sites; those that read alike, as a class's several destructors do, stand once."""
    shown = [_name(name, ink) for name in names]
    alike = [next(group) for _, group in groupby(shown, lambda part: part.partition(">")[2])]
    return _folded(alike, ", ", "more") if alike else ""


def _name(name: SymbolName, ink: Ink) -> str:
    """Show a symbol; one that is shown as its source has it has the file's name in its title."""
    shown = ink.symbols([name])[0]
    title = "" if shown == name else f' title="{text(name)}"'
    return f"<code{title}>{escape(shown)}</code>"


def _folded(parts: Sequence[str], between: str, what: str, most: int = _SYMBOLS_SHOWN) -> str:
    """Show the first parts, and fold the others away."""
    shown, rest = parts[:most], parts[most:]
    if not rest:
        return between.join(shown)
    words = f"{len(rest)} more" if what == "more" else f"{len(rest)} more {what if len(rest) > 1 else what[:-1]}"
    return f"{between.join(shown)} <details><summary>{words}</summary>{between.join(rest)}</details>"


def options(names: Iterable[str]) -> str:
    """Write the choices of the list of families."""
    return "".join(f'<option value="{number}">{text(name)}</option>' for number, name in enumerate(names))
