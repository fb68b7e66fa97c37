"""musl as a target: libraries and a number, no versions."""

from __future__ import annotations

import pytest

from glibcheck.errors import TargetError
from tests.targets.data import MACHINES, found, policies, raw_policies


@pytest.mark.parametrize("machine", [machine for machine in MACHINES if raw_policies(machine, "musllinux")])
def test_tags_are_auditwheels_policies(machine: str) -> None:
    assert policies(machine, "musllinux")
    for policy in policies(machine, "musllinux"):
        target = found(policy.name, machine)
        assert (target.libc, target.limits, target.glibc, target.machine) == ("musl", {"MUSL": policy.libc}, (), None)
        assert (target.libraries, target.forbidden) == (policy.libraries, policy.forbidden)
        name = f"{policy.name}_{machine}"
        assert found(name, "x86_64") == target._replace(name=name, machine=machine)


def test_the_libraries_of_musl() -> None:
    assert sorted(found("musllinux_1_2_x86_64").libraries or ()) == ["libc.so", "libz.so.1"]
    assert found("musllinux_1_2").limits == {"MUSL": (1, 2)}


@pytest.mark.parametrize(
    ("text", "machine", "hint"),
    [
        ("musllinux_1_3", "x86_64", r"auditwheel has musllinux_1_1 to musllinux_1_2 for x86_64; did you mean"),
        ("musllinux_1_1", "loongarch64", r"auditwheel has musllinux_1_2 to musllinux_1_2 for loongarch64; did you"),
        ("musllinux_1_2", "ppc64", r"auditwheel has no musllinux policy for this machine"),
        ("musllinux_1_2_x86-64", "x86_64", r"did you mean musllinux_1_2_x86_64 or "),
        ("musllinux", "x86_64", r"did you mean musllinux_1_2 or musllinux_1_1\?"),
    ],
)
def test_tags_that_auditwheel_has_not(text: str, machine: str, hint: str) -> None:
    with pytest.raises(TargetError, match=hint):
        found(text, machine)


@pytest.mark.parametrize(
    ("text", "name", "musl"),
    [
        ("alpine:3.12", "alpine:3.12", (1, 1)),
        ("alpine:3.13", "alpine:3.13", (1, 2)),
        ("Alpine 3.18.4", "alpine:3.18", (1, 2)),
        ("alpine-v3.9", "alpine:3.9", (1, 1)),
    ],
)
def test_releases_of_alpine(text: str, name: str, musl: tuple[int, ...]) -> None:
    target = found(text)
    assert (target.name, target.libc, target.limits, target.libraries) == (name, "musl", {"MUSL": musl}, None)


@pytest.mark.parametrize("text", ["alpine:3.8", "alpine:3.99"])
def test_releases_of_alpine_that_are_not_known(text: str) -> None:
    with pytest.raises(TargetError, match=r"known are alpine:3\.9 to alpine:3\."):
        found(text)
