"""Distributions as targets: what each release has, in all the ways of naming one."""

from __future__ import annotations

import pytest

from glibcheck.catalogue.distributions import FAMILIES, MACHINES, NODES
from glibcheck.catalogue.runtimes import GLIBC_MARKERS
from glibcheck.errors import TargetError
from glibcheck.targets.distributions import is_known, names
from tests.targets.data import found, full_names, policies, raw_policies

NAMES = tuple(names())
_WRITTEN = {"Debian": "debian", "Ubuntu": "ubuntu", "RHEL": "rhel", "Fedora": "fedora", "SUSE": "suse"}
_ALL_ROWS = [
    (f"{_WRITTEN.get(family, 'amazonlinux')}:{row[0]}", row) for family, rows in FAMILIES.items() for row in rows
]

# RHEL 6 is older than aarch64.
ROWS = [(*row, machine) for row in _ALL_ROWS for machine in MACHINES if (row[0], machine) != ("rhel:6", "aarch64")]
IDS = [f"{name}-{machine}" for name, _, machine in ROWS]


@pytest.mark.parametrize(("name", "row", "machine"), ROWS, ids=IDS)
def test_a_release_has_its_row_and_nothing_newer(
    name: str, row: tuple[str, tuple[int, ...], tuple[int, ...], tuple[int, ...]], machine: str
) -> None:
    target = found(name, machine)
    expected = dict(zip(NODES, row[1:], strict=True))
    if (name, machine) == ("rhel:7", "aarch64"):  # as manylinux2014 has it
        expected["GLIBC"] = (2, 18)
    assert target.name == name
    assert {node: target.limits[node] for node in NODES} == expected
    assert (target.libraries, target.libc, target.machine) == (None, "glibc", None)
    assert not target.allows("GCC_99.0.0")
    for marker, first in GLIBC_MARKERS.items():
        assert target.allows(marker) == (row[1] >= first.numbers)


@pytest.mark.parametrize(("name", "row", "machine"), ROWS, ids=IDS)
def test_a_release_allows_what_the_manylinux_policy_of_its_glibc_allows(
    name: str, row: tuple[str, tuple[int, ...], object, object], machine: str
) -> None:
    target = found(name, machine)
    policy = [policy for policy in policies(machine) if policy.libc <= row[1]][-1]
    versions = full_names(
        next(entry for entry in raw_policies(machine) if entry["name"] == policy.name)["symbol_versions"][machine]
    )
    assert [version for version in versions if not target.allows(version)] == []
    # What is forbidden there is forbidden by the policy too.
    assert all(symbols == policy.forbidden[library] for library, symbols in target.forbidden.items())


def test_only_where_a_policy_goes_beyond_its_name_a_release_has_forbidden_symbols() -> None:
    have = {(name, machine) for name, _, machine in ROWS if found(name, machine).forbidden}
    assert have == {("rhel:7", "aarch64")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("debian:11", "debian:11"),
        ("Debian 11", "debian:11"),
        ("debian-11", "debian:11"),
        ("debian11", "debian:11"),
        ("debian:11.9", "debian:11"),
        ("bullseye", "debian:11"),
        ("debian:bookworm", "debian:12"),
        ("debian:testing", "debian:testing"),
        ("ubuntu:20.04", "ubuntu:20.04"),
        ("ubuntu 22.04.3", "ubuntu:22.04"),
        ("jammy", "ubuntu:22.04"),
        ("ubuntu/noble", "ubuntu:24.04"),
        ("rhel:8", "rhel:8"),
        ("rhel8.10", "rhel:8"),
        ("el8", "rhel:8"),
        ("ubi9", "rhel:9"),
        ("Red Hat 9.4", "rhel:9"),
        ("almalinux:9", "almalinux:9"),
        ("rockylinux:9.3", "rocky:9"),
        ("rocky 8", "rocky:8"),
        ("centos:7", "centos:7"),
        ("centos stream 9", "centos:9"),
        ("centos:stream9", "centos:9"),
        ("oraclelinux:8", "oracle:8"),
        ("oracle:8", "oracle:8"),
        ("ol8", "oracle:8"),
        ("fedora:40", "fedora:40"),
        ("amazonlinux:2", "amazonlinux:2"),
        ("Amazon Linux 2023", "amazonlinux:2023"),
        ("amzn:2023.6.20250303", "amazonlinux:2023"),
        ("suse:15.4", "suse:15.4"),
        ("sles-15-sp4", "suse:15.4"),
        ("sles:15sp5", "suse:15.5"),
        ("opensuse-leap:15.4", "opensuse-leap:15.4"),
        ("opensuse/leap:15.6", "opensuse-leap:15.6"),
        ("opensuse:15.5", "opensuse-leap:15.5"),
    ],
)
def test_a_release_can_be_named_in_many_ways(text: str, name: str) -> None:
    target = found(text)
    assert target.name == name
    assert target == found(name)
    assert is_known(text.lower())


@pytest.mark.parametrize(
    "word", ["debian", "debian:", "debian:111", "debian:1", "debian:noble", "ubuntu:22", "rhel:", "sp4", "al", "11", ""]
)
def test_what_is_no_release_is_not_known(word: str) -> None:
    assert not is_known(word)
    with pytest.raises(TargetError):
        found(word)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith(":6")])
def test_processors(name: str, machine: str) -> None:
    newer = {"9": "x86-64-v2", "10": "x86-64-v3"}
    distribution, _, release = name.partition(":")
    red_hat = distribution in {"rhel", "almalinux", "rocky", "centos", "oracle"}
    expected = newer.get(release, "x86-64-baseline") if red_hat and machine == "x86_64" else "x86-64-baseline"
    if (name, machine) == ("almalinux:10", "x86_64"):
        expected = "x86-64-v2"
    assert found(name, machine).isa_level == expected


def test_a_release_from_before_the_machine_is_told() -> None:
    with pytest.raises(TargetError, match="unknown target 'debian:8': the oldest that can be judged on this machine"):
        found("debian:8", "riscv64")
    assert found("debian:13", "riscv64").glibc == (2, 41)
