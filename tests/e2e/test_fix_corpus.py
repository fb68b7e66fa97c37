"""`glibcheck fix` on projects that nobody here wrote: patched, rebuilt and run on an old system, by no person's hand.

Two that setuptools builds, and one each of cffi, meson-python, scikit-build-core and automake with libtool; each needs
more than glibc 2.17 or its libstdc++ when it is built here as it is.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from tests.corpus.packages import PACKAGES, Package
from tests.downloads import UnavailableError, source
from tests.e2e.native import autotools, extension
from tests.e2e.runhosts import run_host
from tests.projects import build_wheel, glibcheck, tree
from tests.tools import missing, need

pytestmark = pytest.mark.e2e

TARGET = "manylinux_2_17"
HOSTS = ("2.17", "2.31")
BY_NAME = {package.name: package for package in PACKAGES}
PROJECTS = ("sgp4", "zopfli", "pymunk", "scikit-fmm", "mapbox-earcut")

LIBBDE = "libbde-python==20260916"
CONFIGURE = ("--enable-python", "--with-openssl=no")  # no target promises libcrypto
LIBBDE_SMOKE = """
import os
import tempfile
import pybde
assert pybde.get_version().isdigit()
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "empty.raw")
    with open(path, "wb") as file:
        file.write(bytes(1 << 16))
    assert not pybde.check_volume_signature(path)
    try:
        pybde.volume().open(path)
    except OSError as error:
        assert "libbde" in str(error)
    else:
        raise AssertionError("zeros are no volume")
print("libbde: ok")
"""


def unpacked(pin: str, folder: Path) -> str:
    """Unpack a source distribution; its folder has the one project that is in it."""
    try:
        path = source(pin)
    except UnavailableError as failure:
        missing(str(failure))
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    (name,) = os.listdir(folder)
    return str(folder / name)


def fix(project: str, *words: str) -> None:
    """Fix a project; the verdict comes from a rebuild."""
    done = glibcheck("fix", project, "--target", TARGET, "--apply", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(f"Held: the rebuilt project is within {TARGET}. Written to the project.\n"), done.stdout


def fix_twice(project: str, *words: str) -> None:
    """Fix a project, and see that there is nothing to do a second time."""
    fix(project, *words)
    after = tree(project)
    again = glibcheck("fix", project, "--target", TARGET, "--apply", *words)
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.endswith(f"Nothing to fix: every file is within {TARGET}.\n"), again.stdout
    assert tree(project) == after


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_of_the_corpus_is_patched_and_runs_on_old_systems(name: str, tmp_path: Path) -> None:
    package: Package = BY_NAME[name]
    smoke = tmp_path / "smoke.py"
    smoke.write_text(package.smoke)
    project = unpacked(package.pin, tmp_path / "source")
    fix_twice(project, *([] if package.deps else ["--smoke", str(smoke)]))
    wheel = build_wheel(project, str(tmp_path / "dist"))
    judged = glibcheck("check", wheel, "--target", TARGET)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    for host in HOSTS:
        deps = run_host(host).wheels("3.11", *package.deps) if package.deps else []
        ran = run_host(host).smoke(wheel, package.smoke, deps=deps)
        assert ran.returncode == 0, f"{host}: {ran.stderr}"


def test_a_libtool_project_of_the_corpus_is_patched_and_runs_on_old_systems(tmp_path: Path) -> None:
    need("autoreconf", "autopoint", "automake", "libtoolize", "make")
    smoke = tmp_path / "smoke.py"
    smoke.write_text(LIBBDE_SMOKE)
    project = unpacked(LIBBDE, tmp_path / "source")
    fix(project, "--build-system", "autotools", *(f"--configure={word}" for word in CONFIGURE), "--smoke", str(smoke))
    out = autotools(project, str(tmp_path / "out"), CONFIGURE)
    judged = glibcheck("check", extension(out, "pybde"), "--target", TARGET)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    for host in HOSTS:
        ran = run_host(host).smoke_tree(out, LIBBDE_SMOKE)
        assert (ran.returncode, ran.stdout) == (0, "libbde: ok\n"), f"{host}: {ran.stderr}"
