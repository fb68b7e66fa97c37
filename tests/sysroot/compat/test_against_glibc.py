"""Members against the real functions of this system's glibc: results, errors, edges; and with system calls missing."""

from __future__ import annotations

import platform

import pytest

from tests.sysroot.compat.bench import Bench, compared
from tests.sysroot.compat.comparisons import CASES, IN_CPLUSPLUS, compare, expected, unwind

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the programs know the versions of x86_64"),
]


@pytest.mark.parametrize(
    ("name", "blocked"), CASES, ids=lambda value: value if isinstance(value, str) else "+".join(value)
)
def test_members_do_what_the_real_functions_do(bench: Bench, name: str, blocked: tuple[str, ...]) -> None:
    assert compare(bench, name, blocked)


def test_every_member_that_this_glibc_has_is_compared(bench: Bench) -> None:
    release = tuple(map(int, platform.libc_ver()[1].split(".")))
    found = set().union(*(compare(bench, name, blocked) for name, blocked in CASES if blocked == ()))
    assert expected(release) - found - IN_CPLUSPLUS == set()


def test_exceptions_and_thread_local_objects_go_as_with_the_real_functions(bench: Bench) -> None:
    ours, real = unwind(bench)
    assert ours == real
    assert set(compared("\n".join(ours))) == IN_CPLUSPLUS
    assert [line for line in ours if line.startswith("at exit: drop")] != []
