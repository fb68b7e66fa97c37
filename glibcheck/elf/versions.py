"""Version definitions and needs: the linked records behind DT_VERDEF and DT_VERNEED.

LSB Core "Symbol Versioning": Verneed (vn_version, vn_cnt, vn_file, vn_aux, vn_next) and Vernaux (vna_hash,
vna_flags, vna_other, vna_name, vna_next), Verdef and Verdaux alike. All fields have the same size in both
ELF classes. The `next` fields are byte distances; zero ends a list.

Trap: the lists are not arrays, and a hostile file can point an entry at itself or many entries at one long
list. A distance shorter than a record is refused, and so is a file with more versions than `.gnu.version`
can number (15 bits).
"""

from __future__ import annotations

from glibcheck.elf.dynamic import DT_VERDEF, DT_VERNEED, DynamicFile
from glibcheck.errors import ElfError
from glibcheck.model.image import Verdef, Vernaux, Verneed
from glibcheck.model.names import Soname, VersionName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from struct import Struct

VER_FLG_BASE, VER_FLG_WEAK = 1, 2
VERSION_MASK, HIDDEN = 0x7FFF, 0x8000
_MOST_VERSIONS = VERSION_MASK
_PIECE = 1 << 8  # bytes: 16 records, which is all that most files have


class _Piece(Record):
    """Some bytes of a file and where they start: records lie together, so one look at the file is mostly enough."""

    data: bytes
    start: int


def read_verneed(file: DynamicFile) -> tuple[Verneed, ...]:
    """Read what versions the file needs, in file order; () when it has no DT_VERNEED."""
    start = file.table(DT_VERNEED)
    if start is None:
        return ()
    piece = _Piece(file.buffer[start : start + _PIECE], start)
    left, offset, lists, places = _MOST_VERSIONS, start, [], []
    # ld.so follows vna_next alone and never looks at vn_cnt, so neither do we.
    for _, _, name, aux, distance in _chain(file, piece, file.layout("HHIII"), start, left):
        rows = _chain(file, piece, file.layout("IHHII"), offset + aux, left)
        left -= len(rows)
        offset += distance
        lists.append(rows)
        places += [name, *[row[3] for row in rows]]
    names = iter(file.strings.names(places))
    return tuple([Verneed._make((Soname(next(names)), _needed(rows, names))) for rows in lists])


def _needed(rows: list[tuple[int, ...]], names: Iterator[str]) -> tuple[Vernaux, ...]:
    return tuple(
        [
            Vernaux._make((next(names), other & VERSION_MASK, flags & VER_FLG_WEAK != 0))
            for _, flags, other, _, _ in rows
        ]
    )


def read_verdef(file: DynamicFile) -> tuple[Verdef, ...]:
    """Read what versions the file defines, in file order; () when it has no DT_VERDEF."""
    start = file.table(DT_VERDEF)
    if start is None:
        return ()
    name_layout = file.layout("II")
    piece = _Piece(file.buffer[start : start + _PIECE], start)
    offset, definitions = start, []
    for _, flags, number, _, _, aux, distance in _chain(file, piece, file.layout("HHHHIII"), start, _MOST_VERSIONS):
        name, _ = file.unpack(name_layout, offset + aux)
        offset += distance
        definitions.append(
            Verdef(VersionName(file.strings.name(name)), number & VERSION_MASK, bool(flags & VER_FLG_BASE))
        )
    return tuple(definitions)


def _chain(file: DynamicFile, piece: _Piece, layout: Struct, offset: int, most: int) -> list[tuple[int, ...]]:
    """Follow records whose last field is the distance to the next.

    Raises: ElfError after `most` records, or when a distance is shorter than a record.
    """
    found = []
    data, start, end = piece.data, piece.start, len(piece.data) - layout.size
    for _ in range(most):
        place = offset - start
        row = layout.unpack_from(data, place) if place <= end else file.unpack(layout, offset)
        found.append(row)
        distance = row[-1]
        if distance < layout.size:
            if distance == 0:
                return found
            raise ElfError(f"version record of {distance} bytes overlaps the next", offset)
        offset += distance
    raise ElfError(f"more than {_MOST_VERSIONS} symbol versions", offset)
