"""The stand-ins against the newest glibc: in a root of Debian sid, whose gcc compiles them and the comparisons."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.e2e.roots import root
from tests.sysroot.compat.bench import Bench, compared
from tests.sysroot.compat.comparisons import CASES, IN_CPLUSPLUS, compare, expected, unwind

pytestmark = pytest.mark.e2e

INSIDE = "/opt/glibcheck/compat"


@pytest.fixture(scope="module")
def newest() -> Bench:
    path = root("sid")

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
        return subprocess.run(["chroot", path, *command], capture_output=True, text=True, check=False, env=clean)

    folder = path + INSIDE
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    bench = Bench(folder, INSIDE, run)
    bench.compile_members()
    return bench


@pytest.mark.parametrize(
    ("name", "blocked"), CASES, ids=lambda value: value if isinstance(value, str) else "+".join(value)
)
def test_members_do_what_the_real_functions_do(newest: Bench, name: str, blocked: tuple[str, ...]) -> None:
    assert compare(newest, name, blocked)


def test_every_member_is_compared(newest: Bench) -> None:
    release = newest.must("ldd", "--version").splitlines()[0].rpartition(" ")[2]
    found: set[str] = set().union(*(compare(newest, name, blocked) for name, blocked in CASES if blocked == ()))
    assert expected(tuple(map(int, release.split(".")))) - found - IN_CPLUSPLUS == set()


def test_exceptions_and_thread_local_objects_go_as_with_the_real_functions(newest: Bench) -> None:
    ours, real = unwind(newest)
    assert ours == real
    assert set(compared("\n".join(ours))) == IN_CPLUSPLUS
