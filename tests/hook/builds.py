"""Builds with the hook in the environment of the tests: what pip and build do, without an environment for each."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.hooked import add_hook
from tests.projects import copy_of

# A shim, as people write it who want the old commands.
SETUP = "from setuptools import setup; setup()\n"


def hooked(sample: str, folder: str, mode: str = "check", **settings: object) -> str:
    """Copy a sample, add the hook and, where there is none, a setup.py."""
    project = add_hook(copy_of(sample, folder), mode, **settings)  # type: ignore[arg-type]
    script = os.path.join(project, "setup.py")
    if not os.path.exists(script):
        with open(script, "w", encoding="utf-8") as stream:
            stream.write(SETUP)
    return project


def setup_py(project: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run setup.py with commands, quietly."""
    return _python(project, ["-W", "ignore", "setup.py", "--quiet", *words], environment)


def wheel_of(project: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build a wheel into the project's dist/ by PEP 517."""
    return _python(project, ["-m", "build", "--no-isolation", "--wheel", *words], environment)


def _python(project: str, words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    around = {name: value for name, value in os.environ.items() if not name.startswith("GLIBCHECK_")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=project,
        env={**around, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
