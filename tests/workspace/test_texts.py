"""Texts of the disk: writing is whole or not at all, reading says what is wrong."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from glibcheck.errors import InputError
from glibcheck.workspace.texts import require_text, write_whole
from tests.projects import tree
from tests.tools import not_as_root


def test_a_new_file_gets_the_permissions_that_the_umask_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(str(tmp_path / "new.h"), "text\n")
    finally:
        os.umask(before)
    assert (tmp_path / "new.h").read_bytes() == b"text\n"
    assert stat.S_IMODE((tmp_path / "new.h").stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_an_old_file_keeps_its_permissions(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "setup.py"
    path.write_text("old")
    path.chmod(mode)
    write_whole(str(path), "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "a\nb", "a\rb\n", "", "größe\n", "\ufeffa\n"])
def test_the_text_is_written_byte_by_byte(text: str, tmp_path: Path) -> None:
    write_whole(str(tmp_path / "a"), text)
    assert (tmp_path / "a").read_bytes() == text.encode()
    assert require_text(str(tmp_path / "a")) == text


def test_a_symbolic_link_is_written_through_and_stays_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "real.py").write_text("old")
    link = tmp_path / "setup.py"
    link.symlink_to("elsewhere/real.py")
    write_whole(str(link), "new")
    assert link.is_symlink()
    assert (folder / "real.py").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "setup.py"]


def test_a_link_to_nothing_makes_what_it_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("new")
    write_whole(str(tmp_path / "link"), "text")
    assert (tmp_path / "new").read_text() == "text"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "setup.py"
    path.write_text("old")
    before = tree(str(tmp_path))

    def refuse(_source: str, _destination: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(InputError, match=r"setup\.py: cannot be written: No space left on device$"):
        write_whole(str(path), "new")
    assert tree(str(tmp_path)) == before


def test_an_interruption_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "setup.py"
    path.write_text("old")
    before = tree(str(tmp_path))

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(str(path), "new")
    assert tree(str(tmp_path)) == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone/a\.h: cannot be written: No such file or directory$"):
        write_whole(str(tmp_path / "gone" / "a.h"), "text")


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    not_as_root()
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o555)
    with pytest.raises(InputError, match=r"a\.h: cannot be written: Permission denied$"):
        write_whole(str(folder / "a.h"), "text")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "directory"])
def test_what_is_no_regular_file_is_never_replaced(make: object, tmp_path: Path) -> None:
    path = tmp_path / "there"
    make(path)  # type: ignore[operator]
    kind = stat.S_IFMT(path.stat().st_mode)
    with pytest.raises(InputError, match=r"there: cannot be written: it is not a regular file$"):
        write_whole(str(path), "text")
    assert stat.S_IFMT(path.stat().st_mode) == kind


def test_a_pipe_behind_a_link_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    with pytest.raises(InputError, match=r"link: cannot be written: it is not a regular file$"):
        write_whole(str(tmp_path / "link"), "text")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "does not exist", id="missing"),
        pytest.param(b"x" * 101, "is larger than the 100 bytes", id="large"),
        pytest.param(b"ab\xff", "at offset 0x2: is not UTF-8 text", id="not-text"),
    ],
)
def test_what_cannot_be_read_is_one_line(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "text"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        require_text(str(path), 100)


def test_a_directory_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a regular file"):
        require_text(str(tmp_path))
