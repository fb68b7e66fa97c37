"""Packages of Debian for any of its machines and releases, fetched and checked by apt, kept in the user's cache.

apt gets a state of its own, so nothing of this system's changes and no foreign machine is added to it. The archive's
address is that of this system's own sources; the signatures are checked with the keyring that Debian ships.
"""

from __future__ import annotations

import os
import subprocess

from tests.downloads import UnavailableError, kept

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Debian's name of each machine, and ours.
MACHINES = {
    "amd64": "x86_64", "arm64": "aarch64", "i386": "i686", "armhf": "armv7l",
    "ppc64el": "ppc64le", "s390x": "s390x", "riscv64": "riscv64", "loong64": "loongarch64",
}  # fmt: skip
_PATIENCE = 900  # seconds
_CONFIG = """
Dir::State "{folder}/state";
Dir::State::status "{folder}/state/status";
Dir::Cache "{folder}/cache";
Dir::Etc::SourceList "{folder}/sources.list";
Dir::Etc::SourceParts "/dev/null";
APT::Architectures {{ {machines} }};
APT::Architecture "amd64";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
"""


class Archive:
    """One release of Debian with the machines that it still has; made in a folder that may be thrown away."""

    def __init__(self, folder: str, suite: str) -> None:
        """Fetch the lists of a suite ('bullseye'); raises UnavailableError."""
        self.suite = suite
        self._config = os.path.join(folder, "apt.conf")
        for name in ("state/lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(folder, name))
        _write(os.path.join(folder, "state/status"), "")
        _write(os.path.join(folder, "sources.list"), f"deb [signed-by={KEYRING}] {_address()} {suite} main\n")
        words = " ".join(f'"{machine}";' for machine in MACHINES)
        _write(self._config, _CONFIG.format(folder=folder, machines=words))
        self._apt("apt-get", "--quiet", "update")

    def version(self, package: str, machine: str) -> str | None:
        """Give the version of a package for a machine in Debian's naming; None when the release has it not."""
        rows = self._apt("apt-cache", "madison", f"{package}:{machine}").splitlines()
        return rows[0].split("|")[1].strip() if rows else None

    def unpack(self, package: str, machine: str, folder: str) -> None:
        """Fetch a package and unpack its files into a folder; raises UnavailableError."""
        self._apt("apt-get", "--quiet", "download", f"{package}:{machine}", folder=folder)
        for name in os.listdir(folder):
            if name.endswith(".deb"):
                _run("dpkg-deb", "-x", os.path.join(folder, name), folder)
                os.unlink(os.path.join(folder, name))

    def _apt(self, *words: str, folder: str | None = None) -> str:
        # Container images switch this cache off, in a file that is read after ours; then every call takes seconds.
        words = (*words, "-o", "Dir::Cache::pkgcache=pkgcache.bin")
        return _run(*words, folder=folder, environment={**os.environ, "APT_CONFIG": self._config, "LC_ALL": "C"})


def unpacked(archive: Archive, package: str, machine: str) -> tuple[str, str] | None:
    """Give the folder with the files of a package, and its version; None when the release has not that machine."""
    version = archive.version(package, machine)
    if version is None:
        return None
    name = f"debian-{package}-{machine}-{version}".replace(":", "+")
    return kept(name, lambda folder: archive.unpack(package, machine, folder)), version


def _address() -> str:
    """Ask this system's apt where Debian's archive is."""
    found = _run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian").split()
    if not found:
        raise UnavailableError("this system's apt knows no archive of Debian")
    return min(found, key=len)


def _run(*words: str, folder: str | None = None, environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=True, cwd=folder, env=environment, timeout=900
        )
    except FileNotFoundError as error:
        raise UnavailableError(f"{words[0]} is missing") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no word why"])[-1]
        raise UnavailableError(f"{' '.join(words[:3])}: {last}") from error
    return done.stdout


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
