"""Where packages are built: with the Python that old systems have too, and the Debian packages that builds ask for."""

from __future__ import annotations

from tests.corpus.packages import Package
from tests.corpus.selection import packages
from tests.e2e.buildhosts import BuildHost, build_host, need_installed

_PYTHON = "3.13"  # the newest that runs on glibc 2.17: sid's own is newer


def host_for(package: Package, name: str) -> BuildHost:
    """Give a build host on which a package can be built; a skip where it cannot be had.

    A root has what all packages ask for, so that there is one root of a release; this machine is taken as it is, and
    must have what this package asks for.
    """
    if name == "this machine":
        need_installed(package.apt)
        return build_host(name)
    wanted = {f"python{_PYTHON}-dev", f"python{_PYTHON}-venv"}.union(*(row.apt for row in packages()))
    return build_host(name, tuple(sorted(wanted)), f"python{_PYTHON}")
