"""Where findings come from, in words: the lines of source on record, for every report that has room for them."""

from __future__ import annotations

from glibcheck.report.ink import Ink
from glibcheck.report.site_words import shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.site import Site, Source
    from glibcheck.model.verdict import Finding

_SHOWN = 3  # places of one finding or cause
PLAIN = Ink()


def origin_lines(rows: Iterable[Finding], ink: Ink = PLAIN) -> list[str]:
    """Say for findings of one cause where they come from: 'src/a.c:41 in f (a.o:(.text+0x36))', each with its symbol.

    The symbol stands in front when there is more than one; the last line counts those that are not shown. Names of C++
    and Rust are shown as `ink` has them.
    """
    findings = [row for row in rows if row.origins]
    several = len({row.symbol for row in findings}) > 1
    texts = list(dict.fromkeys(_texts(findings, several, ink)))
    more = [f"{len(texts) - _SHOWN} more places"] if len(texts) > _SHOWN else []
    return [*texts[:_SHOWN], *more]


def _texts(findings: Iterable[Finding], several: bool, ink: Ink) -> Iterator[str]:
    # The first place of every symbol comes before the second of any.
    rows = [(rank, number, site) for number, row in enumerate(findings) for rank, site in enumerate(row.origins)]
    for _, _, site in sorted(rows, key=lambda row: row[:2]):
        shown = _where(site, ink)
        yield f"{ink.symbols([site.symbol])[0]}: {shown}" if several else shown


def _where(site: Site, ink: Ink) -> str:
    """Show one place, as much of it as is known: line of source, function, and where that stands in the object."""
    line = f"{site.source.path}:{site.source.line}" if site.source else ""
    function = f"in {shortened(ink.symbols([site.function])[0])}" if site.function else ""
    words = " ".join(word for word in (line, function) if word)
    if not words:
        return site.place or "a place that is not known"
    return f"{words} ({site.place})" if site.place else words


def source_in_project(finding: Finding) -> Source | None:
    """Give the first line of source that is a file of the project: one on record with a relative path, None without."""
    for site in finding.origins:
        if site.source is not None and not site.source.path.startswith(("/", "../")):
            return site.source
    return None
