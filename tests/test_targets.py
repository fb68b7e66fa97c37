"""Targets by every name: distributions, tags of other machines, musl, and targets of the settings."""

from __future__ import annotations

import pytest

from glibcheck.catalogue.distributions import FAMILIES
from glibcheck.errors import TargetError
from glibcheck.model.versions import release
from glibcheck.targets import CustomTarget, read_custom
from glibcheck.workspace.targets import build_target, policies, target_for

CUSTOM = {
    row.name: row
    for row in (
        CustomTarget("cluster", "rhel:8", (("GLIBCXX", "3.4.19"),), ("libcuda.so.1",), "x86-64-v3"),
        CustomTarget("ours", "manylinux_2_28", libraries=("libcuda.so.1",)),
        CustomTarget("grandchild", "ours", machine="aarch64"),
        CustomTarget("a", "b"),
        CustomTarget("b", "a"),
        CustomTarget("lost", "debain:11"),
    )
}


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("debian:11", {"GLIBC": (2, 31), "GLIBCXX": (3, 4, 28), "CXXABI": (1, 3, 12)}),
        ("Debian 11", None),
        ("debian-11", {"GLIBC": (2, 31)}),
        ("ubuntu:20.04", {"GLIBC": (2, 31), "GLIBCXX": (3, 4, 28)}),
        ("rhel:8", {"GLIBC": (2, 28), "GLIBCXX": (3, 4, 25)}),
        ("rhel:8.10", {"GLIBC": (2, 28)}),
        ("rocky:9", {"GLIBC": (2, 34)}),
        ("amazonlinux:2", {"GLIBC": (2, 26)}),
        ("opensuse:15.6", {"GLIBC": (2, 38)}),
        ("fedora:40", {"GLIBC": (2, 39)}),
        ("manylinux_2_28", {"GLIBC": (2, 28)}),
        ("glibc-2.17", {"GLIBC": (2, 17), "GLIBCXX": (3, 4, 19)}),
        ("2.28", {"GLIBC": (2, 28)}),
    ],
)
def test_names_and_their_limits(text: str, limits: dict[str, tuple[int, ...]] | None) -> None:
    if limits is None:
        with pytest.raises(TargetError, match="debian:11"):
            target_for(text, "x86_64")
    else:
        found = target_for(text, "x86_64")
        assert {family: found.limits[family] for family in limits} == limits


@pytest.mark.parametrize(("family", "row"), [(family, row) for family, rows in FAMILIES.items() for row in rows])
def test_a_distribution_allows_what_it_has_and_nothing_newer(family: str, row: tuple[str, *tuple[object, ...]]) -> None:
    name = {"Amazon Linux": "amazonlinux", "SUSE": "suse"}.get(family, family.lower())
    found = target_for(f"{name}:{row[0]}", "x86_64")
    for node, numbers in zip(("GLIBC", "GLIBCXX", "CXXABI"), row[1:], strict=True):
        assert isinstance(numbers, tuple)
        *front, last = numbers
        newest, next_one = (".".join(map(str, part)) for part in (numbers, (*front, last + 1)))
        assert found.allows(f"{node}_{newest}")
        assert not found.allows(f"{node}_{next_one}")
    assert not found.allows("GCC_99.0.0")
    assert found.libraries is None
    assert found.allows("GLIBC_ABI_DT_RELR") == (found.glibc >= (2, 36))


def test_a_tag_allows_the_libraries_of_its_policy_and_forbids_its_symbols() -> None:
    found = target_for("manylinux2014", "aarch64")
    assert found.allows("GLIBC_2.18")
    assert len(found.forbidden["libc.so.6"]) == 6  # type: ignore[index]  # a Soname
    assert found.libraries is not None
    assert {"libc.so.6", "libz.so.1"} < found.libraries
    assert "libssl.so.3" not in found.libraries


def test_a_tag_of_another_machine_is_that_machines_target() -> None:
    found = target_for("manylinux_2_17_aarch64", "x86_64")
    assert (found.name, found.machine) == ("manylinux_2_17_aarch64", "aarch64")
    assert found.limits == target_for("manylinux_2_17", "aarch64").limits
    with pytest.raises(TargetError, match=r"what is judged is for x86_64; write manylinux_2_17_x86_64$"):
        build_target("manylinux_2_17_aarch64", "x86_64")


def test_musl_has_libraries_and_no_versions() -> None:
    found = target_for("musllinux_1_2_x86_64", "x86_64")
    assert (found.libc, found.limits, found.machine, found.glibc) == ("musl", {"MUSL": (1, 2)}, "x86_64", ())
    assert sorted(found.libraries or ()) == ["libc.so", "libz.so.1"]
    with pytest.raises(TargetError, match="is for glibc"):
        build_target("musllinux_1_2", "x86_64")


@pytest.mark.parametrize(("text", "level"), [("rhel:9", 2), ("rhel:10", 3), ("debian:13", None), ("2.34", None)])
def test_processors(text: str, level: int | None) -> None:
    assert target_for(text, "x86_64").isa_level == (f"x86-64-v{level}" if level else "x86-64-baseline")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("manylinx_2_28", "did you mean manylinux_2_28"),
        ("manylinux_2_29", "did you mean manylinux_2_"),
        ("debian:111", "did you mean debian:11"),
        ("debain:12", "did you mean debian:12"),
        ("clustre", "did you mean cluster?"),
        ("something else", r"write a tag \(manylinux_2_28\)"),
        ("", "write a tag"),
        ("musllinux_1_9", "did you mean musllinux_1_2"),
    ],
)
def test_an_unknown_name_is_one_line_with_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(TargetError, match=hint) as caught:
        target_for(text, "x86_64", CUSTOM)
    assert "\n" not in str(caught.value)


def test_targets_of_the_settings() -> None:
    found, base = target_for("cluster", "x86_64", CUSTOM), target_for("rhel:8", "x86_64")
    assert found == base._replace(
        name="cluster", limits={**base.limits, "GLIBCXX": (3, 4, 19)}, isa_level="x86-64-v3", libraries=None
    )
    tag = target_for("ours", "x86_64", CUSTOM)
    assert tag.libraries is not None
    assert {"libcuda.so.1", "libc.so.6"} < tag.libraries
    assert target_for("grandchild", "x86_64", CUSTOM).machine == "aarch64"


@pytest.mark.parametrize(("name", "reason"), [("a", "extend themselves: a -> b"), ("lost", "did you mean debian:11")])
def test_targets_of_the_settings_that_lead_nowhere(name: str, reason: str) -> None:
    with pytest.raises(TargetError, match=reason):
        target_for(name, "x86_64", CUSTOM)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({}, "what it extends"),
        ({"extends": 3}, "what it extends"),
        ({"extends": "2.28", "limit": {}}, "the key 'limit'"),
        ({"extends": "2.28", "limits": {"GLIBC": 2.17}}, "its limits must be"),
        ({"extends": "2.28", "limits": {"GLIBC": "two"}}, "its limits must be"),
        ({"extends": "2.28", "libraries": "libz.so.1"}, "a list of sonames"),
        ({"extends": "2.28", "isa-level": "v3"}, "one of x86-64-baseline, x86-64-v2"),
        ({"extends": "2.28", "machine": 64}, "a name such as x86_64"),
    ],
)
def test_a_table_that_is_no_target(table: dict[str, object], reason: str) -> None:
    with pytest.raises(TargetError, match=reason):
        read_custom("t", table)


def test_a_table_is_read_whole() -> None:
    table = {"extends": "2.28", "limits": {"GLIBC": "2.17"}, "libraries": ["liba.so"], "isa-level": "x86-64-v2"}
    assert read_custom("t", {**table, "machine": "x86_64"}) == CustomTarget(
        "t", "2.28", (("GLIBC", "2.17"),), ("liba.so",), "x86-64-v2", "x86_64"
    )


def test_every_policy_allows_at_least_its_own_glibc() -> None:
    for policy in policies("manylinux", "x86_64"):
        found = target_for(policy.name, "x86_64")
        assert found.glibc >= policy.glibc
        assert all(release(version) is None or found.allows(version) for version in policy.versions)
