"""Builds with the hook by the front ends that people use, each in an environment of its own that pip fills.

What a project requires is found as ever; glibcheck alone, which no index has for these tests, is the repository's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

from tests.e2e.buildhosts import repository_wheel

FRONT_ENDS = ("pip wheel", "python -m build")
LIMIT = (2, 17)


def build(front_end: str, project: str, out: str) -> subprocess.CompletedProcess[str]:
    """Build a wheel into a folder; everything that was said is in stdout."""
    words = {
        "pip wheel": ["pip", "wheel", "--verbose", "--no-deps", "--wheel-dir", out, project],
        "python -m build": ["build", "--wheel", "--outdir", out, project],
    }
    return run([sys.executable, "-m", *words[front_end]])


def run(command: list[str], cwd: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program that may build; pip finds this repository's glibcheck."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(("GLIBCHECK_", "PIP_NO_"))}
    around["PIP_FIND_LINKS"] = os.path.dirname(repository_wheel())
    return subprocess.run(
        command, cwd=cwd, env=around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def auditwheel_allows(wheel: str) -> bool:
    """Ask auditwheel whether a wheel may have the tag of the target."""
    command = [sys.executable, "-m", "auditwheel", "show", "--json", wheel]
    shown = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = re.fullmatch(r"manylinux_(\d+)_(\d+)_x86_64", shown["overall_tag"])
    return found is not None and (int(found[1]), int(found[2])) <= LIMIT
