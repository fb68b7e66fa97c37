"""Where findings come from, in words: the lines of source on record, for every report that has room for them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.site import Site, Source
    from glibcheck.model.verdict import Finding

_SHOWN = 3  # places of one finding or cause


def origin_lines(rows: Iterable[Finding]) -> list[str]:
    """Say for findings of one cause where they come from: 'src/a.c:41 in f (a.o:(.text+0x36))', each with its symbol.

    The symbol stands in front when there is more than one; the last line counts those that are not shown.
    """
    findings = [row for row in rows if row.origins]
    several = len({row.symbol for row in findings}) > 1
    texts = list(dict.fromkeys(_texts(findings, several)))
    more = [f"{len(texts) - _SHOWN} more places"] if len(texts) > _SHOWN else []
    return [*texts[:_SHOWN], *more]


def _texts(findings: Iterable[Finding], several: bool) -> Iterator[str]:
    # The first place of every symbol comes before the second of any.
    rows = [(rank, number, site) for number, row in enumerate(findings) for rank, site in enumerate(row.origins)]
    for _, _, site in sorted(rows, key=lambda row: row[:2]):
        yield f"{site.symbol}: {where(site)}" if several else where(site)


def where(site: Site) -> str:
    """Show one place, as much of it as is known: line of source, function, and where that stands in the object."""
    line = f"{site.source.path}:{site.source.line}" if site.source else ""
    function = f"in {site.function}" if site.function else ""
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
