"""Projects that are built without a wheel: configured and made as their authors do, and installed into a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable


def autotools(project: str, out: str, arguments: Iterable[str] = ()) -> str:
    """Build a project in its own folder with autotools, and give the folder that it was installed into (DESTDIR)."""
    steps = [
        ["autoreconf", "--force", "--install"],
        ["./configure", "--prefix=/usr", f"PYTHON={sys.executable}", *arguments],
        ["make", "-j2"],
        ["make", "install", f"DESTDIR={out}"],
    ]
    for step in steps:
        done = subprocess.run(step, cwd=project, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{step}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return out


def extension(folder: str, name: str) -> str:
    """Find the extension module `name` below a folder."""
    found = [
        os.path.join(place, file)
        for place, _, files in os.walk(folder)
        for file in files
        if file.split(".")[0] == name and file.endswith(".so") and not os.path.islink(os.path.join(place, file))
    ]
    assert len(found) == 1, found
    return found[0]


def needed(path: str) -> list[str]:
    """Ask readelf for the DT_NEEDED entries of a file."""
    shown = subprocess.run(["readelf", "-dW", path], capture_output=True, text=True, check=True).stdout
    return [line.partition("[")[2].rstrip("]") for line in shown.splitlines() if "(NEEDED)" in line]
