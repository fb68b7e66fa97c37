"""The proof of `build`: both samples, made on three systems for three older ones, run on five.

Each wheel is made once, by glibcheck installed on the build host and run there as a command. What comes out is judged
here, by auditwheel and by `check`, and runs on every host that its target promises, on every Python there. A table of
it all stands at the end of the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from tests.e2e.buildhosts import BUILD_HOSTS, BuildHost, build_host
from tests.e2e.runhosts import OLD, RUN_HOSTS, run_host
from tests.projects import SAMPLES, glibcheck

pytestmark = pytest.mark.e2e

PROJECTS = ("cffi-minimal", "cffi-spartan")
# The releases, and by which name each build host is asked for them: all names are to be proven, none three times.
RELEASES = {
    "2.17": dict.fromkeys(BUILD_HOSTS, "manylinux_2_17"),
    "2.28": {"this machine": "manylinux_2_28", "trixie": "2.28", "sid": "manylinux_2_28"},
    "2.31": {"this machine": "2.31", "trixie": "debian:11", "sid": "2.31"},
}
Made = tuple[str, subprocess.CompletedProcess[str]]  # the output folder, outside, and what the program said
Rows = dict[tuple[str, str, str], list[str]]


def numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


@pytest.fixture(scope="session", params=BUILD_HOSTS)
def made(request: pytest.FixtureRequest) -> tuple[str, dict[tuple[str, str], Made]]:
    """Build everything on one host, two at a time."""
    host = build_host(request.param)
    program = host.glibcheck("build")
    tasks = [(project, release) for project in PROJECTS for release in RELEASES]
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda task: _build(host, program, task[0], RELEASES[task[1]][host.name]), tasks)
        return host.name, dict(zip(tasks, done, strict=True))


def _build(host: BuildHost, program: str, project: str, target: str) -> Made:
    """Build one sample; compared with a plain build only for the oldest target, where the most could get lost."""
    place, output = host.put(os.path.join(SAMPLES, project)), host.folder()
    compare = "--compare" if target == RELEASES["2.17"][host.name] else "--no-compare"
    return host.outside(output), host.run(program, "build", place, "--target", target, compare, "-o", output)


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Iterator[Rows]:
    """Gather what ran where, and show it when all is done."""
    rows: Rows = {}
    yield rows
    lines = [f"{host:13}{project:14}{target:16}{'   '.join(cells)}" for (host, project, target), cells in rows.items()]
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
        print("", *lines, sep="\n")


@cache
def cffi(host: str, python: str) -> str:
    """Unpack cffi for a Python of a host, and give its place there."""
    there = run_host(host)
    return there.unpacked(*there.wheels(python, "cffi>=1.16"))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("project", PROJECTS)
def test_a_wheel_is_what_its_tag_says_and_runs_wherever_its_target_promises(
    made: tuple[str, dict[tuple[str, str], Made]], project: str, release: str, table: Rows
) -> None:
    builder, wheels = made
    output, done = wheels[project, release]
    assert done.returncode == 0, done.stdout + done.stderr
    (name,) = os.listdir(output)
    wheel = os.path.join(output, name)
    target = RELEASES[release][builder]
    assert f"manylinux_{release.replace('.', '_')}_x86_64" in name
    _is_within(wheel, target, release)
    row = table.setdefault((builder, project, target), [])
    for run in RUN_HOSTS:
        if numbers(run_host(run).glibc) >= numbers(release):
            row.append(f"{run}: {', '.join(_runs(run, wheel, project))}")
    assert len(row) == {"2.17": 5, "2.28": 4, "2.31": 3}[release]


def _is_within(wheel: str, target: str, release: str) -> None:
    """Ask auditwheel, and `check` by the wheel's own tag and by the target."""
    command = [sys.executable, "-m", "auditwheel", "show", "--json", wheel]
    shown = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    tagged = shown["overall_tag"].removeprefix("manylinux_").removesuffix("_x86_64")
    assert numbers(tagged.replace("_", ".")) <= numbers(release)
    for words in ((), ("--target", target)):
        judged = glibcheck("check", wheel, *words)
        assert judged.returncode == 0, judged.stdout + judged.stderr


def _runs(name: str, wheel: str, project: str) -> list[str]:
    """Run the smoke test on every Python of a host, and give their versions."""
    host = run_host(name)
    place, script = host.unpacked(wheel), host.put(os.path.join(SAMPLES, project, "smoke.py"))
    assert host.pythons.keys() >= ({"3.11", "3.13"} if name in OLD else set())
    assert host.pythons
    for python, path in host.pythons.items():
        done = host.run(path, script, env={"PYTHONPATH": f"{place}:{cffi(name, python)}"})
        assert (done.returncode, done.stdout) == (0, f"{project}: ok\n"), f"{name} {python}: {done.stderr}"
    return sorted(host.pythons, key=numbers)
