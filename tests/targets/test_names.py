"""Names that mean nothing: one line with what was perhaps meant; and the list of all names."""

from __future__ import annotations

import pytest

from glibcheck.errors import TargetError
from glibcheck.targets.custom import CustomTarget
from glibcheck.targets.names import known_names
from tests.targets.data import MACHINES, found, texts

FORMS = "write manylinux_2_28, musllinux_1_2, glibc-2.28, debian:12 or a target of your settings"


@pytest.mark.parametrize(
    ("text", "machine", "hint"),
    [
        pytest.param("manylinx_2_28", "x86_64", "did you mean manylinux_2_28 or ", id="letter-missing"),
        pytest.param("manylinux-2-28", "x86_64", "did you mean manylinux_2_28 or ", id="dashes"),
        pytest.param("debian:111", "x86_64", "did you mean debian:11 or ", id="digit-too-many"),
        pytest.param("debain:12", "x86_64", "did you mean debian:12 or ", id="letters-swapped"),
        pytest.param("ubuntu:20.4", "x86_64", "did you mean ubuntu:20.04 or ", id="digit-missing"),
        pytest.param("clustre", "x86_64", "did you mean cluster?", id="of-the-settings"),
        pytest.param("Cluster", "x86_64", "did you mean cluster?", id="of-the-settings-in-another-case"),
        pytest.param("manylinux2014_x86-64", "x86_64", "did you mean manylinux2014_x86_64 or ", id="machine-misspelt"),
        pytest.param("manylinux2014_arm64", "x86_64", "did you mean manylinux2014_", id="machine-by-another-name"),
        pytest.param("manylinux_2_5_1", "x86_64", "did you mean manylinux_2_5", id="tag-and-a-number"),
        pytest.param("manylinux_2_281", "x86_64", "; did you mean manylinux_2_28 or ", id="tag-and-a-digit"),
        pytest.param(
            "manylinux_2_99", "x86_64", "auditwheel has manylinux_2_5 to manylinux_2_", id="tag-of-the-future"
        ),
        pytest.param("manylinux_3_1", "x86_64", " or manylinux_2_31 or ", id="glibc-3-tag"),
        pytest.param("linux", "x86_64", FORMS, id="the-tag-that-promises-nothing"),
        pytest.param("foo", "x86_64", FORMS, id="word"),
        pytest.param("", "x86_64", FORMS, id="empty"),
        pytest.param("x" * 100_000, "x86_64", FORMS, id="long"),
        pytest.param("manylinux_2_28" * 100_000, "x86_64", FORMS, id="long-and-similar"),
        pytest.param("2..17", "x86_64", FORMS, id="two-dots"),
        pytest.param("3.0", "x86_64", FORMS, id="glibc-3"),
        pytest.param("2.177", "x86_64", "the newest glibc that is known here is 2.43", id="glibc-to-come"),
        pytest.param("glibc-2.99", "aarch64", "the newest glibc that is known here is 2.43", id="glibc-to-come-named"),
        pytest.param("ubuntu", "x86_64", "did you mean ubuntu:", id="distribution-without-a-release"),
        pytest.param("debian", "x86_64", "did you mean debian:testing or debian:13 or debian:12?", id="debian-alone"),
        pytest.param("2.017", "x86_64", FORMS, id="leading-zero"),
        pytest.param("2.٢", "x86_64", FORMS, id="digits-of-another-script"),
        pytest.param("2.17 or newer", "x86_64", FORMS, id="sentence"),
        pytest.param("manylinux_2_28\n2.17", "x86_64", "did you mean manylinux_2_28 or ", id="two-lines"),
        pytest.param("\x1b[31m", "x86_64", FORMS, id="terminal-commands"),
        pytest.param("2.28", "mipsel", "auditwheel has no manylinux policy for this machine", id="machine-unknown"),
    ],
)
def test_an_unknown_target_is_one_line_with_what_was_meant(text: str, machine: str, hint: str) -> None:
    with pytest.raises(TargetError) as raised:
        found(text, machine, [CustomTarget("cluster", "rhel:8")])
    message = str(raised.value)
    assert message.startswith(("unknown target ", "no target: "))
    assert hint in message
    assert message.isprintable()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64", "i686"])
def test_every_known_name_is_found(machine: str) -> None:
    names = known_names(texts(), ["cluster"])
    assert len(set(names)) == len(names)
    assert {"cluster", "manylinux2014", "musllinux_1_2", "glibc-2.17", "debian:11", "alpine:3.20"} < set(names)
    late = {"manylinux1", "manylinux2010", "manylinux_2_5", "manylinux_2_12", "glibc-2.5", "glibc-2.12"}
    for name in names:
        if machine == "aarch64" and name in late | {"rhel:6", "almalinux:6", "rocky:6", "centos:6", "oracle:6"}:
            continue
        assert found(name, machine, [CustomTarget("cluster", "rhel:8")]).name == name


def test_machines_of_tags_are_none_that_could_be_confused_with_a_number() -> None:
    assert not any(machine[0].isdigit() for machine in MACHINES)
