"""Which GCC a version of libstdc++ stands for: known for all that auditwheel knows, and never going back."""

from __future__ import annotations

import json

import pytest

from glibcheck.catalogue.glibc import MACHINES as CATALOGUE
from glibcheck.catalogue.glibc import glibc
from glibcheck.catalogue.runtimes import GLIBC_MARKERS, NEWEST_GLIBC, gcc_release
from glibcheck.model.names import VersionName
from glibcheck.model.versions import Release, release
from tests.targets.data import MACHINES, policies, policy_text
from tests.targets.data import found as target_of
from tests.values import numbers


def glibcxx_versions() -> list[tuple[int, ...]]:
    """Collect every GLIBCXX version of auditwheel's policies, oldest first."""
    return sorted(
        {
            numbers(version)
            for entry in json.loads(policy_text())
            for families in entry["symbol_versions"].values()
            for version in families.get("GLIBCXX", ())
            if version[0].isdigit()  # LDBL_3.4 is a family of its own
        }
    )


def gcc(version: tuple[int, ...]) -> str | None:
    return gcc_release(Release("GLIBCXX", version))


def test_every_version_of_auditwheels_policies_is_known() -> None:
    assert [version for version in glibcxx_versions() if gcc(version) is None] == []


@pytest.mark.parametrize("machine", CATALOGUE)
def test_the_newest_glibc_is_that_of_the_catalogue(machine: str) -> None:
    found = glibc(machine)
    assert found is not None
    assert found.release == NEWEST_GLIBC.numbers


def test_a_newer_version_never_means_an_older_gcc() -> None:
    releases = [numbers(gcc(version) or "0") for version in glibcxx_versions()]
    assert releases == sorted(releases)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("GLIBCXX_3.4", "3.4"),
        ("GLIBCXX_3.4.1", "3.4.1"),
        ("GLIBCXX_3.4.8", "4.1.1"),
        ("GLIBCXX_3.4.9", "4.2"),
        ("GLIBCXX_3.4.19", "4.8.3"),
        ("GLIBCXX_3.4.21", "5.1"),
        ("GLIBCXX_3.4.28", "9.3"),
        ("GLIBCXX_3.4.30", "12.1"),
        ("GLIBCXX_3.4.33", "14.1"),
        ("GLIBCXX_3.4.36", "16.2"),
        ("GLIBCXX_3.4.999", None),
        ("GLIBCXX_4", None),
        ("CXXABI_1.3", None),
        ("GLIBC_2.34", None),
    ],
)
def test_gcc_release(version: str, expected: str | None) -> None:
    found = release(version)
    assert found is not None
    assert gcc_release(found) == expected


@pytest.mark.parametrize("marker", GLIBC_MARKERS)
def test_the_policies_have_a_marker_from_its_release_on(marker: str) -> None:
    first = GLIBC_MARKERS[VersionName(marker)].numbers
    allowed = {policy.libc: target_of(policy.name).allows(marker) for policy in policies()}
    assert allowed == {glibc: glibc >= first for glibc in allowed}


@pytest.mark.parametrize("machine", MACHINES)
def test_no_policy_has_a_marker_before_its_release(machine: str) -> None:
    for marker, first in GLIBC_MARKERS.items():
        having = [row.libc for row in policies(machine) if target_of(row.name, machine).allows(marker)]
        assert all(glibc >= first.numbers for glibc in having)
