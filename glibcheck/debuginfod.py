"""Debug files from debuginfod servers, by build id: only when asked for, since a question tells a server what one has.

`debuginfod-find` (elfutils) does it: it knows the servers (DEBUGINFOD_URLS), their protocol, and its cache.
"""

from __future__ import annotations

import shutil
import subprocess

from glibcheck.errors import ToolError

_PROGRAM = "debuginfod-find"
_PATIENCE = 300  # seconds; a debug file may be a gigabyte


def find_debug_file(build_id: str) -> str | None:
    """Give the path of the debug file for a build id in hexadecimal, None when no server has it.

    Raises: ToolError when the program is not installed or does not end.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise ToolError(_PROGRAM, "is not installed; Debian has it in debuginfod, Fedora in elfutils-debuginfod-client")
    try:
        done = subprocess.run(  # noqa: S603 - a build id is hexadecimal digits
            [program, "debuginfo", build_id], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(_PROGRAM, f"did not end in {_PATIENCE} seconds") from error
    path = done.stdout.strip()
    return path if done.returncode == 0 and path else None
