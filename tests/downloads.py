"""Other people's packages, for the oracles and the benchmark: pinned, downloaded once, kept in the user's cache.

The ordinary clients fetch them, `pip download` and `npm pack`, so mirrors and proxies are theirs to know. Nothing is
installed and nothing of a package is run. A folder of the cache is there whole or not at all: it is made beside its
place and renamed. All wheels are those of one Python on one machine, whatever runs the tests, so that counts compare.

Deleting the folder is always safe: `$XDG_CACHE_HOME/glibcheck/downloads`, or below `~/.cache`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable

# Between them: patchelf moved the tables of some, others are Rust or Go, some bundle the libraries of a distribution.
WHEELS = (
    "numpy==2.4.6",
    "scipy==1.17.1",
    "pyarrow==26.0.1",
    "cryptography==50.0.2",
    "grpcio==1.85.1",
    "psycopg2-binary==2.9.13",
    "pillow==13.0.0",
    "lxml==6.1.3",
    "pandas==3.0.3",
    "scikit-learn==1.8.0",
    "h5py==3.16.0",
    "matplotlib==3.10.8",
    "shapely==2.1.2",
    "pyzmq==27.1.0",
    "zstandard==0.25.0",
    "orjson==3.13.0",
)
NUMPY, SCIPY = WHEELS[:2]
TORCH = "torch==2.13.0"  # hundreds of megabytes, so only the benchmark asks for it

_PIP = ("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps")
_PYTHON = ("--implementation", "cp", "--python-version", "3.11")
_GLIBCS = (5, 12, 17, 24, 26, 27, 28, 31, 34)  # pip takes a list of platforms literally, older ones are not implied
_PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in _GLIBCS), "manylinux2014_x86_64", "manylinux2010_x86_64")
_PATIENCE = 900  # seconds


class UnavailableError(Exception):
    """A client is missing or did not deliver; the message says which and why, in one line."""


def wheel(pin: str) -> str:
    """Give the path of a wheel, `pin` as in `numpy==2.4.6`; raises UnavailableError."""
    platforms = [word for platform in _PLATFORMS for word in ("--platform", platform)]
    words = (*_PIP, "--only-binary", ":all:", *_PYTHON, *platforms, pin)
    return _only_file(pin, (sys.executable, *words), "pip")


def platform_wheel(pin: str, platform: str, python: str) -> str:
    """Give the path of a wheel for a platform ('manylinux1_i686') and a Python ('3.8'); raises UnavailableError."""
    words = (*_PIP, "--only-binary", ":all:", "--implementation", "cp", "--python-version", python)
    return _only_file(pin, (sys.executable, *words, "--platform", platform, pin), "pip", f"{pin}-{platform}")


def source(pin: str) -> str:
    """Give the path of a source distribution; raises UnavailableError."""
    # This one only: what its metadata needs to be made may well be wheels.
    name = pin.partition("==")[0]
    return _only_file(pin, (sys.executable, *_PIP, "--no-binary", name, pin), "pip", f"{pin}-source")


def any_wheel(pin: str) -> str:
    """Give the path of a wheel of pure Python; raises UnavailableError."""
    return _only_file(pin, (sys.executable, *_PIP, "--only-binary", ":all:", pin), "pip")


def npm_package(pin: str) -> str:
    """Give the path of the tarball of an npm package, `pin` as in `@scope/name@1.0.0`; raises UnavailableError."""
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm")
    return _only_file(pin, (npm, "pack", "--silent", pin), "npm")


def kept(name: str, make: Callable[[str], None]) -> str:
    """Give the folder `name` of the cache; when it is not there, `make` fills it, or leaves nothing by raising."""
    folder = os.path.join(_cache(), name.replace("/", "+"))
    if os.path.isdir(folder):
        return folder
    os.makedirs(_cache(), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_cache(), prefix=".partial-") as scratch:
        made = os.path.join(scratch, "made")
        os.mkdir(made)
        make(made)
        try:
            os.rename(made, folder)
        except OSError:
            if not os.path.isdir(folder):  # else another process was quicker, and made the same
                raise
    return folder


def _cache() -> str:
    root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(root, "glibcheck", "downloads")


def _only_file(pin: str, command: tuple[str, ...], client: str, name: str | None = None) -> str:
    folder = kept(name or pin, lambda made: _download(pin, command, client, made))
    (file,) = os.listdir(folder)
    return os.path.join(folder, file)


def _download(pin: str, command: tuple[str, ...], client: str, folder: str) -> None:
    """Run a client in a folder, where it leaves what it downloads."""
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_PATIENCE)
    except subprocess.TimeoutExpired as failure:
        raise UnavailableError(f"{pin} ({client} took more than {_PATIENCE} s)") from failure
    except subprocess.CalledProcessError as failure:
        lines = failure.stderr.strip().splitlines() or [f"exit code {failure.returncode}"]
        raise UnavailableError(f"{pin} ({client}: {lines[-1].strip()})") from failure
    if len(os.listdir(folder)) != 1:
        raise UnavailableError(f"{pin} ({client} left {len(os.listdir(folder))} files, one expected)")
