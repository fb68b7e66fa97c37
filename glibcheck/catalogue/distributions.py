"""Distributions and what their releases have: a version number becomes a list of systems that people know.

A row is what a release surely has when its updates are installed, so the words made of it do not promise too much. The
newest node of a libstdc++ follows from its GCC (table of release versioning in "ABI Policy and Guidelines", libstdc++
manual); where the library is a snapshot of a GCC not yet released, the row has the nodes of the GCC before. Sources:

- Read from packages: Debian 11 to 13 and testing (November 2026; testing moves): the version definitions of libc6 and
  libstdc++6.
- Looked up in package lists: Ubuntu 22.04, 24.04, 25.10 and 26.04 (25.04 and 26.04 have snapshots); Fedora 39 to 44
  (44 has a snapshot); glibc and GCC of SUSE 15.4 and 15.6 in its build service; Amazon Linux in its user guide.
- Commonly known glibc and GCC of the release, not looked up again: Debian 8 to 10, the other Ubuntus, RHEL (its
  rebuilds AlmaLinux, Rocky, CentOS and Oracle are the same), the other SUSE rows. Of these, Debian 9 and RHEL 6, 7
  and 9 agree with manylinux_2_24, _2_12, _2_17 and _2_34, which were made of them.
- SUSE 15.4 is both SLE 15 SP4 and openSUSE Leap 15.4; libstdc++ there follows the newest GCC by updates, and the rows
  have what was there on the day of release.

Every row has at least what auditwheel allows a manylinux tag of that glibc, which a test checks. Only releases that
were looked up are here, so a family may have older and newer ones. Not here: rolling releases, which move, and Alpine,
whose musl has no symbol versions. Trap: the rows are for x86_64 and aarch64; elsewhere a family began later.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.model.versions import Release

    # The name of the release, then the newest numbers of GLIBC, GLIBCXX and CXXABI.
    Row = tuple[str, tuple[int, ...], tuple[int, ...], tuple[int, ...]]

NODES = ("GLIBC", "GLIBCXX", "CXXABI")
MACHINES = ("x86_64", "aarch64")

# Oldest release first; within a family nothing gets older.
FAMILIES: dict[str, tuple[Row, ...]] = {
    "Debian": (
        ("8", (2, 19), (3, 4, 20), (1, 3, 8)),
        ("9", (2, 24), (3, 4, 22), (1, 3, 10)),
        ("10", (2, 28), (3, 4, 25), (1, 3, 11)),
        ("11", (2, 31), (3, 4, 28), (1, 3, 12)),
        ("12", (2, 36), (3, 4, 30), (1, 3, 13)),
        ("13", (2, 41), (3, 4, 33), (1, 3, 15)),
        ("testing", (2, 43), (3, 4, 36), (1, 3, 17)),
    ),
    "Ubuntu": (
        ("14.04", (2, 19), (3, 4, 19), (1, 3, 7)),
        ("16.04", (2, 23), (3, 4, 21), (1, 3, 9)),
        ("18.04", (2, 27), (3, 4, 25), (1, 3, 11)),
        ("20.04", (2, 31), (3, 4, 28), (1, 3, 12)),
        ("22.04", (2, 35), (3, 4, 30), (1, 3, 13)),
        ("24.04", (2, 39), (3, 4, 33), (1, 3, 15)),
        ("24.10", (2, 40), (3, 4, 33), (1, 3, 15)),
        ("25.04", (2, 41), (3, 4, 33), (1, 3, 15)),
        ("25.10", (2, 42), (3, 4, 34), (1, 3, 15)),
        ("26.04", (2, 43), (3, 4, 34), (1, 3, 15)),
    ),
    "RHEL": (
        ("6", (2, 12), (3, 4, 13), (1, 3, 3)),
        ("7", (2, 17), (3, 4, 19), (1, 3, 7)),
        ("8", (2, 28), (3, 4, 25), (1, 3, 11)),
        ("9", (2, 34), (3, 4, 29), (1, 3, 13)),
        ("10", (2, 39), (3, 4, 33), (1, 3, 15)),
    ),
    "Fedora": (
        ("39", (2, 38), (3, 4, 32), (1, 3, 14)),
        ("40", (2, 39), (3, 4, 33), (1, 3, 15)),
        ("41", (2, 40), (3, 4, 33), (1, 3, 15)),
        ("42", (2, 41), (3, 4, 34), (1, 3, 15)),
        ("43", (2, 42), (3, 4, 34), (1, 3, 15)),
        ("44", (2, 43), (3, 4, 34), (1, 3, 15)),
    ),
    "Amazon Linux": (
        ("2", (2, 26), (3, 4, 24), (1, 3, 11)),
        ("2023", (2, 34), (3, 4, 29), (1, 3, 13)),
    ),
    "SUSE": (
        ("15.3", (2, 31), (3, 4, 28), (1, 3, 12)),
        ("15.4", (2, 31), (3, 4, 29), (1, 3, 13)),
        ("15.5", (2, 31), (3, 4, 30), (1, 3, 13)),
        ("15.6", (2, 38), (3, 4, 32), (1, 3, 14)),
    ),
}


def systems(needed: Mapping[str, Release], families: Iterable[str] = FAMILIES) -> tuple[tuple[str, str], ...]:
    """Name the oldest release of each family that has what is needed: (('Debian', '12'), ('RHEL', '9')).

    `needed` is the newest release of each version family that a file needs, where a marker counts as the glibc that
    first had it; other version families than NODES do not decide. A family that is too old as a whole is left out, and
    the result is empty when all are.
    """
    wanted = [needed[node].numbers if node in needed else () for node in NODES]
    found = ((family, _oldest(FAMILIES[family], *wanted)) for family in families)
    return tuple((family, release) for family, release in found if release is not None)


def _oldest(
    rows: tuple[Row, ...], glibc: tuple[int, ...], glibcxx: tuple[int, ...], cxxabi: tuple[int, ...]
) -> str | None:
    for release, has_glibc, has_glibcxx, has_cxxabi in rows:
        if glibc <= has_glibc and glibcxx <= has_glibcxx and cxxabi <= has_cxxabi:
            return release
    return None
