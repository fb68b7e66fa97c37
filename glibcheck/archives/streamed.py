"""A Buffer over bytes that come one after the other: an inflated member of an archive.

An ELF reader asks for the headers first, then for the dynamic section, which is near the end of a large library, then
for tables near its start (as linkers lay them out) or at its very end (where patchelf moves them). So the first 4 MiB
are kept, and behind them a window that slides with the stream; a reader that asks for later bytes moves the stream on,
and nothing behind what it asks for is ever inflated. Few files, all of them huge, have tables between the two. Then the
stream starts again from the front, and the place where it had to go back to is kept, too.

Whatever the size of the file, memory is bounded by the windows, and time by the passes: a hostile file whose tables lie
everywhere ends in an ElfError.
"""

from __future__ import annotations

from bisect import bisect_right

from glibcheck.archives.ranged import find_in_pieces
from glibcheck.errors import ArchiveError, ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import overload

# Memory that is touched for the first time costs a page fault for every 4 KiB; that of dropped chunks is used again.
# Tables that begin behind the front, as in the largest libraries, cost a second pass over what is in front of them.
FRONT = 4 << 20
TAIL = 4 << 20
AROUND = 16 << 20  # to each side of what is kept after going back
MOST_RESTARTS = 3
LONGEST_READ = 16 << 20


class StreamedBuffer:
    """The bytes that a restartable stream of chunks gives, by offset.

    `chunks` starts the stream and is called again to go back; together its chunks should be `size` bytes. Reading
    raises ElfError when the stream breaks, ends before `size` or goes on behind it, and when a slice is longer than
    `longest`.
    """

    def __init__(self, chunks: Callable[[], Iterator[bytes]], size: int, longest: int = LONGEST_READ) -> None:
        self._chunks = chunks
        self._size = size
        self._longest = longest
        self._stream = chunks()
        self._position = 0
        self._restarts = 0
        self._front = _Window()
        self._sliding = _Window()
        self._kept = [self._front]
        self._around: tuple[_Window, int, int] | None = None  # after going back: what to keep, from where to where

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
            if step != 1:
                raise ValueError("a stream gives slices without a step only")
            return self._front.read(start, stop) if start < stop <= self._front.end else self._read(start, stop)
        place = key + self._size if key < 0 else key
        if not 0 <= place < self._size:
            raise IndexError(key)
        return self._read(place, place + 1)[0]

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Give the place of `sub` between two offsets, -1 when it is not there; reads on until it is found."""
        return find_in_pieces(self, sub, start, end)

    def _read(self, start: int, stop: int) -> bytes:
        if stop - start > self._longest:
            raise ElfError(
                f"a table of {stop - start} bytes, over the {self._longest} that are read of archives", start
            )
        pieces, place = [], start
        while place < stop:
            window = self._window_at(place)
            if window is None:
                if place < self._position:
                    self._go_back(place)
                self._move_on(place, stop)
            else:
                pieces.append(window.read(place, min(stop, window.end)))
                place += len(pieces[-1])
        return b"".join(pieces)

    def _window_at(self, place: int) -> _Window | None:
        for window in self._kept:
            if window.start <= place < window.end:
                return window
        return self._sliding if self._sliding.start <= place < self._sliding.end else None

    def _go_back(self, place: int) -> None:
        """Start the stream again, to keep what is around `place`; what the sliding window holds stays, too."""
        if self._restarts == MOST_RESTARTS:
            raise ElfError(
                f"its tables are so far apart that it would be inflated over {1 + MOST_RESTARTS} times", place
            )
        self._restarts += 1
        around = _Window()
        self._kept += [self._sliding, around]
        self._around = (around, place - AROUND, place + AROUND)
        self._sliding = _Window()
        self._stream = self._chunks()
        self._position = 0

    def _move_on(self, start: int, stop: int) -> None:
        """Read the stream up to `stop`, and let go of what lies far behind it, but for what follows `start`."""
        while self._position < stop:
            chunk = self._next()
            place, self._position = self._position, self._position + len(chunk)
            if place < FRONT and place == self._front.end:
                self._front.append(place, chunk)
            elif self._around is not None and self._around[1] < self._position and place < self._around[2]:
                self._around[0].append(place, chunk)
            else:
                self._sliding.append(place, chunk)
                self._sliding.drop_before(min(start, self._position - TAIL))

    def _next(self) -> bytes:
        try:
            chunk = next(self._stream, b"")
        except ArchiveError as error:
            raise ElfError(f"the archive holds it damaged: {error}", self._position) from error
        if not chunk:
            raise ElfError(f"the archive holds {self._position} bytes of it and says {self._size}", self._position)
        if self._position + len(chunk) > self._size:
            raise ElfError(f"the archive holds more of it than the {self._size} bytes that it says", self._size)
        return chunk


class _Window:
    """Chunks of the stream that follow each other, kept whole: no byte is copied before it is asked for."""

    def __init__(self) -> None:
        self.start = self.end = 0
        self._starts: list[int] = []
        self._chunks: list[bytes] = []

    def append(self, place: int, chunk: bytes) -> None:
        """Add the chunk at `place`; a gap before it empties the window first."""
        if place != self.end:
            self._starts, self._chunks = [], []
        if not self._chunks:
            self.start = place
        self._starts.append(place)
        self._chunks.append(chunk)
        self.end = place + len(chunk)

    def drop_before(self, place: int) -> None:
        """Forget the chunks that end before `place`, but never the last."""
        while len(self._starts) > 1 and self._starts[1] <= place:
            del self._starts[0], self._chunks[0]
            self.start = self._starts[0]

    def read(self, start: int, stop: int) -> bytes:
        """Give the bytes between two offsets inside of the window."""
        first = bisect_right(self._starts, start) - 1
        begin = self._starts[first]
        piece = self._chunks[first][start - begin : stop - begin]
        if len(piece) == stop - start:
            return piece
        last = bisect_right(self._starts, stop - 1) - 1
        ending = self._chunks[last][: stop - self._starts[last]]
        return b"".join([piece, *self._chunks[first + 1 : last], ending])
