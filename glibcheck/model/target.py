"""The oldest system that a file should still run on, as what it may need there."""

from __future__ import annotations

from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.record import Record
from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal


class Target(Record):
    """A system by its newest versions.

    `limits` maps a family ('GLIBC') to the newest numbers there, () when the system has none of it; a family that
    is not in it has no limit, since the target says nothing of that library. `markers` are the version names without
    numbers that the system has (GLIBC_ABI_DT_RELR from glibc 2.36 on).

    `machine` is the only one that the target is for, None when the name leaves it open. `libraries` are those that a
    file may expect there, None when the target says nothing of libraries. `forbidden` are symbols that must not be
    taken from a library though its version is old enough (PEP 600 policies name a few). `isa_level` is the x86-64 level
    that its processors surely have. For musl, `limits` has 'MUSL' and nothing else.
    """

    name: str
    limits: Mapping[str, tuple[int, ...]]
    markers: frozenset[str]
    machine: str | None = None
    libc: Literal["glibc", "musl"] = "glibc"
    libraries: frozenset[Soname] | None = None
    forbidden: Mapping[Soname, frozenset[SymbolName]] = {}
    isa_level: str = "x86-64-baseline"

    def allows(self, version: str) -> bool:
        """Say whether the system has this version."""
        found = release(version)
        if found is not None and found.family in self.limits:
            return found.numbers <= self.limits[found.family]
        # CXXABI_TM_1 is a family of its own that only a system with it lists; its library is one that we know.
        return version in self.markers or version.partition("_")[0] not in self.limits

    @property
    def glibc(self) -> tuple[int, ...]:
        """The release of glibc, (2, 28); () for a target of musl."""
        return self.limits.get("GLIBC", ())
