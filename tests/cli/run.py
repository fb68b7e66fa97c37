"""The program as its users meet it: a process with arguments, two streams and an exit code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import glibcheck

# What a variable of the tester's shell says about Python's streams, colour or libraries must not change the results.
_OURS = ("NO_COLOR", "PYTHON", "LD_LIBRARY_PATH", "CFLAGS", "LDFLAGS")
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
    "PYTHONPATH": os.path.dirname(os.path.dirname(glibcheck.__file__)),
    "LC_ALL": "C.UTF-8",
}


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "glibcheck", *words),
        cwd=folder,
        env=ENVIRONMENT | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=120,
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Give the one line that says why there is no answer, without the name of the program."""
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    match = re.fullmatch(r"glibcheck: (.*)\n", done.stderr)
    assert match is not None, done.stderr
    assert match[1].isprintable()
    return match[1]


def usage_error(done: subprocess.CompletedProcess[str]) -> str:
    """Give the last line of what click says to a wrong call."""
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]
