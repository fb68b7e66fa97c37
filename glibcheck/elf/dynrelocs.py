"""The dynamic relocations of a linked file that are about given symbols: what the loader fills in, and where.

gABI chapter 4 ("Relocation") and 5 (DT_RELA, DT_REL, DT_JMPREL); the types are those of each machine's psABI. A large
library has a million of them, nearly all of which name no symbol, so the tables are looked at by columns.

DT_RELR holds only relocations without a symbol. MIPS has none for its global offset table, which the loader fills by
the order of the symbols; its slots are counted out here (MIPS psABI, "Global Offset Table").

Trap: RISC-V, LoongArch and POWER have no type of their own for a slot of the global offset table, which looks as a
pointer does.
"""

from __future__ import annotations

import struct
import sys

from glibcheck.elf.dynamic import DT_JMPREL, DT_PLTREL, DT_PLTRELSZ, DT_REL, DT_RELA, DT_RELASZ, DT_RELSZ, DT_SYMTAB
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Sequence
    from typing import Literal

    from glibcheck.elf.dynamic import DynamicFile
    from glibcheck.model.names import SymbolName

    Role = Literal["slot", "jump slot", "pointer", "copy"]

EM_386, EM_MIPS, EM_PPC, EM_PPC64, EM_S390, EM_ARM = 3, 8, 20, 21, 22, 40
EM_X86_64, EM_AARCH64, EM_RISCV, EM_LOONGARCH = 62, 183, 243, 258
_DT_PLTGOT, _DT_MIPS_LOCAL_GOTNO, _DT_MIPS_SYMTABNO, _DT_MIPS_GOTSYM = 3, 0x7000000A, 0x70000011, 0x70000013


class _Types(Record):
    """The relocation types of a machine; one that is in none of these fills a slot (GLOB_DAT, and those of TLS)."""

    pointers: tuple[int, ...]
    copy: int
    jump_slot: int
    relative: int


_TYPES = {
    EM_386: _Types((1, 2), 5, 7, 8),
    EM_MIPS: _Types((2, 3, 18), 126, 127, -1),
    EM_PPC: _Types((1, 26), 19, 21, 22),
    EM_PPC64: _Types((38, 1, 26, 44), 19, 21, 22),
    EM_S390: _Types((4, 22, 5, 23), 9, 11, 12),
    EM_ARM: _Types((2, 3), 20, 22, 23),
    EM_X86_64: _Types((1, 2, 10, 11, 24), 5, 7, 8),
    EM_AARCH64: _Types((257, 258, 260, 261), 1024, 1026, 1027),
    EM_RISCV: _Types((1, 2), 4, 5, 3),
    EM_LOONGARCH: _Types((1, 2), 4, 5, 3),
}
_UNKNOWN = _Types((), -1, -1, -1)


class SymbolRelocation(Record):
    """A relocation about a symbol: the address that is filled in, and as what; `size` is st_size, in bytes."""

    symbol: SymbolName
    address: int
    role: Role
    size: int


class _Table(Record):
    """The columns of a relocation table; `addends` is None with DT_REL, which keeps them in place."""

    offsets: Sequence[int]
    symbols: Sequence[int]
    types: Sequence[int]
    addends: Sequence[int] | None


class DynamicRelocations:
    """All relocation tables of a file; raises ElfError when one lies outside of it."""

    def __init__(self, file: DynamicFile) -> None:
        """Read the tables, without looking at the rows."""
        self._file = file
        self._types = _TYPES.get(file.machine_number, _UNKNOWN)
        plain = file.tags.get(DT_PLTREL, DT_RELA)
        places = ((DT_RELA, DT_RELASZ, DT_RELA), (DT_REL, DT_RELSZ, DT_REL), (DT_JMPREL, DT_PLTRELSZ, plain))
        self._tables = [
            self._read(tag, file.tags[size], kind == DT_RELA)
            for tag, size, kind in places
            if file.tags.get(tag) and file.tags.get(size)
        ]

    def about(self, wanted: Collection[SymbolName]) -> list[SymbolRelocation]:
        """Give the relocations about these symbols, each place once, in the order of the tables."""
        rows = self._rows(wanted)
        if not rows:
            return []
        found: dict[int, SymbolRelocation] = {}
        for table in self._tables:
            for number in [number for number, row in enumerate(table.symbols) if row in rows]:
                name, size = rows[table.symbols[number]]
                role = self._role(table.types[number])
                found.setdefault(table.offsets[number], SymbolRelocation(name, table.offsets[number], role, size))
        for address, row in self._implicit():
            if row in rows:
                found.setdefault(address, SymbolRelocation(rows[row][0], address, "slot", rows[row][1]))
        return list(found.values())

    def pointing_at(self, targets: Container[int]) -> Iterator[tuple[int, int]]:
        """Give the (address, target) of pointers to addresses of the file itself, for targets among these."""
        for table in self._tables:
            if table.addends is not None:
                for number, addend in enumerate(table.addends):
                    if addend in targets and table.types[number] == self._types.relative:
                        yield table.offsets[number], addend

    def _role(self, kind: int) -> Role:
        types = self._types
        if kind == types.jump_slot:
            return "jump slot"
        return "copy" if kind == types.copy else "pointer" if kind in types.pointers else "slot"

    def _rows(self, wanted: Collection[SymbolName]) -> dict[int, tuple[SymbolName, int]]:
        """Find the rows of the symbol table that relocations name and that have these names, with their st_size."""
        named = {row for table in self._tables for row in {*table.symbols}}
        named |= {row for _, row in self._implicit()}
        named.discard(0)
        start = self._file.table(DT_SYMTAB)
        if not named or start is None:
            return {}
        wide = self._file.elf_class == 64
        layout = self._file.layout("I12xQ" if wide else "I4xI4x")
        begin, end = self._file.span(start, (max(named) + 1) * layout.size)
        symbols = self._file.buffer[begin:end]
        rows = [(row, *layout.unpack_from(symbols, row * layout.size)) for row in sorted(named)]
        names: list[SymbolName] = self._file.strings.names([row[1] for row in rows])  # type: ignore[assignment]
        return {row[0]: (name, row[2]) for row, name in zip(rows, names, strict=True) if name in wanted}

    def _implicit(self) -> Iterator[tuple[int, int]]:
        """Give the (address, row) of each slot that is filled without a relocation, as MIPS has them."""
        tags = self._file.tags
        if self._file.machine_number == EM_MIPS and _DT_PLTGOT in tags:
            first, count = tags.get(_DT_MIPS_GOTSYM, 0), tags.get(_DT_MIPS_SYMTABNO, 0)
            word = self._file.elf_class // 8
            start = tags[_DT_PLTGOT] + word * tags.get(_DT_MIPS_LOCAL_GOTNO, 0)
            self._file.span(0, max(count - first, 0) * word)  # a slot has its place in the file
            yield from ((start + word * (row - first), row) for row in range(first, count))

    def _read(self, tag: int, size: int, has_addends: bool) -> _Table:
        file, words = self._file, 3 if has_addends else 2
        begin, end = file.span(file.offset_of(file.tags[tag]), size)
        wide = file.elf_class == 64
        data = file.buffer[begin : end - (end - begin) % (words * file.elf_class // 8)]
        column = _column(data, "Q" if wide else "I", file.order)
        symbols, types = self._split(data, words) if wide else _split_narrow(column[1::words])
        return _Table(column[::words], symbols, types, column[2::words] if has_addends else None)

    def _split(self, data: bytes, words: int) -> tuple[Sequence[int], Sequence[int]]:
        """Give r_sym and r_type of 64-bit relocations: the upper and the lower half of r_info."""
        halves = _column(data, "I", self._file.order)
        first, second = halves[2 :: 2 * words], halves[3 :: 2 * words]
        if self._file.machine_number == EM_MIPS:  # r_sym, then a byte r_ssym and three types, in both byte orders
            shift = 24 if self._file.order == "<" else 0
            return first, [info >> shift & 0xFF for info in second]
        return (second, first) if self._file.order == "<" else (first, second)


def _split_narrow(infos: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    return [info >> 8 for info in infos], [info & 0xFF for info in infos]


def _column(data: bytes, letter: str, order: str) -> Sequence[int]:
    """Read the bytes as words of a size, without a copy where the order is that of this machine."""
    if order == ("<" if sys.byteorder == "little" else ">"):
        return memoryview(data).cast(letter)  # type: ignore[call-overload, no-any-return]
    return struct.unpack(f"{order}{len(data) // struct.calcsize('=' + letter)}{letter}", data)
