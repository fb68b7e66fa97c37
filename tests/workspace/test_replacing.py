"""Files replaced together: whatever fails, and wherever a signal comes, all are new or all are as they were."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from glibcheck.errors import InputError
from glibcheck.workspace import replacing
from glibcheck.workspace.replacing import Replacement, replace_all
from tests.projects import tree
from tests.workspace.failing import CALLS, FULL, failing

OLD = {"a.py": b"old a", "pkg/b.py": b"old b", "gone.h": b"to be removed"}
NEW = {"a.py": b"new a", "pkg/b.py": b"new b" * 9999, "deep/er/c.h": b"made"}


class Notes:
    """A log that remembers what it was told."""

    token = "0abc"  # noqa: S105 - part of file names

    def __init__(self) -> None:
        self.told: list[str] = []

    def begin(self) -> None:
        self.told.append("begin")

    def commit(self) -> None:
        self.told.append("commit")

    def abandon(self) -> None:
        self.told.append("abandon")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name, content in OLD.items():
        path = tmp_path / "top" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ns=(10**18, 10**18))
    (tmp_path / "top" / "a.py").chmod(0o751)
    return tmp_path / "top"


def rows(top: Path) -> list[Replacement]:
    return [*(Replacement(str(top / name), new) for name, new in NEW.items()), Replacement(str(top / "gone.h"), None)]


def state(top: Path) -> dict[str, tuple[bytes, int, int]]:
    """Give content, permissions and time of all files, helping files included; folders must be those of files."""
    found = tree(str(top))
    assert {place for place, _, _ in os.walk(top)} <= {
        str(top), *(str(parent) for name in found for parent in (top / name).parents)
    }  # fmt: skip
    status = {name: (top / name).stat() for name in found}
    return {name: (data, status[name].st_mode, status[name].st_mtime_ns) for name, data in found.items()}


def test_all_files_are_replaced_and_permissions_kept(top: Path) -> None:
    log = Notes()
    replace_all(rows(top), log)
    assert tree(str(top)) == NEW
    assert stat.S_IMODE((top / "a.py").stat().st_mode) == 0o751
    assert log.told == ["begin", "commit"]


def test_a_file_that_comes_back_has_the_permissions_that_are_asked_for(top: Path) -> None:
    replace_all([Replacement(str(top / "new.sh"), b"x", 0o750), Replacement(str(top / "a.py"), b"x", 0o600)], Notes())
    assert stat.S_IMODE((top / "new.sh").stat().st_mode) == 0o750
    assert stat.S_IMODE((top / "a.py").stat().st_mode) == 0o751


def test_a_file_keeps_its_owner(top: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    os.chown(top / "a.py", 1234, 5678)
    replace_all(rows(top), Notes())
    found = (top / "a.py").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 5678, 0o751)


def test_where_there_are_no_hard_links_a_copy_is_kept(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    before = {name: row[:2] for name, row in state(top).items()}
    with failing(monkeypatch, "replace", 2), pytest.raises(InputError):
        replace_all(rows(top), Notes())
    assert {name: row[:2] for name, row in state(top).items()} == before
    replace_all(rows(top), Notes())
    assert tree(str(top)) == NEW


def outcome(top: Path, log: Notes) -> str:
    """Replace all, and say what became of it."""
    try:
        replace_all(rows(top), log)
    except InputError as error:
        return str(error).rpartition(": ")[2]
    except KeyboardInterrupt:
        return "interrupted"
    return "done"


@pytest.mark.parametrize(
    ("error", "told"), [(FULL, "No space left on device"), (KeyboardInterrupt(), "interrupted")], ids=["full", "ctrl-c"]
)
@pytest.mark.parametrize("call", CALLS)
def test_after_a_failure_of_any_call_all_files_are_as_before(
    call: str, error: BaseException, told: str, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(top)
    for number in range(1, 50):
        log = Notes()
        with failing(monkeypatch, call, number, error) as count:
            found = outcome(top, log)
        if found == "done":
            break
        assert (found, log.told[-1]) == (told, "abandon")
        assert state(top) == before
    assert count() < number or call == "link"  # where there are none, the file is copied
    assert tree(str(top)) == NEW


@pytest.mark.parametrize("number", range(1, 10))
def test_a_helping_file_that_cannot_be_removed_does_no_harm(
    number: int, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing(monkeypatch, "unlink", 8 + number):  # after those that clear up before the start
        found = outcome(top, Notes())
    replacing.clear(rows(top), Notes.token)
    assert tree(str(top)) == (NEW if found == "done" else OLD)


@pytest.mark.parametrize("when", ["begin", "commit"])
def test_after_a_failure_of_the_log_all_files_are_as_before(when: str, top: Path) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "the journal")

    log, before = Notes(), state(top)
    setattr(log, when, full)
    with pytest.raises(InputError, match=r"^the journal: cannot be written: No space left on device$"):
        replace_all(rows(top), log)
    assert state(top) == before
    assert log.told[-1] == "abandon"


def test_what_cannot_be_put_back_is_told_and_not_forgotten(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Notes()
    with (
        failing(monkeypatch, "replace", 2, forever=True),
        pytest.raises(InputError, match=r"a\.py: could not be put back after a failure .*b\.py: .*: No space.*--undo"),
    ):
        replace_all(rows(top), log)
    assert log.told == ["begin"]


# Signals


def in_a_child(action: Callable[[], None]) -> int:
    """Do something in a process of its own; gives how it ended, a signal as a negative number."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            action()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("place", ["begin", "_prepare", "_exchange", "sync_folder", "commit", "abandon"])
def test_a_signal_leaves_all_files_old_or_all_new(number: signal.Signals, place: str, top: Path) -> None:
    before = tree(str(top))

    def act() -> None:
        signal.signal(number, signal.SIG_DFL)  # a terminal that went away (nohup) leaves it ignored
        log = Notes()
        owner: object = log if hasattr(log, place) else replacing
        original = getattr(owner, place)

        def struck(*arguments: object) -> object:
            result = original(*arguments)
            os.kill(os.getpid(), number)
            time.sleep(0.01)
            return result

        setattr(owner, place, struck)
        if place == "abandon":
            log.commit = lambda: os.rmdir(top)  # type: ignore[method-assign]  # fails
        replace_all(rows(top), log)

    assert in_a_child(act) == 128 + number
    assert tree(str(top)) == (NEW if place == "commit" else before)
