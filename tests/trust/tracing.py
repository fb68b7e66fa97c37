"""A run under strace(1), and the system calls that it tells."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from glibcheck.model.record import Record
from tests.cli.run import ENVIRONMENT
from tests.tools import need

_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\)\s+= (\S+).*$")
_PATIENCE = 300  # seconds


class Call(Record):
    """One system call: its arguments as strace writes them, and its result; -1 is a failure, ? has none."""

    name: str
    arguments: str
    result: str


def traced(
    folder: Path, words: Sequence[str], calls: Sequence[str], options: Sequence[str] = (), stdin: bytes = b""
) -> tuple[subprocess.CompletedProcess[bytes], list[Call]]:
    """Run Python with `words` in a folder; gives how it ended and the calls of these names.

    `options` are more of strace's: -f follows processes, -y names descriptors, -e inject=... lets calls fail.
    What glibcheck keeps for itself goes to `state` in the folder, and temporary files into the folder.
    """
    need("strace")
    log = folder.parent / f"{folder.name}.strace"
    command = ["strace", "-qq", "-s", "4096", "-e", f"trace={','.join(calls)}", *options, "-o", str(log), "--"]
    own = {"PYTHONDONTWRITEBYTECODE": "1", "XDG_STATE_HOME": str(folder / "state"), "TMPDIR": str(folder)}
    done = subprocess.run(
        [*command, sys.executable, *words],
        cwd=folder,
        env={**ENVIRONMENT, **own},
        input=stdin,
        capture_output=True,
        check=False,
        timeout=_PATIENCE,
    )
    lines = log.read_text("utf-8", "replace").splitlines()
    log.unlink()
    return done, [Call(*match.groups()) for line in lines if (match := _CALL.match(line))]
