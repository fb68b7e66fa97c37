"""A stream of chunks read at any place is what its bytes would be, in bounded memory and few passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.archives import streamed
from glibcheck.archives.streamed import StreamedBuffer
from glibcheck.elf.image import read
from glibcheck.errors import ArchiveError, ElfError
from tests.archives.samples import IMAGE, tables_behind, tables_in_front

DATA = bytes(number * number % 251 for number in range(5000))


class Source:
    """A restartable stream of DATA; counts its passes, and the bytes of the last one."""

    def __init__(self, data: bytes = DATA, chunk: int = 7) -> None:
        self.data, self.chunk = data, chunk
        self.passes = self.given = 0

    def __call__(self) -> Iterator[bytes]:
        self.passes += 1
        self.given = 0
        for place in range(0, len(self.data), self.chunk):
            piece = self.data[place : place + self.chunk]
            self.given += len(piece)
            yield piece


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the windows so small that DATA does not fit: 1000 bytes in front, 100 behind, 50 around."""
    monkeypatch.setattr(streamed, "FRONT", 1000)
    monkeypatch.setattr(streamed, "TAIL", 100)
    monkeypatch.setattr(streamed, "AROUND", 50)


@given(st.lists(st.tuples(st.integers(-20, 5020), st.integers(-20, 5020))), st.integers(1, 6000))
def test_slices_are_those_of_the_bytes(slices: list[tuple[int, int]], chunk: int) -> None:
    buffer = StreamedBuffer(Source(chunk=chunk), len(DATA))
    for start, stop in slices:
        assert buffer[start:stop] == DATA[start:stop]


@settings(max_examples=200)
@given(st.lists(st.integers(0, 4990), max_size=6), st.integers(1, 200), st.integers(1, 300))
def test_slices_are_right_with_small_windows_or_refused(places: list[int], length: int, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, size in (("FRONT", 1000), ("TAIL", 100), ("AROUND", 50)):
            patch.setattr(streamed, name, size)
        source = Source(chunk=chunk)
        buffer = StreamedBuffer(source, len(DATA))
        for place in places:
            if source.passes <= streamed.MOST_RESTARTS:
                assert buffer[place : place + length] == DATA[place : place + length]
            else:
                with suppress(ElfError):
                    assert buffer[place : place + length] == DATA[place : place + length]
        assert source.passes <= 1 + streamed.MOST_RESTARTS


def test_bytes_and_open_slices() -> None:
    buffer = StreamedBuffer(Source(), len(DATA))
    assert (len(buffer), buffer[0], buffer[4999], buffer[-1]) == (5000, DATA[0], DATA[4999], DATA[-1])
    assert (buffer[:4], buffer[-4:], buffer[4990:], buffer[:]) == (DATA[:4], DATA[-4:], DATA[4990:], DATA)
    for place in (5000, -5001):
        with pytest.raises(IndexError):
            buffer[place]
    with pytest.raises(ValueError, match="without a step"):
        buffer[::2]


@pytest.mark.parametrize(
    ("sub", "start", "end"),
    [(b"\0", 0, 5000), (b"\0", 1, 1), (DATA[4093:4099], 0, 5000), (DATA[4093:4099], 0, 4098), (b"nowhere", 0, 5000)],
)
def test_find_is_that_of_the_bytes(sub: bytes, start: int, end: int) -> None:
    assert StreamedBuffer(Source(), len(DATA)).find(sub, start, end) == DATA.find(sub, start, end)


def test_nothing_is_read_before_it_is_asked_for() -> None:
    source = Source()
    buffer = StreamedBuffer(source, len(DATA))
    assert (len(buffer), source.given) == (5000, 0)
    assert (buffer[0:10], source.given) == (DATA[0:10], 14)
    assert (buffer[0:14], source.given) == (DATA[0:14], 14)
    assert (buffer[2000:2001], source.given) == (DATA[2000:2001], 2002)


@pytest.mark.usefixtures("small_windows")
def test_what_is_in_front_or_was_just_read_needs_no_second_pass() -> None:
    source = Source()
    buffer = StreamedBuffer(source, len(DATA))
    for start, stop in ((4000, 4010), (0, 1000), (3950, 4010), (500, 600), (4400, 4500), (4402, 4406)):
        assert buffer[start:stop] == DATA[start:stop]
    assert source.passes == 1


@pytest.mark.usefixtures("small_windows")
def test_what_was_gone_back_for_is_kept_and_so_is_what_lay_ahead() -> None:
    source = Source()
    buffer = StreamedBuffer(source, len(DATA))
    for start, stop in ((4000, 4010), (2000, 2010), (1960, 2040), (3950, 4010), (10, 20), (2100, 2110), (2030, 2035)):
        assert buffer[start:stop] == DATA[start:stop]
    assert source.passes == 2


@pytest.mark.usefixtures("small_windows")
def test_going_back_again_and_again_is_an_error() -> None:
    source = Source()
    buffer = StreamedBuffer(source, len(DATA))
    with pytest.raises(ElfError, match="0xb54: its tables are so far apart that it would be inflated over 4 times"):
        [buffer[place : place + 5] for place in range(4900, 1000, -500)]
    assert source.passes == 4


@pytest.mark.usefixtures("small_windows")
def test_a_table_larger_than_the_windows_is_given_whole() -> None:
    assert StreamedBuffer(Source(), len(DATA))[900:3900] == DATA[900:3900]


def test_a_table_over_the_limit_is_refused_unread() -> None:
    source = Source()
    with pytest.raises(ElfError, match="at offset 0x64: a table of 900 bytes, over the 500"):
        StreamedBuffer(source, len(DATA), 500)[100:1000]
    assert source.given == 0


def test_a_stream_that_ends_early_says_where() -> None:
    buffer = StreamedBuffer(Source(DATA[:3000]), len(DATA))
    assert buffer[2990:3000] == DATA[2990:3000]
    with pytest.raises(ElfError, match="at offset 0xbb8: the archive holds 3000 bytes of it and says 5000"):
        buffer[2990:3001]


def test_a_stream_that_goes_on_is_noticed() -> None:
    buffer = StreamedBuffer(Source(), 4000)
    with pytest.raises(ElfError, match="at offset 0xfa0: the archive holds more of it than the 4000 bytes"):
        buffer[3990:4000]


def test_a_stream_that_breaks_is_an_elf_error() -> None:
    def broken() -> Iterator[bytes]:
        yield DATA[:100]
        raise ArchiveError("damaged deflate data", 7)

    buffer = StreamedBuffer(broken, len(DATA))
    assert buffer[:100] == DATA[:100]
    with pytest.raises(ElfError, match="at offset 0x64: the archive holds it damaged: at offset 0x7: damaged deflate"):
        buffer[99:101]


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("size", [0, 990, 100_000])
@pytest.mark.parametrize("layout", [tables_in_front, tables_behind])
def test_an_elf_file_is_read_in_one_pass_wherever_its_tables_are(
    layout: Callable[[int], Iterator[bytes]], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "TAIL", 1000)
    data = b"".join(layout(size))
    source = Source(data, 333)
    assert read(StreamedBuffer(source, len(data))) == read(data) == IMAGE
    assert source.passes == 1
