"""Parts of buffers and files, as buffers and files: they are the bytes that they stand for."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glibcheck.archives.ranged import FileBuffer, RangeBuffer, RangeFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.buffer import Buffer

DATA = bytes(number % 251 for number in range(10_000))
START, SIZE = 100, 9000
PART = DATA[START : START + SIZE]


class Reluctant(io.BytesIO):
    """A file that gives at most seven bytes a call, as a raw file may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 7))


BUFFERS: dict[str, Buffer] = {
    "range": RangeBuffer(DATA, START, SIZE),
    "file": FileBuffer(io.BytesIO(PART)),
    "reluctant-file": FileBuffer(Reluctant(PART)),
    "range-of-a-file": RangeBuffer(FileBuffer(io.BytesIO(DATA)), START, SIZE),
    "file-of-a-range": FileBuffer(RangeFile(DATA, START, SIZE)),
}
NUMBERS = st.none() | st.integers(-9100, 9100)


@pytest.mark.parametrize("kind", BUFFERS)
@given(NUMBERS, NUMBERS)
def test_slices_are_those_of_the_bytes(kind: str, start: int | None, stop: int | None) -> None:
    assert BUFFERS[kind][start:stop] == PART[start:stop]
    assert len(BUFFERS[kind]) == SIZE


@pytest.mark.parametrize("kind", BUFFERS)
def test_single_bytes_are_those_of_the_bytes(kind: str) -> None:
    buffer = BUFFERS[kind]
    assert [buffer[place] for place in (0, 1, SIZE - 1, -1, -SIZE)] == [PART[place] for place in (0, 1, -1, -1, 0)]
    for place in (SIZE, -SIZE - 1):
        with pytest.raises(IndexError):
            buffer[place]


@pytest.mark.parametrize("kind", BUFFERS)
@pytest.mark.parametrize("sub", [PART[4090:4100], PART[-3:], DATA[START - 1 : START + 1], b"absent", b"\0"])
@pytest.mark.parametrize(("start", "end"), [(0, SIZE), (151, 152), (5000, 400), (8000, 20_000)])
def test_find_is_that_of_the_bytes(kind: str, sub: bytes, start: int, end: int) -> None:
    assert BUFFERS[kind].find(sub, start, end) == PART.find(sub, start, end)


def test_a_range_is_a_file() -> None:
    file, like = RangeFile(DATA, START, SIZE), io.BytesIO(PART)
    for offset, whence, size in ((0, 0, 10), (5, 1, 10), (-20, 2, 30), (9000, 0, 1), (9999, 0, 1), (-8000, 1, 100)):
        assert file.seek(offset, whence) == like.seek(offset, whence)
        assert file.read(size) == like.read(size)
        assert file.tell() == like.tell()
    assert (file.readable(), file.seekable(), file.writable()) == (True, True, False)
    with pytest.raises(ValueError, match="negative place"):
        file.seek(-1)
    file.seek(0)
    assert io.BufferedReader(file).read() == PART
