"""Files of the disk as buffers: they answer as bytes do, and say when the file was cut short meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from glibcheck.errors import ElfError
from glibcheck.workspace.diskfile import DiskFile, open_buffer

CONTENT = bytes(number * 7 % 251 for number in range(100_000))


@pytest.fixture
def path(tmp_path: os.PathLike[str]) -> str:
    found = os.path.join(tmp_path, "file")
    with open(found, "wb") as stream:
        stream.write(CONTENT)
    return found


@pytest.fixture
def descriptor(path: str) -> Iterator[int]:
    opened = os.open(path, os.O_RDONLY)
    yield opened
    os.close(opened)


def test_small_file_is_read_whole(tmp_path: os.PathLike[str]) -> None:
    with open(os.path.join(tmp_path, "small"), "w+b") as stream:
        stream.write(CONTENT[:5000])
        stream.flush()
        assert open_buffer(stream.fileno(), 5000) == CONTENT[:5000]


def test_very_large_file_is_mapped(tmp_path: os.PathLike[str]) -> None:
    with open(os.path.join(tmp_path, "large"), "w+b") as stream:
        stream.write(CONTENT)
        stream.truncate(40_000_000)
        buffer = open_buffer(stream.fileno(), 40_000_000)
        assert not isinstance(buffer, (bytes, DiskFile))
        assert len(buffer) == 40_000_000
        assert buffer[10:110_000] == CONTENT[10:] + bytes(10_000)


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        *((0, 10), (0, 1 << 15), (32_760, 32_780), (90_000, 90_016), (99_990, 100_010), (100_010, 100_020)),
        *((20, 10), (7, 7), (None, 20), (50_000, None), (-10, None), (10, -10)),
    ],
)
def test_slices_are_those_of_bytes(descriptor: int, start: int | None, stop: int | None) -> None:
    buffer = open_buffer(descriptor, len(CONTENT))
    assert isinstance(buffer, DiskFile)
    assert len(buffer) == len(CONTENT)
    assert buffer[start:stop] == CONTENT[start:stop]


@pytest.mark.parametrize(
    ("start", "stop"),
    [(40_010, 40_020), (40_000, 42_000), (39_990, 40_010), (42_040, 42_060), (41_000, 39_000), (99_000, 99_999)],
)
def test_slices_near_the_last_one_are_those_of_bytes(descriptor: int, start: int, stop: int) -> None:
    buffer = open_buffer(descriptor, len(CONTENT))
    for begin in (40_000, 99_500):
        assert buffer[begin : begin + 5] == CONTENT[begin : begin + 5]
        assert buffer[start:stop] == CONTENT[start:stop]


@pytest.mark.parametrize("place", [0, 40_000, 99_999])
def test_bytes_are_read_one_by_one(descriptor: int, place: int) -> None:
    assert open_buffer(descriptor, len(CONTENT))[place] == CONTENT[place]


@pytest.mark.parametrize(
    ("start", "end"), [(0, 100_000), (40_000, 40_300), (4_000, 200_000), (50, 60), (99_990, 99_999)]
)
@pytest.mark.parametrize("sub", [CONTENT[4094:4099], b"\0", CONTENT[-3:]], ids=["across", "zero", "end"])
def test_search_is_that_of_bytes(descriptor: int, sub: bytes, start: int, end: int) -> None:
    assert open_buffer(descriptor, len(CONTENT)).find(sub, start, end) == CONTENT.find(sub, start, end)


def test_file_that_shrinks_is_told(path: str, descriptor: int) -> None:
    buffer = open_buffer(descriptor, len(CONTENT))
    os.truncate(path, 70_000)
    assert buffer[60_000:70_000] == CONTENT[60_000:70_000]
    with pytest.raises(ElfError, match="cut short while it was read") as caught:
        buffer[60_000:80_000]
    assert caught.value.offset == 70_000
