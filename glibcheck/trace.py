"""Trace: for every requirement in a closure, who has it and which chain of libraries brought that one in."""

from __future__ import annotations

from glibcheck.model.closure import Closure, Trace
from glibcheck.model.names import VersionName
from glibcheck.model.versions import newest, order, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


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
    return tuple(sorted(found, key=lambda trace: _family_order(trace.requirement.version)))


def _family_order(version: VersionName) -> tuple[int, str]:
    family = order(version)[0]
    return (_FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)), family


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
