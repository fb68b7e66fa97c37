"""The dynamic section of a file, found as the loader finds it: ELF header, program headers, PT_DYNAMIC.

Section headers are for linkers and debuggers; files without them run, so nothing here depends on them.
gABI chapter 4 (ELF header), chapter 5 (program header, dynamic section).

Trap: dynamic entries hold virtual addresses. A file offset comes from the PT_LOAD segment that maps the
address, and tools such as patchelf add segments, so the offset is not the address minus one constant.

The input is not trusted: every read is checked against the buffer, and what points outside is an ElfError
with the offset at fault.
"""

from __future__ import annotations

import struct
from operator import itemgetter

from glibcheck.elf.strings import LONGEST_NAME, StringTable
from glibcheck.errors import ElfError, NotDynamicError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from glibcheck.elf.buffer import Buffer

MAGIC = b"\x7fELF"

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_STACK = 1, 2, 3, 4, 0x6474E551
PT_GNU_EH_FRAME = 0x6474E550
_SEGMENTS_READ = frozenset({PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_EH_FRAME, PT_GNU_STACK})
PF_X, PF_W = 1, 2
PN_XNUM = 0xFFFF

DT_NULL, DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB = 0, 1, 4, 5, 6
DT_STRSZ, DT_SONAME, DT_RPATH, DT_RUNPATH = 10, 14, 15, 29
DT_RELA, DT_RELASZ, DT_REL, DT_RELSZ = 7, 8, 17, 18
DT_JMPREL, DT_PLTRELSZ, DT_PLTREL = 23, 2, 20
DT_TEXTREL, DT_FLAGS, DT_RELR, DF_TEXTREL = 22, 30, 36, 4
DT_INIT, DT_FINI = 12, 13
DT_GNU_HASH = 0x6FFFFEF5
DT_VERSYM, DT_VERDEF, DT_VERDEFNUM = 0x6FFFFFF0, 0x6FFFFFFC, 0x6FFFFFFD
DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF

_CLASSES, _ORDERS = {1: 32, 2: 64}, {1: "<", 2: ">"}
_HEADER = 64  # bytes, of the larger class

# What a Segment holds of a program header, whose fields stand in another order in each class.
_OF_WIDE: Callable[[tuple[int, ...]], tuple[int, ...]] = itemgetter(3, 2, 5, 1, 7)
_OF_NARROW: Callable[[tuple[int, ...]], tuple[int, ...]] = itemgetter(2, 1, 4, 6, 7)

# The layouts of all structures, by their format: there are a few dozen, and each file needs ten of them.
_LAYOUTS: dict[str, struct.Struct] = {}

_MACHINES = {
    (3, 32, "<"): "i686",
    (8, 32, "<"): "mipsel",
    (8, 64, "<"): "mips64el",
    (20, 32, ">"): "ppc",
    (21, 64, ">"): "ppc64",
    (21, 64, "<"): "ppc64le",
    (22, 32, ">"): "s390",
    (22, 64, ">"): "s390x",
    (40, 32, "<"): "armv7l",
    (62, 32, "<"): "x32",
    (62, 64, "<"): "x86_64",
    (183, 64, "<"): "aarch64",
    (243, 32, "<"): "riscv32",
    (243, 64, "<"): "riscv64",
    (258, 64, "<"): "loongarch64",
}


def machine_name(number: int, elf_class: int, order: str) -> str:
    """Name e_machine as `uname -m` does, 'machine 4711' when unknown; `order` is struct's byte order mark."""
    return _MACHINES.get((number, elf_class, order), f"machine {number}")


class Segment(Record):
    """One program header: p_vaddr, p_offset, p_filesz, p_flags, p_align; sizes and places in bytes."""

    address: int
    offset: int
    size: int
    flags: int
    align: int


class DynamicFile:
    """A file whose dynamic section has been read; addresses can be followed into the buffer.

    `segments` holds the program headers that matter here by type, in file order; `tags` the last value of each dynamic
    tag, which is the one that ld.so keeps; `needed` the string indices of all DT_NEEDED entries, in file order. The
    object keeps the buffer.
    """

    def __init__(self, buffer: Buffer) -> None:
        """Read the headers and PT_DYNAMIC.

        Raises: ElfError when the buffer is no ELF file, is cut short, or has no dynamic section.
        """
        self.buffer = buffer
        head = buffer[:_HEADER]
        self.elf_class, self.order = _identity(head)
        header = self.layout("HHIQQQIHHHHHH" if self.elf_class == 64 else "HHIIIIIHHHHHH")
        if len(head) < 16 + header.size:
            raise self._cut_short(header.size, 16)
        (self.type, machine, _, _, phoff, shoff, _, _, phentsize, phnum, _, _, _) = header.unpack_from(head, 16)
        self.machine_number = machine
        self.machine = machine_name(machine, self.elf_class, self.order)
        self.segments: dict[int, list[Segment]] = {}
        self._read_segments(phoff, phentsize, self._segment_count(phnum, shoff))
        self.tags, self.needed = self._read_dynamic()
        self.strings = self._strings()

    def layout(self, fields: str) -> struct.Struct:
        """Give the Struct of `fields` in the byte order of the file, without padding."""
        code = self.order + fields
        found = _LAYOUTS.get(code)
        if found is None:
            found = _LAYOUTS[code] = struct.Struct(code)
        return found

    def unpack(self, layout: struct.Struct, offset: int) -> tuple[int, ...]:
        """Read one structure at a file offset; ElfError when it does not lie inside the buffer."""
        data = self.buffer[offset : offset + layout.size] if offset >= 0 else b""
        if len(data) < layout.size:
            raise self._cut_short(layout.size, offset)
        return layout.unpack(data)

    def offset_of(self, address: int) -> int:
        """Find the file offset of a virtual address; ElfError when no PT_LOAD segment maps it."""
        for segment in self.segments.get(PT_LOAD, ()):
            if segment.address <= address < segment.address + segment.size:
                return segment.offset + address - segment.address
        raise ElfError(f"no segment of the file holds address {address:#x}")

    def table(self, tag: int) -> int | None:
        """Give the file offset of the table that a dynamic tag points at; None when the tag is absent."""
        address = self.tags.get(tag)
        return None if address is None else self.offset_of(address)

    def span(self, offset: int, size: int) -> tuple[int, int]:
        """Check that `size` bytes at `offset` lie inside the buffer and give (start, end)."""
        if offset < 0 or offset + size > len(self.buffer):
            raise self._cut_short(size, offset)
        return offset, offset + size

    def interpreter(self) -> str | None:
        """Read PT_INTERP, the loader that an executable asks for; None when there is none."""
        if PT_INTERP not in self.segments:
            return None
        segment = self.segments[PT_INTERP][0]
        start, end = self.span(segment.offset, segment.size)
        text = self.buffer[start : min(end, start + LONGEST_NAME)]
        return text.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")

    def string_bytes(self) -> bytes:
        """Read the whole dynamic string table, for who looks up a few names at any place."""
        start, end = self._string_span()
        return self.buffer[start:end]

    def _cut_short(self, size: int, offset: int) -> ElfError:
        end = len(self.buffer)
        return ElfError(f"{size} bytes expected, the file ends at {end:#x}: it is cut short or damaged", offset)

    def _segment_count(self, phnum: int, shoff: int) -> int:
        if phnum != PN_XNUM:
            return phnum
        # The real count is sh_info of section header 0 (gABI chapter 4, e_phnum).
        return self.unpack(self.layout("I"), shoff + (44 if self.elf_class == 64 else 28))[0]

    def _read_segments(self, phoff: int, phentsize: int, phnum: int) -> None:
        wide = self.elf_class == 64
        fields, size, picked = ("IIQQQQQQ", 56, _OF_WIDE) if wide else ("IIIIIIII", 32, _OF_NARROW)
        if phnum and phentsize < size:
            raise ElfError(f"program headers of {phentsize} bytes, at least {size} expected", phoff)
        begin, end = self.span(phoff, phentsize * phnum)
        if phnum > PN_XNUM:  # The loader knows no such files; core dumps, which are none of ours, may have more.
            raise ElfError(f"{phnum} program headers; no program or library has as many", phoff)
        padding = f"{max(phentsize - size, 0)}x"
        for header in struct.iter_unpack(self.order + fields + padding, self.buffer[begin:end]):
            if header[0] in _SEGMENTS_READ:
                self.segments.setdefault(header[0], []).append(Segment._make(picked(header)))

    def _read_dynamic(self) -> tuple[dict[int, int], list[int]]:
        """Read PT_DYNAMIC: the tags, and all values of DT_NEEDED."""
        if PT_DYNAMIC not in self.segments:
            raise NotDynamicError(_why_not_dynamic(self.type))
        segment = self.segments[PT_DYNAMIC][0]
        # `objcopy --only-keep-debug` keeps the header and drops the content, so its place may lie outside the file.
        if segment.size == 0:
            raise NotDynamicError(_why_not_dynamic(self.type))
        start, end = self.span(segment.offset, segment.size)
        letter, size = ("Q", 16) if self.elf_class == 64 else ("I", 8)
        count = (end - start) // size
        words = struct.unpack(f"{self.order}{2 * count}{letter}", self.buffer[start : start + size * count])
        tags, values = words[::2], words[1::2]
        if DT_NULL in tags:  # nothing counts behind it
            end = tags.index(DT_NULL)
            tags, values = tags[:end], values[:end]
        needed = [value for tag, value in zip(tags, values, strict=True) if tag == DT_NEEDED]
        return dict(zip(tags, values, strict=True)), needed

    def _strings(self) -> StringTable:
        """Find the dynamic string table, empty when there is none."""
        return StringTable(self.buffer, *self._string_span())

    def _string_span(self) -> tuple[int, int]:
        start = self.table(DT_STRTAB)
        if start is None:
            return 0, 0
        return self.span(start, self.tags.get(DT_STRSZ, len(self.buffer) - start))


def _identity(head: bytes) -> tuple[int, str]:
    """Read e_ident, of the first bytes of a file: (32 or 64, struct's byte order mark)."""
    if not head.startswith(MAGIC):
        raise ElfError("not an ELF file")
    if len(head) < 52:
        raise ElfError(f"the ELF header is cut short, the file has {len(head)} bytes")
    elf_class, order = _CLASSES.get(head[4]), _ORDERS.get(head[5])
    if elf_class is None or order is None:
        raise ElfError(f"unknown ELF class {head[4]} or byte order {head[5]}", 4)
    return elf_class, order


def _why_not_dynamic(elf_type: int) -> str:
    if elf_type == 1:
        return "a relocatable object, not linked yet: it has no symbol versions"
    if elf_type == 4:
        return "a core dump, not a program or library"
    return "no dynamic section (a static executable or debug file): it has no symbol versions"
