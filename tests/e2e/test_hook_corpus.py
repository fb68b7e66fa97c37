"""Five packages of other people, as they are but for the lines of the hook, become wheels for manylinux_2_17.

Between them: no pyproject.toml at all, setuptools, cffi, meson-python and scikit-build-core; C and C++.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.corpus.packages import PACKAGES
from tests.downloads import UnavailableError, source
from tests.e2e.buildhosts import build_host
from tests.e2e.hookbuilds import auditwheel_allows, build
from tests.e2e.runhosts import run_host
from tests.hooked import add_hook
from tests.projects import glibcheck
from tests.tools import missing

pytestmark = [pytest.mark.e2e, pytest.mark.build, pytest.mark.download]

PINS = {package.name: package for package in PACKAGES}


@pytest.mark.parametrize("name", ["webrtcvad", "ujson", "argon2-cffi-bindings", "scikit-fmm", "levenshtein"])
def test_with_those_lines_only_a_package_becomes_a_wheel_for_2_17(tmp_path: Path, name: str) -> None:
    package = PINS[name]
    try:
        sdist = source(package.pin)
    except UnavailableError as reason:
        missing(str(reason))
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "sdist", filter="data")
    (project,) = (tmp_path / "sdist").iterdir()
    add_hook(str(project), "fix", retag=True)
    done = build("pip wheel", str(project), str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout
    (wheel,) = (tmp_path / "out").iterdir()
    assert "manylinux_2_17_x86_64" in wheel.name
    assert "linked again, and all fit manylinux_2_17" in done.stdout  # so it would not have been one
    assert auditwheel_allows(str(wheel))
    assert glibcheck("check", str(wheel), "--target", "manylinux_2_17").returncode == 0
    for release in ("2.31", "2.17"):
        host, python = run_host(release), build_host("this machine").python
        smoke = host.smoke(
            str(wheel), package.smoke, python, host.wheels(python, *package.deps) if package.deps else []
        )
        assert smoke.returncode == 0, f"{release}: {smoke.stderr}"
