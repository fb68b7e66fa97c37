"""Projects on disk: nothing is half written, nothing of the project is touched by a copy, nothing is left behind."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from glibcheck import fixer
from glibcheck.errors import InputError
from glibcheck.model.outcome import Outcome
from glibcheck.model.plan import Edit, Plan
from glibcheck.workspace.scratch import (
    read_texts,
    require_project,
    require_script,
    require_writable,
    scratch_copy,
    write_edits,
)
from tests.projects import tree
from tests.tools import not_as_root
from tests.values import target


@pytest.fixture(autouse=True)
def private_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make scratch copies in a folder of the test, which must be empty in the end."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert os.listdir(folder) == []


# write_edits and apply


def test_edits_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old a")
    (tmp_path / "c").mkdir()
    before = tree(str(tmp_path))
    edits = (
        Edit("a.py", "old a", "new a"),
        Edit("b.h", None, "new b"),
        Edit("c", None, "a folder is in the way"),
    )
    with pytest.raises(InputError, match="c: cannot be written: it is not a regular file"):
        write_edits(str(tmp_path), edits)
    assert tree(str(tmp_path)) == before
    write_edits(str(tmp_path), edits[:2])
    assert tree(str(tmp_path)) == {"a.py": b"new a", "b.h": b"new b"}


def outcome(project: Path, *edits: Edit) -> Outcome:
    return Outcome(str(project), target("2.28"), (), (), Plan((), ()), edits, (), None)


SETUP = Edit("pkg/setup.py", "old\r\n", "new\r\n")
HEADER = Edit("new.h", None, "text\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "setup.py").write_bytes(b"old\r\n")
    return folder


def test_apply_writes_what_was_proved(project: Path) -> None:
    fixer.apply(outcome(project, HEADER, SETUP))
    assert tree(str(project)) == {"pkg/setup.py": b"new\r\n", "new.h": b"text\n"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("pkg/setup.py", b"old\r\n# and more\r\n", id="a-line-was-added"),
        pytest.param("pkg/setup.py", b"old\n", id="line-endings-changed"),
        pytest.param("pkg/setup.py", None, id="the-file-is-gone"),
        pytest.param("pkg/setup.py", b"\xff\xfe", id="the-file-is-no-text-any-more"),
        pytest.param("new.h", b"text\n", id="the-new-file-is-there-already"),
        pytest.param("new.h", b"\xff\xfe", id="something-else-is-where-the-new-file-goes"),
    ],
)
def test_apply_writes_nothing_when_a_file_changed_meanwhile(path: str, text: bytes | None, project: Path) -> None:
    if text is None:
        (project / path).unlink()
    else:
        (project / path).write_bytes(text)
    before = tree(str(project))
    with pytest.raises(InputError) as raised:
        fixer.apply(outcome(project, HEADER, SETUP))
    assert str(raised.value) == (
        f"{project / path}: changed while the fix was being proved; nothing was written, run it again"
    )
    assert tree(str(project)) == before


# scratch_copy


def test_a_copy_has_the_name_of_the_project_and_is_gone_afterwards(project: Path) -> None:
    with scratch_copy(f"{project}/", ()) as copy:
        assert os.path.basename(copy) == "project"
        assert tree(copy) == tree(str(project))
        assert os.stat(os.path.dirname(copy)).st_mode & 0o077 == 0
    assert not os.path.exists(copy)


def test_a_copy_is_gone_after_a_failure(project: Path) -> None:
    with pytest.raises(ZeroDivisionError), scratch_copy(str(project), ()) as copy:
        raise ZeroDivisionError
    assert not os.path.exists(copy)


def test_the_current_folder_can_be_copied(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    with scratch_copy(".", ()) as copy:
        assert os.path.basename(copy) == "project"


def test_edits_are_in_the_copy_alone(project: Path) -> None:
    before = tree(str(project))
    with scratch_copy(str(project), (SETUP, HEADER)) as copy:
        assert tree(copy) == {"pkg/setup.py": b"new\r\n", "new.h": b"text\n"}
    assert tree(str(project)) == before


def test_the_copy_of_a_project_that_cannot_be_written_to_can_be(project: Path) -> None:
    (project / "pkg" / "setup.py").chmod(0o444)
    (project / "pkg").chmod(0o555)
    with scratch_copy(str(project), (SETUP, Edit("pkg/new.h", None, "text\n"))) as copy:
        assert tree(copy) == {"pkg/setup.py": b"new\r\n", "pkg/new.h": b"text\n"}
        assert stat.S_IMODE(os.stat(os.path.join(copy, "pkg")).st_mode) == 0o700
    (project / "pkg").chmod(0o755)


@pytest.mark.parametrize("relative", [True, False], ids=["relative", "absolute"])
def test_an_edit_in_the_copy_is_not_written_through_a_link(relative: bool, project: Path) -> None:
    outside = project.parent / "outside.py"
    outside.write_text("shared")
    (project / "setup.py").symlink_to("../outside.py" if relative else outside)
    with scratch_copy(str(project), (Edit("setup.py", "shared", "changed"),)) as copy:
        assert tree(copy)["setup.py"] == b"changed"
    assert outside.read_text() == "shared"
    assert (project / "setup.py").is_symlink()


def test_links_stay_links(project: Path) -> None:
    (project / "link.py").symlink_to("pkg/setup.py")
    (project / "folder").symlink_to("pkg")
    (project / "dangling").symlink_to("nowhere")
    with scratch_copy(str(project), ()) as copy:
        links = {name: os.readlink(os.path.join(copy, name)) for name in ("link.py", "folder", "dangling")}
    assert links == {"link.py": "pkg/setup.py", "folder": "pkg", "dangling": "nowhere"}


def test_results_and_caches_are_left_out(project: Path) -> None:
    for name in (
        "build/lib/a", "dist/a.whl", "pkg/__pycache__/a.pyc", ".venv/bin/python", "venv/a", ".nox/a", ".tox/a",
        "node_modules/a", ".mypy_cache/a", ".ruff_cache/a", ".pytest_cache/a",
        "pkg/build/kept.c", "pkg/dist/kept.c", "src/building/kept.c", ".git/kept",
    ):  # fmt: skip
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    with scratch_copy(str(project), ()) as copy:
        assert sorted(tree(copy)) == [
            ".git/kept", "pkg/build/kept.c", "pkg/dist/kept.c", "pkg/setup.py", "src/building/kept.c",
        ]  # fmt: skip


def test_sockets_and_pipes_are_left_out(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(project / "pkg" / "pipe")
    monkeypatch.chdir(project)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("ipc")
        with scratch_copy(str(project), ()) as copy:
            assert sorted(tree(copy)) == ["pkg/setup.py"]


def test_a_file_that_cannot_be_read_is_told_in_one_line(project: Path) -> None:
    not_as_root()
    (project / "pkg" / "setup.py").chmod(0)
    with (
        pytest.raises(InputError, match=r"cannot be copied to a scratch directory: .*Permission denied") as raised,
        scratch_copy(str(project), ()),
    ):
        pass
    assert str(raised.value).isprintable()


def test_a_copy_that_fails_is_told_in_one_line(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, _destination: str, *, follow_symlinks: bool = True) -> None:
        raise OSError(28, "No space left on device", source)

    monkeypatch.setattr("shutil.copyfile", full)
    with (
        pytest.raises(
            InputError, match=r"cannot be copied to a scratch directory: .*No space left on device"
        ) as raised,
        scratch_copy(str(project), ()),
    ):
        pass
    assert str(raised.value).isprintable()


# read_texts


def test_build_files_of_a_project_are_read_with_their_line_endings(project: Path) -> None:
    (project / "latin.py").write_bytes(b"# gr\xf6\xdfe\n")
    (project / "unicode.py").write_bytes("# größe\n".encode())
    (project / "bom.py").write_bytes(b"\xef\xbb\xbfx\n")
    (project / "mac.py").write_bytes(b"a\rb\r")
    (project / "declared.py").write_bytes(b"# coding: latin-1\n# gr\xf6\xdfe\n")
    (project / "setup.cfg").write_bytes(b"[x]\r\n")
    (project / "pkg" / "pyproject.toml").write_bytes(b"")
    (project / "notes.txt").write_text("no Python")
    (project / "large.py").write_bytes(b"#" * ((1 << 20) + 1))
    (project / "gone.py").symlink_to("nowhere")
    (project / "folder.py").mkdir()
    os.mkfifo(project / "pipe.py")
    for ignored in ("build/lib/a.py", "dist/a.py", ".venv/lib/a.py", "pkg/__pycache__/a.py"):
        (project / ignored).parent.mkdir(parents=True, exist_ok=True)
        (project / ignored).write_text("x")
    assert read_texts(str(project)) == {
        "bom.py": "\ufeffx\n",
        "declared.py": "# coding: latin-1\n# größe\n",
        "mac.py": "a\rb\r",
        "pkg/pyproject.toml": "",
        "pkg/setup.py": "old\r\n",
        "setup.cfg": "[x]\r\n",
        "unicode.py": "# größe\n",
    }


def test_other_files_are_read_where_they_exist(project: Path) -> None:
    (project / "a.h").write_text("header")
    assert read_texts(str(project), "a.h", "b.h") == {"a.h": "header", "pkg/setup.py": "old\r\n"}


# require_project and require_script


@pytest.mark.parametrize("name", ["setup.py", "pyproject.toml"])
def test_a_folder_with_a_build_file_is_a_project(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")
    require_project(str(tmp_path))


GIVE = "; give the directory of a project with a pyproject.toml or setup.py"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("gone", f"does not exist{GIVE}", id="missing"),
        pytest.param("project/pkg/setup.py", f"is not a directory{GIVE}", id="file"),
        pytest.param("project", "has neither pyproject.toml nor setup.py, so it cannot be built", id="other-folder"),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_no_project_is_told(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        require_project(str(tmp_path / name))
    assert str(raised.value) == f"{tmp_path / name}: {message}"


@pytest.mark.parametrize(("name", "message"), [("gone.py", "does not exist"), ("pkg", "is not a file")])
def test_a_script_that_cannot_be_run_is_told(name: str, message: str, project: Path) -> None:
    require_script(str(project / "pkg" / "setup.py"))
    with pytest.raises(InputError, match=f"{name}: {message}$"):
        require_script(str(project / name))


def test_a_folder_to_come_is_writable_where_the_nearest_one_is(tmp_path: Path) -> None:
    require_writable(str(tmp_path / "not" / "yet"))
    assert not (tmp_path / "not").exists()


def test_no_folder_can_come_inside_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"cannot be a folder: .*/file is none"):
        require_writable(str(tmp_path / "file" / "inside"))


def test_no_folder_can_come_where_writing_is_refused(tmp_path: Path) -> None:
    not_as_root()
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(InputError, match="no permission in"):
        require_writable(str(tmp_path / "closed" / "dist"))
