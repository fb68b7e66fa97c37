"""Archives of objects: read as ar writes them, written so that ar and linkers read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.elf.archive import ArchiveMember, is_archive, read_archive, write_archive
from glibcheck.errors import ElfError
from tests.tools import output

LONG = "a_name_that_is_longer_than_a_header.o"
MEMBERS = (ArchiveMember("a.o", b"odd"), ArchiveMember(LONG, b"even"), ArchiveMember("b.o", b""))


def made(members: tuple[ArchiveMember, ...] = MEMBERS) -> bytes:
    return write_archive(members, ((b"f", b"g"), (), (b"h",))[: len(members)])


def test_what_is_written_is_read_again() -> None:
    data = made()
    assert is_archive(data)
    assert tuple(read_archive(data)) == MEMBERS


def test_ar_lists_and_prints_our_members(tmp_path: Path) -> None:
    path = tmp_path / "lib.a"
    path.write_bytes(made())
    assert output("ar", "t", str(path)).split() == ["a.o", LONG, "b.o"]
    assert output("ar", "p", str(path), LONG) == "even"


def test_the_index_leads_to_the_members(tmp_path: Path) -> None:
    path = tmp_path / "lib.a"
    path.write_bytes(made())
    assert "f in a.o" in output("nm", "-s", str(path))
    assert "h in b.o" in output("nm", "-s", str(path))


def test_what_ar_writes_is_read(tmp_path: Path) -> None:
    for name, text in (("x.o", "x"), (LONG, "long"), ("y.o", "yy")):
        (tmp_path / name).write_text(text)
    path = tmp_path / "lib.a"
    output("sh", "-c", f"cd {tmp_path} && ar rcs lib.a x.o {LONG} y.o")
    found = [(row.name, row.data) for row in read_archive(path.read_bytes())]
    assert found == [("x.o", b"x"), (LONG, b"long"), ("y.o", b"yy")]


def test_a_thin_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.o").write_text("x")
    output("sh", "-c", f"cd {tmp_path} && ar rcT lib.a x.o")
    with pytest.raises(ElfError, match="thin archive"):
        list(read_archive((tmp_path / "lib.a").read_bytes()))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an archive"),
        (b"\x7fELF....", "not an archive"),
        (made()[:-3], "reaches behind its end|header is expected"),
        (made()[:40], "header is expected"),
        (made().replace(b"`\n", b"??", 1), "header is expected"),
        (made()[:56] + b"x" + made()[57:], "size of a member is no number"),
    ],
)
def test_damage_is_named_with_its_place(data: bytes, words: str) -> None:
    with pytest.raises(ElfError, match=words):
        list(read_archive(data))


def test_every_shorter_archive_is_refused_or_has_fewer_members() -> None:
    data = made()
    for end in range(len(data)):
        try:
            assert len(list(read_archive(data[:end]))) < len(MEMBERS) or end >= len(data) - 1
        except ElfError:
            continue
