"""What the version requirements of a file come to.

The newest version of a family decides, because each library keeps every version it ever had: a system with
glibc 2.34 satisfies GLIBC_2.29 as well.
"""

from __future__ import annotations

from glibcheck.catalogue.distributions import MACHINES, NODES, systems
from glibcheck.catalogue.runtimes import GLIBC_MARKERS, gcc_release
from glibcheck.model.finding import ScannedFile
from glibcheck.model.image import ElfImage
from glibcheck.model.versions import Release, newest, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.model.finding import Result
    from glibcheck.model.names import VersionName


def newest_needed(image: ElfImage) -> dict[str, Release]:
    """Give the newest release that the file needs of each family, sorted by family.

    Weak requirements do not count: the loader starts the program without them (LSB symbol versioning).
    """
    return newest(need.version for need in image.requirements if not need.weak)


def meaning(image: ElfImage, needed: Mapping[str, Release]) -> tuple[str, ...]:
    """Say in words what a system must have: ('glibc 2.34', 'libstdc++ of GCC 12.1 (GLIBCXX_3.4.30)').

    `needed` is what `newest_needed` gives for the image.
    """
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


def runs_on(
    image: ElfImage, needed: Mapping[str, Release], families: Iterable[str]
) -> tuple[tuple[str, str], ...] | None:
    """Name the oldest release of each distribution that has what the file needs of glibc and libstdc++.

    Empty when all known are too old; None when the versions do not tell: there are none of these, the file is for musl
    or a machine that the table is not about, or it needs a name of glibc of which we do not know the release.
    """
    glibc = _glibc(image, needed.get("GLIBC"))
    if glibc is not None:
        needed = {**needed, "GLIBC": glibc}
    if image.machine not in MACHINES or image.traits.libc == "musl" or not any(node in needed for node in NODES):
        return None
    if any(_of_unknown_age(need.version) for need in image.requirements if not need.weak):
        return None
    return systems(needed, families)


def newest_first(results: Iterable[Result]) -> list[Result]:
    """Sort the results by the newest glibc that a file needs, then by path; what could not be read comes last."""
    return sorted(results, key=_age)


def _age(result: Result) -> tuple[bool, tuple[int, ...], str]:
    if not isinstance(result, ScannedFile):
        return True, (), result.path
    glibc = newest_needed(result.image).get("GLIBC")
    return False, tuple(-number for number in glibc.numbers) if glibc else (0,), result.path


def _of_unknown_age(version: VersionName) -> bool:
    return version.startswith("GLIBC_") and version not in GLIBC_MARKERS and release(version) is None


def _glibc(image: ElfImage, newest_number: Release | None) -> Release | None:
    """Give the release of glibc that the file needs, by its numbers or by a marker such as GLIBC_ABI_DT_RELR."""
    markers = [GLIBC_MARKERS[need.version] for need in image.requirements if need.version in GLIBC_MARKERS]
    return max([*markers, *([newest_number] if newest_number else [])], default=None)
