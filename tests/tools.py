"""Tools that the tests ask for a second opinion; a missing one is a skip that names it, and a failure in CI."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from typing import Any

import pytest


def missing(what: str) -> None:
    """Skip the test because `what` is not here; under CI=true nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


def need(*programs: str) -> None:
    """Go on only when all programs are on PATH."""
    for program in programs:
        if shutil.which(program) is None:
            missing(program)


def output(*command: str) -> str:
    """Run a command in the C locale and give what it printed; it must succeed."""
    need(command[0])
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, errors="surrogateescape", env=environment
    )
    return done.stdout


def not_as_root() -> None:
    """Skip a test about permissions where nothing is refused."""
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")


def need_module(name: str) -> Any:
    """Import a module that an extra brings, or skip the test."""
    try:
        return importlib.import_module(name)
    except ImportError:
        missing(name)
