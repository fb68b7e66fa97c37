"""The first look at a file is grep's: it may find too much, and must not miss a version that the target lacks."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.catalogue.glibc import glibc
from glibcheck.catalogue.nodes import LIBRARIES, nodes
from glibcheck.linkwatch.pattern import newer_versions
from glibcheck.model.target import Target
from glibcheck.workspace.targets import target_for
from tests.targets.data import full_names, raw_policies
from tests.tools import need

TARGETS = ("manylinux_2_5", "glibc-2.5", "manylinux_2_17", "manylinux_2_28", "manylinux_2_39", "debian:12")
# What is found although the target has it: its file is looked at closely for nothing.
FOUND_ALL_THE_SAME = {"GLIBC_ABI_DT_RELR"}
FAMILIES = {"GLIBC": (2,), "GLIBCXX": (3, 4), "CXXABI": (1, 3), "GCC": ()}


def names() -> list[str]:
    """Make names of every family, far beyond what there is."""
    found = []
    for family, start in FAMILIES.items():
        for number in range(121):
            found.append((family, *start, number))
            found += [(family, *start, number, last) for last in (0, 1, 5, 10)]
        found += [(family, *numbers) for numbers in product((0, 1, 4, 9, 10, 19, 30), (0, 3, 7, 12), (0, 9, 100))]
    return ["_".join([str(family), ".".join(map(str, numbers))]) for family, *numbers in found]


def plain(name: str) -> bool:
    """Say whether a name is a family of ours and numbers, so not CXXABI_FLOAT128."""
    family, _, number = name.partition("_")
    return family in FAMILIES and number.replace(".", "").isdigit()


def allowed(target: Target, name: str) -> bool:
    """Say by the numbers themselves whether the target has a version."""
    family, _, number = name.partition("_")
    return tuple(map(int, number.split("."))) <= target.limits[family]


def grep(pattern: str, lines: Iterable[str]) -> set[str]:
    """Ask grep as the scripts do, a name at a time: in a file names stand between zero bytes."""
    need("grep")
    text = "\n".join(lines)
    command = ["grep", "-aE", pattern]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    assert done.returncode < 2, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("name", TARGETS)
def test_every_version_that_a_target_lacks_is_found_and_no_other(name: str) -> None:
    target = target_for(name, "x86_64")
    known = [row for row in names() if row.partition("_")[0] in target.limits]
    lacking = {row for row in known if not allowed(target, row)}
    assert grep(newer_versions(target), known) == lacking
    assert len(known) > len(lacking)


def test_what_only_a_newer_loader_knows_is_found() -> None:
    target = target_for("manylinux_2_17", "x86_64")
    markers = {"GLIBC_ABI_DT_RELR", "GLIBC_PRIVATE"}
    assert grep(newer_versions(target), [*markers, "GLIBC_2.17", "GLIBC_TUNABLES"]) == markers


def test_a_name_is_found_in_the_middle_of_a_file() -> None:
    need("grep")
    data = b"\x7fELF\0\xff\xfe\0libc.so.6\0GLIBC_2.34\0\x80"
    pattern = newer_versions(target_for("manylinux_2_17", "x86_64"))
    assert subprocess.run(["grep", "-aqE", pattern], input=data, check=False, env={"LC_ALL": "C"}).returncode == 0


def catalogued() -> set[str]:
    """Name every version with plain numbers that the catalogue has: of glibc, libstdc++ and libgcc."""
    found = glibc("x86_64")
    assert found is not None
    versions = {str(row.version) for symbol in found.symbols() for row in found.rows(symbol)}
    versions |= {str(node) for library in LIBRARIES for node in nodes(library)}
    return {name for name in versions if plain(name)}


@pytest.mark.parametrize("name", TARGETS)
def test_of_the_versions_that_there_are_those_are_found_that_a_target_lacks(name: str) -> None:
    target = target_for(name, "x86_64")
    known = catalogued()
    assert {"GLIBC_2.2.5", "GLIBC_2.34", "GLIBCXX_3.4.30", "CXXABI_1.3.13", "GCC_3.0", "GCC_14.0.0"} < known
    assert grep(newer_versions(target), known) == {row for row in known if not allowed(target, row)}


MACHINES = ("x86_64", "i686", "aarch64", "ppc64le", "s390x", "armv7l")


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("release", ["2_17", "2_28", "2_31", "2_39"])
def test_the_nodes_that_only_a_newer_policy_has_are_found(release: str, machine: str) -> None:
    """auditwheel's own lists say which a machine may have at all: CXXABI_FLOAT128, the LDBL and IEEE128 ones, too."""
    policies = {row["name"]: row for row in raw_policies(machine)}
    if f"manylinux_{release}" not in policies:
        pytest.skip(f"there is no manylinux_{release} for {machine}")
    ever = {row for policy in policies.values() for row in full_names(policy["symbol_versions"][machine])}
    own = set(full_names(policies[f"manylinux_{release}"]["symbol_versions"][machine]))
    target = target_for(f"manylinux_{release}", machine)
    # A policy leaves numbers out that its system has: what counts is the newest one.
    lacking = {row for row in ever - own if not (plain(row) and allowed(target, row))}
    assert grep(newer_versions(target), ever) >= lacking
    assert grep(newer_versions(target), own) <= FOUND_ALL_THE_SAME


@pytest.mark.parametrize("name", TARGETS)
def test_of_the_markers_a_target_has_only_that_of_the_loader_is_found(name: str) -> None:
    target = target_for(name, "x86_64")
    assert grep(newer_versions(target), target.markers) == FOUND_ALL_THE_SAME & target.markers


PARTS = st.one_of(st.integers(0, 12), st.sampled_from([17, 18, 19, 20, 28, 29, 30, 34, 99, 100, 170, 189, 999, 1000]))
NUMBERS = st.lists(PARTS, min_size=1, max_size=4).map(tuple)


@settings(max_examples=60, deadline=None)
@given(limit=NUMBERS, others=st.lists(NUMBERS, min_size=20, max_size=60))
def test_whatever_the_limit_is_what_is_above_it_is_found_and_nothing_else(
    limit: tuple[int, ...], others: list[tuple[int, ...]]
) -> None:
    target = Target("made up", {"GLIBC": limit, "GLIBCXX": ()}, frozenset())
    near = [limit, (*limit, 0), (*limit[:-1], limit[-1] + 1), limit[:-1] or (0,), (*limit[:-1], limit[-1] * 10 + 1)]
    known = {f"GLIBC_{'.'.join(map(str, row))}": row for row in [*near, *others]}
    assert grep(newer_versions(target), known) == {name for name, row in known.items() if row > limit}


def test_every_version_of_a_library_that_a_target_does_not_have_is_found() -> None:
    target = Target("made up", {"GLIBC": (2, 17), "GLIBCXX": ()}, frozenset())
    versions = {"GLIBCXX_3.4", "GLIBCXX_3.4.30", "GLIBCXX_10"}
    assert grep(newer_versions(target), {*versions, "GLIBC_2.17", "CXXABI_1.3.13"}) == versions
