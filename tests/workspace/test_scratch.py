"""Projects on disk: nothing is half written, nothing of the project is touched by a copy, nothing is left behind."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from glibcheck.errors import InputError
from glibcheck.model.plan import Edit
from glibcheck.workspace.scratch import (
    require_project,
    require_script,
    require_writable,
    scratch_copy,
)
from tests.projects import tree
from tests.tools import not_as_root


@pytest.fixture(autouse=True)
def private_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make scratch copies in a folder of the test, which must be empty in the end."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert os.listdir(folder) == []


SETUP = Edit("pkg/setup.py", "old\r\n", "new\r\n")
HEADER = Edit("new.h", None, "text\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "setup.py").write_bytes(b"old\r\n")
    return folder


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


def test_an_edit_in_the_copy_goes_through_a_link_inside_of_it(project: Path) -> None:
    (project / "setup.py").symlink_to("pkg/setup.py")
    with scratch_copy(str(project), (Edit("setup.py", "old\r\n", "new\r\n"),)) as copy:
        assert os.path.islink(os.path.join(copy, "setup.py"))
        assert tree(copy) == {"pkg/setup.py": b"new\r\n", "setup.py": b"new\r\n"}


def test_an_edit_in_the_copy_is_in_the_encoding_of_the_file_and_makes_its_folder(project: Path) -> None:
    with scratch_copy(str(project), (Edit("new/latin.py", None, "# \xf6", "latin-1"),)) as copy:
        assert tree(copy)["new/latin.py"] == b"# \xf6"


def test_a_copy_keeps_times_and_permissions(project: Path) -> None:
    os.utime(project / "pkg" / "setup.py", ns=(10**18, 10**18 + 1))
    (project / "pkg" / "setup.py").chmod(0o751)
    with scratch_copy(str(project), (HEADER,)) as copy:
        found = os.stat(os.path.join(copy, "pkg", "setup.py"))
    assert (found.st_mtime_ns, stat.S_IMODE(found.st_mode)) == (10**18 + 1, 0o751)


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
        "node_modules/a", "_skbuild/a", ".mypy_cache/a", ".ruff_cache/a", ".pytest_cache/a",
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


# require_project and require_script


@pytest.mark.parametrize("name", ["setup.py", "pyproject.toml"])
def test_a_folder_with_a_build_file_is_a_project(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")
    require_project(str(tmp_path))


GIVE = "; give the directory of a project"


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
