"""Offences: what in a built file the target does not meet, as a fix takes it up.

Three things end at the user's machine, and a look at the version table alone sees only the first:

- a version that is too new;
- an undefined symbol without a version that only a newer glibc has (`__isoc23_strtol` from a prebuilt archive): the
  linker lets it through, import fails with "undefined symbol";
- a symbol whose version is old enough, but which lives in another library on the target (`dlsym` was in libdl.so.2
  before glibc 2.34) that the file does not name in DT_NEEDED.

And one brings all that another file needs without a reason: a library in DT_NEEDED of which nothing is used.

Weak requirements and weak references do not count: the loader goes on without them (LSB symbol versioning).
"""

from __future__ import annotations

import re

from glibcheck.catalogue.homes import old_home
from glibcheck.model.image import ElfImage, Linkage, Requirement
from glibcheck.model.names import Soname, VersionName
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


def unused(
    file: str, linkage: Linkage, target: Target, glibc: Exports, beside: Mapping[Soname, Linkage]
) -> tuple[Offence, ...]:
    """Give the libraries that a file names and uses nothing of, when they do harm, in the order of DT_NEEDED.

    `beside` are the other files of the project, by soname. Harm is done by one of them that has offences itself, and by
    a library that the target does not promise. Of the latter nobody knows here what it exports: it counts as unused
    only when everything that the file asks for, also weakly, is accounted for by others.
    """
    found = []
    for library in linkage.image.needed:
        if library in beside:
            other = beside[library]
            harmful = bool(offences(library, other, target, glibc)) and not uses(linkage, library, other)
        else:
            harmful = not _promised(library, target, glibc) and not _may_use(linkage, library, glibc, beside)
        if harmful:
            found.append(Offence(file, "unused", library, VersionName(""), None))
    return tuple(found)


def uses(linkage: Linkage, library: Soname, other: Linkage) -> bool:
    """Say whether any reference of a file could be to this library, whose exports are known."""
    exported = {row.name for row in other.exports}
    return any(row.library == library or row.name in exported for row in linkage.references) or any(
        need.library == library for need in linkage.image.requirements
    )


def _promised(library: Soname, target: Target, glibc: Exports) -> bool:
    """Say whether a library is on the target for sure; also when the target says nothing of libraries."""
    return target.libraries is None or library in target.libraries or library in glibc or library.startswith(_LOADER)


def _may_use(linkage: Linkage, library: Soname, glibc: Exports, beside: Mapping[Soname, Linkage]) -> bool:
    known = {row.name for exports in glibc.values() for row in exports}
    known |= {row.name for other in beside.values() for row in other.exports}
    others = _START if library.startswith("libpython") else _OTHERS
    return any(need.library == library for need in linkage.image.requirements) or any(
        row.library == library or (row.library is None and row.name not in known and not others.match(row.name))
        for row in linkage.references
    )


_LOADER = ("ld-linux", "ld64.so", "ld.so.")
# Asked for without a version in every file; and of the interpreter that loads it.
_START = re.compile(r"__gmon_start__|_ITM_|__cxa_finalize")
_OTHERS = re.compile(rf"_?Py[A-Z_]|{_START.pattern}")


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
