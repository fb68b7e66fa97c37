"""The dynamic string table: names by their byte index (gABI chapter 4, "String Table").

A scan reads a few hundred names of each of thousands of files, so this is hot. A table of ordinary size is copied and
decoded once, and a name is then a slice of one text. A very large one (a hundred thousand C++ names) is read in place.

Names may overlap: linkers store "bar" as the end of "foobar". So a hostile file of a megabyte can spell gigabytes; the
names given are counted, and no real file comes near the limit.
"""

from __future__ import annotations

from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.elf.buffer import Buffer

# A name is at most this long, so that a table without a zero byte cannot make us copy all of it.
LONGEST_NAME = 1 << 16
_NAME_BYTES_PER_BYTE = 16
_MOST_NAME_BYTES = 1 << 28
_DECODED_AT_ONCE = 1 << 20


class StringTable:
    """Names by index, in bytes from the start of the table; bytes that are not UTF-8 become surrogates (PEP 383)."""

    def __init__(self, buffer: Buffer, start: int, end: int) -> None:
        """Take the bytes from `start` to `end` of the buffer, which must lie inside it; none is copied yet."""
        self._buffer = buffer
        self._start, self._end = start, end
        self._left = min(_NAME_BYTES_PER_BYTE * len(buffer), _MOST_NAME_BYTES)
        self._text: str | None = None
        self._tried = False

    def name(self, index: int) -> str:
        """Give the name at an index; raises ElfError when it lies outside, has no end, or names overlap too much."""
        text = self._whole() if self._text is None else self._text
        if text is not None:
            stop = text.find("\0", index, index + LONGEST_NAME)
            if 0 <= stop - index <= self._left:
                self._left -= stop - index
                return text[index:stop]
        return self._name_in_place(index)

    def names(self, indices: Iterable[int]) -> list[str]:
        """Give the names at these indices, in their order; raises ElfError as `name` does."""
        text = self._whole()
        if text is None:
            return [self._name_in_place(index) for index in indices]
        starts = [*indices]
        try:
            if len(text) <= LONGEST_NAME:
                ends = [text.index("\0", start) for start in starts]
            else:
                ends = [text.index("\0", start, start + LONGEST_NAME) for start in starts]
        except ValueError:
            return [self._name_in_place(index) for index in starts]  # which meets the same fault, and names it
        left = self._left - (sum(ends) - sum(starts))
        if left < 0:
            return [self._name_in_place(index) for index in starts]
        self._left = left
        return [text[start:end] for start, end in zip(starts, ends, strict=True)]

    def _whole(self) -> str | None:
        """Give the decoded table; None when it is too large, or not ASCII, where characters would not be bytes."""
        if not self._tried:
            self._tried = True
            if self._end - self._start <= _DECODED_AT_ONCE:
                data = self._buffer[self._start : self._end]
                self._text = data.decode("ascii") if data.isascii() else None
        return self._text

    def _name_in_place(self, index: int) -> str:
        begin = self._start + index
        if begin >= self._end:
            raise ElfError(f"name {index:#x} lies outside the dynamic string table", begin)
        stop = self._buffer.find(b"\0", begin, min(self._end, begin + LONGEST_NAME))
        if stop < 0:
            raise ElfError("name without an end in the dynamic string table", begin)
        self._left -= stop - begin
        if self._left < 0:
            most = f"{_NAME_BYTES_PER_BYTE} times the size of the file, or {_MOST_NAME_BYTES >> 20} MiB"
            raise ElfError(f"names overlap: together over {most}", begin)
        return self._buffer[begin:stop].decode("utf-8", "surrogateescape")
