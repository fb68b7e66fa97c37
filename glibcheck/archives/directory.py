"""The directory of a zip archive: an entry for each member, and the wider numbers that ZIP64 puts behind some.

APPNOTE 4.3.12 (central directory), 4.4.4 (flags), 4.5.3 (ZIP64 extended information). It is read whole, so that members
can be held against each other before the first one is believed.
"""

from __future__ import annotations

import struct

from glibcheck.errors import ArchiveError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.archives.endrecord import Directory
    from glibcheck.elf.buffer import Buffer

ENCRYPTED, PATCH, SIZES_FOLLOW, UTF8 = 0x2041, 0x20, 0x8, 0x800  # general purpose bit flags
FULL32 = 0xFFFFFFFF  # instead of a number that stands in the ZIP64 field
_FULL16 = 0xFFFF
_ENTRY = struct.Struct("<4s4xHH4xIIIHHHH6xI")
_MAGIC = b"PK\x01\x02"
_FIELD = struct.Struct("<HH")
_ZIP64 = 1


class Entry(Record):
    """What the directory says of one member; `header` is the place of the other description, from the buffer's start.

    `compressed` and `size` are in bytes; `text` is the name as it is stored.
    """

    text: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    header: int

    def name(self) -> str:
        """Decode the name: UTF-8 when the flags say so, else the code page of DOS, as `zipfile` has it."""
        if self.text.isascii():
            return self.text.decode("ascii")
        return self.text.decode("utf-8", "surrogateescape") if self.flags & UTF8 else self.text.decode("cp437")


def read_entries(buffer: Buffer, directory: Directory) -> list[Entry]:
    """Read the whole directory; raises ArchiveError when it is not as long or as full as the end record says."""
    data = buffer[directory.start : directory.end]
    entries: list[Entry] = []
    place = 0
    while place < len(data):
        where = directory.start + place
        if place + _ENTRY.size > len(data) or data[place : place + 4] != _MAGIC:
            raise ArchiveError("damaged directory: no entry where one should start", where)
        _, flags, method, crc, compressed, size, name, extra, comment, disk, header = _ENTRY.unpack_from(data, place)
        place += _ENTRY.size
        text = data[place : place + name]
        place += name
        if disk not in (0, _FULL16):
            raise ArchiveError("one part of an archive of several; join them first", where)
        if FULL32 in (compressed, size, header):
            size, compressed, header = widened((size, compressed, header), data[place : place + extra], where)
        place += extra + comment
        entries.append(Entry._make((text, flags, method, crc, compressed, size, header + directory.base)))
    if place > len(data):
        raise ArchiveError("damaged directory: the last entry reaches over its end", directory.end)
    if len(entries) != directory.entries and (directory.exact or len(entries) & _FULL16 != directory.entries):
        raise ArchiveError(f"{len(entries)} members, the end record says {directory.entries}", directory.end)
    return entries


def widened(numbers: tuple[int, ...], extra: bytes, place: int) -> list[int]:
    """Give the numbers of an entry, those that are full from the ZIP64 field, which has them in the order given.

    Raises: ArchiveError, with the offset `place`, when the field has too few.
    """
    field = _zip64_field(extra)
    found = []
    for number in numbers:
        if number != FULL32:
            found.append(number)
        elif len(field) >= 8:
            found.append(int.from_bytes(field[:8], "little"))
            field = field[8:]
        else:
            raise ArchiveError("damaged: a number over 4 GiB is announced and not given", place)
    return found


def _zip64_field(extra: bytes) -> bytes:
    """Find the ZIP64 field among the extra fields; b"" when there is none."""
    place = 0
    while place + _FIELD.size <= len(extra):
        kind, size = _FIELD.unpack_from(extra, place)
        place += _FIELD.size
        if kind == _ZIP64:
            return extra[place : place + size]
        place += size
    return b""
