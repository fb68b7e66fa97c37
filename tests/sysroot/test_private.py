"""A private copy of a runtime: every definition hidden, references as they were, and members left out on request."""

from __future__ import annotations

from pathlib import Path

from glibcheck.elf.archive import ArchiveMember, read_archive
from glibcheck.elf.objecttables import ObjectTables
from glibcheck.model.names import SymbolName
from glibcheck.sysroot.objects import archive_of, definitions
from glibcheck.sysroot.pic import why_not_pic
from glibcheck.sysroot.private import private_archive
from tests.elf.compiled import compiled
from tests.tools import output

ONE = "extern int other; int shown(void) { return other; } static int inner; int *mine(void) { return &inner; }"
TWO = "int other = 4; __attribute__((weak)) int soft(void) { return 2; }"


def archive(folder: Path, *flags: str) -> bytes:
    objects: dict[SymbolName, bytes] = {}
    for name, text in (("one", ONE), ("two", TWO)):
        objects[SymbolName(name)] = compiled(folder / f"{name}.o", text, "-c", *(flags or ("-fPIC",))).read_bytes()
    return archive_of(objects)


def visibilities(data: bytes) -> dict[bytes, int]:
    rows = (row for member in read_archive(data) for row in ObjectTables(member.data).symbols())
    return {row.name: row.other & 3 for row in rows if row.binding != 0 and row.section != 0}


def test_definitions_are_hidden_and_nothing_else_changes(tmp_path: Path) -> None:
    before = archive(tmp_path)
    after = private_archive(before)
    assert visibilities(before) == dict.fromkeys([b"shown", b"mine", b"other", b"soft"], 0)
    assert visibilities(after) == dict.fromkeys([b"shown", b"mine", b"other", b"soft"], 2)
    assert len(after) == len(before)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 4


def test_a_shared_object_that_takes_it_in_shows_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "libit.a"
    path.write_bytes(private_archive(archive(tmp_path)))
    made = compiled(
        tmp_path / "user.so", "int shown(void); int f(void) { return shown(); }", "-shared", "-fPIC", str(path)
    )
    names = output("nm", "-D", "--defined-only", str(made))
    assert [line.split()[-1] for line in names.splitlines()] == ["f"]


def test_members_that_define_an_unwanted_symbol_are_left_out(tmp_path: Path) -> None:
    after = private_archive(archive(tmp_path), without=(b"soft",))
    assert [member.name for member in read_archive(after)] == ["one.o"]


def test_what_is_no_object_has_no_definitions() -> None:
    assert list(definitions(ArchiveMember("README", b"text"))) == []


def test_code_that_is_not_position_independent_is_named(tmp_path: Path) -> None:
    assert why_not_pic(archive(tmp_path)) is None
    told = why_not_pic(archive(tmp_path, "-fno-pic", "-fno-pie"))
    assert told is not None
    assert told.startswith("one.o is not position independent: relocation ")
    assert told.endswith(" against other")


def test_the_runtime_of_this_compiler_is_position_independent() -> None:
    path = output("gcc", "-print-file-name=libstdc++.a").strip()
    assert why_not_pic(Path(path).read_bytes()) is None
