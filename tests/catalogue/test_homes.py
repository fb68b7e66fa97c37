"""Where symbols lived before glibc 2.34: the table, and the symbol lists of the releases themselves."""

from __future__ import annotations

import json
import pkgutil

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


def homes() -> dict[str, list[str]]:
    data = pkgutil.get_data("glibcheck.catalogue", "homes.json")
    assert data is not None
    found: dict[str, list[str]] = json.loads(data)["homes"]
    return found


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


def test_each_symbol_has_one_home() -> None:
    names = [name for found in homes().values() for name in found]
    assert len(names) == len(set(names))
    assert set(homes()) == set(LIBRARIES)
    assert all(found == sorted(found) for found in homes().values())


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_table_is_what_release_2_31_has_beside_libc(library: str) -> None:
    expected = symbols("x86_64", LIBRARIES[library], 31) - symbols("x86_64", "libc", 31)
    assert set(homes()[library]) == expected


MACHINES = ("x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64", "loongarch64")

# To name libpthread for these in 2.32 and 2.33 is not needed, and does no harm: the library is there.
MOVED_IN_2_32 = {"pthread_attr_setaffinity_np", "pthread_getaffinity_np", "pthread_getattr_np", "pthread_sigmask"}

# Names that the table does not have: an alias that no header declares, and what other machines call __res_query.
NOT_IN_THE_TABLE = {
    "aarch64": {"__send"},
    "i686": {"dn_expand", "res_mkquery", "res_query", "res_querydomain", "res_search"},
}


@pytest.mark.parametrize("machine", MACHINES)
def test_no_symbol_of_libc_is_said_to_live_elsewhere(machine: str) -> None:
    for release in range(17, 34):
        at = target(f"2.{release}")
        wrong = {name for name in symbols(machine, "libc", release) if old_home(name, at) is not None}
        # A machine that is younger than the release has no list for it, so nothing is wrong there.
        assert wrong <= (MOVED_IN_2_32 if release >= 32 else set()), release


@pytest.mark.parametrize("machine", MACHINES)
def test_every_symbol_that_moved_into_libc_has_the_home_it_had(machine: str) -> None:
    unknown = set()
    for release in range(17, 34):
        at = target(f"2.{release}")
        moved = symbols(machine, "libc", 36) - symbols(machine, "libc", release)
        for soname, library in LIBRARIES.items():
            there = moved & symbols(machine, library, release)
            unknown |= {name for name in there if old_home(name, at) is None}
            assert {old_home(name, at) for name in there} <= {soname, None}, (release, library)
    assert unknown == NOT_IN_THE_TABLE.get(machine, set())


def test_the_clock_functions_of_librt_are_those_that_libc_has_under_a_newer_version() -> None:
    in_librt = symbols("x86_64", "librt", 17)
    both = {name for name in in_librt & symbols("x86_64", "libc", 17) if name.startswith("clock_")}
    assert both == set(CLOCKS)
    assert {old_home(name, target("2.12")) for name in both} == {LIBRT}
    assert old_home("pthread_create", target("2.12")) == LIBPTHREAD
