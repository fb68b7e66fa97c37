"""Where what stays unresolved is asked for, as far as the last build tells: a person has to look there."""

from __future__ import annotations

import os

from glibcheck.model.names import SymbolName
from glibcheck.model.site import foremost
from glibcheck.workspace.clues import sites_in
from glibcheck.workspace.hints import Hints
from glibcheck.workspace.siting import relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glibcheck.builds import Build
    from glibcheck.model.plan import Unresolved
    from glibcheck.model.site import Site

_SHOWN = 2  # places of one symbol


def sited(left: Sequence[Unresolved], build: Build) -> tuple[Unresolved, ...]:
    """Give each unresolved offence the places of its symbol; the paths of the build's own folder become relative."""
    wanted: dict[str, set[SymbolName]] = {}
    for row in left:
        if row.offence.symbol is not None:
            wanted.setdefault(row.offence.file, set()).add(row.offence.symbol)
    found = {file: _sites(file, symbols, build) for file, symbols in wanted.items()}
    return tuple(row._replace(sites=_of(row, found)) for row in left)


def _sites(file: str, symbols: Iterable[SymbolName], build: Build) -> tuple[Site, ...]:
    path = os.path.join(build.product, *file.split("/"))
    if not os.path.isfile(path):
        return ()
    found = sites_in(path, symbols, Hints(objects=(build.folder,), runtimes=True)).sites
    return tuple(relative(site, build.folder) for site in found)


def _of(row: Unresolved, found: Mapping[str, Sequence[Site]]) -> tuple[Site, ...]:
    rows = (site for site in found.get(row.offence.file, ()) if site.symbol == row.offence.symbol)
    return foremost(rows, _SHOWN)
