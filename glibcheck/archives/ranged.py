"""Buffers and files of each other: a part of a buffer, as a buffer and as a file; and a file, as a buffer.

A member that is stored as it is needs no copy, and the tar archive inside of a `.conda` is read where it is.
"""

from __future__ import annotations

import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO, overload

    from glibcheck.elf.buffer import Buffer


_SEARCHED_AT_ONCE = 4096


class RangeBuffer:
    """The `size` bytes from `start` on of a buffer, which must hold them."""

    def __init__(self, buffer: Buffer, start: int, size: int) -> None:
        self._buffer, self._start, self._size = buffer, start, size

    def __len__(self) -> int:
        return self._size

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: int, /) -> int: ...
        @overload
        def __getitem__(self, key: slice, /) -> bytes: ...

    def __getitem__(self, key: int | slice, /) -> int | bytes:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._size)
            return self._buffer[self._start + start : self._start + max(start, stop) : step]
        place = key + self._size if key < 0 else key
        if not 0 <= place < self._size:
            raise IndexError(key)
        return self._buffer[self._start + place]

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Give the place of `sub` between two offsets, -1 when it is not there."""
        begin, stop, _ = slice(start, end).indices(self._size)
        found = self._buffer.find(sub, self._start + begin, self._start + max(begin, stop))
        return found - self._start if found >= 0 else -1


class RangeFile(io.RawIOBase):
    """The same as a file to read, for what takes no buffers: `tar`, on the tar archive inside of a `.conda`."""

    def __init__(self, buffer: Buffer, start: int, size: int) -> None:
        super().__init__()
        self._range = RangeBuffer(buffer, start, size)
        self._place = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to an offset from the start, the place or the end of the range."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: len(self._range)}[whence]
        if base + offset < 0:
            raise ValueError(f"negative place {base + offset}")
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        """Give the place."""
        return self._place

    def readinto(self, target: Any, /) -> int:
        """Fill `target` from the place on; 0 at the end."""
        view = memoryview(target).cast("B")
        data = self._range[self._place : self._place + len(view)]
        view[: len(data)] = data
        self._place += len(data)
        return len(data)


class FileBuffer:
    """The content of a seekable file, best one without a buffer of its own; it is read by each slice.

    An archive is read through from front to end, and of a mapped file all of that counts as memory of the process
    (240 MB for a wheel of torch, 64 MB by this class, in the same time). And who cuts a mapped file short kills its
    readers; here, slices become shorter.
    """

    def __init__(self, stream: BinaryIO | io.RawIOBase) -> None:
        self._stream = stream
        self._size = stream.seek(0, io.SEEK_END)

    def __len__(self) -> int:
        return self._size

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: int, /) -> int: ...
        @overload
        def __getitem__(self, key: slice, /) -> bytes: ...

    def __getitem__(self, key: int | slice, /) -> int | bytes:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._size)
            self._stream.seek(start)
            return _read_all(self._stream, max(stop - start, 0))[::step]
        place = key + self._size if key < 0 else key
        if not 0 <= place < self._size:
            raise IndexError(key)
        return self[place : place + 1][0]

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Give the place of `sub` between two offsets, -1 when it is not there."""
        return find_in_pieces(self, sub, start, end)


def find_in_pieces(buffer: Buffer, sub: bytes, start: int = 0, end: int | None = None) -> int:
    """Do what `find` does, on a buffer of which slices alone are cheap."""
    place, stop, _ = slice(start, end).indices(len(buffer))
    while place < stop:
        found = buffer[place : min(place + _SEARCHED_AT_ONCE + len(sub) - 1, stop)].find(sub)
        if found >= 0:
            return place + found
        place += _SEARCHED_AT_ONCE
    return -1


def _read_all(stream: BinaryIO | io.RawIOBase, size: int) -> bytes:
    """Read `size` bytes, fewer only at the end of the file; one call of a file without a buffer may give fewer."""
    data = stream.read(size) or b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            break
        data += more
    return data
