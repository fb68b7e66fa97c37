"""The symbol table of a relocatable object in bulk: what it leaves to others, and its functions.

`elf.objects` answers for one object with pyelftools; this is for a build tree with thousands of them. gABI chapter 4,
"Symbol Table".

Traps: the objects of -flto hold code that only the linker plugin of their compiler can read. gcc's have a nearly empty
symbol table, which is no answer; clang's are no ELF files at all. And names may share their ends, so that a damaged
table can make many long ones of a few bytes; what is read of them is counted.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_right

from glibcheck.elf.dynamic import MAGIC
from glibcheck.elf.sections import ET_REL, SHN_UNDEF, SHN_XINDEX, SHT_SYMTAB, SectionTable
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Literal

    LtoCode = Literal["only", "also"]

LTO_SECTIONS = (".gnu.lto_", ".llvm.lto")
_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")  # LLVM's, bare and in its wrapper
_SLIM = b"__gnu_lto_slim"
_SHT_SYMTAB_SHNDX = 18
_STB_LOCAL, _STB_GLOBAL, _STB_WEAK = 0, 1, 2
_FUNCTIONS = frozenset((2, 10))  # STT_FUNC, STT_GNU_IFUNC
_LONGEST_VERSION = 256  # bytes of '@GLIBC_2.2.5' behind a name


class Function(Record):
    """A function in a section; `start` and `end` in bytes from the section's start, `name` an offset of its table."""

    start: int
    rank: int
    end: int
    name: int


def is_bitcode(data: bytes) -> bool:
    """Say whether an object is one of clang's -flto."""
    return data[:4] in _BITCODE


def require_relocatable(data: bytes) -> None:
    """Raise ElfError when this is not an ELF file of type ET_REL."""
    if data[:4] != MAGIC or len(data) < 52:
        raise ElfError("not an ELF object", 0)
    if int.from_bytes(data[16:18], "big" if data[5] == 2 else "little") != ET_REL:
        raise ElfError("not a relocatable object", 16)


class ObjectSymbols:
    """The symbols of an ET_REL file; raises ElfError when it is none or damaged.

    `number` is the section number of .symtab, None when there is none. `lto` is None for an ordinary object; "only"
    when all its code is for a linker plugin, "also" when it has both, and nobody knows which of them was linked.
    """

    def __init__(self, data: bytes) -> None:
        """Read the section headers and the names."""
        require_relocatable(data)
        self.table = SectionTable(data)
        sections = self.table.sections
        symtab = next((section for section in sections if section.type == SHT_SYMTAB), None)
        self.number = None if symtab is None else symtab.number
        self._content = self._strings = b""
        if symtab is not None:
            self._content = self.table.content(symtab)
            self._strings = self.table.content(sections[symtab.link]) if symtab.link < len(sections) else b""
        self._budget = 100_000 + 8 * len(data)
        self.lto: LtoCode | None = None
        if any(section.name.startswith(LTO_SECTIONS) for section in sections):
            self.lto = "only" if _SLIM in self._strings else "also"

    def wanted(self, wanted: Collection[bytes]) -> dict[int, SymbolName]:
        """Give the rows of the undefined symbols with these names, or with these and a version behind '@'."""
        strings, found = self._strings, dict[int, SymbolName]()
        names: dict[bytes, SymbolName] = {}  # each is kept once
        longest = max(map(len, wanted), default=0) + _LONGEST_VERSION
        for row, (name, _, section, _, _) in enumerate(self._rows()):
            if section == SHN_UNDEF and name:
                text, end, _ = strings[name : name + longest].partition(b"\0")
                if end and (text in wanted or text.partition(b"@")[0] in wanted):
                    if text not in names:
                        names[text] = SymbolName(text.decode("utf-8", "surrogateescape"))
                    found[row] = names[text]
        return found

    def functions(self, numbers: Collection[int]) -> dict[int, list[Function]]:
        """Give the functions in the sections of these numbers, sorted for `around`.

        Of several names for the same code, the last in this order is told: one that others can see.
        """
        found: dict[int, list[Function]] = {number: [] for number in numbers}
        odd = 1 if self.table.machine == "armv7l" else 0  # the lowest bit marks Thumb code
        extended = self._extended() if numbers else array("I")
        for row, (name, info, short, value, size) in enumerate(self._rows() if numbers else ()):
            if info & 15 not in _FUNCTIONS or not name or not size:
                continue
            number = extended[row] if short == SHN_XINDEX and row < len(extended) else short
            if number in found:
                start = value & ~odd
                rank = {_STB_GLOBAL: 2, _STB_WEAK: 1}.get(info >> 4, 0)
                found[number].append(Function(start, rank, start + size, name))
        for functions in found.values():
            functions.sort()
        return found

    def around(self, functions: list[Function], offset: int) -> SymbolName | None:
        """Name the one of these functions that an offset of their section lies in; None when none does."""
        index = bisect_right(functions, offset, key=_start)
        inside = index > 0 and offset < functions[index - 1].end
        return self.name(functions[index - 1].name) if inside else None

    def name(self, place: int) -> SymbolName:
        """Read a name; raises ElfError when it has no end, or when more was read than an honest object has."""
        end = self._strings.find(b"\0", place)
        self._budget -= end - place
        if end < 0 or self._budget < 0:
            raise ElfError("damaged object: its names reach behind their table or overlap")
        return SymbolName(self._strings[place:end].decode("utf-8", "surrogateescape"))

    def words(self, content: bytes) -> array[int]:
        """Give words of 32 bits, turned into the byte order of this machine."""
        words = array("I")
        words.frombytes(content[: len(content) // 4 * 4])
        if (self.table.order == "<") != (sys.byteorder == "little"):
            words.byteswap()
        return words

    def _rows(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Give st_name, st_info, st_shndx, st_value and st_size, the empty first row included."""
        wide = self.table.elf_class == 64
        layout = struct.Struct(self.table.order + ("IBxHQQ" if wide else "IIIBxH"))
        rows = layout.iter_unpack(self._content[: len(self._content) // layout.size * layout.size])
        return rows if wide else ((name, info, number, value, size) for name, value, size, info, number in rows)

    def _extended(self) -> array[int]:
        """Give the section numbers that do not fit st_shndx, a word a row; empty when all fit."""
        for section in self.table.sections:
            if section.type == _SHT_SYMTAB_SHNDX:
                return self.words(self.table.content(section))
        return array("I")


def _start(function: Function) -> int:
    return function.start
