"""The trial of what was built: a Python imports the extension modules, and then runs the user's smoke script.

Where a package around a module wants another project that is not installed, as packages of tests do, the file alone is
loaded, its symbols bound at once: that is what a build can have broken. The same is done where Python found another
file of that name first, for that one proves nothing.
"""

from __future__ import annotations

import os
import subprocess

from glibcheck.builds.output import telling_line
from glibcheck.errors import ToolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Takes names of modules, each with the path of its file; "" where it is wherever Python has it installed.
_IMPORTS = """
import ctypes, importlib, importlib.machinery, os, sys, sysconfig

def load(name, path):
    place = os.path.join(sysconfig.get_path("platlib"), *name.split("."))
    paths = [path] if path else [place + suffix for suffix in importlib.machinery.EXTENSION_SUFFIXES]
    ctypes.PyDLL(next(path for path in paths if os.path.exists(path)), os.RTLD_NOW)

rows = list(zip(sys.argv[1::2], sys.argv[2::2]))
ours = {name.partition(".")[0] for name, _ in rows}
for name, path in rows:
    try:
        found = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ours:
            raise
        load(name, path)
    else:
        if path and os.path.realpath(found.__file__ or "") != os.path.realpath(path):
            load(name, path)
"""

# As `python SCRIPT`, but that the script's folder is not looked into for modules: the sources are often there.
_SCRIPT = """
import runpy, sys
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def import_modules(
    python: Sequence[str], modules: Iterable[tuple[str, str]], folder: str, around: Mapping[str, str] | None = None
) -> None:
    """Import modules by name and path (see `_IMPORTS`) with a Python given as words, in an empty folder.

    Raises: ToolError with what Python said.
    """
    words = [word for row in modules for word in row]
    _run("import of the built modules", [*python, "-c", _IMPORTS, *words], folder, around)


def run_script(python: Sequence[str], script: str, folder: str, around: Mapping[str, str] | None = None) -> None:
    """Run a smoke script with a Python given as words, in an empty folder; raises ToolError."""
    _run(f"smoke test {script}", [*python, "-c", _SCRIPT, os.path.abspath(script)], folder, around)


def _run(what: str, command: Sequence[str], folder: str, around: Mapping[str, str] | None) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=around,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ToolError(command[0], f"cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise ToolError(what, telling_line(done.stderr) or f"exit code {done.returncode}", done.stderr)
