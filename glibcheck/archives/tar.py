"""Tar archives, plain or compressed: source distributions, old conda packages, and what is inside of a `.conda`.

`tarfile` knows the dialects (ustar, GNU, pax, sparse files); it is imported here, off the path of a wheel. It trusts
its input, so it reads through a file that does not: a header may take 64 KiB, with all that belongs to it, pax headers
must be in order (CVE-2024-6232: on others, older versions of Python spend minutes), the archive must go forward from
each member to the next, and it must have an end, which `tarfile` does not ask for.

Links, directories and devices are passed over: what a link points at is a member of its own.
"""

from __future__ import annotations

import io
import tarfile

from glibcheck.archives.member import DEFAULT_LIMITS, ELF_MAGIC, BadMember, fault_of_name, fault_of_size
from glibcheck.archives.ranged import FileBuffer
from glibcheck.archives.streamed import StreamedBuffer
from glibcheck.archives.unpacked import unpacked
from glibcheck.errors import ArchiveError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from glibcheck.archives.member import Limits

_LONGEST_HEADER = 64 << 10  # with extended headers, long names and the map of a sparse file
_PAX = (b"x", b"g", b"X")  # the types of headers whose content are pax records; the last is that of Solaris
_LONGEST_NUMBER = 256  # digits: far more than any time or size has
_DIGITS = bytes(48) + b"0" * 10 + bytes(198)  # for bytes.translate
_COPIED = 1 << 16
# What tarfile raises on damaged headers, besides its own errors.
_DAMAGES = (tarfile.TarError, ArithmeticError, AttributeError, EOFError, LookupError, TypeError, ValueError)


class TarMember(Record):
    """A regular file of the archive; `read` gives so many bytes (the second number) from an offset in it (the first).

    It is cheapest to read before the next member is asked for: a compressed archive cannot go back.
    """

    name: str
    size: int
    read: Callable[[int, int], bytes]


def members(fileobj: BinaryIO | io.RawIOBase, limits: Limits = DEFAULT_LIMITS) -> Iterator[TarMember | BadMember]:
    """List the regular files in archive order; the file must be seekable.

    Raises: ArchiveError when the archive is damaged, cut short, over the limits, or cannot be unpacked here; members
    in front of a damage are given before.
    """
    source = _Source(fileobj, limits)
    archive = _opened(source)
    seen: set[str] = set()
    for number, info in enumerate(_headers(archive, source)):
        if number == limits.members:
            raise ArchiveError(f"more than {limits.members} members", info.offset)
        if not info.isreg():
            continue
        fault = fault_of_name(info.name, limits) or _fault_of_holes(info, limits)
        if info.name in seen:
            fault = "its name appears twice; the first is read"
        seen.add(info.name)
        yield BadMember(info.name, fault) if fault else TarMember(info.name, info.size, _reader(archive, source, info))


def starts_with_elf(member: TarMember) -> bool:
    """Say whether a member begins as an ELF file does; raises ArchiveError when it cannot be unpacked."""
    return member.size >= len(ELF_MAGIC) and member.read(0, len(ELF_MAGIC)) == ELF_MAGIC


def open_member(member: TarMember, limits: Limits = DEFAULT_LIMITS) -> StreamedBuffer:
    """Give the content of a member as a buffer, of which nothing is read yet; reading raises ElfError."""
    return StreamedBuffer(lambda: _chunks(member), member.size, limits.read)


def _chunks(member: TarMember) -> Iterator[bytes]:
    return (member.read(place, _COPIED) for place in range(0, member.size, _COPIED))


def _opened(source: _Source) -> tarfile.TarFile:
    source.expect_header()
    try:
        return tarfile.TarFile(fileobj=source, encoding="utf-8")
    except _DAMAGES as error:
        raise ArchiveError(f"no tar archive: {error}") from error


def _headers(archive: tarfile.TarFile, source: _Source) -> Iterator[tarfile.TarInfo]:
    """Give one header after the other, until the block of zeros that ends the archive."""
    offset = 0
    while True:
        source.expect_header()
        try:
            info = archive.next()
        except _DAMAGES as error:
            raise ArchiveError(f"damaged tar header: {error}", archive.offset) from error
        if info is None:
            break
        # A negative size leads back, and around for ever.
        if info.size < 0 or archive.offset <= offset:
            raise ArchiveError("damaged tar header: the next one would be in front of it", info.offset)
        offset = archive.offset
        archive.members = []  # type: ignore[attr-defined]  # It would keep them all; typeshed does not know.
        yield info
    if source.read_at(archive.offset, tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise ArchiveError("cut short or damaged: neither a member nor the end of the archive", archive.offset)


def _fault_of_holes(info: tarfile.TarInfo, limits: Limits) -> str | None:
    """Say what is wrong with the map of a sparse file, None when all is right or the file is an ordinary one.

    Trap: a map of the old GNU kind ends with an empty part at offset 0, and tarfile makes a hole from there to the end,
    which hides what was read once. So empty parts are taken out of the map.
    """
    parts: list[tuple[int, int]] | None = info.sparse  # type: ignore[assignment]  # typeshed has bytes
    if parts is None:
        return None
    parts = [part for part in parts if part[1]]
    info.sparse = parts  # type: ignore[assignment]
    end = 0
    for offset, size in parts:
        if offset < end or size < 0:
            return "the parts of this sparse file overlap"
        end = offset + size
    if end > info.size:
        return "the parts of this sparse file reach over its end"
    return fault_of_size(info.size, sum(size for _, size in parts), limits)


def _reader(archive: tarfile.TarFile, source: _Source, info: tarfile.TarInfo) -> Callable[[int, int], bytes]:
    stream: tarfile.ExFileObject | None = None

    def read(place: int, size: int) -> bytes:
        nonlocal stream
        source.expect_data()
        try:
            stream = stream or tarfile.ExFileObject(archive, info)
            stream.seek(place)
            return stream.read(size)
        except _DAMAGES as error:
            raise ArchiveError(f"{info.name}: {error}", info.offset_data + place) from error

    return read


def _in_order(records: bytes) -> bool:
    """Check pax records: each has its length in bytes, a space, a key, an equals sign, a value and a line feed.

    The regular expressions of older versions of tarfile take quadratic time on other things, and on long numbers.
    """
    place, end = 0, len(records.rstrip(b"\0"))
    while place < end:
        length, space, _ = records[place : place + 20].partition(b" ")
        if not space or not length.isdigit():
            return False
        record = records[place : place + int(length)]
        if len(record) <= len(length) or len(record) != int(length) or record[-1:] != b"\n" or b"=" not in record:
            return False
        place += len(record)
    return b"0" * _LONGEST_NUMBER not in records.translate(_DIGITS)


class _Source(io.RawIOBase):
    """The unpacked archive, as a file for `tarfile`, which reads as much as a header tells it to."""

    def __init__(self, fileobj: BinaryIO | io.RawIOBase, limits: Limits) -> None:
        super().__init__()
        file = FileBuffer(fileobj)
        packed = unpacked(file, limits)
        self.read_at = packed.read_at if packed else lambda place, size: file[place : place + size]
        self._place = 0
        self._left: int | None = None
        self._type = b""  # of the header that was just read, b"" when something else was

    def expect_header(self) -> None:
        """Allow no more than a header to be read from here on."""
        self._left, self._type = _LONGEST_HEADER, b""

    def expect_data(self) -> None:
        """Allow any number of bytes to be read from here on."""
        self._left = None

    def read(self, size: int = -1, /) -> bytes:
        """Read `size` bytes, fewer only at the end."""
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise ArchiveError(f"a header of more than {_LONGEST_HEADER} bytes", self._place)
        data = self.read_at(self._place, size)
        if self._left is not None:
            if self._type in _PAX and not _in_order(data):
                raise ArchiveError("damaged pax header", self._place)
            self._type = data[156:157] if size == tarfile.BLOCKSIZE and self._type not in _PAX else b""
        self._place += len(data)
        return data

    def tell(self) -> int:
        """Give the place."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to an offset from the start, the only kind that `tarfile` asks for."""
        if offset < 0 or whence != io.SEEK_SET:
            raise ValueError(f"no place {offset} from {whence}")
        self._place = offset
        return offset

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def readable(self) -> bool:
        """Say yes."""
        return True
