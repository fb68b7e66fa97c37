"""A file is old or new, whole, and nothing stands beside it: by a file without a name, and where there is none."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from glibcheck.errors import InputError
from glibcheck.workspace import wholefile
from glibcheck.workspace.wholefile import written_whole
from tests.cli.run import ENVIRONMENT

_MANY = """
import sys
from glibcheck.workspace import wholefile
wholefile._OPEN_FILES = sys.argv[2]
for _ in range(200):
    with wholefile.written_whole("file") as stream:
        stream.write(sys.argv[1].encode() * 5000)
"""


@pytest.fixture(params=["without a name", "with a name"], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "with a name":
        monkeypatch.setattr(wholefile, "_OPEN_FILES", "/nowhere")


def write(path: Path, content: bytes, mode: int | None = None) -> None:
    with written_whole(str(path), mode) as stream:
        stream.write(content)


def test_it_takes_the_place_and_the_permissions_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o751)
    write(path, b"newer", 0o600)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"newer", 0o600)
    assert os.listdir(tmp_path) == ["file"]


def test_what_fails_in_the_block_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail() -> None:
        with written_whole(str(path)) as stream:
            stream.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        write(tmp_path / "none" / "file", b"new")


def test_a_rename_that_fails_leaves_nothing_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_source: str, _target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(InputError, match="No space left"):
        write(tmp_path / "file", b"new")
    assert os.listdir(tmp_path) == []


def test_the_longest_name_that_there_is(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write(path, b"new")
    assert os.listdir(tmp_path) == [path.name]


def test_what_a_killed_writer_left_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wholefile, "_OPEN_FILES", "/proc/self/fd")  # with a name it has another one each time
    left: list[str] = []
    rename = os.replace

    def look(source: str, target: str) -> None:
        left.append(os.path.basename(source))
        rename(source, target)

    monkeypatch.setattr(os, "replace", look)
    write(tmp_path / "file", b"one")
    (name,) = left
    (tmp_path / name).write_bytes(b"of a killed one")
    write(tmp_path / "file", b"two")
    assert (tmp_path / "file").read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["file"]


def test_two_that_write_the_same_file_at_once_write_it_whole(tmp_path: Path) -> None:
    words = [[sys.executable, "-c", _MANY, letter, wholefile._OPEN_FILES] for letter in "abc"]
    running = [subprocess.Popen(line, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE) for line in words]
    seen = set()
    while any(process.poll() is None for process in running):
        if (tmp_path / "file").exists():
            seen.add((tmp_path / "file").read_bytes())
    assert [process.communicate()[1] for process in running] == [b"", b"", b""]
    assert seen <= {letter * 5000 for letter in (b"a", b"b", b"c")}
    assert os.listdir(tmp_path) == ["file"]
