"""A fix is written whole or not at all, and taken back whole; a kill between two files is found and undone."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from glibcheck.errors import InputError, RewriteError, ToolError
from glibcheck.model.plan import Edit
from glibcheck.workspace import replacing
from glibcheck.workspace.applicable import require_applicable, require_finished
from glibcheck.workspace.applying import Undone, apply, undo
from glibcheck.workspace.journal import locked, shelf_of
from tests.projects import tree
from tests.repositories import git, repository
from tests.workspace.failing import CALLS, failing

SETUP = Edit("setup.py", "old\r\n\tx", "new\r\n\tx")
LATIN = Edit("pkg/build.py", "# \xf6\n", "# \xf6\nx\n", "latin-1")
HEADER = Edit("glibcheck/new.h", None, "text\n")
EDITS = (HEADER, LATIN, SETUP)
BEFORE = {"setup.py": b"old\r\n\tx", "pkg/build.py": b"# \xf6\n", "other.py": b"other"}
AFTER = {**BEFORE, "setup.py": b"new\r\n\tx", "pkg/build.py": b"# \xf6\nx\n", "glibcheck/new.h": b"text\n"}


@pytest.fixture(autouse=True)
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the state folder one of the test, and give where the journals are."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "glibcheck" / "undo"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, content in BEFORE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "setup.py").chmod(0o750)
    return folder


def refused(project: Path, *edits: Edit, force: bool = False) -> str:
    """Apply, which must be refused with nothing written; gives the one line, after the project's name."""
    before = tree(str(project))
    with pytest.raises((InputError, RewriteError, ToolError)) as raised:
        apply(str(project), edits, force)
    assert tree(str(project)) == before
    assert str(raised.value).isprintable()
    return str(raised.value).replace(str(project), "PROJECT")


# Written, and taken back


def test_a_fix_is_written_and_undone(project: Path, journals: Path) -> None:
    apply(str(project), EDITS)
    assert tree(str(project)) == AFTER
    assert undo(str(project)) == Undone(("pkg/build.py", "setup.py"), ("glibcheck/new.h",), False)
    assert tree(str(project)) == BEFORE
    assert stat.S_IMODE((project / "setup.py").stat().st_mode) == 0o750
    assert sorted(os.listdir(project)) == ["other.py", "pkg", "setup.py"]
    assert os.listdir(journals) == []


def test_the_journal_is_the_users_alone(project: Path, journals: Path) -> None:
    apply(str(project), EDITS)
    (name,) = os.listdir(journals)
    assert stat.S_IMODE((journals / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(journals.stat().st_mode) == 0o700
    assert json.loads((journals / name).read_text())["project"] == str(project)


def test_nothing_to_write_is_no_fix(project: Path) -> None:
    apply(str(project), ())
    with pytest.raises(InputError, match=r"project: there is no fix to undo"):
        undo(str(project))


def test_only_the_last_fix_is_undone(project: Path) -> None:
    apply(str(project), (SETUP,))
    apply(str(project), (Edit("setup.py", SETUP.after, "newer"),))
    assert undo(str(project)).restored == ("setup.py",)
    assert (project / "setup.py").read_text() == "new\n\tx"
    with pytest.raises(InputError, match="there is no fix to undo"):
        undo(str(project))


def test_a_project_is_the_same_by_any_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.parent / "link").symlink_to("project")
    apply(f"{project.parent}/link", EDITS)
    monkeypatch.chdir(project)
    undo(".")
    assert tree(str(project)) == BEFORE


def test_a_link_inside_of_the_project_is_written_through_and_stays(project: Path) -> None:
    (project / "link.py").symlink_to("setup.py")
    apply(str(project), (Edit("link.py", SETUP.before, SETUP.after),))
    assert (project / "link.py").is_symlink()
    assert (project / "setup.py").read_bytes() == AFTER["setup.py"]
    assert undo(str(project)).restored == ("setup.py",)


def test_a_name_that_is_no_text_is_written_and_undone(project: Path) -> None:
    name = os.fsdecode(b"\xff.py")
    (project / name).write_bytes(b"x")
    apply(str(project), (Edit(name, "x", "y"),))
    undo(str(project))
    assert (project / name).read_bytes() == b"x"


def test_a_relative_state_folder_is_not_believed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "here")
    monkeypatch.setenv("HOME", str(project.parent / "home"))
    apply(str(project), EDITS)
    assert len(os.listdir(project.parent / "home" / ".local" / "state" / "glibcheck" / "undo")) == 1


# Changed meanwhile


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("setup.py", b"old\r\n\tx# and more", id="something-was-added"),
        pytest.param("setup.py", b"old\n\tx", id="line-endings-changed"),
        pytest.param("setup.py", None, id="the-file-is-gone"),
        pytest.param("setup.py", b"#" * (2 << 20), id="the-file-is-too-large-now"),
        pytest.param("pkg/build.py", "# \xf6\n".encode(), id="the-encoding-changed"),
        pytest.param("glibcheck/new.h", b"text\n", id="the-new-file-is-there-already"),
    ],
)
@pytest.mark.parametrize("force", [True, False])
def test_nothing_is_written_when_a_file_changed(path: str, content: bytes | None, force: bool, project: Path) -> None:
    if content is None:
        (project / path).unlink()
    else:
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_bytes(content)
    assert refused(project, *EDITS, force=force) == (
        f"PROJECT/{path}: changed while the fix was being proved; nothing was written, run it again"
    )


@pytest.mark.parametrize(
    ("path", "content"), [("setup.py", b"mine"), ("pkg/build.py", None), ("glibcheck/new.h", b"mine")]
)
def test_an_undo_loses_later_changes_on_request_only(path: str, content: bytes | None, project: Path) -> None:
    apply(str(project), EDITS)
    if content is None:
        (project / path).unlink()
    else:
        (project / path).write_bytes(content)
    changed = tree(str(project))
    with pytest.raises(InputError) as raised:
        undo(str(project))
    assert str(raised.value) == (
        f"{project}: nothing was undone: {path} changed since the fix; to lose the changes, add --force"
    )
    assert tree(str(project)) == changed
    undo(str(project), force=True)
    assert tree(str(project)) == BEFORE
    assert stat.S_IMODE((project / path).stat().st_mode) == 0o644 if content is None else True


def test_a_file_that_is_as_before_again_is_no_change(project: Path) -> None:
    apply(str(project), EDITS)
    (project / "setup.py").write_bytes(BEFORE["setup.py"])
    (project / "glibcheck" / "new.h").unlink()
    (project / "glibcheck").rmdir()
    undo(str(project))
    assert tree(str(project)) == BEFORE


def test_a_folder_that_has_more_in_it_now_stays(project: Path) -> None:
    apply(str(project), EDITS)
    (project / "glibcheck" / "mine").touch()
    undo(str(project))
    assert os.listdir(project / "glibcheck") == ["mine"]


def test_a_folder_that_became_a_link_is_left_alone(project: Path) -> None:
    apply(str(project), EDITS)
    (project / "pkg").rename(project.parent / "outside")
    (project / "pkg").symlink_to(project.parent / "outside")
    with pytest.raises(InputError, match=r"pkg/build\.py: is behind a link now; nothing was undone"):
        undo(str(project), force=True)


# What may not be written


def test_a_link_out_of_the_project_is_not_written(project: Path) -> None:
    outside = project.parent / "outside.py"
    outside.write_text("x")
    (project / "link.py").symlink_to(outside)
    assert refused(project, Edit("link.py", "x", "y"), force=True) == (
        f"PROJECT/link.py: is a link out of the project, to {outside}, and is not written; put a copy there instead"
    )
    assert refused(project, Edit("../outside.py", "x", "y"), force=True).startswith("PROJECT/../outside.py: is a link")


def test_a_text_that_the_encoding_does_not_have_is_not_written(project: Path) -> None:
    wrong = LATIN._replace(after="\u0142")
    assert refused(project, SETUP, wrong).startswith("pkg/build.py:1: '\\u0142' cannot be written in Latin-1")


def test_what_is_no_file_is_not_replaced(project: Path) -> None:
    (project / "glibcheck" / "new.h").mkdir(parents=True)
    assert refused(project, HEADER) == "PROJECT/glibcheck/new.h: cannot be written: it is not a regular file"
    assert refused(project, Edit("setup.py/new.h", None, "x")) == (
        "PROJECT/setup.py/new.h: cannot be written: its folder is read-only for this user"
    )


READ_ONLY = {"setup.py": "the file is", "glibcheck/new.h": "its folder is", "pkg/build.py": "its folder is"}


@pytest.mark.parametrize("path", READ_ONLY)
def test_what_is_read_only_is_refused_before_anything(
    path: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a process of another user, as root may write everywhere, and in a folder that this user sees.
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        monkeypatch.setenv("XDG_STATE_HOME", name)
        seen = Path(shutil.copytree(project, f"{name}/project"))
        assert said_by_another_user(seen, path) == (
            f"{seen / path}: cannot be written: {READ_ONLY[path]} read-only for this user"
        )


def said_by_another_user(project: Path, path: str) -> str:
    (project / "setup.py").chmod(0o444)
    (project / "pkg" / "build.py").chmod(0o666)
    (project / "pkg").chmod(0o555)
    said, saying = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
            else:
                project.chmod(0o555)
            require_applicable(str(project), (path,), force=True)
        except BaseException as error:
            os.write(saying, str(error).encode())
        finally:
            os._exit(0)
    os.close(saying)
    os.waitpid(child, 0)
    with open(said, encoding="utf-8") as stream:
        found = stream.read()
    project.chmod(0o755)
    (project / "pkg").chmod(0o755)
    return found


def test_a_state_folder_that_cannot_be_made_is_told_first(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(project / "setup.py"))
    assert re.fullmatch(
        r"PROJECT/setup.py/glibcheck/undo: cannot be a folder: .*; .* another place that XDG_STATE_HOME names",
        refused(project, *EDITS),
    )


# What git does not have


@pytest.fixture
def in_git(project: Path) -> Path:
    repository(project, {".gitignore": "made.py\n"})
    return project


def test_committed_files_and_new_ones_are_written(in_git: Path) -> None:
    apply(str(in_git), EDITS)
    assert git(in_git, "status", "--porcelain", "-uall") == " M pkg/build.py\n M setup.py\n?? glibcheck/new.h\n"


def test_changes_that_git_does_not_have_are_named_together(in_git: Path) -> None:
    (in_git / "setup.py").write_text("mine")
    for name in ("made.py", "extra.py"):
        (in_git / name).write_text("x")
    edits = (Edit("setup.py", "mine", "y"), Edit("made.py", "x", "y"), Edit("extra.py", "x", "y"), LATIN)
    assert refused(in_git, *edits) == (
        "PROJECT: nothing was written: setup.py has uncommitted changes (commit or stash them first); "
        "made.py is ignored by git, so it may be generated (change what it is made from); "
        "extra.py is not tracked by git, which could not give it back (commit it first); "
        "or write all the same with --force"
    )
    apply(str(in_git), edits, force=True)
    assert (in_git / "made.py").read_text() == "y"
    undo(str(in_git))
    assert (in_git / "setup.py").read_text() == "mine"


def test_a_change_in_another_file_is_no_reason(in_git: Path) -> None:
    (in_git / "other.py").write_text("mine")
    apply(str(in_git), EDITS)


def test_a_file_of_a_submodule_is_written_on_request_only(in_git: Path, tmp_path: Path) -> None:
    repository(tmp_path / "library", {"meson.build": "x", "src/meson.build": "x"})
    git(in_git, "submodule", "add", "-q", str(tmp_path / "library"), "extern/library")
    edit = Edit("extern/library/src/meson.build", "x", "y")
    assert refused(in_git, edit) == (
        "PROJECT: nothing was written: extern/library/src/meson.build belongs to the repository in extern/library, "
        "a submodule or a clone (fix it where it comes from); or write all the same with --force"
    )
    apply(str(in_git), (edit,), force=True)


def test_a_submodule_that_is_the_project_is_one(in_git: Path, tmp_path: Path) -> None:
    repository(tmp_path / "library", {"meson.build": "x"})
    git(in_git, "submodule", "add", "-q", str(tmp_path / "library"), "library")
    apply(str(in_git / "library"), (Edit("meson.build", "x", "y"),))
    assert refused(in_git / "library", Edit("meson.build", "y", "z")).startswith("PROJECT: nothing was written: meson")


def test_without_git_nothing_is_asked(in_git: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_git / "setup.py").write_text("mine")
    monkeypatch.setenv("PATH", str(in_git))
    apply(str(in_git), (Edit("setup.py", "mine", "y"),))


def test_a_repository_that_git_does_not_read_is_told_with_the_way_out(in_git: Path) -> None:
    (in_git / ".git" / "index").write_bytes(b"no index")
    assert refused(in_git, *EDITS).endswith("; --force goes on without")
    apply(str(in_git), EDITS, force=True)


# Failures, and kills


def outcome(action: str, project: Path) -> str:
    try:
        if action == "fix":
            apply(str(project), EDITS)
        else:
            undo(str(project))
    except InputError as error:
        return str(error).rpartition(": ")[2]
    return "done"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("action", ["fix", "undo"])
def test_after_a_failure_of_any_call_all_is_done_or_nothing(
    action: str, call: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))  # git is not the one to fail
    for number in range(1, 50):
        if action == "undo":
            apply(str(project), EDITS)
        with failing(monkeypatch, call, number) as count:
            found = outcome(action, project)
        assert found in ("done", "No space left on device")
        assert tree(str(project)) == (AFTER if (action == "fix") == (found == "done") else BEFORE)
        require_finished(str(project))
        if tree(str(project)) == AFTER:
            undo(str(project))
        if count() < number:
            break
    assert (number > 1, found) == (True, "done")


def is_killed(action: Callable[[], object], number: int) -> bool:
    """Do something in a child that is killed before its nth rename; False when it ended before."""
    child = os.fork()
    if child == 0:
        original, calls = os.replace, 0

        def deadly(source: str, destination: str) -> None:
            nonlocal calls
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            original(source, destination)

        os.replace = deadly  # type: ignore[assignment]
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code != 0


def test_after_a_kill_at_any_rename_the_fix_is_found_and_taken_back(project: Path) -> None:
    states: list[dict[str, bytes]] = []
    message = r"project: a fix was interrupted while it wrote .*setup\.py; take it back first: glibcheck fix .* --undo"
    while is_killed(lambda: apply(str(project), EDITS), len(states) + 1):
        states.append(tree(str(project)))
        if len(states) == 1:  # before the journal: nothing was begun
            continue
        with pytest.raises(InputError, match=message):
            require_applicable(str(project), ())
        with pytest.raises(InputError, match=message):
            apply(str(project), EDITS, force=True)
        assert undo(str(project)).interrupted
        assert tree(str(project)) == BEFORE
        assert sorted(os.listdir(project)) == ["other.py", "pkg", "setup.py"]
    assert len(states) == 5  # the journal, three files, the journal again
    assert [found["setup.py"] == BEFORE["setup.py"] for found in states] == [True, True, True, True, False]
    assert states[0] == BEFORE
    assert tree(str(project)) == AFTER


def test_after_a_kill_at_any_rename_of_an_undo_it_goes_on(project: Path) -> None:
    apply(str(project), EDITS)
    count = 0
    while is_killed(lambda: undo(str(project)), count + 1):
        count += 1
        undo(str(project))
        assert tree(str(project)) == BEFORE
        apply(str(project), EDITS)
    assert count == 4  # the journal, two files, the journal again; the third file is removed
    assert tree(str(project)) == BEFORE


def test_what_a_kill_at_the_very_end_leaves_is_cleared_by_the_next(project: Path) -> None:
    def kill_when_clearing(rows: object, token: str) -> None:
        if tree(str(project))["setup.py"] != BEFORE["setup.py"]:
            os.kill(os.getpid(), signal.SIGKILL)

    def act() -> None:
        replacing.clear = kill_when_clearing
        apply(str(project), EDITS)

    assert is_killed(act, 99)
    assert len(tree(str(project))) == len(AFTER) + 2
    apply(str(project), (Edit("other.py", "other", "more"),))
    assert tree(str(project)) == {**AFTER, "other.py": b"more"}


def test_two_at_once_do_not_meet(project: Path) -> None:
    with locked(shelf_of(str(project), os.environ)):
        second = threading.Thread(target=apply, args=(str(project), EDITS))
        second.start()
        second.join(0.2)
        assert tree(str(project)) == BEFORE
    second.join(10)
    assert tree(str(project)) == AFTER


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "is a damaged journal", id="empty"),
        pytest.param("[]", "is a damaged journal", id="another-shape"),
        pytest.param('{"schema": 2}', "is a journal of another glibcheck: schema 2", id="newer"),
        pytest.param(
            '{"schema": 1, "project": "", "token": "", "folders": [], '
            '"files": [{"path": "a", "before": "=", "mode": 0, "after": ""}]}',
            "is a damaged journal", id="no-base64",
        ),
    ],
)  # fmt: skip
def test_a_damaged_journal_is_named_and_nothing_is_done(
    content: str, message: str, project: Path, journals: Path
) -> None:
    apply(str(project), EDITS)
    (journal,) = journals.iterdir()
    journal.write_text(content)
    with pytest.raises(InputError, match=f"{journal}: {message}"):
        undo(str(project))
    assert tree(str(project)) == AFTER


def test_an_undo_of_what_is_no_project_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="gone: does not exist"):
        undo(str(tmp_path / "gone"))
    with pytest.raises(InputError, match="file: is not a directory"):
        undo(str(tmp_path / "file"))
