"""The sections of a file, by its section headers: what linkers and debuggers read, and the loader does not.

gABI chapter 4 ("Sections", "Compressed Sections"). A section is read when its content is asked for. Debug sections may
be compressed: with SHF_COMPRESSED (zlib or zstd), or the older way of a name that starts with '.zdebug' (zlib behind
"ZLIB" and the size). What one inflates to is bounded, since a hostile one says a terabyte in a few bytes.
"""

from __future__ import annotations

import struct
import sys
import zlib

from glibcheck.elf.dynamic import MAGIC, machine_name
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.buffer import Buffer

SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_NOBITS, SHT_REL, SHT_DYNSYM = 1, 2, 3, 4, 8, 9, 11
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR, SHF_GROUP, SHF_COMPRESSED = 1, 2, 4, 0x200, 0x800
SHN_UNDEF, SHN_LORESERVE, SHN_XINDEX = 0, 0xFF00, 0xFFFF
ET_REL, ET_EXEC, ET_DYN = 1, 2, 3
_MOST_INFLATED = 1 << 30  # bytes of one section; the largest debug section of a browser is near it
_LONGEST_NAME = 1024  # bytes; a hostile file may give each of 65,000 sections the same endless name
_LONGEST_LABEL = 80
_ZLIB, _ZSTD = 1, 2
# What is debug information may be compressed, and nothing else.
_NEVER_COMPRESSED = frozenset((SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_REL, SHT_DYNSYM))
_INFLATED = 64  # times the size of a file, and at least
_INFLATED_AT_LEAST = 1 << 26  # bytes: all of its sections together


class Section(Record):
    """A section header: sh_name as text, and its other fields as gABI names them; `number` is its index."""

    number: int
    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    entry_size: int

    @property
    def label(self) -> str:
        """Its name for a message: the number, when the name is long or nothing to print."""
        return (
            self.name if self.name.isprintable() and 0 < len(self.name) <= _LONGEST_LABEL else f"section {self.number}"
        )


class SectionTable:
    """The section headers of an ELF file of any kind; raises ElfError when they are none or damaged.

    `type` is e_type; `order` is struct's byte order mark; `sections` are in file order, the null one first, and empty
    when the file was stripped of its headers.
    """

    def __init__(self, buffer: Buffer) -> None:
        """Read the ELF header and all section headers; the buffer is kept."""
        self.buffer = buffer
        self._left = _INFLATED_AT_LEAST + _INFLATED * len(buffer)
        self._relocations: dict[int, list[Section]] | None = None
        head = buffer[:64]
        if head[:4] != MAGIC or len(head) < 52 or head[4] not in (1, 2) or head[5] not in (1, 2):
            raise ElfError("not an ELF file", 0)
        self.elf_class = 32 * head[4]
        self.order = "<" if head[5] == 1 else ">"
        self.type, number = struct.unpack_from(f"{self.order}HH", head, 16)
        self.machine = machine_name(number, self.elf_class, self.order)
        try:
            self.sections = tuple(self._read(head))
        except struct.error as error:
            raise ElfError("the section headers lie outside of the file") from error

    def named(self, name: str) -> Section | None:
        """Give the first section of a name; None when there is none, or it has no content in the file."""
        for section in self.sections:
            if section.name == name and section.type != SHT_NOBITS:
                return section
        return None

    def content(self, section: Section) -> bytes:
        """Read a section, inflated when it is compressed; raises ElfError when it is cut off or cannot be inflated."""
        if section.type == SHT_NOBITS:
            return b""
        data = self.buffer[section.offset : section.offset + section.size]
        if len(data) < section.size:
            raise ElfError(f"{section.label} reaches behind the end of the file", section.offset)
        if section.flags & SHF_COMPRESSED:
            return self._inflated(section, data)
        if section.name.startswith(".zdebug") and data[:4] == b"ZLIB":
            self._allow(section, int.from_bytes(data[4:12], "big"))
            return _zlib(section, data[12:], int.from_bytes(data[4:12], "big"))
        return data

    def relocations_of(self, number: int) -> tuple[Section, ...]:
        """Give the relocation tables (REL and RELA) of the section of a number, in file order."""
        if self._relocations is None:
            self._relocations = {}
            for section in self.sections:
                if section.type in (SHT_RELA, SHT_REL):
                    self._relocations.setdefault(section.info, []).append(section)
        return tuple(self._relocations.get(number, ()))

    def debug(self, name: str) -> bytes:
        """Read the debug section `.debug_NAME`, or `.zdebug_NAME`; empty when there is none; raises ElfError."""
        section = self.named(f".debug_{name}") or self.named(f".zdebug_{name}")
        return b"" if section is None else self.content(section)

    def _read(self, head: bytes) -> Iterator[Section]:
        wide = self.elf_class == 64
        start = struct.unpack_from(f"{self.order}{'Q' if wide else 'I'}", head, 40 if wide else 32)[0]
        size, count, names = struct.unpack_from(f"{self.order}3H", head, 58 if wide else 46)
        layout = struct.Struct(f"{self.order}{'IIQQQQIIQQ' if wide else '10I'}")
        if not start:
            return
        if count == 0 or names == SHN_XINDEX:  # too many for 16 bits: the first header has the numbers
            first = layout.unpack(self.buffer[start : start + layout.size])
            count, names = count or first[5], first[6] if names == SHN_XINDEX else names
        if size < layout.size or start + count * size > len(self.buffer):
            raise ElfError("the section headers lie outside of the file", start)
        table = self.buffer[start : start + count * size]
        rows = [layout.unpack_from(table, place) for place in range(0, count * size, size)]
        text = self.buffer[rows[names][4] : rows[names][4] + rows[names][5]] if names < len(rows) else b""
        words = _Names(text)
        for number, (name, kind, flags, address, offset, length, link, info, _, entry) in enumerate(rows):
            yield Section._make((number, words.at(name), kind, flags, address, offset, length, link, info, entry))

    def _inflated(self, section: Section, data: bytes) -> bytes:
        if section.flags & SHF_ALLOC or section.type in _NEVER_COMPRESSED:
            raise ElfError(f"{section.label} is compressed, which only debug information may be", section.offset)
        layout = struct.Struct(f"{self.order}{'I4xQ8x' if self.elf_class == 64 else 'II4x'}")
        if len(data) < layout.size:
            raise ElfError(f"{section.label} is compressed and has no header for that", section.offset)
        kind, size = layout.unpack_from(data)
        self._allow(section, size)
        if kind == _ZLIB:
            return _zlib(section, data[layout.size :], size)
        if kind == _ZSTD:
            return _zstd(section, data[layout.size :], size)
        raise ElfError(f"{section.label} is compressed in a way that is not known ({kind})", section.offset)

    def _allow(self, section: Section, size: int) -> None:
        """Count what is inflated: a megabyte may say that it is a gigabyte, and a thousand sections may be the same."""
        self._left -= size
        if size > _MOST_INFLATED or self._left < 0:
            raise ElfError(f"{section.label} says that it inflates to {size} bytes, more than is read", section.offset)


class _Names:
    """Names of sections by their offset; each is decoded once, and they may not overlap without an end."""

    def __init__(self, text: bytes) -> None:
        self._text, self._left = text, (1 << 16) + 16 * len(text)
        self._known: dict[int, str] = {}

    def at(self, offset: int) -> str:
        word = self._known.get(offset)
        if word is None:
            end = max(self._text.find(b"\0", offset, offset + _LONGEST_NAME), 0)
            word = self._known[offset] = self._text[offset:end].decode("utf-8", "surrogateescape")
            self._left -= len(word)
            if self._left < 0:
                raise ElfError("the names of the sections overlap")
        return word


def is_relocatable(head: bytes) -> bool:
    """Say whether a file that starts with these bytes (at least 18) is a relocatable object."""
    return head[:4] == MAGIC and head[16:18] == (b"\x00\x01" if head[5:6] == b"\x02" else b"\x01\x00")


def _zlib(section: Section, data: bytes, size: int) -> bytes:
    try:
        content = zlib.decompressobj().decompress(data, size + 1)
    except zlib.error as error:
        raise ElfError(f"{section.label} cannot be inflated: {error}", section.offset) from error
    return _whole(section, content, size)


def _zstd(section: Section, data: bytes, size: int) -> bytes:
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import ZstdDecompressor, ZstdError
        else:
            from backports.zstd import ZstdDecompressor, ZstdError
    except ImportError as error:
        raise ElfError(f"{section.label} is compressed by zstd; install glibcheck[conda] to read it") from error
    try:
        content = ZstdDecompressor().decompress(data, size + 1)
    except (ZstdError, EOFError) as error:
        raise ElfError(f"{section.label} cannot be inflated: {error}", section.offset) from error
    return _whole(section, content, size)


def _whole(section: Section, content: bytes, size: int) -> bytes:
    if len(content) != size:
        raise ElfError(f"{section.label} inflates to other than the {size} bytes that it says", section.offset)
    return content
