"""A file of the disk as a buffer: its front is read at once, and what lies behind it when it is asked for.

Linkers put nearly all that a scan reads into the first pages. Two or three reads take a third of the time of a mapping,
which is mostly made and torn down for nothing; and when a file is cut short while it is read, a read says so, where a
mapping would end the process (SIGBUS). Archives are read the same way: a mapping takes as long, and what was read of it
counts as memory. Only of very large ELF files, whose tables are large, too, a mapping is cheaper.
"""

from __future__ import annotations

import os

from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import overload

    from glibcheck.elf.buffer import Buffer

_FRONT = 1 << 15  # bytes; all of every third file
_MAPPED = 1 << 25
_NEAR = 1 << 11  # the header of a member of an archive and the first of its data; most small tables of an ELF file
_SEARCHED_AT_ONCE = 1 << 12


def open_buffer(descriptor: int, size: int) -> Buffer:
    """Give the bytes of an open file of `size` bytes; the descriptor must stay open as long as they are read."""
    front = os.pread(descriptor, _FRONT, 0)
    if len(front) == size:
        return front
    # Tables are far apart; read-ahead would fetch the code between them.
    if size > _MAPPED:
        import mmap

        mapping = mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)
        mapping.madvise(mmap.MADV_RANDOM)
        return mapping
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
    return DiskFile(descriptor, size, front)


class DiskFile:
    """An open file; a slice of it is read when it is cut, and ElfError is raised when the file no longer has it."""

    def __init__(self, descriptor: int, size: int, front: bytes) -> None:
        """Take a descriptor, which stays the caller's, the size of the file, and its first bytes."""
        self._descriptor, self._size, self._front = descriptor, size, front
        self._near, self._place = b"", 0  # what was read last, when it was little, and where it starts

    def __len__(self) -> int:
        """Give the size that the file had when it was opened."""
        return self._size

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: int, /) -> int: ...
        @overload
        def __getitem__(self, key: slice, /) -> bytes: ...

    def __getitem__(self, key: int | slice, /) -> int | bytes:
        """Read one byte, or those of a slice without a step."""
        if isinstance(key, int):
            return self._read(key, key + 1)[0]
        stop = self._size if key.stop is None else key.stop
        if 0 <= stop <= len(self._front):
            return self._front[key]
        start, stop, _ = key.indices(self._size)
        return self._read(start, stop) if start < stop else b""

    def find(self, sub: bytes, start: int, end: int, /) -> int:
        """Give the place of `sub` between two offsets, -1 when it is not there."""
        end = min(end, self._size)
        for place in range(start, end, _SEARCHED_AT_ONCE):
            found = self[place : min(place + _SEARCHED_AT_ONCE + len(sub) - 1, end)].find(sub)
            if found >= 0:
                return place + found
        return -1

    def _read(self, start: int, stop: int) -> bytes:
        begin, size = start - self._place, stop - start
        if begin >= 0 and begin + size <= len(self._near):
            return self._near[begin : begin + size]
        data = os.pread(self._descriptor, max(size, _NEAR), start)
        if len(data) < size:
            raise ElfError("the file was cut short while it was read", start + len(data))
        if size < _NEAR:
            self._near, self._place = data, start
            return data[:size]
        return data
