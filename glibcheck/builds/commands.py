"""Programs that a native build is made of: found, run one after the other, and what they say kept for the case of need.

They run without a keyboard, and speak English, for their errors are read.
"""

from __future__ import annotations

import os
import subprocess
import sys

from glibcheck.builds.output import decoded, telling_line
from glibcheck.errors import ToolError
from glibcheck.model.record import Record
from glibcheck.workspace.programs import which

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The Debian package of a program, where it has another name.
_PACKAGES = {
    "autoreconf": "autoconf", "libtoolize": "libtool", "ninja": "ninja-build",
}  # fmt: skip


def tool(name: str) -> str:
    """Find a program: beside the running Python, where pip puts it, or on PATH.

    Raises: ToolError with what to install.
    """
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    found = which(name, {"PATH": path})
    if found is None:
        package = _PACKAGES.get(name, name)
        raise ToolError(name, f"is not installed, and the project is built with it (Debian: apt-get install {package})")
    return found


class Shell(Record):
    """Runs the commands of one build in its copy; `project` is what an error speaks of instead of the copy."""

    project: str
    copy: str
    variables: Mapping[str, str] = {}

    def run(self, *words: str) -> str:
        """Run a program, given with its arguments, and give what it printed; raises ToolError with the same."""
        name = os.path.basename(words[0])
        try:
            done = subprocess.run(
                words,
                cwd=self.copy,
                env={**os.environ, "LC_ALL": "C.UTF-8", **self.variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except OSError as error:
            raise ToolError(name, f"cannot be run: {error.strerror}") from error
        output = decoded(done.stdout).replace(self.copy, self.project)
        if done.returncode != 0:
            raise ToolError(name, telling_line(output) or f"exit code {done.returncode}", output)
        return output


def names_any(arguments: Iterable[str], *starts: str) -> bool:
    """Say whether a user's arguments give one of these options already."""
    return any(word.startswith(starts) for word in arguments)
