"""Archives of objects: read as ar writes them, written so that ar and linkers read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.elf.archive import (
    ArchiveMember,
    ThinMember,
    is_archive,
    placed_members,
    read_archive,
    write_archive,
)
from glibcheck.errors import ElfError
from tests.tools import need, output

LONG = "a_name_that_is_longer_than_a_header.o"
MEMBERS = (ArchiveMember("a.o", b"odd"), ArchiveMember(LONG, b"even"), ArchiveMember("b.o", b""))


def read_members(data: bytes) -> list[ArchiveMember | ThinMember]:
    return [member for _, member in placed_members(data)]


def header(word: str, size: int | str) -> bytes:
    return f"{word:<16}{0:<12}{0:<6}{0:<6}{644:<8}{size:<10}`\n".encode()


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
        (made()[:56] + b"x" + made()[57:], "number in the header of a member is none"),
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


def test_members_of_a_thin_archive_are_names(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("x.o", f"sub/{LONG}"):
        (tmp_path / name).write_text(name)
    output("sh", "-c", f"cd {tmp_path} && ar rcT lib.a x.o sub/{LONG}")
    data = (tmp_path / "lib.a").read_bytes()
    assert is_archive(data)
    assert list(read_members(data)) == [ThinMember("x.o", None), ThinMember(f"sub/{LONG}", None)]
    assert [member.name for member in read_members(data)] == output("sh", "-c", f"cd {tmp_path} && ar t lib.a").split()


def test_members_of_an_archive_in_a_thin_one_are_found_by_their_offset(tmp_path: Path) -> None:
    for name in ("x.o", "y.o", LONG):
        (tmp_path / name).write_text(f"odd {name}")
    output("sh", "-c", f"cd {tmp_path} && ar rc inner.a x.o {LONG} && ar rcT lib.a inner.a y.o")
    inner = (tmp_path / "inner.a").read_bytes()
    first, second, file = read_members((tmp_path / "lib.a").read_bytes())
    assert file == ThinMember("y.o", None)
    for member, name in ((first, "x.o"), (second, LONG)):
        assert isinstance(member, ThinMember)
        assert member.name == "inner.a"
        assert member.nested is not None
        places = dict(placed_members(inner))
        assert places[member.nested + 60] == ArchiveMember(name, f"odd {name}".encode())


@pytest.mark.parametrize("data", [made(), b"!<arch>\n" + header("#1/4", 6) + b"x.o\0ab"], ids=["gnu", "bsd"])
def test_the_content_of_a_member_is_where_it_is_said_to_be(data: bytes) -> None:
    for place, member in placed_members(data):
        assert isinstance(member, ArchiveMember)
        assert data[place : place + len(member.data)] == member.data


@pytest.mark.parametrize("form", ["gnu", "bsd", "darwin", "thin"])
def test_what_llvm_ar_writes_is_read(form: str, tmp_path: Path) -> None:
    need("llvm-ar", "gcc")
    (tmp_path / "x.c").write_text("int x(void) { return 1; }")
    for name in ("x.o", LONG):
        output("gcc", "-c", str(tmp_path / "x.c"), "-o", str(tmp_path / name))
    option = "--thin" if form == "thin" else f"--format={form}"
    output("sh", "-c", f"cd {tmp_path} && llvm-ar rcs {option} lib.a x.o {LONG}")
    found = list(read_members((tmp_path / "lib.a").read_bytes()))
    assert [member.name for member in found] == ["x.o", LONG]
    whole = (tmp_path / "x.o").read_bytes()
    # Some of the forms fill a member up to eight bytes.
    assert all(
        member.data.rstrip(b"\n\0") == whole.rstrip(b"\0") for member in found if isinstance(member, ArchiveMember)
    )


THIN = b"!<thin>\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (THIN + header("/5", 3), "not in its table"),
        (THIN + header("//", 4) + b"a.o/" + header("/0", 3), "not in its table"),
        (THIN + header("//", 5) + b"a.o/\n " + header("/0:x", 3), "number in the header"),
        (THIN + header("//", 9999) + b"a.o/\n", "reaches behind its end"),
        (THIN + header("x.o/", 3)[:-1], "header is expected"),
        (b"!<arch>\n" + header("#1/9", 3) + b"abc", "longer than the member"),
        (b"!<arch>\n" + header("#1/x", 3) + b"abc", "number in the header"),
        (b"!<arch>\n" + header("//", 5000) + b"a" * 4999 + b"\n" + header("/0", 0), "not in its table"),
    ],
)
def test_damage_of_the_other_forms_is_named(data: bytes, words: str) -> None:
    with pytest.raises(ElfError, match=words):
        list(read_members(data))


def test_the_indices_of_bsd_are_no_members() -> None:
    data = b"!<arch>\n" + header("__.SYMDEF", 4) + b"1234" + header("#1/20", 22) + b"__.SYMDEF SORTED".ljust(20, b"\0")
    data += b"12" + header("x.o", 1) + b"x\n"
    assert list(read_archive(data)) == [ArchiveMember("x.o", b"x")]


def test_a_thin_archive_without_members_is_empty() -> None:
    assert list(read_members(THIN)) == []
    with pytest.raises(ElfError, match="thin archive"):
        list(read_archive(THIN))
