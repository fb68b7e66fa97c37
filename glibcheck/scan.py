"""Scan: what the version requirements of a file come to.

The newest version of a family decides, because each library keeps every version it ever had: a system with
glibc 2.34 satisfies GLIBC_2.29 as well.
"""

from __future__ import annotations

from glibcheck.catalogue.runtimes import GLIBC_MARKERS, gcc_release
from glibcheck.model.image import ElfImage
from glibcheck.model.versions import Release, newest


def newest_needed(image: ElfImage) -> dict[str, Release]:
    """Give the newest release that the file needs of each family, sorted by family.

    Weak requirements do not count: the loader starts the program without them (LSB symbol versioning).
    """
    return newest(need.version for need in image.requirements if not need.weak)


def meaning(image: ElfImage) -> tuple[str, ...]:
    """Say in words what a system must have: ('glibc 2.34', 'libstdc++ of GCC 12.1 (GLIBCXX_3.4.30)')."""
    needed = newest_needed(image)
    words = []
    glibc = _glibc(image, needed.get("GLIBC"))
    if glibc is not None:
        words.append(f"glibc {glibc.number}")
    if "GLIBCXX" in needed:
        version = needed["GLIBCXX"]
        gcc = gcc_release(version)
        age = "newer than any known here" if gcc is None else f"of GCC {gcc}"
        words.append(f"libstdc++ {age} (GLIBCXX_{version.number})")
    return tuple(words)


def _glibc(image: ElfImage, newest_number: Release | None) -> Release | None:
    """Give the release of glibc that the file needs, by its numbers or by a marker such as GLIBC_ABI_DT_RELR."""
    markers = [GLIBC_MARKERS[need.version] for need in image.requirements if need.version in GLIBC_MARKERS]
    return max([*markers, *([newest_number] if newest_number else [])], default=None)
