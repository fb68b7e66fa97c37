"""Tar archives, plain and compressed: as `tarfile` has them; and those that lie."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import subprocess
import sys
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.archives import zip as zips
from glibcheck.archives.member import DEFAULT_LIMITS, BadMember, Limits
from glibcheck.archives.ranged import RangeFile
from glibcheck.archives.tar import TarMember, members, open_member, starts_with_elf
from glibcheck.elf.image import read
from glibcheck.errors import ArchiveError, ElfError, GlibcheckError
from tests.archives.samples import IMAGE, LIBRARY, good, tables_behind
from tests.tools import missing, need

LONG = "directory/" * 30 + "lib.so"
FILES = {
    "./pkg/__init__.py": b"x = 1\n" * 20_000,
    "pkg/_ext.so": LIBRARY,
    "pkg/empty": b"",
    "pkg/tiny": b"\x7fEL",
    "pkg/whole-blocks": bytes(range(256)) * 256,
    "pkg/fünf": b"5",
    LONG: LIBRARY + bytes(100_000),
}


def zstd(data: bytes) -> bytes:
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import compress
        else:
            from backports.zstd import compress
    except ImportError:
        missing("backports.zstd")
        raise
    return compress(data)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zstd": zstd,
}
FORMATS = {"gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def tarred(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT, others: Iterable[tarfile.TarInfo] = ()) -> bytes:
    """Write a plain tar archive: files, then members without content."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in others:
            archive.addfile(info)
    return target.getvalue()


def listed(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[TarMember]:
    """List the members, which must all be good."""
    found = list(members(io.BytesIO(data), limits))
    assert [member for member in found if isinstance(member, BadMember)] == []
    return [member for member in found if isinstance(member, TarMember)]


def bad(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    """List the reasons of the bad members."""
    return [member.reason for member in members(io.BytesIO(data), limits) if isinstance(member, BadMember)]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("packer", PACKERS)
def test_members_are_those_that_were_put_in(packer: str, form: str) -> None:
    data = PACKERS[packer](tarred(FILES, FORMATS[form]))
    found = {}
    for member in members(io.BytesIO(data)):
        assert isinstance(member, TarMember)
        assert starts_with_elf(member) == member.name.endswith(".so")
        found[member.name] = open_member(member)[:]
        if starts_with_elf(member):
            assert read(open_member(member)) == IMAGE
    assert found == FILES


@pytest.mark.parametrize("packer", PACKERS)
def test_members_may_be_read_later_and_in_any_order(packer: str) -> None:
    found = listed(PACKERS[packer](tarred(FILES)))
    for member in (*reversed(found), *found):
        assert open_member(member)[:] == FILES[member.name]


def test_links_directories_and_devices_are_passed_over() -> None:
    others = []
    for number, kind in enumerate(
        (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)
    ):
        info = tarfile.TarInfo(f"other{number}")
        info.type, info.linkname = kind, "/etc/passwd"
        others.append(info)
    assert [member.name for member in listed(tarred({"lib.so": LIBRARY}, others=others))] == ["lib.so"]


def test_an_empty_archive_has_no_members() -> None:
    assert listed(tarred({})) == []


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("packer", ["gzip", "bzip2", "xz", "zstd"])
def test_several_streams_and_zeros_between_them_are_one_archive(packer: str) -> None:
    data, pack = tarred(FILES), PACKERS[packer]
    pieces = [pack(data[place : place + 70_000]) for place in range(0, len(data), 70_000)]
    for padded in (b"".join(pieces), bytes(512).join([*pieces, b""])):
        assert [open_member(member)[:] for member in listed(padded)] == list(FILES.values())


def test_a_file_with_holes_reads_as_without(tmp_path: Path) -> None:
    need("tar")
    with open(tmp_path / "lib.so", "wb") as stream:
        stream.write(LIBRARY)
        stream.truncate(10 << 20)
        stream.seek(5 << 20)
        stream.write(LIBRARY)
    content = (tmp_path / "lib.so").read_bytes()
    for form in ("gnu", "posix"):
        command = ("tar", "-C", tmp_path, "-S", f"--format={form}", "-cf", tmp_path / "it.tar", "lib.so")
        subprocess.run(command, check=True)
        data = (tmp_path / "it.tar").read_bytes()
        assert len(data) < 1 << 20
        (member,) = listed(data)
        assert (member.name, member.size) == ("lib.so", 10 << 20)
        for _ in range(2):
            assert open_member(member)[:] == content
            assert read(open_member(member)) == IMAGE
            assert member.read(5 << 20, 4) == LIBRARY[:4]
        assert bad(data, Limits(unsuspected=1 << 20)) == [
            f"{member_bytes(data)} bytes are said to become {10 << 20}, more than 200 times as many: a zip bomb"
        ]


def member_bytes(data: bytes) -> int:
    """Count the bytes that a sparse file takes in the archive, as tarfile knows them."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        parts: list[tuple[int, int]] = archive.getmembers()[0].sparse  # type: ignore[assignment]  # typeshed has an int
        return sum(size for _, size in parts)


@pytest.mark.parametrize(
    ("parts", "size", "fault"),
    [
        (((0, 512), (1024, 512)), 2048, None),
        (((0, 512), (0, 0)), 2048, None),
        (((512, 512), (0, 512)), 2048, "overlap"),
        (((0, 512), (511, 512)), 2048, "overlap"),
        (((0, 512), (1537, 512)), 2048, "reach over its end"),
        ((), 65 << 20, "a zip bomb"),
    ],
)
def test_the_map_of_a_file_with_holes(parts: tuple[tuple[int, int], ...], size: int, fault: str | None) -> None:
    places = b"".join(OCTAL % number for part in parts for number in part)
    block = bytearray(header(OCTAL % sum(length for _, length in parts), b"S"))
    block[386 : 386 + len(places)], block[483:495] = places, OCTAL % size
    data = checked(block) + b"".join(b"%x" % number * 512 for number in range(len(parts))) + END
    if fault is None:
        (member,) = listed(data)
        assert (member.size, member.read(0, 4), member.read(600, 4)) == (size, b"0000", bytes(4))
    else:
        (reason,) = bad(data)
        assert fault in reason


def test_the_tar_of_a_conda_package_is_read_where_it_is() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("metadata.json", b'{"conda_pkg_format_version": 2}')
        archive.writestr("pkg-lib-1-0.tar.zst", zstd(tarred({"lib/lib.so": LIBRARY})))
        archive.writestr("info-lib-1-0.tar.zst", zstd(tarred({"info/index.json": b"{}"})))
    data = target.getvalue()
    found = []
    for member in good(data):
        if member.name.endswith(".tar.zst"):
            content = zips.open_member(data, member)
            inner = list(members(RangeFile(content, 0, len(content))))
            found += [
                (part.name, read(open_member(part)))
                for part in inner
                if isinstance(part, TarMember) and starts_with_elf(part)
            ]
    assert found == [("lib/lib.so", IMAGE)]


def test_without_zstd_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zstd(tarred(FILES))
    for name in ("backports.zstd", "compression.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ArchiveError, match=r"install glibcheck\[conda\]"):
        listed(data)


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


def header(size: bytes = b"00000000000\0", kind: bytes = b"0", name: bytes = b"lib.so") -> bytes:
    """Write the header of a member, with a right checksum."""
    block = bytearray(512)
    for place, content in ((0, name), (100, b"0000644\0"), (124, size), (156, kind)):
        block[place : place + len(content)] = content
    block[257:265] = b"ustar\x0000"
    return checked(block)


def checked(block: bytearray) -> bytes:
    """Put the right checksum into a header."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    return bytes(block)


END = bytes(1024)
NEGATIVE = b"\xff" * 10 + struct.pack(">h", -512)
HUGE = b"\x80" + bytes(3) + struct.pack(">Q", 1 << 60)
OCTAL = b"%011o\0"

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
