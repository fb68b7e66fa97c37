"""Where symbols lived before glibc 2.34: the table, and the symbol lists of the releases themselves."""

from __future__ import annotations

import pytest

from glibcheck.catalogue.homes import old_home
from tests.catalogue.lists import symbols
from tests.values import LIBPTHREAD, LIBRT, target

# How the lists call the libraries of the table.
LIBRARIES = {
    "libpthread.so.0": "libpthread",
    "libdl.so.2": "libdl",
    "librt.so.1": "librt",
    "libutil.so.1": "libutil",
    "libanl.so.1": "libanl",
    "libresolv.so.2": "libresolv",
}
CLOCKS = ("clock_getcpuclockid", "clock_getres", "clock_gettime", "clock_nanosleep", "clock_settime")


@pytest.mark.parametrize(
    ("symbol", "glibc", "home"),
    [
        ("pthread_create", "2.17", "libpthread.so.0"),
        ("pthread_create", "2.33", "libpthread.so.0"),
        ("pthread_create", "2.34", None),
        ("pthread_create", "2.41", None),
        ("dlsym", "2.28", "libdl.so.2"),
        ("aio_read", "2.28", "librt.so.1"),
        ("openpty", "2.28", "libutil.so.1"),
        ("getaddrinfo_a", "2.28", "libanl.so.1"),
        ("pthread_mutex_lock", "2.17", None),
        ("malloc", "2.17", None),
        ("pow", "2.17", None),
        ("not_a_symbol", "2.17", None),
        *((name, "2.16", "librt.so.1") for name in CLOCKS),
        *((name, "2.17", None) for name in CLOCKS),
    ],
)
def test_old_home(symbol: str, glibc: str, home: str | None) -> None:
    assert old_home(symbol, target(glibc)) == home


MACHINES = ("x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64", "loongarch64")


@pytest.mark.parametrize("machine", MACHINES)
def test_no_symbol_of_libc_is_said_to_live_elsewhere(machine: str) -> None:
    for release in range(17, 34):
        at = target(f"2.{release}")
        wrong = {name for name in symbols(machine, "libc", release) if old_home(name, at, machine) is not None}
        # A machine that is younger than the release has no list for it, so nothing is wrong there.
        assert wrong == set(), release


@pytest.mark.parametrize("machine", MACHINES)
def test_every_symbol_that_moved_into_libc_has_the_home_it_had(machine: str) -> None:
    for release in range(17, 34):
        at = target(f"2.{release}")
        moved = symbols(machine, "libc", 36) - symbols(machine, "libc", release)
        for soname, library in LIBRARIES.items():
            there = moved & symbols(machine, library, release)
            assert {old_home(name, at, machine) for name in there} <= {soname}, (release, library)


def test_the_clock_functions_of_librt_are_those_that_libc_has_under_a_newer_version() -> None:
    in_librt = symbols("x86_64", "librt", 17)
    both = {name for name in in_librt & symbols("x86_64", "libc", 17) if name.startswith("clock_")}
    assert both == set(CLOCKS)
    assert {old_home(name, target("2.12")) for name in both} == {LIBRT}
    assert old_home("pthread_create", target("2.12")) == LIBPTHREAD
