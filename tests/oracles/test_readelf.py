"""Every version row of every ELF file of this system's libraries, of whatever machine, against binutils' readelf."""

from __future__ import annotations

import pytest

from glibcheck.workspace.inputs import Options, scan_paths
from tests.oracles.rows import compare, elf_files
from tests.tools import need

pytestmark = pytest.mark.oracle

ROOT = "/usr/lib"


def test_every_row_of_this_systems_libraries_equals_readelf(capsys: pytest.CaptureFixture[str]) -> None:
    need("readelf")
    paths = {path: path for path in elf_files(ROOT)}
    found = compare(scan_paths([ROOT], Options()), paths)
    with capsys.disabled():
        print(f"\n{ROOT}: {found}")
    assert found.agrees, found
    assert found.files > 100
    assert found.rows > 10_000
