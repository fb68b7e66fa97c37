"""Roots of other Debian releases: made once by debootstrap, kept in the user's cache, used through chroot.

A root is only as good as its name says when it is whole, so it is made under another name and renamed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.projects import unpack
from tests.tools import missing, need

INCLUDE = "python3,libpython3-stdlib"


def cache_folder() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "glibcheck", "roots")


def root(release: str) -> str:
    """Give the root of a Debian release, made if it is not there yet (one to two minutes)."""
    if os.geteuid() != 0:
        missing("the permission to chroot (run as root)")
    need("debootstrap", "chroot")
    path = os.path.join(cache_folder(), release)
    if not os.path.isdir(path):
        unfinished = f"{path}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(unfinished)
        command = ["debootstrap", "--variant=minbase", f"--include={INCLUDE}", release, unfinished]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"debootstrap {release} failed:\n{(done.stdout + done.stderr)[-3000:]}"
        os.rename(unfinished, path)
    return path


class OtherSystem:
    """A root with cffi for its own Python; modules are put into it and scripts are run in it."""

    def __init__(self, release: str, scratch: str) -> None:
        """Prepare the root; `scratch` is a folder of the test, for downloads."""
        self.path = root(release)
        self.release = release
        self._scratch = scratch
        self.glibc = self.run("ldd", "--version").stdout.splitlines()[0].rpartition(" ")[2]
        self._install_cffi()

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", **environment}
        return subprocess.run(["chroot", self.path, *command], capture_output=True, text=True, check=False, env=clean)

    def smoke(self, name: str, wheel: str, script: str) -> subprocess.CompletedProcess[str]:
        """Unpack a wheel into the root and run a smoke script there against it."""
        place = os.path.join(self.path, "opt", "glibcheck", name)
        shutil.rmtree(place, ignore_errors=True)
        unpack(wheel, os.path.join(place, "site"))
        shutil.copy(script, os.path.join(place, "smoke.py"))
        inside = f"/opt/glibcheck/{name}"
        path = f"{inside}/site:/opt/glibcheck/cffi"
        return self.run("python3", f"{inside}/smoke.py", PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")

    def _install_cffi(self) -> None:
        """Unpack cffi's own wheel for the Python of the root: API-mode modules need its _cffi_backend."""
        version = self.run("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout.strip()
        place = os.path.join(self.path, "opt", "glibcheck", "cffi")
        shutil.rmtree(place, ignore_errors=True)
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--dest", self._scratch, "--only-binary", ":all:",
            "--implementation", "cp", "--python-version", version, "--platform", "manylinux2014_x86_64",
            "--platform", "manylinux_2_17_x86_64", "cffi>=1.16",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        for name in os.listdir(self._scratch):
            unpack(os.path.join(self._scratch, name), place)
