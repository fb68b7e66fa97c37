"""Run hosts: where a wheel must run, from the oldest glibc that can be stood in for to the newest that there is.

`2.17` and `2.28` are capped copies of the bullseye root, `2.31` is that root, then come this machine and the newest
root. A wheel is unpacked, not installed, so that no host needs pip, and tags that a host would refuse are no obstacle:
whether a file runs is for the loader to say.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from functools import cache

from tests.e2e import pythons
from tests.e2e.capped import BASE, capped_root
from tests.e2e.hosts import Host
from tests.e2e.roots import root

RUN_HOSTS = ("2.17", "2.28", "2.31", "this machine", "newest")
CAPPED = ("2.17", "2.28")
OLD = ("2.17", "2.28", "2.31")  # these have the Pythons of `pythons` besides their own

_PYTHONS = "/opt/pythons"


class RunHost(Host):
    """A host with Pythons: `pythons` maps '3.11' to a path; `glibc` is what files may need there, so after the cap."""

    def __init__(self, name: str, path: str | None, cap: str | None = None, foreign: str | None = None) -> None:
        """Take a root, None for this machine; `cap` is its glibc when capped; `foreign` a folder of more Pythons."""
        super().__init__(name, path, {foreign: _PYTHONS} if foreign else {}, {"PYTHONDONTWRITEBYTECODE": "1"})
        self.glibc = cap or self.output("getconf", "GNU_LIBC_VERSION").split()[1]
        self.pythons = self._own_pythons()
        if foreign:
            more = {version: f"{_PYTHONS}/{version}/bin/python{version}" for version in pythons.VERSIONS}
            self.pythons = {**self.pythons, **more}

    def smoke(
        self, wheel: str | os.PathLike[str], script: str, python: str = "3.11", deps: Iterable[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Unpack a wheel and those it needs, and run a script (a path outside, or code) against them."""
        return self._script(script, python, {"PYTHONPATH": self.unpacked(wheel, *deps)})

    def smoke_tree(
        self, tree: str | os.PathLike[str], script: str, python: str = "3.11"
    ) -> subprocess.CompletedProcess[str]:
        """Run a script against what `make install` left in a folder, with its libraries on the loader's path."""
        place = self.put(tree)
        folders = {os.path.dirname(path) for path in _files(self.outside(place))}
        modules = [
            self.inside(folder) for folder in sorted(folders) if folder.endswith(("site-packages", "dist-packages"))
        ]
        settings = {"PYTHONPATH": ":".join(modules), "LD_LIBRARY_PATH": f"{place}/usr/lib"}
        return self._script(script, python, settings)

    def _script(self, script: str, python: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
        code = os.path.join(self.outside(self.folder()), "smoke.py")
        if os.path.isfile(script):
            shutil.copy(script, code)
        else:
            with open(code, "w", encoding="utf-8") as stream:
                stream.write(script)
        return self.run(self.pythons[python], self.inside(code), env=settings)

    def unpacked(self, *wheels: str | os.PathLike[str]) -> str:
        """Unpack wheels into a new folder of the host, one over the other, and give its path there."""
        place = self.folder()
        for wheel in wheels:
            _unpack(wheel, self.outside(place))
        return place

    def wheels(self, python: str, *requirements: str) -> list[str]:
        """Download wheels, with those they need, which pip would choose on this host; paths are outside."""
        folder = self.outside(self.folder())
        minors = range(5, int(self.glibc.partition(".")[2]) + 1)
        platforms = [f"manylinux_2_{minor}_x86_64" for minor in minors] + ["manylinux2014_x86_64"]
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, "--only-binary", ":all:",
            "--implementation", "cp", "--python-version", python,
            *(word for platform in platforms for word in ("--platform", platform)), *requirements,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]

    def _own_pythons(self) -> dict[str, str]:
        """Find the Pythons of the system, not those of whoever runs the tests."""
        names = " ".join(f"python3.{minor}" for minor in range(8, 20))
        loop = f"for name in {names}; do command -v $name; done; true"
        found = self.output("sh", "-c", loop)
        return {path.rpartition("python")[2]: path for path in found.split()}


@cache
def run_host(name: str) -> RunHost:
    """Give one of RUN_HOSTS, its root made if it is not there; a skip where it cannot be."""
    match name:
        case "this machine":
            return RunHost(name, None)
        case "newest":
            return RunHost(name, root("sid"))
        case _ if name in CAPPED:
            return RunHost(name, capped_root(name), cap=name, foreign=pythons.folder())
    assert name == "2.31"
    return RunHost(name, root(BASE), foreign=pythons.folder())


def _files(folder: str) -> list[str]:
    return [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]


def _unpack(wheel: str | os.PathLike[str], place: str) -> None:
    """Unpack as an installer lays files out: modes are kept, and `NAME.data` is spread (binary distribution format)."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            target = os.path.join(place, _laid_out(member.filename))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(member) as source, open(target, "wb") as copy:
                shutil.copyfileobj(source, copy)
            if member.external_attr >> 16 & 0o111:
                os.chmod(target, 0o700)  # a program


def _laid_out(name: str) -> str:
    first, _, rest = name.partition("/")
    if not first.endswith(".data"):
        return name
    kind, _, inner = rest.partition("/")
    folders = {"purelib": "", "platlib": "", "scripts": "bin/", "headers": "include/", "data": ""}
    return folders[kind] + inner
