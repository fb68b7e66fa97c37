"""The oldest system that a file should still run on, as the versions that it may need there."""

from __future__ import annotations

from glibcheck.model.record import Record
from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Target(Record):
    """A system by its newest versions.

    `limits` maps a family ('GLIBC') to the newest numbers there, () when the system has none of it; a family that
    is not in it has no limit, since the target says nothing of that library. `markers` are the version names without
    numbers that the system has (GLIBC_ABI_DT_RELR from glibc 2.36 on).
    """

    name: str
    limits: Mapping[str, tuple[int, ...]]
    markers: frozenset[str]

    def allows(self, version: str) -> bool:
        """Say whether the system has this version."""
        found = release(version)
        if found is not None and found.family in self.limits:
            return found.numbers <= self.limits[found.family]
        # CXXABI_TM_1 is a family of its own that only a system with it lists; its library is one that we know.
        return version in self.markers or version.partition("_")[0] not in self.limits

    @property
    def glibc(self) -> tuple[int, ...]:
        """The release of glibc, (2, 28)."""
        return self.limits["GLIBC"]
