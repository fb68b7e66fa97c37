"""What git says about files that are to be edited: whether it could give them back as they are now.

git is asked without a trace: it takes no locks, starts no monitor of the file system, and the variables of a hook that
we may run in, which name another repository, are left out. Without git or a repository there is nothing to say.
"""

from __future__ import annotations

import os
import subprocess

from glibcheck.errors import ToolError
from glibcheck.model.record import Record
from glibcheck.workspace.programs import which

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    State = Literal["uncommitted", "untracked", "ignored"]

_STATES: Mapping[str, State] = {"??": "untracked", "!!": "ignored"}  # git-status(1), "Short Format"
_LEADING_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
_PATIENCE = 120  # seconds; a status of some files takes far less even in a large repository


class Unsafe(Record):
    """A file that git could not give back as it is, and why; the path is relative to the project."""

    path: str
    state: State


def unsafe_files(project: str, paths: Sequence[str], around: Mapping[str, str]) -> tuple[Unsafe, ...]:
    """Tell which of these files git could not give back; () without git or a repository.

    The paths are relative to the project and go through no links. What is not there yet is safe.

    Raises: ToolError when there is a repository and git has no answer.
    """
    program = which("git", around)
    if program is None or not paths:
        return ()
    git = (program, "--literal-pathspecs", "-C", os.path.realpath(project), "-c", "core.fsmonitor=false")
    place = _run((*git, "rev-parse", "--is-inside-work-tree", "--show-prefix"), around)
    if place is None or not place.startswith("true\n"):
        return ()
    prefix = place.removeprefix("true\n").removesuffix("\n")
    status = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignored", "--")
    rows = (_run((*git, *status, *paths), around) or "").split("\0")
    # Paths are relative to the top of the repository, and ended by zero bytes: "XY PATH".
    found = {row[3:].removeprefix(prefix): _STATES.get(row[:2], "uncommitted") for row in rows if row}
    return tuple(Unsafe(path, found[path]) for path in paths if path in found)


def _run(command: Sequence[str], around: Mapping[str, str]) -> str | None:
    """Run git and give what it prints; None when there is no repository."""
    kept = {name: value for name, value in around.items() if name not in _LEADING_ELSEWHERE}
    environment = {**kept, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError("git", f"did not answer: {error}; --force goes on without") from error
    if done.returncode == 0:
        return os.fsdecode(done.stdout)
    said = os.fsdecode(done.stderr).strip()
    if "not a git repository" in said:
        return None
    reason = said.splitlines()[0] if said else f"exit code {done.returncode}"
    text = f"cannot say whether files have uncommitted changes: {reason}; --force goes on without"
    raise ToolError("git", text, said)
