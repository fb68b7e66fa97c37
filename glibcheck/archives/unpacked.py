"""A compressed file, seen as the bytes that it unpacks to: gzip, bzip2, xz and zstd, told apart by their first bytes.

None of them can be entered in the middle, so to go back is to start again. That is seldom asked for, because the last
two chunks stay at hand; but a hostile archive could ask for it often, so everything that is unpacked is counted, again
when it is unpacked again, and a limit ends it. What a decompressor may hold in memory is limited, too: by default xz
would follow a file that wants 4 GiB.
"""

from __future__ import annotations

import sys

from glibcheck.archives import inflate
from glibcheck.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from glibcheck.archives.member import Limits
    from glibcheck.elf.buffer import Buffer

    class Decompressor(Protocol):
        """What bz2, lzma and zstd have in common."""

        @property
        def eof(self) -> bool:
            """Say whether the stream has ended."""

        @property
        def needs_input(self) -> bool:
            """Say whether more output takes more input."""

        @property
        def unused_data(self) -> bytes:
            """Give what followed the end of the stream."""

        def decompress(self, data: bytes, max_length: int = -1) -> bytes:
            """Take input, give at most `max_length` bytes of output."""


_GZIP = 31  # wbits of a deflate stream with the header of gzip
_MEMORY = 128 << 20  # of xz; that of zstd ends there by default. The strongest presets of both stay below.
_INPUT = _OUTPUT = 1 << 16


class Unpacked:
    """What a compressed file unpacks to, read at any place; going back costs a new start."""

    def __init__(self, packed: Buffer, start: Callable[[], Decompressor], limits: Limits) -> None:
        """Take the file, and what makes a decompressor for it."""
        self._packed, self._start = packed, start
        self._allowed = min(limits.total, max(limits.unsuspected, limits.ratio * len(packed)))
        self._left = self._allowed
        self._rewind()

    def read_at(self, place: int, size: int) -> bytes:
        """Give `size` bytes from `place` on, fewer at the end; raises ArchiveError when they cannot be unpacked."""
        if place < self._position - len(self._before) - len(self._chunk):
            self._rewind()
        pieces = []
        while size > 0:
            begin = self._position - len(self._chunk)
            source, begin = (self._chunk, begin) if place >= begin else (self._before, begin - len(self._before))
            piece = source[place - begin : place - begin + size]
            if piece:
                pieces.append(piece)
                place, size = place + len(piece), size - len(piece)
            elif not self._next():
                break
        return b"".join(pieces)

    def _rewind(self) -> None:
        self._stream = self._chunks()
        self._before = self._chunk = b""
        self._position = 0  # where the last chunk ends

    def _next(self) -> bool:
        chunk = next(self._stream, b"")
        self._left -= len(chunk)
        if self._left < 0:
            raise ArchiveError(f"it unpacks to more than the {self._allowed} bytes that are unpacked of such a file")
        if chunk:
            self._before, self._chunk = self._chunk, chunk
            self._position += len(chunk)
        return bool(chunk)

    def _chunks(self) -> Iterator[bytes]:
        """Unpack one stream after the other; between them, and at the end, there may be zero bytes."""
        place, data = 0, b""
        while True:
            while not data and place < len(self._packed):
                data = self._packed[place : place + _INPUT]
                place += len(data)
                data = data.lstrip(b"\0")
            if not data:
                return
            decompressor = self._start()
            while not decompressor.eof:
                if decompressor.needs_input and not data:
                    data = self._packed[place : place + _INPUT]
                    place += len(data)
                    if not data:
                        raise ArchiveError("cut short: the compressed data has no end", place)
                fed, data = (data, b"") if decompressor.needs_input else (b"", data)
                chunk = _decompressed(decompressor, fed, place)
                if chunk:
                    yield chunk
            data = (decompressor.unused_data + data).lstrip(b"\0")


def _decompressed(decompressor: Decompressor, data: bytes, place: int) -> bytes:
    try:
        return decompressor.decompress(data, _OUTPUT)
    # Each format has an error of its own, from modules that may not be there; all are children of Exception only.
    except Exception as error:
        raise ArchiveError(f"damaged compressed data: {error}", place) from error


class _Gzip:
    """A gzip stream, with the interface of the others."""

    def __init__(self) -> None:
        self._inflater = inflate.ENGINE.start(_GZIP)
        self._tail = b""
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflater.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        found = self._inflater.decompress(self._tail + data, max_length)
        self._tail = self._inflater.unconsumed_tail
        self.needs_input = not found and not self._tail  # see the trap that `inflate` tells of
        return found


def unpacked(packed: Buffer, limits: Limits) -> Unpacked | None:
    """Look at the first bytes of a file; None when they are not those of a compressed one.

    Raises: ArchiveError when what would unpack it is not installed.
    """
    head = packed[:6]
    for magic, start in ((b"\x1f\x8b", _gzip), (b"BZh", _bzip2), (b"\xfd7zXZ\0", _xz), (b"\x28\xb5\x2f\xfd", _zstd)):
        if head.startswith(magic):
            return Unpacked(packed, start(), limits)
    return None


def _gzip() -> Callable[[], Decompressor]:
    return _Gzip


def _bzip2() -> Callable[[], Decompressor]:
    from bz2 import BZ2Decompressor

    return BZ2Decompressor


def _xz() -> Callable[[], Decompressor]:
    from lzma import FORMAT_XZ, LZMADecompressor

    return lambda: LZMADecompressor(FORMAT_XZ, _MEMORY)


def _zstd() -> Callable[[], Decompressor]:
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import ZstdDecompressor
        else:
            from backports.zstd import ZstdDecompressor
    except ImportError as error:
        raise ArchiveError("compressed with zstd, which this Python lacks; install glibcheck[conda]") from error
    return ZstdDecompressor
