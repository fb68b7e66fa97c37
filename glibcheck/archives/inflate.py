"""Raw deflate (RFC 1951) as a stream of chunks, by isa-l when it is installed, which is twice as quick, else by zlib.

The output of one call is bounded, so that a bomb costs what is asked of it and not what it would become.

Trap: zlib has given everything when `unconsumed_tail` is empty. isa-l keeps input of its own, and may hold back output
although the tail is empty; it has given everything when a call gives nothing (python-isal, issues 229 and 248). So new
input is fed only after a call that gave nothing, which is right for both.
"""

from __future__ import annotations

import zlib

from glibcheck.errors import ArchiveError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from glibcheck.elf.buffer import Buffer

    class Inflater(Protocol):
        """What zlib and isal call a decompressobj."""

        @property
        def eof(self) -> bool:
            """Say whether the stream has ended."""

        @property
        def unconsumed_tail(self) -> bytes:
            """Give the input that is to be passed in again."""

        @property
        def unused_data(self) -> bytes:
            """Give what followed the end of the stream."""

        def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
            """Take input, give at most `max_length` bytes of output."""


RAW = -15  # wbits of a deflate stream without header, of the largest window
_INPUT = 1 << 16
_OUTPUT = 1 << 16
_SNIFFED = 256  # nearly always enough input for the first bytes: codes are described in some 80


class Engine(Record):
    """A module that inflates; `error` is what it raises."""

    name: str
    start: Callable[[int], Inflater]
    crc32: Callable[[bytes, int], int]
    error: type[Exception]


ZLIB = Engine("zlib", zlib.decompressobj, zlib.crc32, zlib.error)


def _quickest() -> Engine:
    try:
        from isal import isal_zlib
    except ImportError:
        return ZLIB
    return Engine("isal", isal_zlib.decompressobj, isal_zlib.crc32, isal_zlib.error)  # type: ignore[arg-type]  # its stub has an instance


ENGINE = _quickest()


def inflate(buffer: Buffer, start: int, end: int, engine: Engine | None = None) -> Iterator[bytes]:
    """Inflate the stream between two offsets of a buffer; no chunk is empty or over 64 KiB.

    The chunks end with the stream, whether it is whole or not; what they give is to be counted.
    Raises: ArchiveError when the bytes are no deflate stream.
    """
    engine = engine or ENGINE
    inflater = engine.start(RAW)
    data = chunk = b""
    while not inflater.eof:
        if not data and not chunk:
            data = buffer[start : min(start + _INPUT, end)]
            start += len(data)
            if not data:
                return
        try:
            chunk = inflater.decompress(data, _OUTPUT)
        except engine.error as error:
            raise ArchiveError(f"damaged deflate data: {error}", start) from error
        data = inflater.unconsumed_tail
        if chunk:
            yield chunk


def inflate_first(buffer: Buffer, start: int, end: int, count: int) -> bytes:
    """Inflate the first `count` bytes, or fewer when there are no more; raises ArchiveError as `inflate` does.

    zlib does this; isa-l needs three times as long to start.
    """
    inflater = zlib.decompressobj(RAW)
    found = b""
    while len(found) < count and start < end and not inflater.eof:
        data = inflater.unconsumed_tail + buffer[start : min(start + _SNIFFED, end)]
        start = min(start + _SNIFFED, end)
        try:
            found += inflater.decompress(data, count - len(found))
        except zlib.error as error:
            raise ArchiveError(f"damaged deflate data: {error}", start) from error
    return found
