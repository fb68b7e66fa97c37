"""The build hosts themselves: compilers as new as their names say, pip, and glibcheck, in a system of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.buildhosts import BUILD_HOSTS, BuildHost, build_host
from tests.e2e.runhosts import run_host
from tests.projects import SAMPLES

pytestmark = [pytest.mark.e2e, pytest.mark.build]

SAMPLE = os.path.join(SAMPLES, "cffi-minimal")


def built(host: BuildHost) -> str:
    """Build the sample as it is, and give the wheel's path outside."""
    project = host.put(SAMPLE)
    host.output("python3", "-m", "venv", f"{project}/.venv")
    host.output(
        f"{project}/.venv/bin/python", "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", f"{project}/out", project
    )
    (name,) = os.listdir(host.outside(f"{project}/out"))
    return host.outside(f"{project}/out/{name}")


def test_hosts_are_what_they_are_named() -> None:
    trixie, sid = build_host("trixie"), build_host("sid")
    assert (trixie.release, trixie.glibc, trixie.python, trixie.gcc.partition(".")[0]) == (
        "trixie",
        "2.41",
        "3.13",
        "14",
    )
    assert tuple(map(int, sid.glibc.split("."))) >= (2, 43)
    assert int(sid.gcc.partition(".")[0]) >= 16
    assert tuple(map(int, sid.python.split("."))) >= (3, 14)


@pytest.mark.parametrize("name", BUILD_HOSTS)
def test_a_wheel_is_built_that_only_new_systems_run(name: str) -> None:
    wheel = built(build_host(name))
    oldest, newest = run_host("2.31"), run_host("newest")
    refused = oldest.smoke(wheel, os.path.join(SAMPLE, "smoke.py"), "3.11", oldest.wheels("3.11", "cffi>=1.16"))
    assert "version `GLIBC_2.34' not found" in refused.stderr
    python = max(newest.pythons)
    done = newest.smoke(wheel, os.path.join(SAMPLE, "smoke.py"), python, newest.wheels(python, "cffi>=1.16"))
    assert (done.returncode, done.stdout) == (0, "cffi-minimal: ok\n"), done.stderr


@pytest.mark.parametrize("name", BUILD_HOSTS)
def test_glibcheck_runs_there(name: str) -> None:
    host = build_host(name)
    done = host.run(host.glibcheck(), "check", "/bin/sh", "--target", "2.17")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "GLIBC_2.34" in done.stdout


@pytest.mark.parametrize("name", BUILD_HOSTS)
def test_programs_come_from_pip(name: str) -> None:
    host = build_host(name)
    programs = host.venv("ninja")
    assert host.output(f"{programs}/ninja", "--version").startswith("1.")


@pytest.mark.parametrize("name", BUILD_HOSTS)
def test_nothing_of_the_tests_reaches_a_host(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LDFLAGS", "-L/nowhere")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    host = build_host(name)
    shown = host.output("env", env={"CFLAGS": "-O1"})
    assert "LDFLAGS" not in shown
    assert "PYTHONPATH" not in shown
    assert "CFLAGS=-O1\n" in shown


@pytest.mark.parametrize("name", ["trixie", "sid"])
def test_a_root_is_left_as_it_was(name: str) -> None:
    host = build_host(name)
    place = host.folder()
    host.output("sh", "-c", f"echo it > {place}/made")
    assert Path(host.outside(f"{place}/made")).read_text() == "it\n"
    assert host.root is not None
    assert os.listdir(f"{host.root}/host") == []
    assert os.listdir(f"{host.root}/proc") == []
