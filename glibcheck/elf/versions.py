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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from struct import Struct

VER_FLG_BASE, VER_FLG_WEAK = 1, 2
VERSION_MASK, HIDDEN = 0x7FFF, 0x8000
_MOST_VERSIONS = VERSION_MASK


def read_verneed(file: DynamicFile) -> tuple[Verneed, ...]:
    """Read what versions the file needs, in file order; () when it has no DT_VERNEED."""
    start = file.table(DT_VERNEED)
    if start is None:
        return ()
    needs: list[Verneed] = []
    left = _MOST_VERSIONS
    aux_layout = file.layout("IHHII")
    # ld.so follows vna_next alone and never looks at vn_cnt, so neither do we.
    for offset, (_, _, name, aux) in _chain(file, file.layout("HHIII"), start, left):
        entries = tuple(
            Vernaux._make((file.strings.name(aux_name), other & VERSION_MASK, bool(flags & VER_FLG_WEAK)))
            for _, (_, flags, other, aux_name) in _chain(file, aux_layout, offset + aux, left)
        )
        left -= len(entries)
        needs.append(Verneed(Soname(file.strings.name(name)), entries))
    return tuple(needs)


def read_verdef(file: DynamicFile) -> tuple[Verdef, ...]:
    """Read what versions the file defines, in file order; () when it has no DT_VERDEF."""
    start = file.table(DT_VERDEF)
    if start is None:
        return ()
    name_layout = file.layout("II")
    definitions = []
    for offset, (_, flags, number, _, _, aux) in _chain(file, file.layout("HHHHIII"), start, _MOST_VERSIONS):
        name, _ = file.unpack(name_layout, offset + aux)
        definitions.append(
            Verdef(VersionName(file.strings.name(name)), number & VERSION_MASK, bool(flags & VER_FLG_BASE))
        )
    return tuple(definitions)


def _chain(file: DynamicFile, layout: Struct, start: int, most: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Follow records whose last field is the distance to the next: (offset, the other fields).

    Raises: ElfError after `most` records, or when a distance is shorter than a record.
    """
    offset = start
    for _ in range(most):
        *fields, distance = file.unpack(layout, offset)
        yield offset, tuple(fields)
        if distance == 0:
            return
        if distance < layout.size:
            raise ElfError(f"version record of {distance} bytes overlaps the next", offset)
        offset += distance
    raise ElfError(f"more than {_MOST_VERSIONS} symbol versions", offset)
