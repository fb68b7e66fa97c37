"""A C++ runtime that is linked in and hidden, on old systems: exceptions, threads, streams, several copies at once."""

from __future__ import annotations

import json
import struct
from functools import cache
from pathlib import Path

import pytest

from glibcheck.elf.image import read_linkage
from tests.e2e import cxx
from tests.e2e.buildhosts import build_host
from tests.e2e.hosts import Host
from tests.e2e.runhosts import OLD, run_host
from tests.sysroot.linked import image, newest, verdict
from tests.tools import output

pytestmark = pytest.mark.e2e

BUILDERS = ("this machine", "trixie", "sid")
PT_TLS, STB_GNU_UNIQUE = 7, 10
PYTHON = "3.11"


@cache
def module(builder: str, target: str, name: str) -> Path:
    """Build the C++ module on a host with a sysroot that the host made; gives the file, outside."""
    host = build_host(builder)
    place = host.folder()
    Path(host.outside(place), "module.cpp").write_text(cxx.MODULE)
    build = 'g++ $CXXFLAGS "$@" module.cpp $LDFLAGS -o module.so'
    command = ["sh", "-ec", build, "sh", *cxx.FLAGS, f'-DNAME="{name}"']
    done = host.run(host.glibcheck("build"), "env", "--target", target, "--", *command, cwd=place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return Path(host.outside(place), "module.so")


def run(host: Host, python: str, *modules: Path, trials: tuple[str, ...] = cxx.TRIALS) -> tuple[dict[str, int], str]:
    """Run the trials of modules in one process; gives their results, and what was left when the process ended."""
    place = host.folder()
    Path(host.outside(place), "run.py").write_text(cxx.RUNNER)
    inside = [host.put(path) for path in modules]
    done = host.run(python, "run.py", ",".join(trials), f"{place}/left", *inside, cwd=place)
    assert done.returncode == 0, done.stdout + done.stderr
    *printed, results = done.stdout.splitlines()
    assert len(printed) == 2 * len(modules), printed  # `cout` of each, in two threads
    return json.loads(results), Path(host.outside(place), "left").read_text()


def types_of_segments(path: Path) -> set[int]:
    """Read the program headers of a 64-bit little-endian file (gABI chapter 5)."""
    data = path.read_bytes()
    (start,), (size, count) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<HH", data, 54)
    return {struct.unpack_from("<I", data, start + size * index)[0] for index in range(count)}


@pytest.mark.parametrize("target", ["manylinux_2_17", "manylinux_2_28"])
@pytest.mark.parametrize("builder", BUILDERS)
def test_it_fits_and_shows_nothing_of_its_runtime(builder: str, target: str) -> None:
    path = module(builder, target, "one")
    assert newest(path) <= tuple(map(int, target.split("_")[1:]))
    assert "libstdc++.so.6" not in image(path).needed
    assert verdict(path, target)[0] == 0, verdict(path, target)[1]
    symbols = output("readelf", "-W", "--dyn-syms", str(path))
    assert " UNIQUE " not in symbols
    shown = {row.name for row in read_linkage(path.read_bytes()).exports}
    assert {"trial_regex", "throw_out"} <= shown
    # What the module itself makes of templates is its own affair; nothing of the archive may be there.
    assert not {"_ZSt4cout", "__cxa_throw", "_ZNSt6localeC1Ev", "_ZSt9terminatev", "__gxx_personality_v0"} & shown


@pytest.mark.parametrize("host", OLD)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_trial_passes_on_an_old_system(builder: str, host: str) -> None:
    target = "manylinux_2_28" if host == "2.28" else "manylinux_2_17"
    system = run_host(host)
    trials = cxx.TRIALS if builder == "this machine" else (*cxx.TRIALS, "format")  # gcc 12 has no std::format
    results, left = run(system, system.pythons[PYTHON], module(builder, target, "one"), trials=trials)
    assert {name: result for name, result in results.items() if result != 0} == {}
    assert left == "one\n"  # the destructor of the main thread's object


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")], ids="-then-".join)
@pytest.mark.parametrize("host", OLD)
def test_two_private_runtimes_in_one_process(host: str, order: tuple[str, ...]) -> None:
    system = run_host(host)
    modules = [module("this machine", "manylinux_2_17", name) for name in order]
    results, left = run(system, system.pythons[PYTHON], *modules)
    assert {name: result for name, result in results.items() if result != 0} == {}
    assert sorted(left.split()) == ["one", "two"]


def test_runtimes_of_two_compilers_in_one_process() -> None:
    system = run_host("2.17")
    modules = [module("this machine", "manylinux_2_17", "one"), module("sid", "manylinux_2_17", "two")]
    results, _ = run(system, system.pythons[PYTHON], *modules)
    assert {name: result for name, result in results.items() if result != 0} == {}
