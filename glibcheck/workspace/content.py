"""The whole content of a file for a close look: of the disk, mapped when it is large, or of a member of a wheel.

A scan reads little of a file and closes it (see `diskfile`); a trace goes through code and debug information, and comes
back to it, so the content must outlive the open file.
"""

from __future__ import annotations

import mmap
import os
import stat

from glibcheck.archives import zip as zips
from glibcheck.archives.member import BadMember
from glibcheck.errors import ArchiveError, ElfError, InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import overload

    from glibcheck.archives.zip import Member
    from glibcheck.elf.buffer import Buffer

_QUIETLY = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY  # never waits for the other end of a pipe
_MAPPED = 1 << 24  # bytes; smaller files are read
_MARK = ".whl:"
_LARGEST_MEMBER = 1 << 31  # bytes, inflated into memory


def whole_file(path: str) -> Buffer:
    """Read or map a regular file; raises InputError when it is none or cannot be read."""
    try:
        descriptor = os.open(path, _QUIETLY)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise InputError(path, "is not a regular file")
            if status.st_size > _MAPPED:
                return mmap.mmap(descriptor, status.st_size, access=mmap.ACCESS_READ)
            return _read(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(path, "cannot be read: the name holds a zero byte") from error


def whole(path: str) -> Buffer:
    """Read a file, or a member of a wheel that is named as reports do it, 'x.whl:pkg/_x.so'; raises InputError."""
    before, mark, name = path.partition(_MARK)
    if not mark or os.path.lexists(path):
        return whole_file(path)
    archive = f"{before}.whl"
    buffer = whole_file(archive)
    try:
        for member in zips.members(buffer):
            if member.name == name and not isinstance(member, BadMember):
                if member.size > _LARGEST_MEMBER:
                    raise InputError(path, f"has {member.size} bytes, more than is taken into memory")
                return _inflated(buffer, member)
    except (ArchiveError, ElfError) as error:
        raise InputError(archive, error.message, error.offset) from error
    raise InputError(archive, f"has no member {name}")


class FilePart:
    """A part of a file, which is opened anew for each slice: thousands of these take no memory and no descriptors."""

    def __init__(self, path: str, start: int, size: int) -> None:
        """Take the path, and where in it the part begins and how many bytes it has."""
        self._path, self._start, self._size = path, start, size

    def __len__(self) -> int:
        """Give the size that the part had when it was found."""
        return self._size

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: int, /) -> int: ...
        @overload
        def __getitem__(self, key: slice, /) -> bytes: ...

    def __getitem__(self, key: int | slice, /) -> int | bytes:
        """Read one byte, or those of a slice without a step; raises ElfError when the file no longer has them."""
        if isinstance(key, int):
            return self._read(key, key + 1)[0]
        start, stop, _ = key.indices(self._size)
        return self._read(start, stop) if start < stop else b""

    def find(self, sub: bytes, start: int, end: int, /) -> int:
        """Give the place of `sub` between two offsets, -1 when it is not there."""
        found = self[start:end].find(sub)
        return -1 if found < 0 else start + found

    def _read(self, start: int, stop: int) -> bytes:
        try:
            descriptor = os.open(self._path, _QUIETLY)
            try:
                data = os.pread(descriptor, stop - start, self._start + start)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise ElfError(f"{self._path} cannot be read again: {error.strerror}") from error
        if len(data) < stop - start:
            raise ElfError(f"{self._path} was cut short while it was read", start + len(data))
        return data


def _inflated(archive: Buffer, member: Member) -> Buffer:
    """Inflate a member of at most as many bytes as the directory says; raises ArchiveError when it lies."""
    if member.size <= _MAPPED:
        return b"".join(zips.checked_chunks(archive, member))
    # A mapping is filled in place, and what is never filled costs nothing.
    content = mmap.mmap(-1, member.size)
    for chunk in zips.checked_chunks(archive, member):
        content.write(chunk)
    return content


def _read(descriptor: int, size: int) -> bytes:
    """Read all of a file, which one call need not give."""
    parts = []
    while size > 0:
        part = os.read(descriptor, size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
