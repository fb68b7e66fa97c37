"""One library built for six machines, from npm's tarballs, against readelf and pyelftools.

Between them: both byte orders, both classes, the odd symbol columns of arm64 and ppc64. The tarball is read as it is.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from glibcheck.model.finding import ScannedFile
from glibcheck.workspace.inputs import Options, scan_paths
from tests.downloads import npm_package
from tests.elf.test_loading import looked_up, relocated
from tests.elf.test_pyelftools import Theirs
from tests.oracles.rows import compare, downloaded, members
from tests.tools import need

pytestmark = [pytest.mark.oracle, pytest.mark.download]

VERSION = "1.3.4"
MACHINES = {
    "arm": ("armv7l", 32),
    "arm64": ("aarch64", 64),
    "ppc64": ("ppc64le", 64),
    "riscv64": ("riscv64", 64),
    "s390x": ("s390x", 64),
    "x64": ("x86_64", 64),
}


@pytest.mark.parametrize("name", MACHINES)
def test_every_row_of_a_foreign_library_equals_readelf_and_pyelftools(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("readelf")
    pin = f"@img/sharp-libvips-linux-{name}@{VERSION}"
    path = downloaded(npm_package, pin)
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path, filter="data")
    theirs = members(path, str(tmp_path))
    ours = list(scan_paths([path], Options()))
    found = compare(ours, theirs)
    with capsys.disabled():
        print(f"\n{pin}: {found}")
    assert found.agrees, found
    assert {result.path for result in ours} == theirs.keys()
    assert found.rows
    for result in ours:
        assert isinstance(result, ScannedFile)
        assert (result.image.machine, result.image.elf_class) == MACHINES[name]
        assert result.image == Theirs(Path(theirs[result.path])).linkage(result.image.machine).image


@pytest.mark.parametrize("name", MACHINES)
def test_what_a_foreign_library_looks_up_is_what_readelf_lists(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = downloaded(npm_package, f"@img/sharp-libvips-linux-{name}@{VERSION}")
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path, filter="data")
    (library,) = tmp_path.rglob("*.so*")
    found = looked_up(library.read_bytes())
    assert found == relocated(library)
    with capsys.disabled():
        print(f"\n{name}: {len(found)} lookups")
    assert {way for _, way in found} == {"address", "call"}
