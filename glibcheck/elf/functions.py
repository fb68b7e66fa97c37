"""Which function an address is in: by the symbol table, or in a stripped file by the unwind tables.

`.symtab` (gABI chapter 4, "Symbol Table") has every function with its name and size; a separate debug file has it when
the file itself was stripped. `.dynsym` stays and names what is exported. `.eh_frame_hdr` stays, too, and says where
each function starts and ends, mostly without a name.

Trap: several symbols may stand at one address, and assembler code may have functions inside of functions. The one that
starts last is given, and of its names one that others can see.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_right
from itertools import compress

from glibcheck.elf.dynamic import DT_SYMTAB, PT_GNU_EH_FRAME
from glibcheck.elf.memory import Memory
from glibcheck.elf.rowcount import count_rows
from glibcheck.elf.sections import SHT_SYMTAB
from glibcheck.elf.unwind import UnwindTable
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.elf.dynamic import DynamicFile
    from glibcheck.elf.sections import SectionTable

_STT_FUNC, _STT_GNU_IFUNC = 2, 10
_FUNCTION = bytes(info & 15 in (_STT_FUNC, _STT_GNU_IFUNC) for info in range(256))  # of st_info
_BEST_BINDING = (1, 2, 0)  # global, weak, local
_LONGEST_NAME, _MOST_NAMES = 1 << 16, 1 << 22  # bytes
_PLACE = 40  # bits of an offset in a symbol table
_MOST_NESTED = 32  # symbols that are looked at before an address


class Function(Record):
    """A function of a linked file: its virtual address and its size in bytes; `name` is None when it is not known."""

    name: SymbolName | None
    start: int
    size: int


class Functions:
    """The functions of one file, asked for by address."""

    def __init__(
        self,
        sections: SectionTable | None = None,
        file: DynamicFile | None = None,
        names_from: SectionTable | None = None,
    ) -> None:
        """Take what has been read of a file: its sections, its dynamic section, or both.

        `names_from` are the sections of its separate debug file, whose names count first. Raises ElfError when a
        symbol table is damaged.
        """
        origin = sections or file
        self._tables: list[_SymbolNames] = []
        self._unwind: UnwindTable | None = None
        self._found: dict[int, Function | None] = {}
        for table in (names_from, sections):
            if table is not None:
                self._tables += _by_sections(table)
        if file is not None and not self._tables:
            self._tables += _by_dynamic(file)
        if origin is not None:
            memory = Memory(origin.buffer, file, sections)
            start = _unwind_address(sections, file)
            if start is not None:
                self._unwind = UnwindTable(memory, start, origin.order, origin.elf_class // 8)

    def at(self, address: int) -> Function | None:
        """Give the function that holds a virtual address; None when nothing says that one does."""
        if address not in self._found:
            self._found[address] = self._find(address)
        return self._found[address]

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be told so far, one sentence each."""
        return ("the names of functions overlap too much, and not all are told",) * any(
            table.is_exhausted for table in self._tables
        )

    def _find(self, address: int) -> Function | None:
        for table in self._tables:
            found = table.around(address)
            if found is not None:
                return found
        part = self._unwind.range_at(address) if self._unwind is not None else None
        if part is None:
            return None
        names = (table.name_at(part[0]) for table in self._tables)
        return Function(next((name for name in names if name), None), *part)


class _Ranked(Record):
    """A function with what sorts the best first: seen by others, larger, with fewer underscores in front."""

    binding: int
    size: int
    underscores: int
    name: str
    function: Function


class _SymbolNames:
    """The functions of one symbol table, by address."""

    def __init__(self, rows: bytes, strings: bytes, order: str, wide: bool, thumb: bool) -> None:
        """Choose the defined functions of all rows; `thumb` says that bit 0 of an address is a mode (ARM ELF)."""
        size, info = (24, 4) if wide else (16, 12)
        count = len(rows) // size
        self._rows, self._strings, self._wide = rows[: count * size], strings, wide
        self._layout = struct.Struct(f"{order}{'IBxH8xQ' if wide else 'I4xIBxH'}")
        marks = self._rows[info::size].translate(_FUNCTION)
        values, places = compress(_words(self._rows, order, wide), marks), compress(range(0, count * size, size), marks)
        mask = ~1 if thumb else ~0
        chosen = sorted(((value & mask) << _PLACE | place for value, place in zip(values, places, strict=True)))
        self._starts = array("Q", [both >> _PLACE for both in chosen])
        self._places = array("Q", [both & (1 << _PLACE) - 1 for both in chosen])
        self._left = _MOST_NAMES + 4 * len(strings)

    def around(self, address: int) -> Function | None:
        """Give the function around an address: the one that starts last, by its best name."""
        place = bisect_right(self._starts, address) - 1
        found: list[_Ranked] = []
        for number in range(place, max(place - _MOST_NESTED, -1), -1):
            start = self._starts[number]
            if found and start != found[0].function.start:
                break
            if address < start + self._row(number)[3]:
                found += self._ranked(number)
        return min(found).function if found else None

    def name_at(self, address: int) -> SymbolName | None:
        """Give the best name of what starts at an address, whatever its size."""
        place = bisect_right(self._starts, address) - 1
        found: list[_Ranked] = []
        for number in range(place, max(place - _MOST_NESTED, -1), -1):
            if self._starts[number] != address:
                break
            found += self._ranked(number)
        return min(found).function.name if found else None

    def _ranked(self, number: int) -> list[_Ranked]:
        """Read a function with its rank; nothing when it has no name or is not of this file."""
        index, info, section, size = self._row(number)
        name = self._name(index) if section else ""
        if not name:
            return []
        binding = info >> 4
        rank = _BEST_BINDING.index(binding) if binding in _BEST_BINDING else len(_BEST_BINDING)
        underscores = 0 if name.startswith("_Z") else len(name) - len(name.lstrip("_"))
        return [_Ranked(rank, -size, underscores, name, Function(SymbolName(name), self._starts[number], size))]

    def _row(self, number: int) -> tuple[int, int, int, int]:
        """Read st_name, st_info, st_shndx and st_size, which stand in another order in each class."""
        row = self._layout.unpack_from(self._rows, self._places[number])
        return row if self._wide else (row[0], row[2], row[3], row[1])

    def _name(self, index: int) -> str:
        if self.is_exhausted:
            return ""
        end = max(self._strings.find(b"\0", index, index + _LONGEST_NAME), index)
        self._left -= end - index
        return "" if self.is_exhausted else self._strings[index:end].decode("utf-8", "surrogateescape")

    @property
    def is_exhausted(self) -> bool:
        """Whether names overlap so much that no more are read: a hundred thousand may share one long end."""
        return self._left < 0


def _words(rows: bytes, order: str, wide: bool) -> Sequence[int]:
    """Give st_value of each row."""
    if order == ("<" if sys.byteorder == "little" else ">"):
        return memoryview(rows).cast("Q")[1::3] if wide else memoryview(rows).cast("I")[1::4]
    return [value for (value,) in struct.iter_unpack(f"{order}{'8xQ8x' if wide else '4xI8x'}", rows)]


def _by_sections(table: SectionTable) -> list[_SymbolNames]:
    found = []
    for section in table.sections:
        if section.type == SHT_SYMTAB:
            if section.link >= len(table.sections):
                raise ElfError("the symbol table has no string table", section.offset)
            rows, strings = table.content(section), table.content(table.sections[section.link])
            thumb = table.machine == "armv7l"
            found.append(_SymbolNames(rows, strings, table.order, table.elf_class == 64, thumb))
    return found[:1]


def _by_dynamic(file: DynamicFile) -> list[_SymbolNames]:
    start = file.table(DT_SYMTAB)
    if start is None:
        return []
    wide = file.elf_class == 64
    begin, end = file.span(start, count_rows(file) * (24 if wide else 16))
    return [_SymbolNames(file.buffer[begin:end], file.string_bytes(), file.order, wide, file.machine == "armv7l")]


def _unwind_address(sections: SectionTable | None, file: DynamicFile | None) -> int | None:
    section = None if sections is None else sections.named(".eh_frame_hdr")
    if section is not None:
        return section.address
    segments = () if file is None else file.segments.get(PT_GNU_EH_FRAME, ())
    return segments[0].address if segments else None
