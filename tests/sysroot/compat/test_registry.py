"""The registry: which members a target and a host get, and what is said of the names that have none."""

from __future__ import annotations

import re

import pytest

from glibcheck.catalogue.glibc import MACHINES, glibc
from glibcheck.model.names import SymbolName
from glibcheck.sysroot.compat import COMPAT, HEADERS, REFUSED, headers, members, refusal, source
from tests.catalogue.lists import catalogue

OLDEST = {"riscv64": (2, 27), "loongarch64": (2, 36)}


def names(machine: str, target: tuple[int, ...], host: frozenset[SymbolName]) -> set[str]:
    return {row.symbol for row in members(machine, target, host)}


def host(*symbols: str) -> frozenset[SymbolName]:
    return frozenset(map(SymbolName, symbols))


def test_rows_are_sorted_and_each_symbol_has_one() -> None:
    symbols = [row.symbol for row in COMPAT]
    assert symbols == sorted(set(symbols))


def test_a_member_is_there_when_the_target_lacks_it_and_the_host_has_it() -> None:
    both = host("strlcpy", "getrandom", "memcpy")
    assert names("x86_64", (2, 17), both) == {"strlcpy", "getrandom"}
    assert names("x86_64", (2, 25), both) == {"strlcpy"}
    assert names("x86_64", (2, 38), both) == set()
    assert names("x86_64", (2, 17), host("getrandom")) == {"getrandom"}


def test_a_function_that_moved_counts_from_where_it_was_first() -> None:
    # In libpthread since 2.30, in libc since 2.34.
    assert names("x86_64", (2, 30), host("pthread_cond_clockwait")) == set()
    assert names("x86_64", (2, 29), host("pthread_cond_clockwait")) == {"pthread_cond_clockwait"}


def test_a_machine_gets_what_is_right_on_it() -> None:
    both = host("roundeven", "roundevenl")
    assert names("x86_64", (2, 17), both) == {"roundeven", "roundevenl"}
    assert names("ppc64le", (2, 17), both) == {"roundeven"}
    assert refusal("roundevenl", "ppc64le") is not None
    assert names("m68k", (2, 17), both) == set()


def test_every_source_and_header_is_read() -> None:
    assert all(source(row.symbol).endswith("\n") for row in COMPAT)
    assert set(headers()) == set(HEADERS)
    with pytest.raises(KeyError):
        source("memcpy")


def test_every_header_that_is_included_is_shipped_and_none_is_left_over() -> None:
    texts = [*headers().values(), *(source(row.symbol) for row in COMPAT)]
    included = {name for text in texts for name in re.findall(r'#include "([^"]+)"', text)}
    assert included == set(HEADERS)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_newer_name_has_a_member_or_a_reason(machine: str) -> None:
    known = glibc(machine)
    assert known is not None
    oldest = OLDEST.get(machine, (2, 17))
    newer = known.newer(oldest)
    there = names(machine, oldest, newer)
    assert sorted(name for name in newer if name not in there and refusal(name, machine) is None) == []


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_class_of_short_functions_is_covered(machine: str) -> None:
    short = {row["symbol"] for row in catalogue(machine) if row["class_2_17"] == "B"}
    there = {str(row.symbol) for row in COMPAT}
    assert len(short) > 300
    assert sorted(name for name in short if name not in there and refusal(name, machine) is None) == []
    # What has neither is but an alias of another width, or changed its type.
    assert {name for name in short - there if not re.search(r"f\d+x?$|fromfp", name)} <= {"strtof128", "strfromf128"}


@pytest.mark.parametrize(("pattern", "reason"), REFUSED)
def test_a_reason_says_something_and_matches_a_name_that_is_newer(pattern: str, reason: str) -> None:
    newer = set().union(
        *(known.newer(OLDEST.get(machine, (2, 17))) for machine in MACHINES if (known := glibc(machine)))
    )
    older = {"cfsetspeed", "cfsetospeed"}  # these are in the old release, too, with another meaning
    assert any(re.fullmatch(pattern, name) for name in newer | older)
    assert len(reason) > 20


def test_a_member_is_refused_by_no_row() -> None:
    assert [row.symbol for row in COMPAT if any(re.fullmatch(pattern, row.symbol) for pattern, _ in REFUSED)] == []


@pytest.mark.parametrize(
    ("symbol", "word"),
    [
        ("_ZGVbN2v_sin", "-fno-tree-vectorize"),
        ("sinf64", "sin"),
        ("sinf128", "libquadmath"),
        ("fadd", "round"),
        ("fromfp", "2.43"),
        ("cfsetspeed", "2.42"),
        ("posix_spawn_file_actions_addchdir_np", "fork"),
        ("__clock_gettime64", "_TIME_BITS"),
        ("__rseq_offset", "restartable"),
    ],
)
def test_refusals_say_what_to_do(symbol: str, word: str) -> None:
    reason = refusal(symbol, "x86_64")
    assert reason is not None
    assert word in reason


def test_nothing_is_said_of_what_is_not_newer() -> None:
    assert [refusal(name, "x86_64") for name in ("memcpy", "strlcpy", "no_such_name")] == [None, None, None]
