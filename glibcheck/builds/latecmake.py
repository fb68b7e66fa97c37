"""CMake's record of builds whose folder was not known before: py-build-cmake's and scikit-build's.

Their backends take no setting for the build folder, but leave it in the copy. So CMake is asked afterwards: it
generates once more, in the folder as it is, which takes a second. When that fails there is no record.
"""

from __future__ import annotations

import os
import re
import subprocess

from glibcheck.builds.records.cmake import ask, is_answered
from glibcheck.builds.records.made import read_bytes

_CACHE = "CMakeCache.txt"
_COMMAND = re.compile(rb"^CMAKE_COMMAND:INTERNAL=(/.+)$", re.MULTILINE)
_MOST = 8  # builds of one project


def answered_folders(copy: str) -> tuple[str, ...]:
    """Find the folders below a copy in which CMake has built, and have it write its record there."""
    folders = sorted(place for place, _, names in os.walk(copy) if _CACHE in names)[:_MOST]
    for folder in folders:
        if not is_answered(folder):
            _generate(folder)
    return tuple(folders)


def _generate(folder: str) -> None:
    command = _COMMAND.search(read_bytes(os.path.join(folder, _CACHE)))
    if command is None:
        return
    ask(folder)
    try:
        subprocess.run(
            [os.fsdecode(command[1]), folder], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError:
        return
