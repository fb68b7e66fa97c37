"""Archives that would fill memory or never end: they cost what is asked of them, and no more than the limits allow."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest

from glibcheck.archives import inflate
from glibcheck.archives.member import BadMember, Limits
from glibcheck.archives.zip import Member, check_crc, members, open_member, starts_with_elf
from glibcheck.elf.image import read
from glibcheck.errors import ArchiveError, ElfError
from tests.archives.samples import CENTRAL, END, IMAGE, LIBRARY, LOCAL, SMALL, bad, good, patched, zipped
from tests.elf.build import build

SECONDS = 2.0


def bomb(size: int, said: int | None = None) -> bytes:
    """Write a member of zeros, which shrink to a thousandth, that says it has `said` bytes."""
    data = zipped({"bomb.so": LIBRARY + bytes(size)})
    return data if said is None else patched(patched(data, CENTRAL, 24, "I", said), LOCAL, 22, "I", said)


def test_a_member_that_inflates_to_incredibly_much_is_bad() -> None:
    size = 65 << 20
    (found,) = bad(bomb(size))
    assert found.reason.endswith(f"are said to become {size + len(LIBRARY)}, more than 200 times as many: a zip bomb")
    assert bad(bomb(size), Limits(ratio=2000)) == []
    assert bad(bomb(size), Limits(unsuspected=66 << 20)) == []


@pytest.mark.usefixtures("engine")
def test_a_member_that_inflates_to_more_than_it_says_stops_there() -> None:
    data = bomb(200 << 20, said=(1 << 20) + 5)
    (member,) = good(data)
    tracemalloc.start()
    begin = time.process_time()
    assert read(open_member(data, member)) == IMAGE  # its tables are in front, which is all that is asked for
    with pytest.raises(ElfError, match="the archive holds more of it than the 1048581 bytes"):
        open_member(data, member)[:]
    with pytest.raises(ArchiveError, match="over 1048581 bytes, the directory says 1048581"):
        check_crc(data, member)
    assert time.process_time() - begin < SECONDS
    assert tracemalloc.get_traced_memory()[1] < 10e6
    tracemalloc.stop()


def test_all_members_together_have_a_limit() -> None:
    size = len(LIBRARY)
    data = zipped({"1.so": LIBRARY, "2.so": LIBRARY, "3.so": LIBRARY})
    assert bad(data, Limits(total=3 * size)) == []
    assert bad(data, Limits(total=3 * size - 1)) == [
        BadMember("3.so", f"with it, the archive unpacks to more than {3 * size - 1} bytes")
    ]
    stored = zipped({"1.so": LIBRARY, "2.so": LIBRARY}, zipfile.ZIP_STORED)
    assert bad(stored, Limits(total=0)) == []  # nothing is inflated of it


def test_members_that_share_their_data_are_bad() -> None:
    """A quarter of a terabyte in 40 kB: each header lies in the data of the one before, quoted by stored blocks."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, inflate.RAW)
    data = kernel.compress(bytes(60 << 20)) + kernel.flush()
    body, directory, size, crc = data, b"", 60 << 20, zlib.crc32(bytes(60 << 20))
    headers = []
    for number in reversed(range(20)):
        name = b"%02d" % number
        fields = (20, 0, 8, 0, 33, crc, len(body), size, 2, 0)
        header = struct.pack("<4s5H3I2H", LOCAL, *fields) + name
        headers.append((name, fields, len(header) + len(body)))
        body = header + body
        quoted = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        size += len(header)
        body = quoted + body if number else body
    for name, fields, behind in reversed(headers):
        place = len(body) - behind
        directory += struct.pack("<4s6H3I5H2I", CENTRAL, 20, *fields, 0, 0, 0, 0, place) + name
    archive = body + directory
    archive += struct.pack("<4s4H2IH", END, 0, 0, 20, 20, len(directory), len(body), 0)
    assert {member.reason for member in bad(archive)} == {"its data reaches into the next member or out of the archive"}
    assert [member.name for member in members(archive) if isinstance(member, Member)] == ["19"]


def test_archives_in_archives_are_left_alone() -> None:
    inner = bomb(60 << 20)
    for _ in range(5):
        inner = zipped({f"{number}.zip": inner for number in range(3)})
    begin = time.process_time()
    found = good(inner)
    assert [member.name for member in found] == ["0.zip", "1.zip", "2.zip"]
    assert not any(starts_with_elf(inner, member) for member in found)
    assert time.process_time() - begin < SECONDS


def test_a_table_that_would_fill_the_memory_is_refused() -> None:
    """The dynamic section is said to have 100 MiB, of zeros that are 100 kB of the archive."""
    library = bytearray(LIBRARY + bytes(200 << 20))
    struct.pack_into("<Q", library, 64 + 56 + 32, len(LIBRARY) + (100 << 20))
    data = zipped({"lib.so": bytes(library)})
    limits = Limits(ratio=2000)
    (member,) = good(data, limits)
    with pytest.raises(ElfError, match="over the 16777216 that are read of archives"):
        read(open_member(data, member, limits))


def hash_chain_without_end() -> bytes:
    """Let the last chain of the hash table go on for 60 MiB."""
    table = struct.pack("<IIIIQI", 1, 1, 1, 0, 0, 1) + bytes(60 << 20)
    return build(SMALL).with_table(f"DT_{0x6FFFFEF5}", table)


def hash_table_of_buckets() -> bytes:
    """Give the hash table 15 million buckets."""
    table = struct.pack("<IIIIQ", 15 << 20, 1, 1, 0, 0) + b"\1\2\3\0" * (15 << 20)
    return build(SMALL).with_table(f"DT_{0x6FFFFEF5}", table)


def million_program_headers() -> bytes:
    """Say that there are more program headers than their field can count, which section header 0 then does."""
    data, count = bytearray(LIBRARY), 60 * (1 << 20) // 56
    struct.pack_into("<QQ", data, 32, len(data), len(data) + 56 * count)
    struct.pack_into("<H", data, 56, 0xFFFF)
    return bytes(data) + bytes(56 * count) + bytes(44) + struct.pack("<I", count) + bytes(16)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (hash_chain_without_end, "4 bytes expected"),
        (hash_table_of_buckets, "4 bytes expected"),
        (million_program_headers, "1123474 program headers"),
    ],
)
def test_tables_as_large_as_the_file_take_little_time_and_memory(write: Callable[[], bytes], message: str) -> None:
    data = zipped({"lib.so": write()})
    assert len(data) < 1 << 20
    (member,) = good(data)
    begin = time.process_time()
    with pytest.raises(ElfError, match=message):
        read(open_member(data, member))
    assert time.process_time() - begin < SECONDS
    buffer = open_member(data, member)
    tracemalloc.start()
    with pytest.raises(ElfError, match=message):
        read(buffer)
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()
