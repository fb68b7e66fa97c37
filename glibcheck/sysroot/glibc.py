"""What the libraries of glibc export at a target, as stubs: the catalogue, seen through the eyes of a new link.

The default version of a symbol is the newest that the target has, never the oldest: `pthread_cond_wait@GLIBC_2.2.5` is
another, broken, condition variable than `@GLIBC_2.3.2`. Some symbols must not be linkable at all, though the target has
them, and then only have hidden versions (`name@VERSION`):

- what the glibc of the compiler has no default version for (`sysctl`, `__malloc_hook`): its headers do not declare it,
  and a configure probe that says no today must not say yes here;
- what means something else in the newer headers (`totalorder`, `cfsetspeed`, see `catalogue.reversions`);
- what libc.so.6 exports as well: -lrt must not bring librt.so.1 into a file for `clock_gettime`.

Thread-local symbols (`errno`) are of GLIBC_PRIVATE or none of a program's business, and are left out.
"""

from __future__ import annotations

from glibcheck.catalogue.glibc import LIBC, Glibc
from glibcheck.catalogue.reversions import why_unsafe
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.versions import order
from glibcheck.sysroot.stub import StubLibrary, StubSymbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glibcheck.catalogue.glibc import Exported, Numbers


OWN_START = (2, 34)  # the release from which crt1.o leaves the constructors of a program to __libc_start_main


class HostGlibc(Record):
    """The glibc of the compiler: its release, and what a new link gets of it, by name the default version."""

    release: Numbers
    defaults: Mapping[SymbolName, VersionName]


def glibc_stubs(
    known: Glibc, target: Numbers, host: HostGlibc, markers: Iterable[VersionName] = ()
) -> tuple[StubLibrary, ...]:
    """Describe the stub of each library of glibc at `target`, libc.so.6 first; `markers` are nodes without symbols."""
    exports = {library: _exports(known, library, target) for library in known.libraries(target)}
    ours = {row.symbol for row in exports[LIBC]}
    strong = _strong(known.aliases)
    stubs = []
    for library in sorted(exports, key=lambda name: (name != LIBC, name)):
        elsewhere: frozenset[SymbolName] = frozenset() if library == LIBC else frozenset(ours)
        symbols = tuple(_symbols(exports[library], target, host, elsewhere, strong))
        nodes = {row.version for row in symbols if row.version is not None}
        extra = sorted(markers) if library == LIBC else []
        stubs.append(StubLibrary(library, (*sorted(nodes, key=order), *extra), symbols))
    return tuple(stubs)


def _exports(known: Glibc, library: Soname, target: Numbers) -> list[Exported]:
    """List what a library has there, sorted by name, the newest version of each last."""
    rows = (row for row in known.exports(library, target) if row.kind != "thread-local")
    return sorted(rows, key=lambda row: (row.symbol, row.since, order(row.version)))


def _symbols(
    rows: list[Exported],
    target: Numbers,
    host: HostGlibc,
    elsewhere: frozenset[SymbolName],
    strong: Mapping[SymbolName, SymbolName],
) -> Iterator[StubSymbol]:
    newest = {row.symbol: row.version for row in sorted(rows, key=lambda row: order(row.version))}
    here = newest.keys()
    for row in rows:
        default = (
            newest[row.symbol] == row.version and row.symbol not in elsewhere and _linkable(row.symbol, target, host)
        )
        alias = strong.get(row.symbol)
        size = row.size if row.kind == "object" else None
        yield StubSymbol(row.symbol, row.version, default, size, alias if alias in here else None)


def _linkable(symbol: SymbolName, target: Numbers, host: HostGlibc) -> bool:
    """Say whether what the compiler's headers mean by a name is what the target has under it."""
    version = host.defaults.get(symbol)
    if version is None:
        return False
    return order(version)[1] <= target or why_unsafe(symbol, version) is None


def _strong(aliases: Iterable[Iterable[str]]) -> dict[SymbolName, SymbolName]:
    """Name for each alias of data the one symbol of its group that is not weak: the most underscored one."""
    found: dict[SymbolName, SymbolName] = {}
    for group in aliases:
        first, *others = sorted(group, key=lambda name: (len(name.lstrip("_")) - len(name), name))
        found |= {SymbolName(name): SymbolName(first) for name in others}
    return found
