"""Zip archives, wheels above all: the members in the order of the central directory, inflated as they are read.

APPNOTE 4.3 (structure), 4.4 (fields). `zipfile` would do, but it takes as long to import as a scan of a small wheel
takes, builds an object of twenty fields for each member, and inflates by zlib only.

Every member is described twice, in the directory and in front of its data. Programs that believe one or the other would
unpack different files, so a member whose descriptions differ is bad, and so is one that overlaps its neighbour, one
that declares an incredible size, and one whose name is another's. Nothing is inflated to find that out.
"""

from __future__ import annotations

import struct
from bisect import bisect_right

from glibcheck.archives import inflate
from glibcheck.archives.directory import ENCRYPTED, FULL32, PATCH, SIZES_FOLLOW, Entry, read_entries, widened
from glibcheck.archives.endrecord import find_directory
from glibcheck.archives.member import DEFAULT_LIMITS, ELF_MAGIC, BadMember, fault_of_name, fault_of_size
from glibcheck.archives.ranged import RangeBuffer
from glibcheck.archives.streamed import StreamedBuffer
from glibcheck.errors import ArchiveError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.archives.member import Limits
    from glibcheck.elf.buffer import Buffer

STORED, DEFLATED = 0, 8
# What else is met, by the number of its method (APPNOTE 4.4.5).
_METHODS = {1: "shrunk", 6: "imploded", 9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd", 95: "xz", 98: "PPMd"}
_LOCAL = struct.Struct("<4s2xHH4xIIIHH")
_MAGIC = b"PK\x03\x04"
_COPIED = 1 << 20


class Member(Record):
    """A file or directory (its name ends in a slash) of the archive, as both its descriptions say.

    `offset` is where its data starts, in bytes from the start of the buffer; `method` is 0 (stored) or 8 (deflated).
    """

    name: str
    size: int
    compressed: int
    method: int
    crc: int
    offset: int


def members(buffer: Buffer, limits: Limits = DEFAULT_LIMITS) -> Iterator[Member | BadMember]:
    """List the members in the order of the directory; each is checked when it is reached.

    Raises: ArchiveError, before the first one, when the directory is damaged or over the limits.
    """
    directory = find_directory(buffer, limits)
    entries = read_entries(buffer, directory)
    starts = sorted(entry.header for entry in entries)
    starts.append(directory.start)
    seen: set[str] = set()
    left = limits.total
    for entry in entries:
        name = entry.name()
        cost = entry.size if entry.method == DEFLATED else 0
        fault = fault_of_name(name, limits) or _fault(entry, limits)
        if name in seen:
            fault = "its name appears twice; the first is read"
        elif cost > left:
            fault = fault or f"with it, the archive unpacks to more than {limits.total} bytes"
        seen.add(name)
        # Its data ends where the next member starts, or the directory; behind that is no place for members.
        following = bisect_right(starts, entry.header)
        end = starts[following] if following < len(starts) else 0
        place = fault or _data_offset(buffer, entry, end)
        if isinstance(place, str):
            yield BadMember(name, place)
        else:
            left -= cost
            yield Member._make((name, entry.size, entry.compressed, entry.method, entry.crc, place))


def starts_with_elf(buffer: Buffer, member: Member) -> bool:
    """Say whether a member begins as an ELF file does; raises ArchiveError when it cannot be inflated."""
    if member.size < len(ELF_MAGIC):
        return False
    end = member.offset + member.compressed
    if member.method == STORED:
        return buffer[member.offset : min(member.offset + len(ELF_MAGIC), end)] == ELF_MAGIC
    return inflate.inflate_first(buffer, member.offset, end, len(ELF_MAGIC)) == ELF_MAGIC


def open_member(buffer: Buffer, member: Member, limits: Limits = DEFAULT_LIMITS) -> Buffer:
    """Give the content of a member as a buffer, of which nothing is read yet; reading raises ElfError."""
    if member.method == STORED:
        return RangeBuffer(buffer, member.offset, member.size)
    return StreamedBuffer(lambda: _chunks(buffer, member), member.size, limits.read)


def checked_chunks(buffer: Buffer, member: Member) -> Iterator[bytes]:
    """Give the content of a member in chunks, together never more than the directory says.

    Raises: ArchiveError unless size and CRC are what the directory says, behind the last chunk.
    """
    crc = size = 0
    for chunk in _chunks(buffer, member):
        crc, size = inflate.ENGINE.crc32(chunk, crc), size + len(chunk)
        if size > member.size:
            break
        yield chunk
    if size != member.size:
        found = f"over {member.size}" if size > member.size else str(size)
        raise ArchiveError(f"{member.name}: {found} bytes, the directory says {member.size}", member.offset)
    if crc != member.crc:
        raise ArchiveError(f"{member.name}: CRC {crc:08x}, the directory says {member.crc:08x}", member.offset)


def check_crc(buffer: Buffer, member: Member) -> None:
    """Read a member to its end; raises ArchiveError unless size and CRC are what the directory says."""
    for _ in checked_chunks(buffer, member):
        pass


def _chunks(buffer: Buffer, member: Member) -> Iterator[bytes]:
    end = member.offset + member.compressed
    if member.method == DEFLATED:
        return inflate.inflate(buffer, member.offset, end)
    return (buffer[place : min(place + _COPIED, end)] for place in range(member.offset, end, _COPIED))


def _fault(entry: Entry, limits: Limits) -> str | None:
    """Say why the member that an entry announces is not read, None when it may be."""
    if entry.flags & ENCRYPTED:
        return "it is encrypted"
    if entry.flags & PATCH:
        return "it is a patch to another file"
    if entry.method not in (STORED, DEFLATED):
        return f"compressed by method {entry.method} ({_METHODS.get(entry.method, 'unknown')}), which is not read"
    if entry.method == STORED and entry.compressed != entry.size:
        return f"stored as it is, and yet {entry.compressed} bytes are said to be {entry.size}"
    return fault_of_size(entry.size, entry.compressed, limits)


def _data_offset(buffer: Buffer, entry: Entry, end: int) -> int | str:
    """Find where the data of a member starts, by the header before it; or say how that contradicts the directory.

    `end` is where the next member or the directory starts.
    """
    behind_name = entry.header + _LOCAL.size + len(entry.text)
    header = buffer[entry.header : min(behind_name, end)]
    if len(header) < _LOCAL.size + len(entry.text):
        return "it lies outside of the archive, or in another member"
    magic, flags, method, *sizes, name, extra = _LOCAL.unpack_from(header)
    if magic != _MAGIC:
        return "no member starts where the directory says"
    place: int = behind_name + extra
    if place + entry.compressed > end:
        return "its data reaches into the next member or out of the archive"
    if name != len(entry.text) or header[_LOCAL.size :] != entry.text:
        other = "name"
    elif method != entry.method or (flags ^ entry.flags) & ENCRYPTED:
        other = "compression or encryption"
    elif not flags & SIZES_FOLLOW and not _same_sizes(entry, sizes, buffer[behind_name:place]):
        other = "size or CRC"
    else:
        return place
    return f"it has another {other} in front of its data than in the directory"


def _same_sizes(entry: Entry, sizes: list[int], extra: bytes) -> bool:
    """Compare CRC, compressed size and size in front of the data with the directory.

    Who writes without knowing them sets SIZES_FOLLOW, and they mean nothing.
    """
    crc, compressed, size = sizes
    if FULL32 in (compressed, size):
        try:
            size, compressed = widened((size, compressed), extra, entry.header)
        except ArchiveError:
            return False
    return (crc, compressed, size) == (entry.crc, entry.compressed, entry.size)
