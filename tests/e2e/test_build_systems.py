"""Build systems: each has its own way to the linker, and each wheel must run on glibc 2.17 as if it knew of it.

The projects are ours, a few lines each, and ask for what a glibc of 2017 has not: see the head of their pyproject.toml.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.runhosts import run_host
from tests.projects import SAMPLES, glibcheck
from tests.tools import need

pytestmark = pytest.mark.e2e

# What the report must say that it solved in each: proof that the project asks for it, and that the build system heard.
PROJECTS = {
    "cython-roots": ("exp", "log", "pow", "reallocarray", "getrandom"),
    "pybind11-threads": ("pow", "pthread_cond_clockwait", "in the C++ runtime"),
    "nanobind-errors": ("exp2", "log2", "in the C++ runtime"),
    "meson-calls": ("pow", "dlsym", "pthread_create", "reallocarray", "getrandom", "stat"),
    "scikit-program": ("pow", "__libc_start_main", "in the C++ runtime"),
    "makefile-own-flags": ("pow", "hypot", "dlsym", "stat"),
    "libtool-links": ("pow", "hypot", "dlsym", "stat"),
}
# Beside compilers, and what pip brings.
TOOLS = {"makefile-own-flags": ["make"], "libtool-links": ["make", "libtool"]}


@pytest.mark.parametrize("project", PROJECTS)
def test_a_wheel_of_each_build_system_runs_on_the_oldest_host(project: str, tmp_path: Path) -> None:
    need(*TOOLS.get(project, ()))
    place, output = os.path.join(SAMPLES, project), str(tmp_path / "dist")
    smoke = os.path.join(place, "smoke.py")
    done = glibcheck("build", place, "--target", "manylinux_2_17", "-o", output, "--smoke", smoke)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [name for name in PROJECTS[project] if name not in done.stdout] == [], done.stdout
    (name,) = os.listdir(output)
    assert "manylinux_2_17_x86_64" in name
    wheel = os.path.join(output, name)
    judged = glibcheck("check", wheel)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    for host in ("2.17", "2.31"):
        ran = run_host(host).smoke(wheel, smoke)
        assert (ran.returncode, ran.stdout) == (0, f"{project}: ok\n"), f"{host}: {ran.stderr}"
