"""Which definition the loader takes for each lookup: glibc's elf/dl-lookup.c on values.

All libraries of the closure, in load order, are the scope in which all of them look their symbols up; the first with a
definition that counts wins. Further rules:

- a definition counts for a lookup with a version when it has that version, or has none and is not hidden; for one
  without a version, when it is early (see `Definition`), or when it is the only other one that is not hidden;
- a copy relocation is looked up behind the program, which has it; all others find the program's copy;
- the address of a function may be its PLT entry in the program (a stub), a call goes to the function itself;
- a symbolic library looks into itself first, but not the scanned file, which is first anyway;
- a protected symbol is the file's own, whoever comes first, except when all would find a stub in the program;
- a unique symbol is the one that was found first in the process.

The file that has a lookup and the one that satisfies it may be the same. Not simulated: filters (DT_FILTER,
DT_AUXILIARY).
"""

from __future__ import annotations

from glibcheck.model.closure import Binding
from glibcheck.model.loading import Definition, Loading, Lookup
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glibcheck.model.closure import Library
    from glibcheck.model.loading import Way

    _Offers = list[tuple[int, tuple[Definition, ...]]]

_PROGRAM = 0  # the number of the scanned file


class Bound(Record):
    """A lookup of the library `user` and who satisfies it, by their numbers in load order; None when nobody does."""

    user: int
    provider: int | None
    lookup: Lookup


def lookups_bound(libraries: Sequence[Library]) -> Iterator[Bound]:
    """Bind every lookup of every library, the last one first, as the loader does."""
    loadings = [library.linkage.loading if library.linkage else None for library in libraries]
    scope = _Scope(loadings)
    for user in reversed(range(len(libraries))):
        loading = loadings[user]
        for lookup in loading.lookups if loading else ():
            yield Bound._make((user, scope.provider(user, lookup), lookup))


def bind(
    libraries: Sequence[Library], needed: Iterable[tuple[int, int]]
) -> tuple[tuple[Binding, ...], tuple[Binding, ...]]:
    """Give the bindings and the unresolved references of a closure; `needed` are its DT_NEEDED, by number."""
    used: dict[tuple[int, int], set[tuple[SymbolName, VersionName | None]]] = {pair: set() for pair in needed}
    nowhere: dict[int, set[tuple[SymbolName, VersionName | None]]] = {}
    for user, provider, lookup in lookups_bound(libraries):
        if provider is None:
            if not lookup.weak:
                nowhere.setdefault(user, set()).add((lookup.name, lookup.version))
        elif provider != user:
            used.setdefault((user, provider), set()).add((lookup.name, lookup.version))
    names = [library.name for library in libraries]
    bindings = (_row(names[user], names[provider], used[user, provider]) for user, provider in sorted(used))
    unresolved = (_row(names[user], Soname(""), nowhere[user]) for user in sorted(nowhere))
    return tuple(bindings), tuple(unresolved)


def _row(user: Soname, provider: Soname, symbols: set[tuple[SymbolName, VersionName | None]]) -> Binding:
    rows = sorted(symbols, key=lambda row: (row[0], row[1] or ""))
    return Binding(user, provider, tuple(name for name, _ in rows), tuple(version for _, version in rows))


class _Scope:
    """The definitions of all symbols that anybody looks up, in load order."""

    def __init__(self, loadings: Sequence[Loading | None]) -> None:
        self._loadings = loadings
        wanted = {row.name for loading in loadings if loading for row in loading.lookups}
        self._offers: dict[SymbolName, _Offers] = {}
        for number, loading in enumerate(loadings):
            definitions = loading.definitions if loading else {}
            for name in wanted & definitions.keys():
                self._offers.setdefault(name, []).append((number, definitions[name]))
        self._unique: dict[SymbolName, int] = {}

    def provider(self, user: int, lookup: Lookup) -> int | None:
        """Find who satisfies a lookup; None when nobody does."""
        found = self._in_itself(user, lookup) or self._in_all(lookup.name, lookup.version, lookup.way)
        if found is None:
            return None
        provider = self._the_only(user, lookup, *found) if found[1].unique else found[0]
        if lookup.protected and provider != user:
            return self._protected(user, provider, lookup)
        return provider

    def _protected(self, user: int, provider: int, lookup: Lookup) -> int:
        """Give the file's own symbol, unless only a stub of the program stands before it."""
        if lookup.way == "call":
            return user
        as_call = self._in_all(lookup.name, lookup.version, "call")
        return user if as_call and as_call[0] != user else provider

    def _in_itself(self, user: int, lookup: Lookup) -> tuple[int, Definition] | None:
        loading = self._loadings[user]
        if loading is None or not loading.symbolic or user == _PROGRAM:
            return None
        return _first([(user, loading.definitions.get(lookup.name, ()))], lookup.version, lookup.way)

    def _in_all(self, name: SymbolName, version: VersionName | None, way: Way) -> tuple[int, Definition] | None:
        return _first(self._offers.get(name, []), version, way)

    def _the_only(self, user: int, lookup: Lookup, provider: int, _: Definition) -> int:
        """Give the file whose unique symbol was found first, which is the program's for its copy."""
        if lookup.way == "copy":
            self._unique.setdefault(lookup.name, user)
            return provider
        return self._unique.setdefault(lookup.name, provider)


def _first(offers: _Offers, version: VersionName | None, way: Way) -> tuple[int, Definition] | None:
    for number, definitions in offers:
        if way == "copy" and number == _PROGRAM:
            continue
        found = _chosen(definitions, version, way == "call")
        if found is not None:
            return number, found
    return None


def _chosen(definitions: tuple[Definition, ...], version: VersionName | None, call: bool) -> Definition | None:
    """Choose among the definitions that one library has of a name; None when none of them counts."""
    others = []
    for row in definitions:
        if call and row.stub:
            continue
        if version is None:
            if row.early:
                return row
            if not row.hidden:
                others.append(row)
        elif row.version == version or (row.version is None and not row.hidden):
            return row
    return others[0] if len(others) == 1 else None
