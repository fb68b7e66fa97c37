"""Tar archives, plain and compressed: as `tarfile` has them; and those that lie."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from glibcheck.archives import zip as zips
from glibcheck.archives.member import Limits
from glibcheck.archives.ranged import RangeFile
from glibcheck.archives.tar import TarMember, members, open_member, starts_with_elf
from glibcheck.elf.image import read
from glibcheck.errors import ArchiveError
from tests.archives.samples import IMAGE, LIBRARY, good
from tests.archives.tarballs import (
    END,
    FILES,
    FORMATS,
    OCTAL,
    PACKERS,
    bad,
    checked,
    header,
    listed,
    tarred,
    zstd,
)
from tests.tools import need


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
    data = checked(block) + b"".join(b"%x" % number * part[1] for number, part in enumerate(parts)) + END
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
