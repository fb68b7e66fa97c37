"""Targets by name, and what they allow: held against auditwheel's own policy file."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from glibcheck.errors import TargetError
from glibcheck.model.target import Target
from glibcheck.model.versions import release
from glibcheck.policy import Policy, read_policies, read_target
from glibcheck.symver import header
from glibcheck.workspace.targets import target_for
from tests.tools import missing

MACHINES = ("i686", "x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "armv7l", "riscv64", "loongarch64")


@cache
def policy_text() -> str:
    spec = importlib.util.find_spec("auditwheel")
    if spec is None or spec.origin is None:
        missing("auditwheel")
    assert spec is not None
    assert spec.origin is not None
    with open(os.path.join(os.path.dirname(spec.origin), "policy", "manylinux-policy.json"), encoding="utf-8") as file:
        return file.read()


def policies(machine: str = "x86_64") -> tuple[Policy, ...]:
    return read_policies(policy_text(), machine)


def named(text: str, machine: str = "x86_64") -> tuple[str, str]:
    """Give the name of the target that a text means, and its newest glibc."""
    found = read_target(text, policies(machine))
    return found.name, ".".join(map(str, found.glibc))


@pytest.mark.parametrize(
    ("text", "machine", "expected"),
    [
        pytest.param("manylinux_2_28", "x86_64", ("manylinux_2_28", "2.28"), id="tag"),
        pytest.param("manylinux_2_28_x86_64", "x86_64", ("manylinux_2_28_x86_64", "2.28"), id="tag-with-machine"),
        pytest.param("manylinux_2_5", "x86_64", ("manylinux_2_5", "2.5"), id="tag-whose-number-starts-another"),
        pytest.param("manylinux2014", "x86_64", ("manylinux2014", "2.17"), id="alias"),
        pytest.param("manylinux2014_aarch64", "aarch64", ("manylinux2014_aarch64", "2.18"), id="alias-with-machine"),
        pytest.param("manylinux2010", "i686", ("manylinux2010", "2.12"), id="2010"),
        pytest.param("manylinux1", "x86_64", ("manylinux1", "2.5"), id="1"),
        pytest.param("manylinux1_x86_64", "x86_64", ("manylinux1_x86_64", "2.5"), id="1-with-machine"),
        pytest.param("glibc-2.17", "x86_64", ("glibc-2.17", "2.17"), id="dash"),
        pytest.param("glibc 2.17", "x86_64", ("glibc-2.17", "2.17"), id="blank"),
        pytest.param("glibc_2.17", "x86_64", ("glibc-2.17", "2.17"), id="underscore-as-in-a-version-name"),
        pytest.param("glibc2.17", "x86_64", ("glibc-2.17", "2.17"), id="nothing-between"),
        pytest.param("2.28", "x86_64", ("glibc-2.28", "2.28"), id="number"),
        pytest.param("2.33", "x86_64", ("glibc-2.33", "2.33"), id="number-without-a-policy-of-its-own"),
        pytest.param("2.99", "x86_64", ("glibc-2.99", "2.99"), id="number-newer-than-every-policy"),
        pytest.param("ManyLinux_2_28", "x86_64", ("manylinux_2_28", "2.28"), id="tag-in-another-case"),
        pytest.param("GLIBC_2.28", "x86_64", ("glibc-2.28", "2.28"), id="capitals"),
        pytest.param("  2.28\n", "x86_64", ("glibc-2.28", "2.28"), id="number-in-blanks"),
        pytest.param("\tmanylinux2014 ", "x86_64", ("manylinux2014", "2.17"), id="tag-in-blanks"),
    ],
)
def test_a_target_can_be_named_in_many_ways(text: str, machine: str, expected: tuple[str, str]) -> None:
    assert named(text, machine) == expected


FORMS = "write manylinux_2_28, manylinux2014, glibc-2.28 or 2.28; manylinux tags known: manylinux_2_5, "


@pytest.mark.parametrize(
    ("text", "machine", "hint"),
    [
        pytest.param("manylinux_2_99", "x86_64", FORMS, id="tag-of-the-future"),
        pytest.param("manylinux_2_2", "x86_64", FORMS, id="start-of-a-tag"),
        pytest.param("manylinux_2_281", "x86_64", FORMS, id="tag-and-a-digit"),
        pytest.param("manylinux_2_5_1", "x86_64", FORMS, id="tag-and-a-number"),
        pytest.param("manylinux", "x86_64", FORMS, id="no-number"),
        pytest.param("musllinux_1_2", "x86_64", FORMS, id="musl"),
        pytest.param("linux", "x86_64", FORMS, id="the-tag-that-promises-nothing"),
        pytest.param("foo", "x86_64", FORMS, id="word"),
        pytest.param("", "x86_64", FORMS, id="empty"),
        pytest.param("3.0", "x86_64", FORMS, id="glibc-3"),
        pytest.param("2.x", "x86_64", FORMS, id="no-digits"),
        pytest.param("2..17", "x86_64", FORMS, id="two-dots"),
        pytest.param("2.017", "x86_64", FORMS, id="leading-zero"),
        pytest.param("2.٢", "x86_64", FORMS, id="digits-of-another-script"),
        pytest.param("2.17 or newer", "x86_64", FORMS, id="sentence"),
        pytest.param("2.1", "x86_64", "the oldest that can be judged on this machine is manylinux_2_5", id="too-old"),
        pytest.param(
            "2.17",
            "riscv64",
            "the oldest that can be judged on this machine is manylinux_2_31",
            id="before-the-machine",
        ),
        pytest.param("manylinux_2_17", "riscv64", "tags known: manylinux_2_31, ", id="tag-from-before-the-machine"),
        pytest.param(
            "manylinux_2_28_aarch64",
            "x86_64",
            "what is judged is for x86_64; write manylinux_2_28_x86_64",
            id="tag-of-another-machine",
        ),
        pytest.param(
            "manylinux2014_x86-64",
            "x86_64",
            "what is judged is for x86_64; write manylinux2014_x86_64",
            id="machine-misspelt",
        ),
        pytest.param("manylinux_2_28\n2.17", "x86_64", FORMS, id="two-lines"),
        pytest.param("\x1b[31m", "x86_64", FORMS, id="terminal-commands"),
    ],
)
def test_an_unknown_target_is_one_line_with_what_to_write(text: str, machine: str, hint: str) -> None:
    with pytest.raises(TargetError) as raised:
        read_target(text, policies(machine))
    message = str(raised.value)
    assert message.startswith(f"unknown target {text!r}: ")
    assert hint in message
    assert message.isprintable()


def raw_policies(machine: str) -> list[dict[str, Any]]:
    return [entry for entry in json.loads(policy_text()) if machine in entry["symbol_versions"]]


@pytest.mark.parametrize("machine", MACHINES)
def test_limits_are_the_newest_versions_of_auditwheels_policies(machine: str) -> None:
    entries = raw_policies(machine)
    assert [policy.name for policy in policies(machine)] == [entry["name"] for entry in entries]
    for entry in entries:
        found = read_target(entry["name"], policies(machine))
        plain = {
            family: max((numbers for name in versions if (numbers := plain_numbers(name))), default=())
            for family, versions in entry["symbol_versions"][machine].items()
        }
        plain["GLIBC"] = max(plain["GLIBC"], plain_numbers(entry["name"].removeprefix("manylinux_").replace("_", ".")))
        assert {family: found.limits[family] for family in plain} == plain
        for alias in entry["aliases"]:
            assert read_target(alias, policies(machine)) == found._replace(name=alias)


def plain_numbers(name: str) -> tuple[int, ...]:
    """Read '3.4.19'; () for 'TM_1' and 'FLOAT128'."""
    return tuple(map(int, name.split("."))) if re.fullmatch(r"\d+(\.\d+)*", name) else ()


@pytest.mark.parametrize("machine", MACHINES)
def test_each_version_that_auditwheel_knows_is_allowed_where_auditwheel_lists_it(machine: str) -> None:
    entries = raw_policies(machine)
    listed = {entry["name"]: set(full_names(entry["symbol_versions"][machine])) for entry in entries}
    known = sorted(set().union(*listed.values()))
    for name, versions in listed.items():
        found = read_target(name, policies(machine))
        assert {version for version in known if found.allows(version)} == versions


def full_names(families: dict[str, list[str]]) -> Iterable[str]:
    return (f"{family}_{number}" for family, numbers in families.items() for number in numbers)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_machine_with_a_policy_has_headers(machine: str) -> None:
    assert set(MACHINES) == {name for entry in json.loads(policy_text()) for name in entry["symbol_versions"]}
    newest = read_target(policies(machine)[-1].name, policies(machine))
    assert "#if defined(__gnu_linux__) && " in header((), newest, machine)


def test_a_tag_allows_what_its_policy_lists_beyond_its_name_and_a_bare_release_does_not() -> None:
    assert read_target("manylinux2014", policies("aarch64")).allows("GLIBC_2.18")
    assert not read_target("2.17", policies("aarch64")).allows("GLIBC_2.18")


def test_a_bare_release_gets_the_runtime_of_the_newest_policy_that_is_not_newer() -> None:
    between = read_target("2.30", policies())
    tagged = read_target("manylinux_2_28", policies())
    assert between.limits == {**tagged.limits, "GLIBC": (2, 30)}
    of_glibc = tagged._replace(name="glibc-2.28", libraries=None, forbidden={})
    assert read_target("2.28", policies()) == of_glibc


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("not json", id="no-json"),
        pytest.param("null", id="null"),
        pytest.param("17", id="number"),
        pytest.param('{"manylinux_2_28": {}}', id="policies-by-name"),
        pytest.param('["manylinux_2_28"]', id="names-alone"),
        pytest.param("[{}]", id="no-keys"),
        pytest.param('[{"symbol_versions": {"x86_64": {}}}]', id="no-name"),
        pytest.param('[{"name": "manylinux_2_28", "symbol_versions": {"x86_64": {}}}]', id="no-aliases"),
        pytest.param('[{"name": 7, "aliases": [], "symbol_versions": {"x86_64": {}}}]', id="name-is-a-number"),
        pytest.param(
            '[{"name": "manylinux", "aliases": [], "symbol_versions": {"x86_64": {}}}]', id="name-without-numbers"
        ),
        pytest.param(
            '[{"name": "manylinux_2_28", "aliases": {}, "symbol_versions": {"x86_64": {}}}]', id="aliases-by-name"
        ),
        pytest.param(
            '[{"name": "manylinux_2_28", "aliases": [], "symbol_versions": {"x86_64": []}}]', id="versions-in-a-list"
        ),
        pytest.param(
            '[{"name": "manylinux_2_28", "aliases": [], "symbol_versions": {"x86_64": {"GLIBC": 2.28}}}]',
            id="one-version-in-place-of-a-list",
        ),
        pytest.param(
            '[{"name": "manylinux_2_28", "aliases": [], "symbol_versions": ["x86_64"]}]', id="machines-in-a-list"
        ),
    ],
)
def test_a_policy_file_of_another_form_is_a_target_error(text: str) -> None:
    with pytest.raises(TargetError, match="auditwheel's policy file has a form that is not known here"):
        read_policies(text, "x86_64")


@pytest.mark.parametrize("text", ["[]", "{}", '[{"symbol_versions": {"i686": {}}}]'])
def test_a_machine_without_a_policy_is_a_target_error(text: str) -> None:
    with pytest.raises(TargetError, match=r"^unknown target 'x86_64': auditwheel has no manylinux policy for this"):
        read_policies(text, "x86_64")


def test_the_policies_of_the_installed_auditwheel_are_found() -> None:
    assert target_for("manylinux_2_28", "x86_64") == read_target("manylinux_2_28", policies())


ALLOWED = [
    ("GLIBC_2.28", "2.28", True),
    ("GLIBC_2.29", "2.28", False),
    ("GLIBC_2.2.5", "2.28", True),
    ("GLIBC_2.4", "2.17", True),
    ("GLIBC_2.9", "2.17", True),
    ("GLIBC_2.28.9000", "2.28", False),
    ("GLIBC_PRIVATE", "2.41", False),
    ("GLIBC_ABI_DT_RELR", "2.34", False),
    ("GLIBC_ABI_DT_RELR", "2.36", True),
    ("GLIBC_ABI_GNU2_TLS", "2.41", False),
    ("GLIBCXX_3.4.9", "2.17", True),
    ("GLIBCXX_3.4.19", "2.17", True),
    ("GLIBCXX_3.4.20", "2.17", False),
    ("GLIBCXX_3.4", "2.5", True),
    ("GLIBCXX_TUNABLES", "2.41", False),
    ("CXXABI_1.3.7", "2.17", True),
    ("CXXABI_1.3.8", "2.17", False),
    ("CXXABI_TM_1", "2.12", False),
    ("CXXABI_TM_1", "2.17", True),
    ("CXXABI_TM_2", "2.17", False),
    ("CXXABI_FLOAT128", "2.17", False),
    ("CXXABI_FLOAT128", "2.24", True),
    ("GCC_4.8.0", "2.28", True),
    ("GCC_7.0.0", "2.17", False),
    ("ZLIB_1.2.0", "2.5", False),
    ("ZLIB_1.2.9", "2.28", True),
    ("LIBATOMIC_1.0", "2.17", False),
    ("LIBATOMIC_1.0", "2.24", True),
    ("OPENSSL_3.0.0", "2.17", True),
    ("OPENSSL_1_1_0", "2.17", True),
    ("PRIVATE", "2.17", True),
    ("", "2.17", True),
]


@pytest.mark.parametrize(("version", "glibc", "allowed"), ALLOWED, ids=[f"{row[0]}-at-{row[1]}" for row in ALLOWED])
def test_a_target_allows(version: str, glibc: str, allowed: bool) -> None:
    assert read_target(glibc, policies()).allows(version) is allowed


def test_of_a_library_that_the_target_does_not_speak_of_everything_is_allowed() -> None:
    bare = Target("bare", {"GLIBC": (2, 28)}, frozenset())
    assert [name for name in ("GLIBCXX_3.4.99", "ZLIB_9", "GLIBC_2.29", "Qt_5", "nothing") if bare.allows(name)] == [
        "GLIBCXX_3.4.99", "ZLIB_9", "Qt_5", "nothing",
    ]  # fmt: skip


def test_numbers_are_compared_as_numbers() -> None:
    found = release("GLIBCXX_3.4.9")
    assert found is not None
    assert found.numbers < (3, 4, 19)
