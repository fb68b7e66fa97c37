"""What the loader looks up when it relocates a file, and what it finds in it: the whole symbol table and relocations.

gABI chapter 4 ("Relocation") and 5 (DT_RELA, DT_REL, DT_JMPREL); the processors' supplements for the types. A scan
needs none of it, so it is read for a closure only. A library has a row for each symbol and up to a million relocations,
nearly all of them without a symbol, so these are decoded in bulk: r_info is a column, and a set of it is short.

Trap: an undefined symbol without a relocation is never looked up, and a defined one with a relocation is. MIPS looks up
what stands in its GOT, without relocations; there the undefined symbols must do.
"""

from __future__ import annotations

import struct
import sys
from array import array

from glibcheck.elf.dynamic import DT_FLAGS, DT_JMPREL, DT_REL, DT_RELA, DT_VERSYM, MAGIC, DynamicFile, machine_name
from glibcheck.elf.image import linkage
from glibcheck.elf.symbols import SHN_UNDEF, STB_LOCAL, STB_WEAK, STV_HIDDEN, STV_INTERNAL, SymbolTable
from glibcheck.elf.versions import HIDDEN, VERSION_MASK, read_verneed
from glibcheck.errors import ElfError, NotDynamicError
from glibcheck.model.loading import Damaged, Definition, Loading, Lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.buffer import Buffer
    from glibcheck.model.image import Linkage
    from glibcheck.model.loading import Way
    from glibcheck.model.names import SymbolName, VersionName

DT_RELASZ, DT_RELSZ, DT_PLTRELSZ, DT_PLTREL = 8, 18, 2, 20
DT_SYMBOLIC, DT_FLAGS_1, DF_SYMBOLIC, DF_1_NODEFLIB = 16, 0x6FFFFFFB, 2, 0x800
_GLOBAL, _UNIQUE = 1, 10  # STB_GLOBAL, STB_GNU_UNIQUE
_FOUND_TYPES = frozenset({0, 1, 2, 5, 6, 10})  # STT_NOTYPE, OBJECT, FUNC, COMMON, TLS, GNU_IFUNC
_STT_TLS, _SHN_ABS, _PROTECTED = 6, 0xFFF1, 3
_FIRST_VERSION = 2
_AT_ONCE = 24 << 15  # bytes of a relocation table; a multiple of the size of every kind of row

# One name may have many versions, and a hostile file one name only, which would all be compared with each lookup.
_MOST_DEFINITIONS = 100

# For each e_machine: the type of R_*_COPY, and those for which the loader takes no PLT entry of a program, which are
# R_*_JUMP_SLOT and thread-local storage (elf_machine_type_class of glibc's sysdeps/*/dl-machine.h).
_X86_64 = (5, frozenset({7, 16, 17, 18, 36}))
_TYPES: dict[int, tuple[int, frozenset[int]]] = {
    3: (5, frozenset({7, 14, 35, 36, 37, 41})),
    20: (19, frozenset({21, *range(67, 95)})),
    21: (19, frozenset({21, *range(67, 111)})),
    22: (9, frozenset({11, 54, 55, 56})),
    40: (20, frozenset({13, 17, 18, 19, 22})),
    62: _X86_64,
    183: (1024, frozenset({1026, 1028, 1029, 1030, 1031})),
    243: (4, frozenset({5, 6, 7, 8, 9, 10, 11})),
    258: (4, frozenset({5, 6, 7, 8, 9, 10, 11})),
}
_MIPS = 8


def read_loadable(buffer: Buffer) -> Linkage:
    """Read a file as `elf.image.read_linkage` does, with its `loading`; raises ElfError as that does."""
    file = DynamicFile(buffer)
    table = SymbolTable(file)
    found = linkage(file, table)
    names: dict[int, VersionName] = {}
    if DT_VERSYM in file.tags:
        names = {aux.other: aux.name for need in read_verneed(file) for aux in need.aux}
        names |= {entry.number: entry.name for entry in found.image.verdef if not entry.base}
    rows = _Rows(table, names, bool(names or found.image.verdef))
    flags = file.tags.get(DT_FLAGS, 0) & DF_SYMBOLIC or DT_SYMBOLIC in file.tags
    no_defaults = bool(file.tags.get(DT_FLAGS_1, 0) & DF_1_NODEFLIB)
    asked = rows.undefined() if file.machine_number == _MIPS else _relocated(file)
    return found._replace(loading=Loading(rows.lookups(asked), rows.definitions(), bool(flags), no_defaults))


def loadable_or_damage(buffer: Buffer) -> Linkage | Damaged:
    """Read a file as `read_loadable` does, or say what is wrong with it and of which machine it says that it is."""
    try:
        return read_loadable(buffer)
    except ElfError as error:
        machine, elf_class = _kind(buffer)
        return Damaged(str(error), machine, elf_class, isinstance(error, NotDynamicError))


def _kind(buffer: Buffer) -> tuple[str, int] | tuple[None, None]:
    """Read the machine and the class in the ELF header, which the loader looks at before all else."""
    try:
        head = buffer[:20]
    except ElfError:
        return None, None
    if len(head) < 20 or head[:4] != MAGIC or head[4] not in (1, 2) or head[5] not in (1, 2):
        return None, None
    order = "<" if head[5] == 1 else ">"
    return machine_name(struct.unpack_from(f"{order}H", head, 18)[0], 32 * head[4], order), 32 * head[4]


def _relocated(file: DynamicFile) -> set[tuple[int, Way]]:
    """Give the rows of the symbol table that a relocation is about, each with the way of looking it up."""
    shift, mask = (32, 0xFFFFFFFF) if file.elf_class == 64 else (8, 0xFF)
    copy, calls = _TYPES.get(file.machine_number, _X86_64)
    found: set[tuple[int, Way]] = set()
    for info in _infos(file):
        row, kind = info >> shift, info & mask
        if row and kind:  # type 0 is R_*_NONE
            found.add((row, "copy" if kind == copy else "call" if kind in calls else "address"))
    return found


def _infos(file: DynamicFile) -> set[int]:
    """Give every r_info of the file."""
    with_addend = file.tags.get(DT_PLTREL, DT_RELA) == DT_RELA
    found: set[int] = set()
    for table, size, words in (
        (DT_RELA, DT_RELASZ, 3), (DT_REL, DT_RELSZ, 2), (DT_JMPREL, DT_PLTRELSZ, 3 if with_addend else 2),
    ):  # fmt: skip
        start = file.table(table) if file.tags.get(size) else None
        if start is not None:
            found |= _column(file, start, file.tags[size], words)
    return found


def _column(file: DynamicFile, start: int, size: int, words: int) -> set[int]:
    """Give the second word of each row of a table of `words` words a row; the table is read in pieces."""
    length = words * file.elf_class // 8
    place, end = file.span(start, size // length * length)
    found: set[int] = set()
    for piece in range(place, end, _AT_ONCE):
        column = array("Q" if file.elf_class == 64 else "I", file.buffer[piece : min(piece + _AT_ONCE, end)])
        if (file.order == "<") != (sys.byteorder == "little"):
            column.byteswap()
        found.update(memoryview(column)[1::words])
    return found


class _Rows:
    """The symbol table by the row; `names` are the versions by number, and without any, numbers mean nothing."""

    def __init__(self, table: SymbolTable, names: dict[int, VersionName], versioned: bool) -> None:
        self._table, self._names = table, names
        self._rows = table.whole()
        self._numbers = table.version_numbers() if versioned else (_GLOBAL,) * len(self._rows)

    def undefined(self) -> set[tuple[int, Way]]:
        """Give the rows that the file does not define."""
        return {(number, "address") for number, row in enumerate(self._rows) if number and row[3] == SHN_UNDEF}

    def lookups(self, asked: set[tuple[int, Way]]) -> tuple[Lookup, ...]:
        """Describe the rows that are looked up: neither local ones nor hidden ones are."""
        if any(number >= len(self._rows) for number, _ in asked):
            raise ElfError("a relocation is about a symbol that the symbol table does not have")
        chosen = [(number, way) for number, way in asked if _is_global(self._rows[number])]
        names = self._table.names_at(self._rows[number][0] for number, _ in chosen)
        return tuple(sorted({*self._lookups(chosen, names)}, key=_in_order))

    def _lookups(self, chosen: list[tuple[int, Way]], names: list[SymbolName]) -> Iterator[Lookup]:
        for (number, way), name in zip(chosen, names, strict=True):
            _, info, other, section, _ = self._rows[number]
            version = self._names.get(self._numbers[number] & VERSION_MASK)
            own, protected = section != SHN_UNDEF, other & 3 == _PROTECTED
            yield Lookup._make((name, version, way, info >> 4 == STB_WEAK, own, protected))

    def definitions(self) -> dict[SymbolName, tuple[Definition, ...]]:
        """Describe the rows that a lookup of another file may find."""
        numbers = [number for number in range(1, len(self._rows)) if _can_be_found(self._rows[number])]
        names = self._table.names_at(self._rows[number][0] for number in numbers)
        found: dict[SymbolName, tuple[Definition, ...]] = {}
        made: dict[tuple[int, bool, bool], tuple[Definition]] = {}  # most are alike
        for number, name in zip(numbers, names, strict=True):
            row, version = self._rows[number], self._numbers[number]
            kind = (version, row[3] == SHN_UNDEF, row[1] >> 4 == _UNIQUE)
            one = made.get(kind) or made.setdefault(kind, (self._definition(*kind),))
            found[name] = found[name] + one if name in found else one
            if len(found[name]) > _MOST_DEFINITIONS:
                raise ElfError(f"it defines one symbol over {_MOST_DEFINITIONS} times")
        return found

    def _definition(self, version: int, stub: bool, unique: bool) -> Definition:
        number = version & VERSION_MASK
        return Definition(self._names.get(number), bool(version & HIDDEN), number <= _FIRST_VERSION, stub, unique)


def _is_global(row: tuple[int, ...]) -> bool:
    _, info, other, _, _ = row
    return info >> 4 != STB_LOCAL and other & 3 not in (STV_HIDDEN, STV_INTERNAL)


def _can_be_found(row: tuple[int, ...]) -> bool:
    """Say whether a row counts as a definition (check_match and do_lookup_x of elf/dl-lookup.c)."""
    _, info, _, section, value = row
    kind = info & 15
    placed = value != 0 or section == _SHN_ABS or kind == _STT_TLS
    return placed and info >> 4 in (_GLOBAL, STB_WEAK, _UNIQUE) and kind in _FOUND_TYPES and _is_global(row)


def _in_order(row: Lookup) -> tuple[str, str, str]:
    return row.name, row.version or "", row.way
