"""Every call and load of every imported symbol in large AArch64 libraries: all that objdump shows, and nothing else."""

from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.references import find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.model.names import SymbolName
from tests.downloads import npm_package, platform_wheel
from tests.elf.compiled import without_section_headers
from tests.oracles.disassembly_aarch64 import references, relocated
from tests.oracles.rows import downloaded

pytestmark = [pytest.mark.oracle, pytest.mark.download]

NPM = "@img/sharp-libvips-linux-arm64@1.3.4"
WHEELS = (
    ("cryptography==46.0.3", "manylinux_2_34_aarch64", "3.11"),
    ("bcrypt==5.0.0", "manylinux_2_28_aarch64", "3.11"),
    ("cffi==1.14.5", "manylinux2014_aarch64", "3.8"),
    ("lxml==4.6.3", "manylinux2014_aarch64", "3.8"),
)


def agrees(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = path.read_bytes()
    wanted = {SymbolName(name) for name in relocated(str(path)).values()}
    ours = find_references(DynamicFile(data), wanted, SectionTable(data))
    code = {(row.address, row.symbol, row.kind) for row in ours if row.kind in ("call", "load")}
    theirs, unused = references(str(path))
    with capsys.disabled():
        kinds = {kind: sum(row[2] == kind for row in theirs) for kind in ("call", "load")}
        counts = f"{len(theirs - code)} missing, {len(code - theirs)} false, {unused} ADRP without a use"
        print(f"\n{path.name}: {kinds}, {counts}")
    assert theirs - code == set()
    assert code - theirs == set()
    assert code
    headless = find_references(DynamicFile(without_section_headers(data)), wanted, None)
    assert {(row.address, row.symbol) for row in headless} == {(row.address, row.symbol) for row in ours}


def test_a_large_library_of_many_linked_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with tarfile.open(downloaded(npm_package, NPM)) as archive:
        archive.extractall(tmp_path, filter="data")
    (library,) = tmp_path.rglob("*.so*")
    agrees(library, capsys)


@pytest.mark.parametrize("pin", WHEELS, ids=[pin for pin, _, _ in WHEELS])
def test_wheels(pin: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = downloaded(lambda name: platform_wheel(name, *pin[1:]), pin[0])
    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if ".so" in os.path.basename(name)]
        assert names
        for name in names:
            agrees(Path(package.extract(name, tmp_path)), capsys)
