"""Build hosts: this machine, a trixie root (gcc 14, glibc 2.41) and a sid root (the newest of both).

pip works inside as it does on this machine, so that sdists can be built there with what their builds require, and
glibcheck itself can be installed there from this repository.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache

from tests.e2e import packages
from tests.e2e.hosts import Host
from tests.e2e.roots import root
from tests.projects import build_wheel
from tests.tools import missing

BUILD_HOSTS = ("this machine", "trixie", "sid")

_REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_PACKAGE = ("glibcheck", "pyproject.toml", "README.md", "LICENSE")  # what a wheel is built from


class BuildHost(Host):
    """A host with compilers and pip; `python` is the version of its Python ('3.13'), `gcc` its gcc's ('14.2.0')."""

    def __init__(self, name: str, path: str | None, python: str = "python3") -> None:
        """Take a root with compilers, None for this machine itself; `python` is the program that builds are for."""
        super().__init__(name, path, packages.binds(), packages.environment())
        self._python = python
        self.release = _codename(self.output("cat", "/etc/os-release"))
        self.glibc = self.output("getconf", "GNU_LIBC_VERSION").split()[1]
        self.python = self.output(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
        self.gcc = self.output("gcc", "-dumpfullversion").strip()
        self._glibchecks: dict[tuple[str, ...], str] = {}

    def venv(self, *requirements: str) -> str:
        """Make an environment with packages, as pip finds them, and give the folder of its programs."""
        place = self.folder()
        self.output(self._python, "-m", "venv", place)
        if requirements:
            self.output(f"{place}/bin/python", "-m", "pip", "install", "--quiet", *requirements)
        return f"{place}/bin"

    def glibcheck(self, *extras: str) -> str:
        """Give the path of glibcheck, installed with extras (at first: fix) from this repository as it is now."""
        chosen = extras or ("fix",)
        if chosen not in self._glibchecks:
            wheel = self.put(repository_wheel())
            self._glibchecks[chosen] = self.venv(f"{wheel}[{','.join(chosen)}]")
        return f"{self._glibchecks[chosen]}/glibcheck"


@cache
def build_host(name: str, more: tuple[str, ...] = (), python: str = "python3") -> BuildHost:
    """Give one of BUILD_HOSTS, its root made if it is not there; a skip where it cannot be.

    `more` are Debian's packages that a root has besides, and `python` what builds are for there.
    """
    return BuildHost(name, None) if name == "this machine" else BuildHost(name, root(name, more), python)


def need_installed(packages: Iterable[str]) -> None:
    """Go on only when this machine has these of Debian's packages."""
    lacking = [package for package in packages if not _is_installed(package)]
    if lacking:
        missing(f"what `apt-get install {' '.join(lacking)}` brings")


@cache
def repository_wheel() -> str:
    """Build glibcheck's own wheel, from a copy: an in-tree build leaves folders in the repository."""
    folder = tempfile.mkdtemp(prefix="glibcheck-wheel-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in _PACKAGE:
        source, target = os.path.join(_REPOSITORY, name), os.path.join(folder, "source", name)
        if os.path.isdir(source):
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return build_wheel(os.path.join(folder, "source"), os.path.join(folder, "dist"))


def _is_installed(package: str) -> bool:
    words = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout == "installed"


def _codename(os_release: str) -> str:
    found = re.search(r"^VERSION_CODENAME=(\w+)$", os_release, re.MULTILINE)
    return found[1] if found else "unknown"
