"""Sites for the traces of a closure: each library that the traced file brings is looked into once.

This system's own libraries are left alone: another system has its own copies, and nobody who asks can change them.
"""

from __future__ import annotations

import os

from glibcheck.errors import InputError
from glibcheck.provenance import recorded, render
from glibcheck.sites import cut
from glibcheck.trace import of_glibc_unversioned
from glibcheck.workspace.clues import sites_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.closure import Closure, Library, Trace
    from glibcheck.model.names import Soname, SymbolName
    from glibcheck.model.site import Site
    from glibcheck.sites import Found
    from glibcheck.workspace.hints import Hints


class Siting:
    """Finds sites as traces ask for them, and remembers what it found for the record."""

    def __init__(self, hints: Hints, everything: bool = False, most: int | None = None) -> None:
        """Take what the user said of more clues; with `everything`, all symbols of a file are looked for at once.

        Of the sites of one symbol in one file, at most `most` are kept.
        """
        self._hints = hints
        self._most = most
        self._everything = everything
        self._looked: dict[str, tuple[frozenset[SymbolName], Found]] = {}
        self._found: dict[str, tuple[Library, list[Trace]]] = {}

    def sited(self, closure: Closure, shown: Iterable[Trace], every: Iterable[Trace]) -> tuple[Trace, ...]:
        """Give the shown traces with their sites, in their order."""
        rows = [*shown]
        asked = [*_everything(closure, rows, every)] if self._everything else rows
        found: dict[Soname, Found] = {}
        for library in closure.libraries:
            own = [row for row in asked if row.holder == library.name]
            if own and library.path is not None and not library.of_system:
                found[library.name] = self._look(library, own)
        return tuple(_with_sites(row, found.get(row.holder)) for row in rows)

    def record(self, base: str) -> str:
        """Write the provenance of all files that were looked into; paths inside the folder `base` are relative to it.

        Raises: InputError when no file has a build id, by which a later check would know it again.
        """
        files = []
        for library, rows in self._found.values():
            build_id = _build_id(library)
            if build_id is None:
                continue
            inside = [row._replace(sites=tuple(relative(site, base) for site in row.sites)) for row in rows]
            files.append(recorded(os.path.basename(library.path or ""), build_id, inside))
        if self.nameless and not files:
            advice = "has no build id, by which a check would know it again; link it with -Wl,--build-id"
            raise InputError(self.nameless[0], advice)
        return render(sorted(files, key=lambda file: (file.name, file.build_id)))

    @property
    def nameless(self) -> tuple[str, ...]:
        """The files that were looked into and have no build id, so that they cannot go on record."""
        found = [library.member or library.path or "" for library, _ in self._found.values() if not _build_id(library)]
        return tuple(sorted(found))

    def _look(self, library: Library, rows: list[Trace]) -> Found:
        path = library.member or library.path or ""
        wanted = frozenset(name for row in rows for name in row.requirement.symbols)
        if path not in self._looked or not wanted <= self._looked[path][0]:
            found = sites_in(path, wanted, self._hints)
            self._looked[path] = (wanted, found if self._most is None else cut(found, self._most))
        found = self._looked[path][1]
        self._found[path] = (library, [_with_sites(row, found) for row in rows])
        return found


def _everything(closure: Closure, shown: Iterable[Trace], every: Iterable[Trace]) -> Iterator[Trace]:
    """Give all that a later check may ask for, with any target: every version, and symbols that have none."""
    yield from every
    without = {(row.holder, row.requirement.symbols): row for row in of_glibc_unversioned(closure)}
    without |= {(row.holder, row.requirement.symbols): row for row in shown if not row.requirement.version}
    yield from without.values()


def _build_id(library: Library) -> str | None:
    return library.linkage.image.traits.build_id if library.linkage else None


def _with_sites(trace: Trace, found: Found | None) -> Trace:
    if found is None:
        return trace
    symbols = frozenset(trace.requirement.symbols)
    sites = tuple(site for site in found.sites if site.symbol in symbols)
    left_out = {symbol: count for symbol, count in found.left_out.items() if symbol in symbols}
    return trace._replace(sites=sites, notes=found.notes, left_out=left_out)


def relative(site: Site, base: str) -> Site:
    """Make the paths of a site relative to a folder they are in: another machine has the project elsewhere."""
    stack = [source._replace(path=_inside(source.path, base)) for source in site.stack]
    source, callers = (stack[0], tuple(stack[1:])) if stack else (None, ())
    return site._replace(source=source, callers=callers, object=site.object and _inside(site.object, base))


def _inside(path: str, base: str) -> str:
    shown = os.path.relpath(path, base) if os.path.isabs(path) else os.path.normpath(path)
    return path if shown.startswith("..") else shown
