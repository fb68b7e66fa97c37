"""The dynamic symbol table, decoded in bulk.

A symbol table has a row a symbol and a hundred thousand rows; a scan wants a few hundred of them. So the
choice is made on byte columns, which the interpreter's C code handles whole: a strided slice of the table
is the column, `bytes.translate` marks the wanted values, and, on integers made of the columns, `&` and `|`
join the marks. Only the chosen rows are unpacked, and only their names are read.

Rows are chosen by version number, not by "undefined": a copy relocation in an executable defines the symbol
and still needs the version.

gABI chapter 5 (symbol table, hash table); the GNU hash table and `.gnu.version`: LSB Core. The number of
symbols stands nowhere in the dynamic section; it is nchain of DT_HASH, or follows from the last chain of
DT_GNU_HASH (whose own symbols stand last in the table), or is the size of the section with that address.

Trap: for a file that exports nothing, GNU ld writes a DT_GNU_HASH that says "symbols from row 1 on" and holds
none, whatever the symbol table has. Other linkers give the number of rows there.
"""

from __future__ import annotations

from itertools import compress

from glibcheck.elf.dynamic import (
    DT_GNU_HASH,
    DT_HASH,
    DT_STRTAB,
    DT_SYMTAB,
    DT_VERDEF,
    DT_VERNEED,
    DT_VERSYM,
    DynamicFile,
)
from glibcheck.elf.versions import HIDDEN, VERSION_MASK
from glibcheck.errors import ElfError
from glibcheck.model.image import Export, Reference, Verdef, Verneed
from glibcheck.model.names import Soname, SymbolName, VersionName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHN_UNDEF = 0
SHT_DYNSYM = 11
STB_LOCAL, STB_WEAK = 0, 2
STT_SECTION, STT_FILE = 3, 4
STV_HIDDEN, STV_INTERNAL = 2, 1
_WIDE_HASH = frozenset({22, 0x9026})  # s390x and Alpha

_ZEROS = bytes([1]) + bytes(255)  # translate table: marks the zero bytes


class SymbolTable:
    """The symbols of one file and the version numbers beside them; rows count from 0, row 0 is the null one."""

    def __init__(self, file: DynamicFile) -> None:
        """Find the tables and check that all rows lie inside the file; an absent table has no rows."""
        self._file = file
        wide = file.elf_class == 64
        self._row = file.layout("IBBHQQ" if wide else "IIIBBH")
        self._shndx = 6 if wide else 14
        self._start = file.table(DT_SYMTAB) or 0
        self.count = _count(file) if self._start else 0
        file.span(self._start, self.count * self._row.size)
        versym = file.table(DT_VERSYM)
        self._versym = b""
        if versym is not None:
            start, end = file.span(versym, 2 * self.count)
            self._versym = file.buffer[start:end]

    def version_number(self, row: int) -> int:
        """Give the `.gnu.version` entry of a row, hidden bit and all; 1 (global) when the file has no versions."""
        if not self._versym:
            return 1
        return int.from_bytes(self._versym[2 * row : 2 * row + 2], "little" if self._file.order == "<" else "big")

    def wanted_rows(self, numbers: Iterable[int]) -> Iterator[int]:
        """Choose the rows whose version number is among `numbers`, and the undefined ones without a version.

        The choice looks at the low byte of the number only and may hold rows of another version.
        """
        versioned, plain = self._marks({number & 0xFF for number in numbers}), self._marks({0, 1})
        undefined = self._column(self._shndx, _ZEROS) & self._column(self._shndx + 1, _ZEROS)
        marks = versioned | (plain & undefined)
        return compress(range(self.count), marks.to_bytes(self.count, "big"))

    def name(self, row: int) -> SymbolName:
        """Read the name of a row."""
        return SymbolName(self._file.string(self._unpack(row)[0]))

    def is_local(self, row: int) -> bool:
        """Say whether the symbol is not visible outside the file (STB_LOCAL)."""
        return self._unpack(row)[1] >> 4 == STB_LOCAL

    def is_weak(self, row: int) -> bool:
        """Say whether the symbol may stay unresolved (STB_WEAK)."""
        return self._unpack(row)[1] >> 4 == STB_WEAK

    def is_defined(self, row: int) -> bool:
        """Say whether the file defines the symbol (st_shndx is not SHN_UNDEF)."""
        return self._unpack(row)[3] != SHN_UNDEF

    def is_exported(self, row: int) -> bool:
        """Say whether other files can bind to the symbol."""
        _, info, other, shndx = self._unpack(row)
        hidden = other & 3 in (STV_HIDDEN, STV_INTERNAL)
        return shndx != SHN_UNDEF and info >> 4 != STB_LOCAL and info & 15 not in (STT_SECTION, STT_FILE) and not hidden

    def _unpack(self, row: int) -> tuple[int, int, int, int]:
        """Unpack a row: st_name, st_info, st_other, st_shndx."""
        fields = self._row.unpack_from(self._file.buffer, self._start + row * self._row.size)
        if self._file.elf_class == 64:
            return fields[0], fields[1], fields[2], fields[3]
        return fields[0], fields[3], fields[4], fields[5]

    def _marks(self, low_bytes: set[int]) -> int:
        """Mark the rows whose version number has one of these low bytes: a byte a row, first row highest."""
        if not self._versym:
            return int.from_bytes(b"\1" * self.count if 1 in low_bytes else b"", "big")
        table = bytes(number in low_bytes for number in range(256))
        first = 0 if self._file.order == "<" else 1
        return int.from_bytes(self._versym[first::2].translate(table), "big")

    def _column(self, offset: int, table: bytes) -> int:
        """Translate one byte of every row; `offset` is in bytes from the row's start."""
        end = self._start + self.count * self._row.size
        return int.from_bytes(self._file.buffer[self._start + offset : end : self._row.size].translate(table), "big")


def read_exports(table: SymbolTable, definitions: tuple[Verdef, ...], needs: tuple[Verneed, ...]) -> tuple[Export, ...]:
    """Read every symbol that other files can bind to, in table order."""
    # A copy relocation is offered under the version that it is needed with.
    names: dict[int, VersionName] = {aux.other: aux.name for need in needs for aux in need.aux}
    names |= {entry.number: entry.name for entry in definitions if not entry.base}
    found = []
    for row in range(1, table.count):
        if table.is_exported(row):
            number = table.version_number(row)
            version = names.get(number & VERSION_MASK)
            found.append(Export(table.name(row), version, bool(number & HIDDEN)))
    return tuple(found)


def read_references(table: SymbolTable, needs: tuple[Verneed, ...]) -> tuple[Reference, ...]:
    """Read every symbol that the file wants from others, in table order."""
    found = []
    for row, source in wanted(table, needs):
        library, version = (None, None) if source is None else source
        found.append(Reference(table.name(row), version, library, table.is_weak(row)))
    return tuple(found)


def wanted(table: SymbolTable, needs: tuple[Verneed, ...]) -> Iterator[tuple[int, tuple[Soname, VersionName] | None]]:
    """Give the rows that want something of another file, each with its library and version, None without."""
    sources = {aux.other: (need.file, aux.name) for need in needs for aux in need.aux}
    for row in table.wanted_rows(sources):
        number = table.version_number(row) & VERSION_MASK
        if number in sources and number > 1:
            yield row, sources[number]
        elif number <= 1 and row and not table.is_defined(row) and not table.is_local(row):
            yield row, None


def _count(file: DynamicFile) -> int:
    """Count the rows of the symbol table, null row included.

    Raises: ElfError when the file has neither hash table nor section header to tell.
    """
    table = file.table(DT_HASH)
    if table is not None:
        # s390x and Alpha have hash tables of 64-bit words (their psABIs), all others of 32-bit ones.
        words = file.layout("QQ" if file.elf_class == 64 and file.machine_number in _WIDE_HASH else "II")
        return file.unpack(words, table)[1]
    table = file.table(DT_GNU_HASH)
    if table is not None:
        return _count_by_gnu_hash(file, table)
    count = _count_by_section(file)
    if count is None:
        raise ElfError("the number of symbols cannot be told: no DT_HASH, no DT_GNU_HASH, no section header")
    return count


def _count_by_gnu_hash(file: DynamicFile, table: int) -> int:
    """Find the last symbol: the end of the chain that starts furthest back. The lowest bit ends a chain."""
    buckets, first, bloom, _ = file.unpack(file.layout("IIII"), table)
    start = table + 16 + bloom * (file.elf_class // 8)
    file.span(start, 4 * buckets)
    last = max(file.unpack(file.layout(f"{buckets}I"), start), default=0)
    if last < first:
        return first if first > 1 else _count_without_exports(file)
    chains = start + 4 * buckets
    word = file.layout("I")
    while not file.unpack(word, chains + 4 * (last - first))[0] & 1:
        last += 1
    return last + 1


def _count_without_exports(file: DynamicFile) -> int:
    """Count the rows when the hash table is empty: by the section header, or up to the table that follows.

    GNU ld puts the string table right behind the symbol table; glibc's dladdr() counts the same way.
    """
    count = _count_by_section(file)
    if count is not None:
        return count
    start = file.tags[DT_SYMTAB]
    others = (file.tags.get(tag, 0) for tag in (DT_STRTAB, DT_GNU_HASH, DT_VERSYM, DT_VERDEF, DT_VERNEED))
    end = min((address for address in others if address > start), default=start)
    return max((end - start) // (24 if file.elf_class == 64 else 16), 1)


def _count_by_section(file: DynamicFile) -> int | None:
    """Count the rows by the section at the address of the table; None when no section header says so."""
    wide = file.elf_class == 64
    shoff, shentsize, shnum = _section_table(file)
    layout = file.layout("IIQQQQIIQQ" if wide else "IIIIIIIIII")
    for offset in range(shoff, shoff + shentsize * shnum, shentsize or 1):
        _, kind, _, address, _, size, *_ = file.unpack(layout, offset)
        if kind == SHT_DYNSYM and address == file.tags[DT_SYMTAB]:
            return size // (24 if wide else 16)
    return None


def _section_table(file: DynamicFile) -> tuple[int, int, int]:
    """Read e_shoff, e_shentsize and e_shnum."""
    offset, words = (40, "QIHHHHHH") if file.elf_class == 64 else (32, "IIHHHHHH")
    shoff, _, _, _, _, shentsize, shnum, _ = file.unpack(file.layout(words), offset)
    return shoff, shentsize, shnum
