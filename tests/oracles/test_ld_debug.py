"""Every search and every binding, as ld.so prints them (see `tests.loaderoracle`): programs, libraries, wheels.

The choice is by name: programs and libraries of this system at even distances, and some large ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from glibcheck.errors import InputError
from glibcheck.workspace.installed import load_wheel_closures
from glibcheck.workspace.reading import read_image
from glibcheck.workspace.system import load_closure
from tests.downloads import WHEELS, wheel
from tests.loaderoracle import Said, agree, asked, ours
from tests.oracles.rows import downloaded
from tests.tools import missing, need

pytestmark = pytest.mark.oracle

_NAMED = ("python3", "git", "perl", "gdb", "gcc", "cmake", "ld", "apt", "openssl", "bash", "make", "ssh")
_PROGRAMS, _LIBRARIES = 60, 60


def chosen(folder: str, most: int, programs: bool, names: tuple[str, ...] = ()) -> list[str]:
    """Choose files of a folder evenly by name; links are followed, and a file counts once."""
    real = {os.path.realpath(os.path.join(folder, name)) for name in os.listdir(folder)}
    files = sorted(path for path in real if _is_dynamic(path, programs))
    named = {os.path.realpath(os.path.join(folder, name)) for name in names} & set(files)
    return sorted(named | set(files[:: max(len(files) // most, 1)]))


def _is_dynamic(path: str, program: bool) -> bool:
    try:
        image = read_image(path)
    except InputError:
        return False
    # libc.so.6 has an interpreter, too, and the loader itself needs nothing.
    return image.machine == "x86_64" and (image.interp is not None) == program and bool(image.needed)


def test_programs_find_and_bind_as_the_loader_says(capsys: pytest.CaptureFixture[str]) -> None:
    paths = chosen("/usr/bin", _PROGRAMS, True, _NAMED)
    if len(paths) < 50:
        missing("a system of 50 programs")
    counts = [agree(path) for path in paths]
    with capsys.disabled():
        print(f"\n{len(counts)} programs, {sum(counts)} bindings, 0 missing, 0 extra")


def test_libraries_find_and_bind_as_the_loader_says(capsys: pytest.CaptureFixture[str]) -> None:
    folder = "/usr/lib/x86_64-linux-gnu"
    if not os.path.isdir(folder):
        missing(folder)
    counts = [agree(path) for path in chosen(folder, _LIBRARIES, False, ("libstdc++.so.6",))]
    with capsys.disabled():
        print(f"\n{len(counts)} libraries, {sum(counts)} bindings, 0 missing, 0 extra")


def unused(path: str) -> set[str]:
    """Give what `ldd -u` says that the file names in DT_NEEDED and does not use."""
    need("ldd")
    done = subprocess.run(
        ("ldd", "-u", path), capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False
    )
    return {os.path.realpath(line.strip()) for line in done.stdout.splitlines() if line.startswith("\t")}


def test_what_is_unused_is_what_ldd_says(capsys: pytest.CaptureFixture[str]) -> None:
    total = 0
    for path in chosen("/usr/bin", _PROGRAMS, True, _NAMED):
        closure = load_closure(path, "")
        name, places = closure.libraries[0].name, {row.name: row.path or "" for row in closure.libraries}
        mine = {os.path.realpath(places[row.provider]) for row in closure.unused if row.user == name}
        assert (path, mine) == (path, unused(path))
        total += len(mine)
    with capsys.disabled():
        print(f"\n{total} unused libraries")
    assert total


@pytest.mark.download
@pytest.mark.parametrize("pin", [pin for pin in WHEELS if pin.split("==")[0] in (
    "numpy", "scipy", "psycopg2-binary", "pyarrow", "pillow", "lxml", "h5py", "shapely",
)])  # fmt: skip
def test_a_wheel_finds_and_binds_as_when_it_is_installed(
    pin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, site = downloaded(wheel, pin), tmp_path / "site-packages"
    # Its tags are for one Python, and ours may be another, so the names are all that pip goes by.
    words = ("--no-deps", "--no-index", "--no-compile", "--python-version", "3.11", "--only-binary", ":all:")
    subprocess.run((sys.executable, "-m", "pip", "install", "--quiet", *words, "--target", str(site), path), check=True)
    closures = load_wheel_closures(path, "")
    assert set(_elf_members(path)) >= {(row.libraries[0].path or "").removeprefix(f"{path}:") for row in closures}
    bindings = 0
    for closure in closures:
        first, *others = closure.libraries
        place = str(site / (first.path or "").removeprefix(f"{path}:"))
        moved = [row._replace(path=str(tmp_path / row.path) if row.path else None) for row in others]
        here = closure._replace(libraries=(first._replace(path=place), *moved))
        theirs, mine = asked(place), ours(here)
        assert {name: row[0] for name, row in mine.found.items()} == {
            name: row[0] for name, row in theirs.found.items()
        }
        assert mine.bindings == theirs.bindings
        assert mine.versions == theirs.versions
        bindings += len(theirs.bindings)
    with capsys.disabled():
        print(f"\n{pin}: {len(closures)} roots, {bindings} bindings, 0 missing, 0 extra")
    assert bindings


def _places(said: Said) -> dict[str, str]:
    return {name: place for name, (place, _) in said.found.items()}


def _elf_members(path: str) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name for name in archive.namelist() if archive.read(name)[:4] == b"\x7fELF"]
