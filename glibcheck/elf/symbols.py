"""The dynamic symbol table, decoded in bulk.

A symbol table has a row a symbol and a hundred thousand rows; a scan wants a few hundred of them. So the choice is made
on byte columns, which the interpreter's C code handles whole: a strided slice of the table is the column,
`bytes.translate` marks the wanted values, and, on integers made of the columns, `&` and `|` join the marks. Only the
chosen rows are looked at one by one, and only their names are read.

Rows are chosen by version number, not by "undefined": a copy relocation in an executable defines the symbol and still
needs the version.

gABI chapter 5 (symbol table); `.gnu.version`: LSB Core, "Symbol Version Table".
"""

from __future__ import annotations

import struct
import sys
from itertools import compress

from glibcheck.elf.dynamic import DT_SYMTAB, DT_VERSYM, DynamicFile
from glibcheck.elf.rowcount import count_rows
from glibcheck.elf.versions import HIDDEN, VERSION_MASK
from glibcheck.model.image import Export, Reference, Verdef, Verneed
from glibcheck.model.names import Soname, SymbolName, VersionName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

SHN_UNDEF = 0
STB_LOCAL, STB_WEAK = 0, 2
STT_SECTION, STT_FILE = 3, 4
STV_HIDDEN, STV_INTERNAL = 2, 1
GLOBAL = 1  # VER_NDX_GLOBAL: no version; 0, VER_NDX_LOCAL, is met in references, too

# Tables for bytes.translate, which mark a byte of a column by what it holds.
_ZERO = b"\1" + bytes(255)
_NOT_LOCAL = bytes(16) + b"\1" * 240  # of st_info, whose upper half is the binding
_WEAK = bytes(16 * STB_WEAK) + b"\1" * 16 + bytes(256 - 16 * (STB_WEAK + 1))
_ZERO_OR_ONE = b"\1\1" + bytes(254)
_ZERO_BUT_FOR_HIDDEN = (b"\1" + bytes(127)) * 2
# Below this share of chosen rows, looking for the next mark is quicker than walking all of them.
_SPARSE = 20


class SymbolTable:
    """The symbols of one file and the version numbers beside them; rows count from 0, row 0 is the null one."""

    def __init__(self, file: DynamicFile) -> None:
        """Read both tables and check that all rows lie inside the file; an absent table has no rows."""
        wide = file.elf_class == 64
        self._order = file.order
        self._size = 24 if wide else 16
        # Offsets in a row, in bytes; st_name is the first field in both classes.
        self._info, self._other, self._shndx = (4, 5, 6) if wide else (12, 13, 14)
        start = file.table(DT_SYMTAB)
        self.count = 0 if start is None else count_rows(file)
        begin, end = file.span(start or 0, self.count * self._size)
        self._rows = file.buffer[begin:end]
        versym = file.table(DT_VERSYM)
        if versym is None:
            self._versym = struct.pack(f"{self._order}H", GLOBAL) * self.count
        else:
            begin, end = file.span(versym, 2 * self.count)
            self._versym = file.buffer[begin:end]
        self._strings = file.strings
        self._loose: bytes | None = None

    def wanted(self, needed: Collection[int]) -> dict[int, list[SymbolName]]:
        """Give the names that ask for each of these version numbers, in table order."""
        marks, numbers = self._versioned(needed)
        found: dict[int, list[SymbolName]] = {number: [] for number in needed}
        for number, name in zip(numbers, self._names(marks), strict=True):
            found[number].append(name)
        return found

    def unversioned(self, most: int | None = None) -> tuple[list[SymbolName], int]:
        """Give the undefined names that ask for no version, in table order, and how many more than `most` there are."""
        names = self._names(marks := self._undefined_without_version(), most)
        return names, marks.count(1) - len(names)

    def weak(self, needed: Collection[int]) -> list[SymbolName]:
        """Give those of all these names that may stay unresolved (STB_WEAK), in table order."""
        return self._names(self._wanted(needed, self._infos().translate(_WEAK)))

    def references(self, needed: Collection[int]) -> list[tuple[int, SymbolName, bool]]:
        """Give all these names in table order: version number (1 for none), name, and whether it is weak."""
        marks = self._wanted(needed)
        numbers, infos = compress(self.version_numbers(), marks), compress(self._infos(), marks)
        return [
            (number & VERSION_MASK or GLOBAL, name, info >> 4 == STB_WEAK)
            for number, info, name in zip(numbers, infos, self._names(marks), strict=True)
        ]

    def exported(self) -> Iterator[tuple[int, SymbolName]]:
        """Give what other files can bind to, in table order: version number with its hidden bit, and name."""
        infos, others = self._infos(), self._rows[self._other :: self._size]
        names, numbers, undefined = self._name_column(), self.version_numbers(), self._undefined()
        for row in range(1, self.count):
            info, visibility = infos[row], others[row] & 3
            if (
                not undefined[row]
                and info >> 4 != STB_LOCAL
                and info & 15 not in (STT_SECTION, STT_FILE)
                and visibility not in (STV_HIDDEN, STV_INTERNAL)
            ):
                yield numbers[row], SymbolName(self._strings.name(names[row]))

    def whole(self) -> list[tuple[int, ...]]:
        """Give all rows: st_name, st_info, st_other, st_shndx, st_value."""
        if self._size == 24:
            return [*struct.iter_unpack(f"{self._order}IBBHQ8x", self._rows)]
        rows = struct.iter_unpack(f"{self._order}II4xBBH", self._rows)
        return [(name, info, other, section, value) for name, value, info, other, section in rows]

    def names_at(self, places: Iterable[int]) -> list[SymbolName]:
        """Read the names at these places of the string table (st_name)."""
        return self._strings.names(places)  # type: ignore[return-value]

    def version_numbers(self) -> Sequence[int]:
        """Give the `.gnu.version` entry of each row, hidden bit and all."""
        return struct.unpack(f"{self._order}{self.count}H", self._versym)

    def _names(self, marks: bytes, most: int | None = None) -> list[SymbolName]:
        """Read the names of the rows that are marked with 1, at most of the first `most`, in table order."""
        end = marks.rfind(1) + 1  # what is wanted stands in front of what is exported, mostly
        column, count = self._name_column(), marks.count(1)
        if most is not None and most < count:
            count = most
        elif count * _SPARSE > end:
            # A SymbolName is a str; calling it for each of them would take as long as reading them.
            return self._strings.names([*compress(column[:end], marks)])  # type: ignore[return-value]
        starts, row = [], -1
        for _ in range(count):
            row = marks.find(1, row + 1)
            starts.append(column[row])
        return self._strings.names(starts)  # type: ignore[return-value]

    def _wanted(self, needed: Collection[int], also: bytes | None = None) -> bytes:
        """Mark the rows that ask for one of these versions, or for none; of them those that are marked in `also`."""
        loose = self._undefined_without_version()
        marks = _bits(self._versioned(needed)[0]) | _bits(loose) << 8 * (self.count - len(loose))
        return (marks if also is None else marks & _bits(also)).to_bytes(self.count, "big")

    def _versioned(self, needed: Collection[int]) -> tuple[bytes, Iterable[int]]:
        """Mark the rows that ask for one of these versions, and give the number of each that is marked."""
        low, high = self._low_bytes(), self._high_bytes()
        if max(needed, default=0) < 256 and not high.translate(None, b"\0\x80"):  # as in nearly every file
            table = bytearray(256)
            for number in needed:
                table[number] = 1
            marks = low.translate(table)
            return marks, compress(low, marks)
        numbers = [number & VERSION_MASK for number in self.version_numbers()]
        marks = bytes(number in needed for number in numbers)
        return marks, compress(numbers, marks)

    def _undefined_without_version(self) -> bytes:
        """Mark the rows that are undefined, visible to others (not STB_LOCAL), and of no version.

        Linkers put what a file exports behind all that (DT_GNU_HASH wants it so), so the marks mostly end early.
        """
        if self._loose is None:  # two questions begin with it
            self._loose = self._read_undefined_without_version()
        return self._loose

    def _read_undefined_without_version(self) -> bytes:
        zero = self._column(self._shndx, None).translate(_ZERO)
        end = zero.rfind(1) + 1
        marks = _bits(zero[:end]) & _bits(self._column(self._shndx + 1, end).translate(_ZERO))
        marks &= _bits(self._infos(end).translate(_NOT_LOCAL)) & _bits(self._low_bytes(end).translate(_ZERO_OR_ONE))
        marks &= _bits(self._high_bytes(end).translate(_ZERO_BUT_FOR_HIDDEN))
        return marks.to_bytes(end, "big")

    # The columns below are of the rows before `end`, of all rows by default.

    def _low_bytes(self, end: int | None = None) -> bytes:
        return self._versym[0 if self._order == "<" else 1 : None if end is None else 2 * end : 2]

    def _high_bytes(self, end: int | None = None) -> bytes:
        return self._versym[1 if self._order == "<" else 0 : None if end is None else 2 * end : 2]

    def _infos(self, end: int | None = None) -> bytes:
        """Give st_info of each row."""
        return self._column(self._info, end)

    def _undefined(self) -> bytes:
        """Mark the rows whose st_shndx is SHN_UNDEF: a byte a row."""
        first, second = (self._column(self._shndx + byte, None).translate(_ZERO) for byte in (0, 1))
        return (_bits(first) & _bits(second)).to_bytes(len(first), "big")

    def _column(self, offset: int, end: int | None) -> bytes:
        """Give the byte at an offset in each row."""
        return self._rows[offset : None if end is None else end * self._size : self._size]

    def _name_column(self) -> Sequence[int]:
        """Give st_name of each row."""
        native = self._order == ("<" if sys.byteorder == "little" else ">")
        if native:
            return memoryview(self._rows).cast("I")[:: self._size // 4]
        return [name for (name,) in struct.iter_unpack(f"{self._order}I{self._size - 4}x", self._rows)]


def read_exports(table: SymbolTable, definitions: tuple[Verdef, ...], needs: tuple[Verneed, ...]) -> tuple[Export, ...]:
    """Read every symbol that other files can bind to, in table order."""
    # A copy relocation is offered under the version that it is needed with.
    names: dict[int, VersionName] = {aux.other: aux.name for need in needs for aux in need.aux}
    names |= {entry.number: entry.name for entry in definitions if not entry.base}
    return tuple(
        Export(name, names.get(number & VERSION_MASK), bool(number & HIDDEN)) for number, name in table.exported()
    )


def read_references(table: SymbolTable, needs: tuple[Verneed, ...]) -> tuple[Reference, ...]:
    """Read every symbol that the file wants from others, in table order."""
    sources: dict[int, tuple[Soname, VersionName]] = {
        aux.other: (need.file, aux.name) for need in needs for aux in need.aux if aux.other > GLOBAL
    }
    found = []
    for number, name, weak in table.references(sources):
        library, version = sources.get(number, (None, None))
        found.append(Reference(name, version, library, weak))
    return tuple(found)


def _bits(column: bytes) -> int:
    """Make one integer of a column, so that two columns can be joined by `&` and `|` in one go."""
    return int.from_bytes(column, "big")
