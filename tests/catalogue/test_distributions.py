"""Which systems have a version: more with each release, and no less than auditwheel and this system say."""

from __future__ import annotations

import os
import platform

import pytest

from glibcheck.catalogue.distributions import FAMILIES, MACHINES, NODES, systems
from glibcheck.elf.image import read
from glibcheck.model.versions import Release, newest
from tests.targets.data import found as target_of
from tests.targets.data import policies
from tests.tools import missing
from tests.values import numbers

ROWS = [(family, *row) for family, rows in FAMILIES.items() for row in rows]
NAMES = [f"{family}-{release}" for family, release, *_ in ROWS]
LATER_THAN_ALL = "99"


def found(glibc: str = "", glibcxx: str = "", cxxabi: str = "") -> dict[str, str]:
    given = zip(NODES, (glibc, glibcxx, cxxabi), strict=True)
    return dict(systems({node: Release(node, numbers(number)) for node, number in given if number}))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_newer_release_has_at_least_as_much(family: str) -> None:
    rows = [newest_versions for _, *newest_versions in FAMILIES[family]]
    for column in zip(*rows, strict=True):
        assert list(column) == sorted(column)


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_a_release_has_what_auditwheel_allows_for_its_glibc(
    row: tuple[str, str, tuple[int, ...], tuple[int, ...], tuple[int, ...]],
) -> None:
    _, _, *has = row
    policy = [found for found in policies(MACHINES[0]) if found.libc <= has[0]][-1]
    limits = target_of(policy.name, MACHINES[0]).limits
    assert all(limits[node] <= number for node, number in zip(NODES, has, strict=True))


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        pytest.param({"glibc": "2.34"}, {"Debian": "12", "Ubuntu": "22.04", "RHEL": "9"}, id="glibc"),
        pytest.param({"glibc": "2.35"}, {"Debian": "12", "Ubuntu": "22.04", "RHEL": "10"}, id="newer-than-rhel-9"),
        pytest.param({"glibc": "2.36"}, {"Debian": "12", "Ubuntu": "24.04", "RHEL": "10"}, id="relr"),
        pytest.param({"glibc": "2.2.5"}, {"Debian": "8", "Ubuntu": "14.04", "RHEL": "6"}, id="older-than-all"),
        pytest.param({"glibcxx": "3.4.30"}, {"Debian": "12", "Ubuntu": "22.04", "RHEL": "10"}, id="libstdc++-alone"),
        pytest.param(
            {"glibc": "2.14", "glibcxx": "3.4.29"},
            {"Debian": "12", "Ubuntu": "22.04", "RHEL": "9"},
            id="the-newer-of-both-decides",
        ),
        pytest.param(
            {"glibc": "2.17", "cxxabi": "1.3.15"}, {"Debian": "13", "Ubuntu": "24.04", "RHEL": "10"}, id="abi"
        ),
        pytest.param({"glibc": "2.42"}, {"Debian": "testing", "Ubuntu": "25.10"}, id="newer-than-a-family"),
        pytest.param({"glibc": LATER_THAN_ALL}, {}, id="newer-than-all"),
        pytest.param({"glibc": "2.4", "glibcxx": LATER_THAN_ALL}, {}, id="libstdc++-newer-than-all"),
        pytest.param({}, {"Debian": "8", "Ubuntu": "14.04", "RHEL": "6"}, id="nothing"),
    ],
)
def test_the_oldest_release_of_each_family_is_named(needed: dict[str, str], expected: dict[str, str]) -> None:
    families = ("Debian", "Ubuntu", "RHEL")
    assert {family: release for family, release in found(**needed).items() if family in families} == expected


def test_families_that_nobody_asked_for_are_left_out() -> None:
    assert systems({"GLIBC": Release("GLIBC", (2, 34))}, ("RHEL", "Fedora")) == (("RHEL", "9"), ("Fedora", "39"))


def test_other_version_families_do_not_decide() -> None:
    assert systems({"OPENSSL": Release("OPENSSL", (99,))}) == systems({})


_IDS = {"debian": "Debian", "ubuntu": "Ubuntu", "fedora": "Fedora", "amzn": "Amazon Linux", "opensuse-leap": "SUSE"}
_IDS |= dict.fromkeys(("rhel", "almalinux", "rocky", "centos", "ol"), "RHEL")


@pytest.mark.oracle
def test_the_row_of_this_system_is_true() -> None:
    system = platform.freedesktop_os_release()
    family, version = _IDS.get(system["ID"], ""), system.get("VERSION_ID", "")
    release = version.split(".")[0] if family == "RHEL" else version
    row = next((row[2:] for row in ROWS if row[:2] == (family, release)), None)
    if row is None or platform.machine() not in MACHINES:
        missing("a release that the table knows")
        return
    defined = {**_defined("libc.so.6"), **_defined("libstdc++.so.6")}
    print(defined)
    assert row[0] == defined["GLIBC"].numbers
    assert row[1] <= defined["GLIBCXX"].numbers
    assert row[2] <= defined["CXXABI"].numbers


def _defined(library: str) -> dict[str, Release]:
    folders = (f"/usr/lib/{platform.machine()}-linux-gnu", "/usr/lib64")
    path = next((path for folder in folders if os.path.exists(path := os.path.join(folder, library))), None)
    if path is None:
        missing(library)
        return {}
    with open(path, "rb") as stream:
        return newest(entry.name for entry in read(stream.read()).verdef if not entry.base)
