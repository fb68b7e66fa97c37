"""Faults at system calls: each call of a run that writes, refused by the system or never come back from.

strace(1) does it: `inject=NAME:error=ENOSPC:when=N`, or `signal=KILL`. The N-th call of a name is the same one in each
run, for the same command in the same state makes the same calls; a point whose call was another one is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from glibcheck.model.record import Record
from tests.trust.tracing import Call, traced

WRITING = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "unlink",
    "unlinkat", "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "ftruncate", "symlink", "openat",
)  # fmt: skip
KILLED = "SIGKILL"
ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES")
_MAKES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE")


class Point(Record):
    """The `number`-th call of a name, from 1; `what` are its arguments in the run that was watched."""

    call: str
    number: int
    what: str


class Ended(Record):
    """How a run ended: -9 when killed; `hit` says whether the fault came at a call that writes."""

    code: int
    stderr: str
    hit: bool = False


def points(words: Sequence[str], folder: Path) -> list[Point]:
    """Run a command in a folder and list its calls that write, or make a file; it must end well."""
    ended, calls = _run(words, folder)
    assert ended.code in (0, 1), ended.stderr
    found, counted = [], Counter[str]()
    for call in calls:
        counted[call.name] += 1
        if _writes(call):
            found.append(Point(call.name, counted[call.name], call.arguments))
    return found


def struck(words: Sequence[str], folder: Path, point: Point, fault: str) -> Ended:
    """Run a command with one fault: KILLED, or the name of an error."""
    how = "signal=KILL" if fault == KILLED else f"error={fault}"
    ended, calls = _run(words, folder, "-e", f"inject={point.call}:{how}:when={point.number}")
    named = [call for call in calls if call.name == point.call]
    return ended._replace(hit=len(named) >= point.number and _writes(named[point.number - 1]))


def unharmed(words: Sequence[str], folder: Path) -> Ended:
    """Run a command as it is."""
    return _run(words, folder)[0]


def _run(words: Sequence[str], folder: Path, *inject: str) -> tuple[Ended, list[Call]]:
    # Without -f: what a compiler does in a scratch folder is not ours to survive.
    done, calls = traced(folder, words, WRITING, inject)
    return Ended(done.returncode, done.stderr.decode("utf-8", "replace")), calls


def _writes(call: Call) -> bool:
    return call.name != "openat" or _MAKES.search(call.arguments) is not None
