"""`glibcheck fix --apply` and `--undo` as a user meets them: refused before a build, written whole, taken back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from glibcheck.workspace.journal import Forward, Journal, Written, digest, shelf_of
from tests.cli.run import ENVIRONMENT, refusal, run, usage_error
from tests.cli.test_fix import ONE, module, project, state
from tests.projects import tree
from tests.repositories import git, repository
from tests.tools import need

FIXED = ', extra_compile_args=["-include", "glibcheck_symver.h"], depends=["glibcheck_symver.h"])])'
FIX = ("fix", "project", "--target", "2.28", "--apply")
UNDO = ("fix", "project", "--undo")


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(ENVIRONMENT, "XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


# Refused before anything is built


@pytest.fixture
def never_built(tmp_path: Path) -> Path:
    """Make a project that declares an extension and tells when it is built."""
    return project(tmp_path, {"setup.py": f'raise SystemExit("built")\n{ONE}', "other/tool.py": "x = 1\n"})


def uncommitted(folder: Path) -> None:
    repository(folder, {".gitignore": ""})
    (folder / "setup.py").write_text((folder / "setup.py").read_text() + "# mine\n")


def untracked(folder: Path) -> None:
    git(repository(folder, {".gitignore": ""}), "rm", "-q", "--cached", "setup.py")


def ignored(folder: Path) -> None:
    git(repository(folder, {".gitignore": "setup.py\n"}), "status")


def unreadable_repository(folder: Path) -> None:
    repository(folder, {".gitignore": ""})
    (folder / ".git" / "index").write_bytes(b"no index")


def linked(folder: Path) -> None:
    (folder / "setup.py").rename(folder.parent / "elsewhere.py")
    (folder / "setup.py").symlink_to("../elsewhere.py")


GIT_SAYS = "project: nothing was written: setup.py {}; or write all the same with --force"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(
            uncommitted, GIT_SAYS.format("has uncommitted changes (commit or stash them first)"), id="uncommitted"
        ),
        pytest.param(
            untracked,
            GIT_SAYS.format("is not tracked by git, which could not give it back (commit it first)"), id="untracked",
        ),
        pytest.param(
            ignored,
            GIT_SAYS.format("is ignored by git, so it may be generated (change what it is made from)"), id="ignored",
        ),
        pytest.param(
            unreadable_repository,
            "git: cannot say whether files have uncommitted changes: fatal: ...; --force goes on without",
            id="repository-that-git-does-not-read",
        ),
        pytest.param(
            linked,
            "project/setup.py: is a link out of the project, to .../elsewhere.py, and is not written; put a copy there "
            "instead", id="link-out-of-the-project",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_written_costs_no_build(
    spoil: Callable[[Path], None], message: str, never_built: Path, tmp_path: Path
) -> None:
    spoil(never_built)
    before = state(never_built)
    found = refusal(run(tmp_path, *FIX))
    assert re.fullmatch(".*".join(map(re.escape, message.split("..."))), found), found
    assert state(never_built) == before


@pytest.mark.parametrize("spoil", [uncommitted, untracked, ignored, unreadable_repository])
def test_with_force_the_build_begins(spoil: Callable[[Path], None], never_built: Path, tmp_path: Path) -> None:
    spoil(never_built)
    assert "does not build as it is; build: built;" in refusal(run(tmp_path, *FIX, "--force"))


def test_a_change_in_a_file_that_declares_nothing_is_no_reason(never_built: Path, tmp_path: Path) -> None:
    repository(never_built, {".gitignore": ""})
    (never_built / "other" / "tool.py").write_text("x = 2\n")
    assert "does not build as it is" in refusal(run(tmp_path, *FIX))


def test_without_apply_nothing_is_asked_of_git(never_built: Path, tmp_path: Path) -> None:
    uncommitted(never_built)
    assert "does not build as it is" in refusal(run(tmp_path, "fix", "project", "--target", "2.28"))


def test_without_git_nothing_is_asked_of_it(never_built: Path, tmp_path: Path) -> None:
    uncommitted(never_built)
    assert "does not build as it is" in refusal(run(tmp_path, *FIX, PATH=str(tmp_path)))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can see, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def unprivileged() -> tuple[str, ...]:
    """Give what to write before a command so that it may not write everywhere, as root may."""
    if os.geteuid() != 0:
        return ()
    need("setpriv")
    words = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    if subprocess.run((*words, sys.executable, "-c", "import click"), capture_output=True, check=False).returncode:
        pytest.skip("this Python is root's own")
    return words


@pytest.mark.parametrize("read_only", ["project", "project/setup.py"])
def test_a_read_only_project_is_told_before_a_build(read_only: str, open_folder: Path) -> None:
    made = project(open_folder, {"setup.py": f'raise SystemExit("built")\n{ONE}'})
    (open_folder / "state").mkdir()
    for path in (made, open_folder / "state"):
        path.chmod(0o777)
    (made / "setup.py").chmod(0o666)
    (open_folder / read_only).chmod(0o555 if read_only == "project" else 0o444)
    before = state(made)
    other = unprivileged()
    done = subprocess.run(
        (*other, sys.executable, "-m", "glibcheck", *FIX, "--force"), cwd=open_folder, check=False,
        env={**ENVIRONMENT, "XDG_STATE_HOME": str(open_folder / "state"), "HOME": "/nonexistent"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    made.chmod(0o755)
    what = "its folder" if read_only == "project" else "the file"
    assert refusal(done) == f"project/setup.py: cannot be written: {what} is read-only for this user"
    assert state(made) == before


# Written, and taken back


@pytest.mark.build
def test_a_fix_is_written_and_undone(tmp_path: Path) -> None:
    made = project(tmp_path, {"setup.py": ONE, "a.c": module()})
    repository(made, {".gitignore": ""})
    before = state(made)
    done = run(tmp_path, *FIX)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert git(made, "status", "--porcelain") == " M setup.py\n?? glibcheck_symver.h\n"
    done = run(tmp_path, *UNDO)
    assert (done.returncode, done.stdout, done.stderr) == (
        0, "The last fix is undone. Restored: setup.py. Removed: glibcheck_symver.h.\n", "",
    )  # fmt: skip
    assert state(made) == before
    assert refusal(run(tmp_path, *UNDO)) == (
        "project: there is no fix to undo: none was written here by this user, or it is undone"
    )


TEXTS = {
    "windows-line-ends": lambda text: text.replace("\n", "\r\n").encode(),
    "tabs": lambda text: text.replace("ext_modules", "\n\text_modules").encode(),
    "latin-1": lambda text: ("# -*- coding: latin-1 -*-\n# größe\n" + text).encode("latin-1"),
    "byte-order-mark": lambda text: text.encode("utf-8-sig"),
    "no-final-newline": lambda text: text.rstrip("\n").encode(),
}


@pytest.mark.build
@pytest.mark.parametrize("case", TEXTS)
def test_every_other_byte_of_a_build_file_stays(case: str, tmp_path: Path) -> None:
    made = project(tmp_path, {"a.c": module()})
    (made / "setup.py").write_bytes(TEXTS[case](ONE))
    done = run(tmp_path, *FIX, "--no-verify")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert (made / "setup.py").read_bytes() == TEXTS[case](ONE.replace(")])", FIXED))
    assert run(tmp_path, *UNDO).returncode == 0
    assert (made / "setup.py").read_bytes() == TEXTS[case](ONE)


@pytest.mark.build
def test_a_build_file_that_was_not_read_is_told(tmp_path: Path) -> None:
    made = project(tmp_path, {"setup.py": f"{ONE}#{'x' * (2 << 20)}\n", "a.c": module()})
    before = state(made)
    done = run(tmp_path, *FIX)
    assert (done.returncode, done.stderr) == (1, "")
    assert "setup.py: is larger than the 1048576 bytes" in done.stdout
    assert state(made) == before


# Undo without a fix before it, and wrong calls


@pytest.fixture
def interrupted(tmp_path: Path, state_folder: Path) -> Path:
    """Make a project that was killed between its two files, as the journal says."""
    made = project(tmp_path, {"setup.py": "new\n", "pyproject.toml": "old\n"})
    (state_folder / "glibcheck" / "undo").mkdir(parents=True)
    shelf = shelf_of(str(made), {"XDG_STATE_HOME": str(state_folder)})
    files = (
        Written("setup.py", b"old\n", 0o644, digest(b"new\n")),
        Written("pyproject.toml", b"old\n", 0o644, digest(b"new\n")),
    )
    Forward(shelf, Journal(str(made), "0a", files)).begin()
    return made


def test_a_fix_that_was_killed_is_told_and_taken_back(interrupted: Path, tmp_path: Path) -> None:
    for more in ((), ("--apply",), ("--apply", "--force")):
        assert refusal(run(tmp_path, "fix", "project", "--target", "2.28", *more)) == (
            "project: a fix was interrupted while it wrote setup.py, pyproject.toml; "
            "take it back first: glibcheck fix project --undo"
        )
    assert run(tmp_path, *UNDO).stdout == (
        "A fix that was interrupted is taken back. Restored: setup.py, pyproject.toml.\n"
    )
    assert tree(str(interrupted)) == {"setup.py": b"old\n", "pyproject.toml": b"old\n"}


def test_an_undo_over_later_changes_wants_force(interrupted: Path, tmp_path: Path) -> None:
    (interrupted / "setup.py").write_text("mine\n")
    assert refusal(run(tmp_path, *UNDO)) == (
        "project: nothing was undone: setup.py changed since the fix; to lose the changes, add --force"
    )
    assert run(tmp_path, *UNDO, "--force").returncode == 0
    assert (interrupted / "setup.py").read_text() == "old\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("project",), "Missing option '--target'", id="no-target"),
        pytest.param(("project", "--apply"), "Missing option '--target'", id="apply-without-target"),
        pytest.param(("project", "--target", "2.28", "--force"), "--force goes with --apply or --undo", id="force"),
        pytest.param(("project", "--undo", "--apply"), "--undo takes no other option than --force", id="both"),
        pytest.param(("project", "--undo", "--target", "2.28"), "--undo takes no other", id="undo-with-target"),
        pytest.param(("--undo",), "Missing argument 'PROJECT'", id="no-project"),
    ],
)
@pytest.mark.usefixtures("never_built")
def test_a_wrong_call_says_why(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    assert message in usage_error(run(tmp_path, "fix", *words))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone", "gone: does not exist"),
        ("project/setup.py", "project/setup.py: is not a directory"),
        ("new\nline", "new\\nline: does not exist"),
        ("project", "project: there is no fix to undo: none was written here by this user, or it is undone"),
    ],
)
@pytest.mark.usefixtures("never_built")
def test_an_undo_of_nothing_is_one_line(name: str, message: str, tmp_path: Path) -> None:
    assert refusal(run(tmp_path, "fix", name, "--undo")) == message


def test_an_undo_needs_nothing_to_build_with(interrupted: Path, tmp_path: Path) -> None:
    code = (
        "import sys, json\nfrom glibcheck.cli import main\n"
        f"code = main({list(UNDO)!r})\nprint(json.dumps([code, 'build' in sys.modules, 'libcst' in sys.modules]))"
    )
    done = subprocess.run(
        (sys.executable, "-c", code), cwd=tmp_path, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [0, False, False]
    assert interrupted.is_dir()
