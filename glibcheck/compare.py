"""Compare: two builds of the same thing, and what the new one needs that the old one did not.

Files are matched by the name that stays the same from one version of a wheel to the next (see `baseline.stable_name`),
below what was named; two single files are matched whatever they are called.
"""

from __future__ import annotations

import os

from glibcheck.baseline import stable_name
from glibcheck.model.finding import ScannedFile
from glibcheck.model.image import ElfImage, Requirement
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.versions import Release, newest, order
from glibcheck.needs import newest_needed, runs_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Step(Record):
    """The newest version of one family before and after; None where there was none of it."""

    family: str
    old: Release | None
    new: Release | None

    @property
    def newer(self) -> bool:
        """Say whether the new build needs a newer one."""
        return self.new is not None and (self.old is None or self.new > self.old)


class Need(Record):
    """A symbol under a version of a library; `symbol` is None for a version that no symbol asks for."""

    library: Soname
    version: VersionName
    symbol: SymbolName | None


class FileChange(Record):
    """What changed in one file; a file that only one build has is compared with all of the other build together.

    `kind` is "changed", "added" or "removed". `gained` and `lost` are sorted, newest version first; `libraries` are the
    names that came to DT_NEEDED and those that went.
    """

    name: str
    kind: str
    steps: tuple[Step, ...]
    gained: tuple[Need, ...]
    lost: tuple[Need, ...]
    libraries: tuple[tuple[Soname, ...], tuple[Soname, ...]]

    @property
    def newer(self) -> bool:
        """Say whether the file needs something newer than before."""
        return self.kind != "removed" and any(step.newer for step in self.steps)


class Comparison(Record):
    """All files that changed, by name; `systems` are the oldest releases of each distribution before and after.

    Each side of `systems` is None when the versions do not tell where the build runs.
    """

    files: tuple[FileChange, ...]
    unchanged: int
    systems: tuple[tuple[tuple[str, str], ...] | None, tuple[tuple[str, str], ...] | None]

    @property
    def newer(self) -> bool:
        """Say whether the new build needs something newer anywhere."""
        return any(file.newer for file in self.files)


def compare(
    old: Sequence[ScannedFile], new: Sequence[ScannedFile], tops: tuple[str, str], families: Iterable[str]
) -> Comparison:
    """Compare two scans; `tops` are what was named, `families` the distributions to speak of."""
    before, after = _by_name(old, tops[0]), _by_name(new, tops[1])
    if len(before) == len(after) == 1:
        after = dict(zip(before, after.values(), strict=True))
    whole = newest(need.version for image in before.values() for need in image.requirements if not need.weak)
    changes = []
    for name in sorted({*before, *after}):
        change = _change(name, before.get(name), after.get(name), whole)
        if change is not None:
            changes.append(change)
    return Comparison(
        tuple(changes),
        len({*before, *after}) - len(changes),
        (_systems(before.values(), families), _systems(after.values(), families)),
    )


def _by_name(files: Iterable[ScannedFile], top: str) -> dict[str, ElfImage]:
    found = {}
    for file in files:
        inside = os.path.relpath(file.path, top) if ":" not in file.path and file.path != top else file.path
        found[stable_name(inside).partition(":")[2] or stable_name(inside)] = file.image
    return found


def _change(name: str, old: ElfImage | None, new: ElfImage | None, whole: Mapping[str, Release]) -> FileChange | None:
    before = newest_needed(old) if old else whole if new else {}
    after = newest_needed(new) if new else {}
    steps = [Step(family, before.get(family), after.get(family)) for family in sorted({*before, *after})]
    if old is None:
        steps = [step for step in steps if step.newer]
    had, has = _needs(old), _needs(new)
    gone, come = _libraries(old) - _libraries(new), _libraries(new) - _libraries(old)
    moved = tuple(step for step in steps if step.old != step.new)
    if old and new and had == has and not gone and not come:
        return None
    kind = "changed" if old and new else "added" if new else "removed"
    libraries = (tuple(sorted(come)), tuple(sorted(gone)))
    return FileChange(name, kind, moved, _newest_first(has - had), _newest_first(had - has), libraries)


def _needs(image: ElfImage | None) -> set[Need]:
    requirements: tuple[Requirement, ...] = image.requirements if image else ()
    return {
        Need(need.library, need.version, symbol)
        for need in requirements
        if not need.weak
        for symbol in need.symbols or (None,)
    }


def _libraries(image: ElfImage | None) -> set[Soname]:
    return set(image.needed) if image else set()


def _newest_first(needs: Iterable[Need]) -> tuple[Need, ...]:
    by_name = sorted(needs, key=lambda need: (need.library, need.symbol or ""))
    return tuple(sorted(by_name, key=lambda need: order(need.version), reverse=True))


def _systems(images: Iterable[ElfImage], families: Iterable[str]) -> tuple[tuple[str, str], ...] | None:
    """Name the oldest releases on which all files run; None when the versions of one do not tell."""
    names, found = tuple(families), None
    for image in images:
        here = runs_on(image, newest_needed(image), names)
        if here is not None:
            found = here if found is None else _later(found, here)
    return found


def _later(one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Give the later release of each family that both have."""
    from glibcheck.catalogue.distributions import FAMILIES

    both = dict(other)
    place = {(family, row[0]): number for family, rows in FAMILIES.items() for number, row in enumerate(rows)}
    return tuple(
        (family, max(release, both[family], key=lambda name: place[family, name]))
        for family, release in one
        if family in both
    )
