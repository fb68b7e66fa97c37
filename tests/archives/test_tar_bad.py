"""Tar archives that lie: members, reasons, ArchiveError and ElfError are all that comes of them, soon."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.archives.member import Limits
from glibcheck.archives.tar import TarMember, members, open_member, starts_with_elf
from glibcheck.elf.image import read
from glibcheck.errors import ArchiveError, ElfError, GlibcheckError
from tests.archives.samples import IMAGE, LIBRARY, tables_behind
from tests.archives.tarballs import (
    END,
    FILES,
    LONG,
    OCTAL,
    PACKERS,
    bad,
    checked,
    header,
    listed,
    tarred,
)

NAMES = {
    "/lib.so": "absolute path",
    "../lib.so": "leads outside",
    "a/../../lib.so": "leads outside",
    "a\\lib.so": "backslash",
    "c:lib.so": "absolute path",
    "n" * 4097: "longer than 4096",
}


def test_bad_names_are_told_and_the_others_are_read() -> None:
    data = tarred({**dict.fromkeys(NAMES, b""), "lib.so": LIBRARY})
    for reason, expected in zip(bad(data), NAMES.values(), strict=True):
        assert expected in reason
    (other,) = (member for member in members(io.BytesIO(data)) if isinstance(member, TarMember))
    assert read(open_member(other)) == IMAGE


def test_a_name_twice_is_bad() -> None:
    data = tarred({"lib.so": LIBRARY}, others=[tarfile.TarInfo("lib.so")])
    assert bad(data) == ["its name appears twice; the first is read"]


NEGATIVE = b"\xff" * 10 + struct.pack(">h", -512)
HUGE = b"\x80" + bytes(3) + struct.pack(">Q", 1 << 60)


def pax(records: bytes) -> bytes:
    """Write an archive of a good member, and one with pax records."""
    extended = header(OCTAL % len(records), b"x") + records + bytes(-len(records) % 512)
    return header() + extended + header(name=b"second") + END


DAMAGED: dict[str, tuple[bytes, str]] = {
    "no-bytes": (b"", "no tar archive: empty file"),
    "text": (b"#!/bin/sh\n" * 100, "no tar archive"),
    "one-byte": (b"x", "no tar archive"),
    "no-end": (header(), "neither a member nor the end of the archive"),
    "cut-in-the-second-header": (header() + header()[:300], "neither a member nor the end of the archive"),
    "damaged-second-header": (header() + b"x" + header()[1:] + END, "neither a member nor the end of the archive"),
    "content-cut-short": (header(OCTAL % 5000) + bytes(600), "unexpected end of data"),
    "size-that-leads-back": (header() + header(NEGATIVE, name=b"b") + END, "the next one would be in front of it"),
    "size-over-any-file": (header(HUGE) + END, "unexpected end of data"),
    "long-name-of-gigabytes": (header(OCTAL % (1 << 32), b"L") + bytes(2048), "a header of more than 65536 bytes"),
    "pax-header-of-gigabytes": (header(OCTAL % (1 << 32), b"x") + bytes(2048), "a header of more than 65536 bytes"),
    "pax-header-of-any-size": (header(HUGE, b"x") + bytes(2048), "a header of more than 65536 bytes"),
    "pax-record-of-digits": (pax(b"1" * 60_000), "damaged pax header"),
    "pax-record-with-a-long-number": (pax(b"60010 size=" + b"1" * 59_998 + b"\n"), "damaged pax header"),
    "pax-record-without-a-length": (pax(b"path=x\n"), "damaged pax header"),
    "pax-record-of-no-length": (pax(b"0 path=x\n"), "damaged pax header"),
    "pax-record-without-a-value": (pax(b"7 path\n"), "damaged pax header"),
    "pax-record-over-the-end": (pax(b"900 path=x\n"), "damaged pax header"),
    "pax-records-that-overlap": (pax(b"5 aaa" * 10_000 + b"="), "damaged pax header"),
    "headers-for-headers": (header(b"", b"x") * 1000 + END, "a header of more than 65536 bytes"),
    "long-name-without-a-member": (header() + header(OCTAL % 600, b"L") + b"n" * 1024, "damaged tar header"),
    "sparse-map-without-end": (
        header(kind=b"S")[:386]
        + b"00000000001\0" * 8
        + b"\1"
        + bytes(29)
        + (b"00000000001\0" * 42 + b"\1" + bytes(7)) * 999,
        "no tar archive",
    ),
    "gzip-cut-short": (gzip.compress(tarred(FILES))[:-500], "the compressed data has no end"),
    "gzip-magic-alone": (b"\x1f\x8b", "the compressed data has no end"),
    "gzip-of-noise": (b"\x1f\x8b\x08" + bytes(range(200)), "damaged compressed data"),
    "gzip-with-another-crc": (gzip.compress(header())[:-8] + bytes(8), "damaged compressed data"),
    "bzip2-of-noise": (b"BZh9" + bytes(range(200)), "damaged compressed data"),
    "xz-of-noise": (b"\xfd7zXZ\0" + bytes(range(200)), "damaged compressed data"),
    "noise-behind-gzip": (gzip.compress(header()) + b"noise" * 100, "damaged compressed data"),
}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_archive_is_an_error(damage: str) -> None:
    data, message = DAMAGED[damage]
    begin = time.process_time()
    with pytest.raises(ArchiveError) as caught:
        list(members(io.BytesIO(data)))
    assert message in caught.value.message
    assert "\n" not in str(caught.value)
    assert time.process_time() - begin < 2


def visit(data: bytes) -> list[tuple[str, int]]:
    """Do all that can be done with an archive; only our errors may come of it, in one line each."""
    told: list[GlibcheckError] = []
    found = []
    try:
        for member in members(io.BytesIO(data), Limits(members=50)):
            if isinstance(member, TarMember):
                found.append((member.name, member.size))
                try:
                    if starts_with_elf(member):
                        read(open_member(member))
                    open_member(member)[:]
                except (ArchiveError, ElfError) as error:
                    told.append(error)
    except ArchiveError as error:
        told.append(error)
    assert not any("\n" in str(error) for error in told)
    return found


WHOLE = tarred({"a.so": LIBRARY, LONG: b"x = 1\n"}, tarfile.GNU_FORMAT, [tarfile.TarInfo("empty")])
ARCHIVES = [pack(WHOLE) for name, pack in PACKERS.items() if name != "zstd"] + [tarred({"a.so": LIBRARY, LONG: b""})]


@pytest.mark.parametrize("archive", ARCHIVES, ids=["plain", "gzip", "bzip2", "xz", "pax"])
def test_an_archive_cut_off_anywhere_gives_an_error_or_right_members(archive: bytes) -> None:
    whole = visit(archive)
    assert len(whole) > 1
    for end in range(0, len(archive), 7):
        cut = visit(archive[:end])
        assert cut == whole[: len(cut)]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(ARCHIVES),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_no_bytes_break_the_reader(archive: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(archive)
    for place, value in changes:
        data[place % len(data)] = value
    visit(bytes(data))


def test_no_byte_of_a_header_breaks_the_reader() -> None:
    for place in range(512):
        for value in (0, 0x80, 0xFF, ord("-"), ord("S"), ord("x"), ord("L")):
            changed = bytearray(WHOLE)
            changed[place] = value
            # tarfile looks at no field of a header whose checksum is wrong.
            visit(checked(changed))


@pytest.mark.parametrize("packer", ["gzip", "bzip2", "xz", "zstd"])
def test_a_bomb_ends_at_the_limit(packer: str) -> None:
    data = PACKERS[packer](header(OCTAL % (70 << 20)) + bytes(70 << 20) + END)
    begin = time.process_time()
    with pytest.raises(ArchiveError, match="it unpacks to more than the 67108864 bytes"):
        listed(data)
    assert [member.size for member in listed(data, Limits(ratio=1 << 30))] == [70 << 20]
    assert time.process_time() - begin < 20


def test_what_is_unpacked_again_counts_again() -> None:
    data = gzip.compress(tarred({"a": bytes(1 << 20), "b": bytes(1 << 20)}))
    found = listed(data, Limits(total=9 << 20))
    for member in (found[0], found[1]):
        open_member(member)[:]
    with pytest.raises(ElfError, match="it unpacks to more than the 9437184 bytes that are unpacked of such a file"):
        [open_member(found[0])[:] for _ in range(10)]


def test_a_limit_of_members() -> None:
    data = tarred({str(number): b"" for number in range(10)})
    assert len(listed(data, Limits(members=10))) == 10
    with pytest.raises(ArchiveError, match="more than 9 members"):
        listed(data, Limits(members=9))


def test_an_xz_file_that_wants_gigabytes_is_refused() -> None:
    data = bytearray(lzma.compress(tarred(FILES), preset=0))
    size = (data[12] + 1) * 4  # of the block header: LZMA2 (0x21), one byte of properties, the size of the dictionary
    assert data[14:16] == b"\x21\x01"
    data[16] = 40  # 4 GiB
    data[12 + size - 4 : 12 + size] = struct.pack("<I", zlib.crc32(data[12 : 12 + size - 4]))
    with pytest.raises(ArchiveError, match="Memory usage limit"):
        listed(bytes(data))


def test_a_huge_member_takes_bounded_memory() -> None:
    size = 150 << 20
    content = b"".join(tables_behind(size))
    data = gzip.compress(header(OCTAL % len(content)) + content + bytes(-len(content) % 512) + END, 1)
    del content
    limits = Limits(ratio=2000)
    tracemalloc.start()
    try:
        for member in members(io.BytesIO(data), limits):
            assert isinstance(member, TarMember)
            assert read(open_member(member, limits)) == IMAGE
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100e6
