"""The proof: a wheel that an older Debian refuses loads there after the fix, and still loads on a newer one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.roots import OtherSystem
from tests.e2e.runhosts import run_host
from tests.projects import SAMPLES, build_wheel, copy_of, glibcheck

pytestmark = pytest.mark.e2e

SMOKE = os.path.join(SAMPLES, "cffi-minimal", "smoke.py")


@pytest.fixture(scope="session")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("as-it-is")
    return build_wheel(copy_of("cffi-minimal", str(folder)), str(folder / "dist"))


@pytest.fixture(scope="session")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("fixed")
    project = copy_of("cffi-minimal", str(folder))
    done = glibcheck("fix", project, "--target", "2.28", "--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    return build_wheel(project, str(folder / "dist"))


@pytest.fixture(scope="session")
def older(tmp_path_factory: pytest.TempPathFactory) -> OtherSystem:
    return OtherSystem("bullseye", str(tmp_path_factory.mktemp("bullseye")))


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> OtherSystem:
    return OtherSystem("trixie", str(tmp_path_factory.mktemp("trixie")))


def test_the_older_root_really_is_older(older: OtherSystem) -> None:
    assert older.glibc == "2.31"


def test_unfixed_fails_on_the_older_system(older: OtherSystem, as_it_is: str) -> None:
    done = older.smoke("as-it-is", as_it_is, SMOKE)
    assert done.returncode != 0
    assert "version `GLIBC_2.34' not found" in done.stderr


def test_fixed_passes_its_smoke_test_on_the_older_system(older: OtherSystem, fixed: str) -> None:
    done = older.smoke("fixed", fixed, SMOKE)
    assert (done.returncode, done.stdout) == (0, "cffi-minimal: ok\n"), done.stderr


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_fixed_passes_on_the_very_release_that_it_was_fixed_for(as_it_is: str, fixed: str, python: str) -> None:
    host = run_host("2.28")
    cffi = host.wheels(python, "cffi>=1.16")
    refused = host.smoke(as_it_is, SMOKE, python, cffi)
    assert "libm.so.6: version `GLIBC_2.29' not found" in refused.stderr  # which glibc 2.31 still has
    done = host.smoke(fixed, SMOKE, python, cffi)
    assert (done.returncode, done.stdout) == (0, "cffi-minimal: ok\n"), done.stderr


def test_fixed_names_the_libraries_that_had_the_symbols(older: OtherSystem, fixed: str, tmp_path: Path) -> None:
    # Without them the module would still load here, because this Python has loaded both libraries itself.
    older.smoke("fixed", fixed, SMOKE)
    shown = older.run("ldd", "/opt/glibcheck/fixed/site/_minimal.abi3.so").stdout
    assert "libpthread.so.0 =>" in shown
    assert "libdl.so.2 =>" in shown
    assert "not found" not in shown


def test_fixed_still_passes_on_a_newer_system(newer: OtherSystem, fixed: str) -> None:
    assert tuple(map(int, newer.glibc.split("."))) >= (2, 41)
    done = newer.smoke("fixed", fixed, SMOKE)
    assert (done.returncode, done.stdout) == (0, "cffi-minimal: ok\n"), done.stderr
