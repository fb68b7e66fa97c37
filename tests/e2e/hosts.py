"""A host: a system that programs run on, this machine's or that of a root, with a private folder in it.

Programs run inside a root in a mount namespace of their own (unshare(1)): /proc, the host's private folder and what
else is asked for are bound to their places there, and are gone when the program ends. So nothing is written into a
root, any number of processes may use it at a time, and no mount is ever left behind.

The environment is a clean one: no LD_*, no PYTHON* and no compiler flags of whoever runs the tests reach a host.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Mapping

from tests.tools import missing, need

PLACE = "/host"  # of the private folder, inside a root
PATIENCE = 1800  # seconds
CLEAN = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}

_ENTER = """
root=$1; shift
while [ "$1" != -- ]; do mount --rbind "$1" "$root$2"; shift 2; done
shift; exec chroot "$root" "$@"
"""


class Host:
    """A system to run programs on; paths are those inside it unless their name says `outside`."""

    def __init__(
        self, name: str, root: str | None, binds: Mapping[str, str] = {}, environment: Mapping[str, str] = {}
    ) -> None:
        """Take a root, None for this machine itself; `binds` is what is seen in it, by outside path."""
        self.name = name
        self.root = root
        self._outside = tempfile.mkdtemp(prefix="glibcheck-host-")
        self._environment = {**CLEAN, "HOME": os.path.expanduser("~"), **environment}
        weakref.finalize(self, shutil.rmtree, self._outside, True)
        if root is None:
            # The Python that the environment of the tests was made from: its headers are surely there.
            self._environment["PATH"] = f"{sys.base_prefix}/bin:{CLEAN['PATH']}"
        else:
            _ask_for_namespaces()
            self._binds = {"/proc": "/proc", self._outside: PLACE, **binds}
            _make_places(root, self._binds)

    def run(
        self, *command: str, cwd: str | None = None, env: Mapping[str, str] = {}
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever that is, in `cwd` (at first the private folder); `env` is added."""
        variables = {**self._environment, **env}
        # Set behind the door only: LD_TRACE_LOADED_OBJECTS, say, is not meant for the programs that lead there.
        settings = [f"{name}={value}" for name, value in variables.items()]
        words = ["env", "--ignore-environment", f"--chdir={cwd or self.inside()}", *settings, *command]
        if self.root is not None:
            binds = [word for pair in sorted(self._binds.items(), key=lambda pair: pair[1]) for word in pair]
            inner = ["sh", "-euc", _ENTER, "sh", self.root, *binds, "--", *words]
            words = ["unshare", "--mount", "--propagation", "private", *inner]
        return subprocess.run(words, capture_output=True, text=True, check=False, env=CLEAN, timeout=PATIENCE)

    def output(self, *command: str, cwd: str | None = None, env: Mapping[str, str] = {}) -> str:
        """Run a command that must succeed and give what it printed."""
        done = self.run(*command, cwd=cwd, env=env)
        assert done.returncode == 0, f"{self.name}: {command}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def folder(self) -> str:
        """Make a new empty folder of the host."""
        return self.inside(tempfile.mkdtemp(dir=self._outside, prefix=""))

    def put(self, outside: str | os.PathLike[str]) -> str:
        """Copy a file, or a folder with all in it, into a new folder of the host, and give its path there."""
        path = os.fspath(outside).rstrip("/")
        target = os.path.join(self.outside(self.folder()), os.path.basename(path))
        if os.path.isdir(path):
            shutil.copytree(path, target, symlinks=True)
        else:
            shutil.copy(path, target)
        return self.inside(target)

    def outside(self, path: str) -> str:
        """Say where a path of the host is for the tests: what a program made there is read from."""
        if self.root is None:
            return path
        inner = os.path.normpath(path)
        if inner == PLACE or inner.startswith(f"{PLACE}/"):
            return self._outside + inner.removeprefix(PLACE)
        return self.root + inner

    def inside(self, outside: str | None = None) -> str:
        path = outside or self._outside
        return path if self.root is None else PLACE + path.removeprefix(self._outside)


def _ask_for_namespaces() -> None:
    need("unshare", "chroot", "mount")
    command = ["unshare", "--mount", "--propagation", "private", "true"]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        missing("the permission to mount (run as root)")


def _make_places(root: str, binds: Mapping[str, str]) -> None:
    """Make the empty folder or file that a bind mount lies upon."""
    for outside, inside in binds.items():
        place = root + inside
        if not os.path.lexists(place):
            os.makedirs(place if os.path.isdir(outside) else os.path.dirname(place), exist_ok=True)
            if not os.path.isdir(outside):
                with open(place, "w", encoding="utf-8"):
                    pass
