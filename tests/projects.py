"""The sample projects, and what the tests do with them: copy, build, unpack."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile

SAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "projects")


def copy_of(name: str, folder: str) -> str:
    """Copy a sample into a folder of the test, so that no build ever happens in the repository."""
    return shutil.copytree(os.path.join(SAMPLES, name), os.path.join(folder, name))


def build_wheel(project: str, out: str) -> str:
    """Build a wheel with the PEP 517 front end, as a person would, and give its path."""
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", out, project]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (name,) = os.listdir(out)
    return os.path.join(out, name)


def unpack(wheel: str, folder: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def tree(folder: str) -> dict[str, bytes]:
    """Read every file of a folder: what must be the same afterwards."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = stream.read()
    return found


def glibcheck(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as its users do, in a process of its own."""
    command = [sys.executable, "-m", "glibcheck", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
