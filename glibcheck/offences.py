"""Offences: what in a built file the target does not meet, as a fix takes it up.

Three things end at the user's machine, and a look at the version table alone sees only the first:

- a version that is too new;
- an undefined symbol without a version that only a newer glibc has (`__isoc23_strtol` from a prebuilt archive): the
  linker lets it through, import fails with "undefined symbol";
- a symbol whose version is old enough, but which lives in another library on the target (`dlsym` was in libdl.so.2
  before glibc 2.34) that the file does not name in DT_NEEDED.

Weak requirements and weak references do not count: the loader goes on without them (LSB symbol versioning).
"""

from __future__ import annotations

from glibcheck.catalogue.homes import old_home
from glibcheck.model.image import ElfImage, Linkage, Requirement
from glibcheck.model.names import Soname
from glibcheck.model.plan import Offence
from glibcheck.model.target import Target
from glibcheck.model.versions import order
from glibcheck.symver import defaults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glibcheck.model.image import Export

    Exports = Mapping[Soname, tuple[Export, ...]]

_LIBC = Soname("libc.so.6")


def too_new(image: ElfImage, target: Target) -> tuple[Requirement, ...]:
    """Give the requirements whose version the target lacks, in the order of the image."""
    return tuple(need for need in image.requirements if not need.weak and not target.allows(need.version))


def offences(file: str, linkage: Linkage, target: Target, glibc: Exports) -> tuple[Offence, ...]:
    """Give everything in a file that the target does not meet, by library, newest version first.

    `glibc` are the exports of the C library here, by soname: the names that a link without versions could mean.
    """
    found = [*_too_new(file, linkage, target), *_unversioned(file, linkage, target, glibc)]
    by_symbol = sorted([*found, *_misplaced(file, linkage, target)], key=lambda row: row.symbol or "")
    newest_first = sorted(by_symbol, key=lambda row: order(row.version), reverse=True)
    return tuple(sorted(newest_first, key=lambda row: (row.kind, row.library)))


def _too_new(file: str, linkage: Linkage, target: Target) -> Iterator[Offence]:
    for need in too_new(linkage.image, target):
        for symbol in need.symbols or (None,):
            yield Offence(file, "too new", need.library, need.version, symbol)


def _unversioned(file: str, linkage: Linkage, target: Target, glibc: Exports) -> Iterator[Offence]:
    wanted = {row.name for row in linkage.references if row.version is None and not row.weak}
    everything = (row for exports in glibc.values() for row in exports)
    old = {row.name for row in everything if row.version is not None and target.allows(row.version)}
    for library, exports in glibc.items():
        for symbol, version in defaults(exports).items():
            if symbol in wanted and symbol not in old:
                yield Offence(file, "unversioned", library, version, symbol)


def _misplaced(file: str, linkage: Linkage, target: Target) -> Iterator[Offence]:
    for row in linkage.references:
        if row.library != _LIBC or row.version is None or row.weak or not target.allows(row.version):
            continue
        home = old_home(row.name, target)
        if home is not None and home not in linkage.image.needed:
            yield Offence(file, "misplaced", home, row.version, row.name)
