"""Where the directory of a zip archive is: the end record, behind everything else, and its ZIP64 sibling.

APPNOTE 4.3.14 to 4.3.16. A zip archive is read from its end, so bytes in front of it (a self-extracting program) do no
harm: what the end record says is wrong by their number, and so are all offsets; `base` is that number.

Trap: programs disagree about which end record counts when there are several, and attackers know. We take the one that
`zipfile`, and so pip, takes, and refuse the archive when anything about it is in doubt.
"""

from __future__ import annotations

import struct

from glibcheck.errors import ArchiveError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.archives.member import Limits
    from glibcheck.elf.buffer import Buffer

_END, _END64, _LOCATOR = struct.Struct("<4s4H2IH"), struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")
_END_MAGIC, _END64_MAGIC, _LOCATOR_MAGIC = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_LONGEST_COMMENT = 0xFFFF
# A number that has no room in the end record: disk, first disk, entries of this disk, entries, size, offset.
_FULL = (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


class Directory(Record):
    """The place of the central directory: where it starts and ends, and `base`, to add to all offsets in it.

    `entries` is their number; without ZIP64 (`exact` is False) there is room for the lower 16 bits only.
    """

    start: int
    end: int
    base: int
    entries: int
    exact: bool


def find_directory(buffer: Buffer, limits: Limits) -> Directory:
    """Find the central directory of the archive; raises ArchiveError when there is none, or it cannot be trusted."""
    place = _end_record(buffer)
    _, *fields, _ = _END.unpack(buffer[place : place + _END.size])
    end, exact = place, False
    locator = place - _LOCATOR.size
    if locator >= 0 and buffer[locator : locator + 4] == _LOCATOR_MAGIC:
        end, wide_fields = _end_record64(buffer, locator)
        for narrow, wide, full in zip(fields, wide_fields, _FULL, strict=True):
            if narrow not in (wide, full):
                raise ArchiveError(f"the two end records contradict each other: {narrow} and {wide}", place)
        fields, exact = wide_fields, True
    disk, first, here, count, size, offset = fields
    if disk or first or here != count:
        raise ArchiveError("one part of an archive of several; join them first", place)
    base = end - size - offset
    if base < 0:
        raise ArchiveError(f"the directory should be {size} bytes at {offset:#x}, which are not in the file", place)
    if size > limits.directory or count > limits.members:
        raise ArchiveError(f"{count} members, listed in {size} bytes: over the limits", place)
    return Directory(base + offset, end, base, count, exact)


def _end_record(buffer: Buffer) -> int:
    """Find the last end record; the comment behind it must end with the file."""
    size = len(buffer)
    start = max(size - _END.size - _LONGEST_COMMENT, 0)
    tail = buffer[start:size]
    if tail[-_END.size :][:4] == _END_MAGIC and tail[-2:] == b"\0\0":
        return size - _END.size
    found = tail.rfind(_END_MAGIC)
    if found < 0:
        raise ArchiveError("no end record: it is no zip archive, or it is cut short")
    comment = int.from_bytes(tail[found + 20 : found + 22], "little")
    missing = found + _END.size + comment - len(tail)
    if missing > 0:
        raise ArchiveError(f"cut short: {missing} bytes of the end record are missing", start + found)
    if missing < 0:
        raise ArchiveError(f"{-missing} bytes follow the archive, where programs expect other things", start + found)
    return start + found


def _end_record64(buffer: Buffer, locator: int) -> tuple[int, list[int]]:
    """Read the ZIP64 end record that a locator names: where it is, and the fields that the short one has, too.

    The record ends where the locator starts; bytes in front of the archive shift it from where the locator says.
    """
    _, disk, offset, disks = _LOCATOR.unpack(buffer[locator : locator + _LOCATOR.size])
    if disk or disks > 1:
        raise ArchiveError("one part of an archive of several; join them first", locator)
    last = locator - _END64.size
    for place in (offset, last):
        if 0 <= place <= last and buffer[place : place + 4] == _END64_MAGIC:
            _, size, _, _, *fields = _END64.unpack(buffer[place : place + _END64.size])
            if place + 12 + size == locator:
                return place, fields
    raise ArchiveError("the ZIP64 end record is not where its locator says", locator)
