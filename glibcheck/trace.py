"""Trace: for every requirement in a closure, who has it and which chain of libraries brought that one in."""

from __future__ import annotations

from glibcheck.catalogue.glibc import glibc
from glibcheck.model.closure import Closure, Trace
from glibcheck.model.image import Requirement
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.versions import newest, order, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from glibcheck.model.target import Target


# What people ask about first; other families follow by name.
_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")


def traces(closure: Closure) -> tuple[Trace, ...]:
    """Give a trace for each requirement of each library: by family, newest first, then in load order."""
    found = [
        Trace(need, library.name, library.chain)
        for library in closure.libraries
        if library.linkage
        for need in library.linkage.image.requirements
    ]
    found.sort(key=lambda trace: trace.requirement.library)
    found.sort(key=lambda trace: order(trace.requirement.version)[1:], reverse=True)
    return tuple(sorted(found, key=lambda trace: family_order(trace.requirement.version)))


def family_order(version: VersionName) -> tuple[int, str]:
    """Give what to sort by to have glibc first, then the compiler's libraries, then all others by name."""
    family = order(version)[0]
    return (_FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)), family


def unversioned(closure: Closure, names: Collection[SymbolName]) -> tuple[Trace, ...]:
    """Give a trace for each of these symbols that a library of the file's own asks for without a version.

    The requirement has '' for the version; its library is the one that the symbol binds to here, '' when none has it.
    What a library that the file brings along defines is no need of a system, and left out.
    """
    of_system = {library.name for library in closure.libraries if library.of_system}
    provider = {(row.user, name): row.provider for row in closure.bindings for name in row.symbols}
    found = []
    for library in closure.libraries:
        image = library.linkage.image if library.linkage and library.name not in of_system else None
        for name in image.unversioned if image else ():
            home = provider.get((library.name, name), Soname(""))
            if name in names and (home in of_system or not home):
                need = Requirement(home, VersionName(""), name in (image.weak_symbols if image else ()), (name,))
                found.append(Trace(need, library.name, library.chain))
    return tuple(found)


def too_new_unversioned(closure: Closure, target: Target) -> tuple[Trace, ...]:
    """Give a trace for each symbol without a version that only a newer glibc than the target's has (rule GC002)."""
    linkage = closure.libraries[0].linkage
    known = glibc(linkage.image.machine) if linkage and target.libc == "glibc" else None
    names = known.newer(target.glibc) if known else frozenset()
    return tuple(row for row in unversioned(closure, names) if not row.requirement.weak)


def of_glibc_unversioned(closure: Closure) -> tuple[Trace, ...]:
    """Give a trace for each symbol without a version that any glibc has, for a record that must serve any target."""
    linkage = closure.libraries[0].linkage
    known = glibc(linkage.image.machine) if linkage else None
    return unversioned(closure, known.newer(()) if known else frozenset())


def about(found: Iterable[Trace], what: str) -> tuple[Trace, ...]:
    """Keep the traces of one version ('GLIBC_2.34') or one symbol ('pthread_create', shown alone)."""
    kept = []
    for trace in found:
        need = trace.requirement
        if need.version == what:
            kept.append(trace)
        elif what in need.symbols:
            only = tuple(name for name in need.symbols if name == what)
            kept.append(trace._replace(requirement=need._replace(symbols=only)))
    return tuple(kept)


def newest_of_each_family(found: Iterable[Trace]) -> tuple[Trace, ...]:
    """Keep, for each holder, its traces of the newest version of a family, in the order given."""
    rows = tuple(found)
    holders: dict[str, list[VersionName]] = {}
    for trace in rows:
        holders.setdefault(trace.holder, []).append(trace.requirement.version)
    top = {holder: set(newest(names).values()) for holder, names in holders.items()}
    return tuple(trace for trace in rows if release(trace.requirement.version) in top[trace.holder])
