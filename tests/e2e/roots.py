"""Roots of other Debian releases: made once by debootstrap, kept in the user's cache, used through chroot.

A root is only as good as its name says when it is whole, so it is made under another name and renamed. Tests run in
several processes, so each root is made under a lock: the second process waits, and finds it made.

Deleting the folder is always safe: `$XDG_CACHE_HOME/glibcheck/roots`, or below `~/.cache`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from tests.projects import unpack
from tests.tools import missing, need

# What a root has besides the packages that Debian cannot do without. Those to build on have the newest toolchains, and
# leave cmake, ninja and meson to pip, as the isolated builds of PEP 517 do.
TO_RUN = ("python3", "libpython3-stdlib")
TO_BUILD = ("gcc", "g++", "make", "pkg-config", "binutils", "python3-dev", "python3-venv", "ca-certificates")
BUILD_RELEASES = ("trixie", "sid")


def cache_folder() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "glibcheck", "roots")


def kept(name: str, make: Callable[[str], None]) -> str:
    """Give the folder `name` of the cache; when it is not there, `make` fills it, or leaves nothing by raising."""
    path = os.path.join(cache_folder(), name)
    if os.path.isdir(path):
        return path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(f"{path}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(path):  # else another process made it while this one waited
            unfinished = f"{path}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            os.makedirs(unfinished)
            make(unfinished)
            os.rename(unfinished, path)
    return path


def root(release: str, more: tuple[str, ...] = ()) -> str:
    """Give the root of a Debian release, made if it is not there yet (a minute); raises as a skip when it cannot.

    `more` are packages that a root to build on has besides, and by which it is named: nothing is put into a made one.
    """
    if os.geteuid() != 0:
        missing("the permission to chroot (run as root)")
    need("debootstrap", "chroot")
    if release in BUILD_RELEASES:
        name = "+".join([f"build-{release}", *more])
        return kept(name, lambda folder: _debootstrap(release, (*TO_BUILD, *more), folder))
    return kept(release, lambda folder: _debootstrap(release, TO_RUN, folder))


def _debootstrap(release: str, packages: tuple[str, ...], folder: str) -> None:
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", release, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"debootstrap {release} failed:\n{(done.stdout + done.stderr)[-3000:]}"
    shutil.rmtree(os.path.join(folder, "var", "cache", "apt", "archives"), ignore_errors=True)


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
