"""What a zip archive holds, as `zipfile` has it, and that its ELF members read as their bytes do."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pytest

from glibcheck.archives import inflate
from glibcheck.archives.member import Limits
from glibcheck.archives.ranged import FileBuffer
from glibcheck.archives.zip import check_crc, members, open_member, starts_with_elf
from glibcheck.elf.image import read
from glibcheck.errors import ArchiveError, ElfError
from tests.archives.samples import IMAGE, LIBRARY, good, tables_behind, tables_in_front, zipped

PYTHON = os.urandom(3000) + b"x = 1\n" * 20_000
FILES = {
    "pkg/__init__.py": PYTHON,
    "pkg/": b"",
    "pkg/_ext.so": LIBRARY,
    "pkg/empty": b"",
    "pkg/tiny": b"\x7fEL",
    "pkg/half": b"\x7fELF",
    "pkg/dot..dot": b"..",
    "pkg/fünf": b"5",
}


def without_sizes(files: dict[str, bytes]) -> bytes:
    """Write to a pipe, so that sizes are known only behind the data (bit 3)."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, place: int, whence: int = 0, /) -> int:
            raise OSError(place, whence)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return pipe.getvalue()


def with_zip64(files: dict[str, bytes]) -> bytes:
    """Write with the wide numbers in front of each member, as is done when a size may turn out large."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(content)
    return target.getvalue()


def with_zip64_directory(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Write with the wide numbers everywhere, by telling `zipfile` that 100 bytes are too many for narrow ones."""
    with monkeypatch.context() as patch:
        patch.setattr(zipfile, "ZIP64_LIMIT", 100)
        patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
        data = with_zip64(files)
    assert b"PK\x06\x06" in data
    assert b"PK\x06\x07" in data
    return data


WRITERS: dict[str, Callable[[pytest.MonkeyPatch], bytes]] = {
    "deflated": lambda _: zipped(FILES),
    "stored": lambda _: zipped(FILES, zipfile.ZIP_STORED),
    "comment": lambda _: zipped(FILES, comment=b"a comment"),
    "longest-comment": lambda _: zipped(FILES, comment=b"c" * 65535),
    "data-descriptors": lambda _: without_sizes(FILES),
    "self-extracting": lambda _: b"#!/bin/sh\n" + os.urandom(1000) + zipped(FILES),
    "zip64": lambda _: with_zip64(FILES),
    "zip64-directory": lambda patch: with_zip64_directory(FILES, patch),
    "zip64-self-extracting": lambda patch: b"#!/bin/sh\n" + bytes(1000) + with_zip64_directory(FILES, patch),
    "empty": lambda _: zipped({}),
    "empty-with-comment": lambda _: zipped({}, comment=b"a comment"),
    "empty-self-extracting": lambda _: b"#!/bin/sh\n" + zipped({}),
}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("kind", WRITERS)
def test_members_are_those_of_zipfile(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = WRITERS[kind](monkeypatch)
    found = good(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        assert [(m.name, m.size, m.compressed, m.method, m.crc) for m in found] == [
            (i.filename, i.file_size, i.compress_size, i.compress_type, i.CRC) for i in infos
        ]
        assert len(found) == (0 if kind.startswith("empty") else len(FILES))
        for member, info in zip(found, infos, strict=True):
            assert open_member(data, member)[:] == archive.read(info)
            check_crc(data, member)
    assert [m.name for m in found if starts_with_elf(data, m)] == [
        m.name for m in found if m.name.endswith(("so", "half"))
    ]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("kind", [kind for kind in WRITERS if "empty" not in kind])
def test_an_elf_member_reads_as_its_bytes_do(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = WRITERS[kind](monkeypatch)
    (member,) = (member for member in good(data) if member.name == "pkg/_ext.so")
    assert read(open_member(data, member)) == IMAGE


def test_a_file_is_read_as_memory_is() -> None:
    data = zipped(FILES)
    buffer = FileBuffer(io.BytesIO(data))
    found = list(members(buffer))
    assert found == list(members(data))
    assert [open_member(buffer, member)[:] for member in good(data)] == list(FILES.values())


def test_more_members_than_the_end_record_can_count() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(65_537):
            archive.writestr(str(number), b"")
    data = target.getvalue()
    assert [member.name for member in good(data)] == [str(number) for number in range(65_537)]
    # What old programs write: no ZIP64, and the count without its upper bits.
    old = data[: data.rindex(b"PK\x06\x06")] + data[-22:-14] + struct.pack("<HH", 1, 1) + data[-10:]
    assert len(good(old)) == 65_537


def test_a_name_that_is_not_utf8_is_of_dos() -> None:
    data = zipped({"x\u00fcx": b""}).replace("x\u00fcx".encode(), b"x\x81\x81x")  # bit 11 says UTF-8: not decodable
    assert [member.name for member in good(data)] == ["x\udc81\udc81x"]
    for magic, distance in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.index(magic) + distance
        data = data[:place] + b"\0\0" + data[place + 2 :]
    assert [member.name for member in good(data)] == ["xüüx"]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000])
@pytest.mark.parametrize("kind", ["zeros", "noise", "text"])
def test_every_byte_comes_out_of_the_engine(kind: str, size: int) -> None:
    made = {"zeros": bytes(size), "noise": os.urandom(size), "text": b"".join(b"%d\n" % n for n in range(size // 6))}
    for level in (0, 1, 6, 9):
        packer = zlib.compressobj(level, zlib.DEFLATED, inflate.RAW)
        packed = b"before" + packer.compress(made[kind]) + packer.flush()
        chunks = list(inflate.inflate(packed + b"behind", 6, len(packed)))
        assert b"".join(chunks) == made[kind]
        assert all(0 < len(chunk) <= 1 << 16 for chunk in chunks)
        assert inflate.inflate_first(packed, 6, len(packed), 4) == made[kind][:4]


def test_the_first_bytes_behind_a_long_table_of_codes() -> None:
    """Deflate may say nothing for a while: empty blocks, as many as one likes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, inflate.RAW)
    packed = b"\0\0\0\xff\xff" * 1000 + packer.compress(LIBRARY) + packer.flush()
    assert inflate.inflate_first(packed, 0, len(packed), 4) == b"\x7fELF"
    assert inflate.inflate_first(packed, 0, 1000, 4) == b""


class Watched(io.BytesIO):
    """A file that knows how far it was read."""

    furthest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.furthest = max(self.furthest, self.tell())
        return data


@pytest.mark.usefixtures("engine")
def test_nothing_behind_the_tables_is_inflated() -> None:
    data = zipped({"lib.so": LIBRARY + os.urandom(1 << 20)})
    (member,) = good(data)
    file = Watched(data)
    assert read(open_member(FileBuffer(file), member)) == IMAGE
    assert file.furthest <= 2 << 16


HUGE = 300 << 20
HUGE_LIMITS = Limits(ratio=2000)  # zeros compress to a thousandth


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("layout", [tables_in_front, tables_behind])
def test_a_huge_member_takes_bounded_memory(layout: Callable[[int], Iterator[bytes]]) -> None:
    data = zipped({"huge.so": layout(HUGE)})
    (member,) = good(data, HUGE_LIMITS)
    assert member.size > HUGE
    tracemalloc.start()
    try:
        assert starts_with_elf(data, member)
        assert read(open_member(data, member, HUGE_LIMITS)) == IMAGE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"peak {peak / 1e6:.0f} MB")
    assert peak < 100e6


@pytest.mark.usefixtures("engine")
def test_a_member_with_another_crc_is_found_by_checking() -> None:
    data = zipped({"lib.so": LIBRARY})
    (member,) = good(data)
    check_crc(data, member)
    with pytest.raises(ArchiveError, match=r"at offset 0x.*: lib.so: CRC .{8}, the directory says 00000001"):
        check_crc(data, member._replace(crc=1))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("size", [len(LIBRARY) - 1, len(LIBRARY) + 1])
def test_a_member_with_another_size_is_found_by_checking_and_by_reading(size: int) -> None:
    data = zipped({"lib.so": LIBRARY})
    (member,) = good(data)
    liar = member._replace(size=size)
    with pytest.raises(ArchiveError, match=f"the directory says {size}"):
        check_crc(data, liar)
    with pytest.raises(ElfError, match="the archive holds"):
        open_member(data, liar)[:]


@pytest.mark.usefixtures("engine")
def test_damaged_data_is_an_error_of_the_member() -> None:
    data = bytearray(zipped({"lib.so": LIBRARY + os.urandom(200_000), "next.so": LIBRARY}))
    first, second = good(bytes(data))
    data[first.offset : first.offset + 4] = b"\xff" * 4
    with pytest.raises(ArchiveError, match="damaged deflate data"):
        starts_with_elf(bytes(data), first)
    with pytest.raises(ArchiveError, match="damaged deflate data"):
        check_crc(bytes(data), first)
    with pytest.raises(ElfError, match=r"at offset 0x0: the archive holds it damaged: .*damaged deflate data"):
        read(open_member(bytes(data), first))
    assert read(open_member(bytes(data), second)) == IMAGE
