"""Targets for a command: of the installed auditwheel, and of this machine where something is bound."""

from __future__ import annotations

import pytest

from glibcheck.errors import InputError, TargetError
from glibcheck.targets.custom import CustomTarget
from glibcheck.workspace.targets import _policy_texts, build_target, known_names, platform_tags, target_for
from tests.targets.data import found

OURS = {"ours": CustomTarget("ours", "manylinux2014", machine="aarch64")}


def test_the_policies_of_the_installed_auditwheel_are_found() -> None:
    assert target_for("manylinux_2_28", "x86_64") == found("manylinux_2_28")
    assert target_for("ours", "x86_64", OURS).machine == "aarch64"
    assert {"ours", "manylinux2014"} < set(known_names(OURS))


def test_without_auditwheel_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.meta_path", [])
    _policy_texts.cache_clear()
    with pytest.raises(InputError, match="platform policies are not installed; run: python -m pip install auditwheel"):
        target_for("2.28", "x86_64")


@pytest.mark.parametrize("text", ["manylinux_2_28", "manylinux_2_28_x86_64", "2.28", "debian:12"])
def test_a_target_to_bind_to(text: str) -> None:
    assert build_target(text, "x86_64") == found(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("manylinux2014_aarch64", "what is judged is for x86_64; write manylinux2014_x86_64"),
        ("ours", "what is judged is for x86_64"),
        ("musllinux_1_2", "it has musl, where symbols have no versions to bind to"),
        ("musllinux_1_2_x86_64", "it has musl, where symbols have no versions to bind to"),
        ("alpine:3.20", "it has musl, where symbols have no versions to bind to"),
    ],
)
def test_a_target_that_nothing_here_can_be_bound_to(text: str, message: str) -> None:
    with pytest.raises(TargetError) as raised:
        build_target(text, "x86_64", OURS)
    assert str(raised.value) == f"unknown target {text!r}: {message}"


@pytest.mark.parametrize(
    ("text", "machine", "tags"),
    [
        ("manylinux_2_17", "x86_64", ("manylinux2014_x86_64", "manylinux_2_17_x86_64")),
        ("manylinux2014", "aarch64", ("manylinux2014_aarch64", "manylinux_2_17_aarch64")),
        ("manylinux_2_28", "x86_64", ("manylinux_2_28_x86_64",)),
        ("2.28", "x86_64", ("manylinux_2_28_x86_64",)),
        ("musllinux_1_2", "x86_64", ()),
    ],
)
def test_the_tags_of_a_target_are_those_that_auditwheel_writes(text: str, machine: str, tags: tuple[str, ...]) -> None:
    assert platform_tags(target_for(text, machine), machine) == tags
