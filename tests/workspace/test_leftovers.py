"""What a build leaves behind: objects and members of archives by path, with what each refers to."""

from __future__ import annotations

from pathlib import Path

from glibcheck.workspace.leftovers import archived_objects, own_objects
from tests.elf.compiled import compiled
from tests.tools import output

TEXT = "int wanted(void); int given(void) { return wanted(); }\n"


def test_objects_are_found_in_all_folders_with_what_they_refer_to(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    compiled(tmp_path / "build" / "a.o", TEXT, "-c")
    compiled(tmp_path / "b.os", "int alone;\n", "-c")
    (tmp_path / "no.o").write_text("not one")
    assert own_objects(str(tmp_path)) == (("b.os", frozenset()), ("build/a.o", frozenset({"wanted"})))
    assert archived_objects(str(tmp_path)) == ()


def test_without_objects_nothing_can_be_told(tmp_path: Path) -> None:
    assert own_objects(str(tmp_path)) is None


def test_members_of_archives_are_named_as_the_linker_does(tmp_path: Path) -> None:
    compiled(tmp_path / "a.o", TEXT, "-c")
    (tmp_path / "lib").mkdir()
    output("ar", "cr", str(tmp_path / "lib" / "libx.a"), str(tmp_path / "a.o"))
    (tmp_path / "damaged.a").write_bytes((tmp_path / "lib" / "libx.a").read_bytes()[:200])
    (tmp_path / "text.a").write_text("not one")
    assert archived_objects(str(tmp_path)) == (("lib/libx.a(a.o)", frozenset({"wanted"})),)
