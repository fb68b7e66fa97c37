"""Which file of a product is which file of a build: installs and wheels copy what was made, and may change it.

The file name stays, and so does the soname. Where several have the same, a copy is told by its build-id, by the place
where the record says that it goes, or by its size; RPATH is rewritten in place. What is not told by these has no entry:
a fix in the wrong target would be worse than none.
"""

from __future__ import annotations

import os

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.workspace.reading import read_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glibcheck.builds.records.made import Made
    from glibcheck.model.image import Linkage


class _Known(Record):
    """What tells a file: its names and sonames, build-ids, sizes, and where it goes."""

    names: frozenset[str]
    build_ids: frozenset[str]
    sizes: frozenset[int]
    installed: tuple[str, ...]


def matched(rows: Sequence[Made], product: str, files: Sequence[tuple[str, Linkage]]) -> dict[str, str]:
    """Give the name of the declaration that made each file, by the file's path, where that can be told."""
    made = [(row.name, _known(row)) for row in rows]
    built = {path: _built(path, linkage, product) for path, linkage in files}
    found: dict[str, str] = {}
    for path, file in built.items():
        alike = [(name, row) for name, row in made if row.names & file.names]
        # A wheel has no links, so a library is in it once for each name: such copies are no rivals.
        rivals = [other for other in built.values() if other.names & file.names and not _is_copy(other, file)]
        name = _chosen(file, alike, rivals)
        if name is not None:
            found[path] = name
    return found


def _chosen(file: _Known, alike: Sequence[tuple[str, _Known]], rivals: Sequence[_Known]) -> str | None:
    if len(alike) == 1 and not rivals:
        return alike[0][0]
    tests: tuple[Callable[[_Known], object], ...] = (
        lambda row: row.build_ids & file.build_ids,
        lambda row: any(_is_tail(there, here) for there in row.installed for here in file.installed),
        lambda row: row.sizes & file.sizes,
    )
    for test in tests:
        names = {name for name, row in alike if test(row)}
        if names:
            return names.pop() if len(names) == 1 else None
    return None


def _is_copy(one: _Known, other: _Known) -> bool:
    return bool(one.build_ids & other.build_ids) or (one.build_ids, one.sizes) == (other.build_ids, other.sizes)


def _is_tail(one: str, other: str) -> bool:
    """Say whether one path ends with the other: a wheel starts at site-packages, a record may start at the prefix."""
    shorter, longer = sorted((one.strip("/").split("/"), other.strip("/").split("/")), key=len)
    return longer[len(longer) - len(shorter) :] == shorter


def _known(row: Made) -> _Known:
    sonames, build_ids, sizes = set(), set(), set()
    for path in row.files:
        try:
            image = read_image(path)
        except InputError:  # an archive, or what is not there
            continue
        sonames.add(image.soname or "")
        build_ids.add(image.traits.build_id or "")
        sizes.add(os.path.getsize(path))
    names = {os.path.basename(path) for path in row.files} | sonames
    return _Known(frozenset(names - {""}), frozenset(build_ids - {""}), frozenset(sizes), row.installed)


def _built(path: str, linkage: Linkage, product: str) -> _Known:
    image = linkage.image
    place = os.path.join(product, path)
    names = {path.rpartition("/")[2], image.soname or ""}
    build_ids = {image.traits.build_id or ""}
    return _Known(frozenset(names - {""}), frozenset(build_ids - {""}), frozenset({os.path.getsize(place)}), (path,))
