"""What git says of files that are to be edited, asked of real repositories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glibcheck.errors import ToolError
from glibcheck.git import unsafe_files
from tests.projects import tree
from tests.repositories import commit, git, repository


def states(folder: Path, *paths: str, **around: str) -> dict[str, str]:
    found = unsafe_files(str(folder), paths, {**os.environ, **around})
    return {row.path: row.state for row in found}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with a project in a folder of it, and a file in each state."""
    folder = repository(tmp_path / "top", {
        ".gitignore": "made.py\n", "p/clean.py": "x", "p/changed.py": "x", "p/staged.py": "x", "p/gone.py": "x",
        "p/*.py": "x", "p/größe \n.py": "x", "outside.py": "x",
    })  # fmt: skip
    for name in ("p/changed.py", "p/staged.py", "p/new.py", "p/added.py", "p/made.py", "p/sub/new.py", "outside.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("changed")
    git(folder, "add", "p/staged.py", "p/added.py")
    (folder / "p" / "gone.py").unlink()
    return folder


def test_each_state_is_told(top: Path) -> None:
    names = ("clean.py", "changed.py", "staged.py", "new.py", "added.py", "made.py", "sub/new.py", "gone.py", "to.come")
    assert states(top / "p", *names) == {
        "changed.py": "uncommitted",
        "staged.py": "uncommitted",
        "added.py": "uncommitted",
        "gone.py": "uncommitted",
        "new.py": "untracked",
        "sub/new.py": "untracked",
        "made.py": "ignored",
    }


def test_names_are_taken_as_they_are(top: Path) -> None:
    assert states(top / "p", "*.py", "größe \n.py") == {}
    (top / "p" / "größe \n.py").write_text("changed")
    assert states(top / "p", "*.py", "größe \n.py") == {"größe \n.py": "uncommitted"}


def test_a_repository_without_a_commit_has_nothing_to_give_back(tmp_path: Path) -> None:
    folder = repository(tmp_path / "new", {})
    (folder / "setup.py").write_text("x")
    assert states(folder, "setup.py") == {"setup.py": "untracked"}


def test_a_work_tree_beside_the_repository_is_one(top: Path, tmp_path: Path) -> None:
    git(top, "worktree", "add", "-q", str(tmp_path / "second"))
    (tmp_path / "second" / "p" / "clean.py").write_text("changed")
    assert states(tmp_path / "second" / "p", "clean.py", "changed.py") == {"clean.py": "uncommitted"}


def test_nothing_is_written_to_the_repository(top: Path) -> None:
    os.utime(top / "p" / "clean.py", ns=(10**18, 10**18))  # which a status would note in the index
    before = tree(str(top / ".git"))
    states(top / "p", "clean.py", "changed.py")
    assert tree(str(top / ".git")) == before


def test_no_monitor_of_the_file_system_is_started(top: Path, tmp_path: Path) -> None:
    (tmp_path / "hook").write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    (tmp_path / "hook").chmod(0o755)
    git(top, "config", "core.fsmonitor", str(tmp_path / "hook"))
    assert states(top / "p", "changed.py") == {"changed.py": "uncommitted"}
    assert not (tmp_path / "ran").exists()


def test_the_variables_of_a_hook_lead_nowhere_else(top: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"p/changed.py": "changed"})
    assert states(top / "p", "changed.py", GIT_DIR=str(other / ".git"), GIT_INDEX_FILE=str(other / ".git/index")) == {
        "changed.py": "uncommitted"
    }


@pytest.mark.parametrize("folder", ["outside", "top/.git"])
def test_there_is_nothing_to_say_where_no_work_tree_is(folder: str, top: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / folder / "setup.py").write_text("x")
    assert states(tmp_path / folder, "setup.py") == {}
    assert top.is_dir()


def test_there_is_nothing_to_say_without_git(top: Path, tmp_path: Path) -> None:
    assert states(top / "p", "changed.py", PATH=str(tmp_path)) == {}


def test_a_repository_that_git_does_not_read_is_told(top: Path) -> None:
    commit(top)
    (top / ".git" / "index").write_bytes(b"no index")
    with pytest.raises(ToolError, match=r"^git: cannot say whether .* uncommitted changes: .*; --force goes on"):
        states(top / "p", "clean.py")
