"""Faults at system calls: each call of a run that writes, refused by the system or never come back from.

strace(1) does it: `inject=NAME:error=ENOSPC:when=N`, or `signal=KILL`. The N-th call of a name is the same one in each
run, for the same command in the same state makes the same calls; a point whose call was another one is told.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from glibcheck.model.record import Record
from tests.cli.run import ENVIRONMENT
from tests.tools import need

WRITING = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "unlink",
    "unlinkat", "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "ftruncate", "symlink", "openat",
)  # fmt: skip
KILLED = "SIGKILL"
ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES")
_MAKES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE")
_LINE = re.compile(r"(\w+)\((.*)")
_PATIENCE = 300  # seconds


class Point(Record):
    """The `number`-th call of a name, from 1; `what` are its arguments in the run that was watched."""

    call: str
    number: int
    what: str


class Ended(Record):
    """How a run ended: -9 when killed; `hit` says whether the fault came at a call that writes."""

    code: int
    stdout: str
    stderr: str
    hit: bool


def points(words: Sequence[str], folder: Path) -> list[Point]:
    """Run a command in a folder and list its calls that write, or make a file; it must end well."""
    ended, lines = _run(words, folder, ())
    assert ended.code in (0, 1), ended.stderr
    found, counted = [], Counter[str]()
    for line in lines:
        if match := _LINE.match(line):
            call, rest = match.groups()
            counted[call] += 1
            if call != "openat" or _MAKES.search(rest):
                found.append(Point(call, counted[call], rest))
    return found


def struck(words: Sequence[str], folder: Path, point: Point, fault: str) -> Ended:
    """Run a command with one fault: KILLED, or the name of an error."""
    how = "signal=KILL" if fault == KILLED else f"error={fault}"
    ended, lines = _run(words, folder, ("-e", f"inject={point.call}:{how}:when={point.number}"))
    calls = [line for line in lines if line.startswith(f"{point.call}(")]
    hit = len(calls) >= point.number and (point.call != "openat" or bool(_MAKES.search(calls[point.number - 1])))
    return ended._replace(hit=hit)


def unharmed(words: Sequence[str], folder: Path) -> Ended:
    """Run a command as it is."""
    return _run(words, folder, ())[0]


def _run(words: Sequence[str], folder: Path, inject: Sequence[str]) -> tuple[Ended, list[str]]:
    need("strace")
    log = folder.parent / f"{folder.name}.strace"
    # Without -f: what a compiler does in a scratch folder is not ours to survive.
    command = ["strace", "-qq", "-s", "200", "-e", f"trace={','.join(WRITING)}", *inject, "-o", str(log), "--"]
    done = subprocess.run(
        [*command, sys.executable, *words],
        cwd=folder,
        env={
            **ENVIRONMENT,
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_STATE_HOME": str(folder / "state"),
            "TMPDIR": str(folder),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=_PATIENCE,
        text=True,
        errors="replace",
    )
    lines = log.read_text("utf-8", "replace").splitlines()
    log.unlink()
    return Ended(done.returncode, done.stdout, done.stderr, False), lines
