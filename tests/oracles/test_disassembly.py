"""Every call and load of every imported symbol in large libraries: all that objdump shows, and nothing else."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.references import CodeReference, find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.model.names import SymbolName
from tests.downloads import WHEELS, UnavailableError, wheel
from tests.elf.compiled import without_section_headers
from tests.oracles.disassembly import references, relocated
from tests.tools import missing

FOLDERS = ("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/bin")
NAMES = ("libpython3.11.so.1.0", "libcrypto.so.3", "libstdc++.so.6", "libglib-2.0.so.0", "git", "bash", "openssl")


def found(data: bytes, path: str, sections: SectionTable | None) -> tuple[CodeReference, ...]:
    _, _, symbols = relocated(path)
    return find_references(DynamicFile(data), {SymbolName(name) for name in symbols}, sections)


def agrees(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = Path(path).read_bytes()
    ours = found(data, path, SectionTable(data))
    code = {(row.address, row.symbol, row.kind) for row in ours if row.kind in ("call", "load")}
    theirs = references(path)
    with capsys.disabled():
        kinds = {kind: sum(row[2] == kind for row in theirs) for kind in ("call", "load")}
        print(f"\n{os.path.basename(path)}: {kinds}, {len(theirs - code)} missing, {len(code - theirs)} false")
    assert theirs - code == set()
    assert code - theirs == set()
    assert len(code) > 100
    headless = found(without_section_headers(data), path, None)
    assert {(row.address, row.symbol) for row in headless} == {(row.address, row.symbol) for row in ours}


@pytest.mark.download
def test_numpys_largest_extension(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        archive = wheel(WHEELS[0])
    except UnavailableError as failure:
        missing(str(failure))
    with zipfile.ZipFile(archive) as package:
        (name,) = (name for name in package.namelist() if "/_multiarray_umath." in name and name.endswith(".so"))
        path = package.extract(name, tmp_path)
    agrees(path, capsys)


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_this_systems_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [os.path.join(folder, name) for folder in FOLDERS if os.path.exists(os.path.join(folder, name))]
    if not paths:
        missing(name)
    agrees(paths[0], capsys)
