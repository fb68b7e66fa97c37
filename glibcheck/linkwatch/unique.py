"""Symbols that a process would have once (STB_GNU_UNIQUE) become weak ones, in a file with a C++ runtime of its own.

GCC makes the data of templates and of inline functions unique, those of the standard library too; two modules with a
private libstdc++ each would then share the half of it. `-fno-gnu-unique` has the compiler make them weak instead (GCC
manual, "Code Gen Options"); in a file that is linked already, the binding of a symbol is four bits of its row, which
nobody but the loader reads (gABI chapter 4, st_info).
"""

from __future__ import annotations

from glibcheck.elf.dynamic import DT_SYMTAB, DynamicFile
from glibcheck.elf.rowcount import count_rows
from glibcheck.elf.symbols import STB_WEAK

_UNIQUE = 10


def without_unique(data: bytes) -> bytes:
    """Give a linked file in which unique symbols are weak; the same bytes when it has none. Raises ElfError."""
    file = DynamicFile(data)
    start = file.table(DT_SYMTAB)
    if start is None:
        return data
    size, info = (24, 4) if file.elf_class == 64 else (16, 12)
    begin, end = file.span(start, count_rows(file) * size)
    changed = bytearray(data)
    for place in range(begin + info, end, size):
        if changed[place] >> 4 == _UNIQUE:
            changed[place] = STB_WEAK << 4 | changed[place] & 15
    return bytes(changed)
