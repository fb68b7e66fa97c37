"""How many rows the dynamic symbol table has, which the dynamic section does not say.

It is nchain of DT_HASH (gABI chapter 5, "Hash Table"), or follows from the last chain of DT_GNU_HASH, whose own symbols
stand last in the table, or is the size of the section with that address.
"""

from __future__ import annotations

import struct

from glibcheck.elf.dynamic import (
    DT_GNU_HASH,
    DT_HASH,
    DT_JMPREL,
    DT_REL,
    DT_RELA,
    DT_STRSZ,
    DT_STRTAB,
    DT_SYMTAB,
    DT_VERDEF,
    DT_VERNEED,
    DT_VERSYM,
    PT_LOAD,
    DynamicFile,
)
from glibcheck.errors import ElfError

SHT_DYNSYM = 11
# A hash table may be as large as the file, and a file in an archive is inflated as it is read; so it is read in pieces
# (bytes). All buckets of nearly every file fit in one, and so does every chain that a linker writes.
_BUCKETS_AT_ONCE, _CHAIN_AT_ONCE = 1 << 16, 1 << 8
_ODD = b"\0\1" * 128  # for bytes.translate
_WIDE_HASH = frozenset({22, 0x9026})  # s390x and Alpha
_TABLES = (DT_STRTAB, DT_GNU_HASH, DT_VERSYM, DT_VERDEF, DT_VERNEED, DT_RELA, DT_REL, DT_JMPREL)


def count_rows(file: DynamicFile) -> int:
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
    chains = start + 4 * buckets
    file.span(start, 4 * buckets)
    last = 0
    for place in range(start, chains, _BUCKETS_AT_ONCE):
        piece = file.buffer[place : min(place + _BUCKETS_AT_ONCE, chains)]
        highest = max(struct.unpack(f"{file.order}{len(piece) // 4}I", piece))
        last = max(last, highest)
    if last < first:
        return first if first > 1 else _count_without_exports(file)
    return first + _end_of_chain(file, chains + 4 * (last - first), chains)


def _end_of_chain(file: DynamicFile, place: int, chains: int) -> int:
    """Find the first odd word from `place` on, and give its number behind `chains`, counted from 1."""
    low = 0 if file.order == "<" else 3
    while True:
        piece = file.buffer[place : place + _CHAIN_AT_ONCE]
        if len(piece) < 4:
            file.span(place, 4)  # which tells that the file ends here
        found = piece[low::4].translate(_ODD).find(1)
        if found >= 0:
            return (place - chains) // 4 + found + 1
        place += _CHAIN_AT_ONCE


def _count_without_exports(file: DynamicFile) -> int:
    """Count the rows when the hash table is empty: by the section header, or up to the table that follows.

    GNU ld puts the string table right behind the symbol table; glibc's dladdr() counts the same way. patchelf moves
    tables and fills the gaps with a letter, so a row whose name lies outside the string table is none any more.
    """
    count = _count_by_section(file)
    if count is not None:
        return count
    size = 24 if file.elf_class == 64 else 16
    most = _room(file, file.tags[DT_SYMTAB]) // size
    if DT_VERSYM in file.tags:
        most = min(most, _room(file, file.tags[DT_VERSYM]) // 2)
    begin, end = file.span(file.offset_of(file.tags[DT_SYMTAB]), most * size)
    names = file.layout(f"I{size - 4}x").iter_unpack(file.buffer[begin:end])
    outside = file.tags.get(DT_STRSZ, len(file.buffer))
    return next((row for row, (name,) in enumerate(names) if name >= outside), most)


def _room(file: DynamicFile, start: int) -> int:
    """Give the bytes from a table to the next one, or to the end of its segment; `start` is an address."""
    ends = [file.tags[tag] for tag in _TABLES if file.tags.get(tag, 0) > start]
    ends += [part.address + part.size for part in file.segments[PT_LOAD] if 0 <= start - part.address < part.size]
    return min(ends, default=start) - start


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
