"""Wheels, read by us as they are and unpacked for readelf."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from glibcheck.workspace.inputs import Options, scan_paths
from tests.downloads import WHEELS, wheel
from tests.oracles.rows import compare, downloaded, members
from tests.tools import need

pytestmark = [pytest.mark.oracle, pytest.mark.download]


@pytest.mark.parametrize("pin", WHEELS)
def test_every_row_of_a_wheel_equals_readelf(pin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need("readelf")
    path = downloaded(wheel, pin)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    theirs = members(path, str(tmp_path))
    ours = list(scan_paths([path], Options()))
    found = compare(ours, theirs)
    with capsys.disabled():
        print(f"\n{pin}: {found}")
    assert found.agrees, found
    assert {result.path for result in ours} == theirs.keys()
    assert found.rows


@pytest.mark.parametrize("pin", WHEELS)
def test_strict_reading_of_a_wheel_finds_the_same(pin: str) -> None:
    path = downloaded(wheel, pin)
    assert list(scan_paths([path], Options(strict=True))) == list(scan_paths([path], Options()))
