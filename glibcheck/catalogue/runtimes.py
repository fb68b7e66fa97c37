"""Version nodes and the releases that first shipped them: of libstdc++ by GCC, and glibc's nodes without numbers.

Source: "ABI Policy and Guidelines" in the libstdc++ manual, table of release versioning. A node is in every
later release too. What a scan does not need, the nodes of other libraries among it, is in `nodes`.
"""

from __future__ import annotations

from glibcheck.model.names import VersionName
from glibcheck.model.versions import Release

# Newest first.
FIRST_IN_GCC: dict[str, tuple[tuple[tuple[int, ...], str], ...]] = {
    "GLIBCXX": (
        ((3, 4, 36), "16.2"),
        ((3, 4, 35), "16.1"),
        ((3, 4, 34), "15.1"),
        ((3, 4, 33), "14.1"),
        ((3, 4, 32), "13.2"),
        ((3, 4, 31), "13.1"),
        ((3, 4, 30), "12.1"),
        ((3, 4, 29), "11.1"),
        ((3, 4, 28), "9.3"),
        ((3, 4, 27), "9.2"),
        ((3, 4, 26), "9.1"),
        ((3, 4, 25), "8.1"),
        ((3, 4, 24), "7.2"),
        ((3, 4, 23), "7.1"),
        ((3, 4, 22), "6.1"),
        ((3, 4, 21), "5.1"),
        ((3, 4, 20), "4.9"),
        ((3, 4, 19), "4.8.3"),
        ((3, 4, 18), "4.8"),
        ((3, 4, 17), "4.7"),
        ((3, 4, 16), "4.6.1"),
        ((3, 4, 15), "4.6"),
        ((3, 4, 14), "4.5"),
        ((3, 4, 13), "4.4.2"),
        ((3, 4, 12), "4.4.1"),
        ((3, 4, 11), "4.4"),
        ((3, 4, 10), "4.3"),
        ((3, 4, 9), "4.2"),
        ((3, 4, 8), "4.1.1"),
        ((3, 4, 7), "4.0.3"),
        ((3, 4, 6), "4.0.2"),
        ((3, 4, 5), "4.0.1"),
        ((3, 4, 4), "4.0"),
        ((3, 4, 3), "3.4.3"),
        ((3, 4, 2), "3.4.2"),
        ((3, 4, 1), "3.4.1"),
        ((3, 4), "3.4"),
    ),
}

# The newest release of glibc that the catalogue was made of; what a newer one has is unknown.
NEWEST_GLIBC = Release("GLIBC", (2, 43))

# Markers: no symbol has them; the linker asks for them so that a loader which is too old refuses the file (glibc NEWS).
GLIBC_MARKERS = {VersionName("GLIBC_ABI_DT_RELR"): Release("GLIBC", (2, 36))}


def gcc_release(needed: Release) -> str | None:
    """Name the oldest GCC whose libstdc++ has this version; None when newer than the table, or no C++ family."""
    rows = FIRST_IN_GCC.get(needed.family, ())
    if not rows or needed.numbers > rows[0][0]:
        return None
    return next((gcc for numbers, gcc in reversed(rows) if numbers >= needed.numbers), None)
