"""System calls of a run of glibcheck, as strace(1) tells them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from glibcheck.model.record import Record
from tests.cli.run import ENVIRONMENT
from tests.tools import need

_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\)\s+= (\S+)(.*)$")
_PATIENCE = 300  # seconds


class Call(Record):
    """One system call: its arguments as strace writes them, paths of descriptors within <>; -1 is a failure."""

    name: str
    arguments: str
    result: str


def traced(
    folder: Path,
    words: Sequence[str],
    calls: Sequence[str],
    options: Sequence[str] = (),
    stdin: bytes = b"",
    around: Mapping[str, str] = {},
) -> tuple[subprocess.CompletedProcess[bytes], list[Call]]:
    """Run glibcheck with `words` in a folder under strace; gives how it ended and the calls of these names."""
    need("strace")
    log = folder.parent / f"{folder.name}.strace"
    command = ["strace", "-f", "-y", "-qq", "-s", "4096", "-e", f"trace={','.join(calls)}", *options, "-o", str(log)]
    done = subprocess.run(
        [*command, "--", sys.executable, "-m", "glibcheck", *words],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "1", **around},
        input=stdin,
        capture_output=True,
        check=False,
        timeout=_PATIENCE,
    )
    found = [
        Call(*match.groups()[:3])
        for line in log.read_text("utf-8", "replace").splitlines()
        if (match := _CALL.match(line))
    ]
    log.unlink()
    return done, found
