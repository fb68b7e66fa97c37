"""A debug section read in pieces, and a cursor that reads numbers, LEB128 and texts from one piece.

DWARF 5 7.6 "Variable Length Data" and 7.4 "32-Bit and 64-Bit DWARF Formats". Debug sections are the largest of a file,
and a look-up needs a few kilobytes of them, so what is not compressed is never read as a whole.

Every read is checked. The trap is a LEB128 number without an end: as a Python number it grows, and the work with it.
"""

from __future__ import annotations

from glibcheck.elf.sections import SHF_COMPRESSED, SHT_NOBITS
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from glibcheck.elf.buffer import Buffer
    from glibcheck.elf.sections import SectionTable

    ByteOrder = Literal["little", "big"]

LONGEST_TEXT = 1 << 16
_NEAR = 1 << 9  # bytes; most names are much shorter
_WIDEST = 70  # bits of a LEB128 number: ten bytes, as a 64-bit number takes at most


class Part:
    """A debug section; offsets count from its start, and a slice is cut at its end."""

    def __init__(self, buffer: Buffer, start: int = 0, size: int | None = None) -> None:
        """Take the bytes of a buffer from `start`, by default all to its end."""
        self._buffer, self._start = buffer, start
        self.size = max(len(buffer) - start, 0) if size is None else max(min(size, len(buffer) - start), 0)

    def read(self, start: int, end: int) -> bytes:
        """Give the bytes between two offsets."""
        end = min(end, self.size)
        return self._buffer[self._start + start : self._start + end] if 0 <= start < end else b""

    def text(self, offset: int) -> str | None:
        """Give the text at an offset to its zero byte; None when it lies outside or has no end."""
        piece = self.read(offset, offset + _NEAR)
        stop = piece.find(b"\0")
        if stop < 0:
            piece = self.read(offset, offset + LONGEST_TEXT)
            stop = piece.find(b"\0")
        return piece[:stop].decode("utf-8", "surrogateescape") if stop >= 0 else None


def debug_part(table: SectionTable, name: str) -> Part:
    """Open the debug section `.debug_NAME`; empty when there is none; raises ElfError when it cannot be inflated."""
    section = table.named(f".debug_{name}")
    if section is None or section.flags & SHF_COMPRESSED or section.type == SHT_NOBITS:
        return Part(table.debug(name))
    return Part(table.buffer, section.offset, section.size)


def byte_order(table: SectionTable) -> ByteOrder:
    """Name the byte order of a file as `int.from_bytes` does."""
    return "little" if table.order == "<" else "big"


class Cursor:
    """A place in a piece of a section; every method reads what stands there and goes on; raises ElfError at the end."""

    __slots__ = ("data", "order", "place")

    def __init__(self, data: bytes, place: int, order: ByteOrder) -> None:
        """Start at an offset of the piece."""
        self.data, self.place, self.order = data, place, order

    def number(self, size: int) -> int:
        """Read an unsigned number of so many bytes."""
        return int.from_bytes(self.take(size), self.order)

    def take(self, size: int) -> bytes:
        """Read so many bytes."""
        end = self.place + size
        if size < 0 or end > len(self.data):
            raise ElfError("it is cut off")
        taken = self.data[self.place : end]
        self.place = end
        return taken

    def uleb(self) -> int:
        """Read an unsigned LEB128 number."""
        value = shift = 0
        for byte in self.data[self.place : self.place + _WIDEST // 7]:
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                self.place += shift // 7
                return value
        raise ElfError("a number has no end" if shift == _WIDEST else "it is cut off")

    def sleb(self) -> int:
        """Read a signed LEB128 number."""
        start = self.place
        value, bits = self.uleb(), 7 * (self.place - start)
        return value - (1 << bits) if value >> (bits - 1) else value

    def initial_length(self) -> tuple[int, bool]:
        """Read a unit_length; gives it, in bytes, and whether it is 64-bit DWARF."""
        size = self.number(4)
        if size == 0xFFFFFFFF:
            return self.number(8), True
        if size >= 0xFFFFFFF0:
            raise ElfError(f"its length is one of the reserved ones ({size:#x})")
        return size, False

    def text(self) -> bytes:
        """Read a text to its zero byte."""
        stop = self.data.find(b"\0", self.place, self.place + LONGEST_TEXT)
        if stop < 0:
            raise ElfError("a text has no end")
        taken = self.data[self.place : stop]
        self.place = stop + 1
        return taken
