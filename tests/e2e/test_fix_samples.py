"""`glibcheck fix` on a project of each build system: it fails at its target before, and holds after, on an old system.

Each has a helper library of its own and needs more than glibc 2.17 and its libstdc++; the edits are made in a copy, and
the copy is then built as its author would build it, without glibcheck.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.native import autotools, extension, needed
from tests.e2e.runhosts import run_host
from tests.projects import SAMPLES, build_wheel, copy_of, glibcheck, tree
from tests.tools import need

pytestmark = pytest.mark.e2e

TARGET = "manylinux_2_17"
WHEELS = ("cffi-spartan", "setuptools-spartan", "meson-spartan", "cmake-spartan")
DEPS = {"cffi-spartan": ("cffi",)}  # what a wheel wants at run time
HOSTS = ("2.17", "2.31", "this machine")


def smoke_of(name: str) -> str:
    return os.path.join(SAMPLES, name, "smoke.py")


def fixed(name: str, folder: Path) -> str:
    """Fix a copy of a sample, twice: the second time there is nothing to do, and nothing changes."""
    project = copy_of(name, str(folder))
    words = ("fix", project, "--target", TARGET, "--apply", "--smoke", smoke_of(name))
    done = glibcheck(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Held: the rebuilt project is within {TARGET}. Written to the project.\n" in done.stdout
    after = tree(project)
    again = glibcheck(*words)
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.endswith(f"Nothing to fix: every file is within {TARGET}.\n"), again.stdout
    assert tree(project) == after
    return project


@pytest.mark.parametrize("name", WHEELS)
def test_a_wheel_of_the_fixed_project_runs_where_that_of_the_project_does_not(name: str, tmp_path: Path) -> None:
    smoke = smoke_of(name)
    before = build_wheel(copy_of(name, str(tmp_path / "before")), str(tmp_path / "before-dist"))
    assert glibcheck("check", before, "--target", TARGET).returncode == 1
    assert run_host("2.17").smoke(before, smoke).returncode != 0
    wheel = build_wheel(fixed(name, tmp_path), str(tmp_path / "dist"))
    judged = glibcheck("check", wheel, "--target", TARGET)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    for host in HOSTS:
        deps = run_host(host).wheels("3.11", *DEPS[name]) if name in DEPS else []
        ran = run_host(host).smoke(wheel, smoke, deps=deps)
        assert (ran.returncode, ran.stdout) == (0, f"{name}: ok\n"), f"{host}: {ran.stderr}"


def test_the_case_that_this_project_began_with_is_fixed_as_by_hand(tmp_path: Path) -> None:
    need("autoreconf", "automake", "libtoolize", "make", "readelf")
    name = "autotools-spartan"
    before = autotools(copy_of(name, str(tmp_path / "before")), str(tmp_path / "before-out"))
    assert needed(extension(before, "_spartan_wrap"))[0].startswith("libspartan.so")
    ran = run_host("2.17").smoke_tree(before, smoke_of(name))
    assert ran.returncode != 0
    assert "version `GLIBC" in ran.stderr
    out = autotools(fixed(name, tmp_path), str(tmp_path / "out"))
    module = extension(out, "_spartan_wrap")
    assert not [entry for entry in needed(module) if entry.startswith(("libspartan", "libstdc++"))]
    judged = glibcheck("check", module, "--target", TARGET)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    for host in HOSTS:
        ran = run_host(host).smoke_tree(out, smoke_of(name))
        assert (ran.returncode, ran.stdout) == (0, f"{name}: ok\n"), f"{host}: {ran.stderr}"
