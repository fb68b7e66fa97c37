"""manylinux tags and releases of glibc: held against auditwheel's own policy file, for every policy and machine."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from glibcheck.catalogue.runtimes import NEWEST_GLIBC
from glibcheck.errors import TargetError
from glibcheck.model.target import Target
from glibcheck.model.versions import release
from glibcheck.symver import header
from glibcheck.targets.manylinux import with_markers
from tests.targets.data import MACHINES, found, full_names, policies, policy_text, raw_policies


def named(text: str, machine: str = "x86_64") -> tuple[str, str]:
    """Give the name of the target that a text means, and its newest glibc."""
    target = found(text, machine)
    return target.name, ".".join(map(str, target.glibc))


@pytest.mark.parametrize(
    ("text", "machine", "expected"),
    [
        pytest.param("manylinux_2_28", "x86_64", ("manylinux_2_28", "2.28"), id="tag"),
        pytest.param("manylinux_2_28_x86_64", "x86_64", ("manylinux_2_28_x86_64", "2.28"), id="tag-with-machine"),
        pytest.param("manylinux_2_5", "x86_64", ("manylinux_2_5", "2.5"), id="tag-whose-number-starts-another"),
        pytest.param("manylinux2014", "x86_64", ("manylinux2014", "2.17"), id="alias"),
        pytest.param("manylinux2014_aarch64", "aarch64", ("manylinux2014_aarch64", "2.18"), id="alias-with-machine"),
        pytest.param("manylinux2014_aarch64", "x86_64", ("manylinux2014_aarch64", "2.18"), id="of-another-machine"),
        pytest.param("manylinux_2_17_aarch64", "mipsel", ("manylinux_2_17_aarch64", "2.18"), id="of-a-strange-file"),
        pytest.param("manylinux2010", "i686", ("manylinux2010", "2.12"), id="2010"),
        pytest.param("manylinux1", "x86_64", ("manylinux1", "2.5"), id="1"),
        pytest.param("manylinux1_x86_64", "x86_64", ("manylinux1_x86_64", "2.5"), id="1-with-machine"),
        pytest.param("manylinux_2_32", "x86_64", ("manylinux_2_32", "2.32"), id="tag-without-a-policy-of-its-own"),
        pytest.param("manylinux_2_18", "aarch64", ("manylinux_2_18", "2.18"), id="between-two-on-another-machine"),
        pytest.param("glibc-2.17", "x86_64", ("glibc-2.17", "2.17"), id="dash"),
        pytest.param("glibc 2.17", "x86_64", ("glibc-2.17", "2.17"), id="blank"),
        pytest.param("glibc:2.17", "x86_64", ("glibc-2.17", "2.17"), id="colon"),
        pytest.param("glibc_2.17", "x86_64", ("glibc-2.17", "2.17"), id="underscore-as-in-a-version-name"),
        pytest.param("glibc2.17", "x86_64", ("glibc-2.17", "2.17"), id="nothing-between"),
        pytest.param("2.28", "x86_64", ("glibc-2.28", "2.28"), id="number"),
        pytest.param("2.33", "x86_64", ("glibc-2.33", "2.33"), id="number-without-a-policy-of-its-own"),
        pytest.param("2.43", "x86_64", ("glibc-2.43", "2.43"), id="number-newer-than-every-policy"),
        pytest.param("ManyLinux_2_28", "x86_64", ("manylinux_2_28", "2.28"), id="tag-in-another-case"),
        pytest.param("GLIBC_2.28", "x86_64", ("glibc-2.28", "2.28"), id="capitals"),
        pytest.param("  2.28\n", "x86_64", ("glibc-2.28", "2.28"), id="number-in-blanks"),
        pytest.param("\tmanylinux2014 ", "x86_64", ("manylinux2014", "2.17"), id="tag-in-blanks"),
    ],
)
def test_a_target_can_be_named_in_many_ways(text: str, machine: str, expected: tuple[str, str]) -> None:
    assert named(text, machine) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_limits_are_the_newest_versions_of_auditwheels_policies(machine: str) -> None:
    entries = raw_policies(machine)
    assert [policy.name for policy in policies(machine)] == [entry["name"] for entry in entries]
    for entry in entries:
        target = found(entry["name"], machine)
        plain = {
            family: max((numbers for name in versions if (numbers := plain_numbers(name))), default=())
            for family, versions in entry["symbol_versions"][machine].items()
        }
        plain["GLIBC"] = max(plain["GLIBC"], plain_numbers(entry["name"].removeprefix("manylinux_").replace("_", ".")))
        assert {family: target.limits[family] for family in plain} == plain
        assert sorted(target.libraries or ()) == sorted(set(entry["lib_whitelist"]))
        assert target.forbidden == {library: set(names) for library, names in entry["blacklist"].items()}
        for alias in entry["aliases"]:
            assert found(alias, machine) == target._replace(name=alias)


def plain_numbers(name: str) -> tuple[int, ...]:
    """Read '3.4.19'; () for 'TM_1' and 'FLOAT128'."""
    return tuple(map(int, name.split("."))) if re.fullmatch(r"\d+(\.\d+)*", name) else ()


@pytest.mark.parametrize("machine", MACHINES)
def test_each_version_that_auditwheel_knows_is_allowed_where_auditwheel_lists_it(machine: str) -> None:
    listed = {entry["name"]: set(full_names(entry["symbol_versions"][machine])) for entry in raw_policies(machine)}
    known = sorted(set().union(*listed.values()))
    for name, versions in listed.items():
        target = found(name, machine)
        assert {version for version in known if target.allows(version)} == versions


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("judged", ["x86_64", "aarch64"])
def test_a_tag_that_names_its_machine_is_that_machines_whatever_is_judged(machine: str, judged: str) -> None:
    for policy in policies(machine):
        name = f"{policy.name}_{machine}"
        assert found(name, judged) == found(policy.name, machine)._replace(name=name, machine=machine)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_machine_with_a_policy_has_headers(machine: str) -> None:
    assert set(MACHINES) == {name for entry in json.loads(policy_text()) for name in entry["symbol_versions"]}
    newest = found(policies(machine)[-1].name, machine)
    assert "#if defined(__gnu_linux__) && " in header((), newest, machine)


def test_a_tag_allows_what_its_policy_lists_beyond_its_name_but_for_six_symbols() -> None:
    tag, bare = found("manylinux2014", "aarch64"), found("2.17", "aarch64")
    assert tag.allows("GLIBC_2.18")
    assert {name: len(tag.forbidden[name]) for name in tag.forbidden if name == "libc.so.6"} == {"libc.so.6": 6}
    assert not bare.allows("GLIBC_2.18")
    assert (bare.libraries, bare.forbidden) == (None, {})


def test_a_tag_between_two_policies_is_the_older_one_with_its_own_glibc() -> None:
    between, older = found("manylinux_2_32"), found("manylinux_2_31")
    assert between == older._replace(name="manylinux_2_32", limits={**older.limits, "GLIBC": (2, 32)})


def test_a_bare_release_gets_the_runtime_of_the_newest_policy_that_is_not_newer() -> None:
    tagged = found("manylinux_2_28")
    assert found("2.30").limits == {**tagged.limits, "GLIBC": (2, 30)}
    assert found("2.28") == tagged._replace(name="glibc-2.28", libraries=None, forbidden={})


@pytest.mark.parametrize("machine", MACHINES)
def test_a_newer_release_allows_all_that_an_older_one_does(machine: str) -> None:
    names = [f"2.{minor}" for minor in range(policies(machine)[0].libc[1], NEWEST_GLIBC.numbers[1] + 1)]
    known = {version for policy in policies(machine) for version in policy.versions}
    allowed = [{version for version in known if found(name, machine).allows(version)} for name in names]
    assert all(older <= newer for older, newer in pairwise(allowed))


@pytest.mark.parametrize(("glibc", "has"), [((2, 35), False), ((2, 36), True), ((2, 4), False), ((3,), True)])
def test_markers_follow_glibc_and_those_of_other_libraries_stay(glibc: tuple[int, ...], has: bool) -> None:
    before = Target("x", {"GLIBC": glibc}, frozenset({"CXXABI_FLOAT128", "GLIBC_ABI_DT_RELR"}))
    assert with_markers(before).allows("GLIBC_ABI_DT_RELR") is has
    assert "CXXABI_FLOAT128" in with_markers(before).markers
    assert with_markers(before._replace(markers=frozenset())).allows("GLIBC_ABI_DT_RELR") is has


ALLOWED = [
    ("GLIBC_2.28", "2.28", True),
    ("GLIBC_2.29", "2.28", False),
    ("GLIBC_2.2.5", "2.28", True),
    ("GLIBC_2.4", "2.14", True),
    ("GLIBC_2.4", "2.17", True),
    ("GLIBC_2.9", "2.17", True),
    ("GLIBC_2.14", "2.5", False),
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
    assert found(glibc).allows(version) is allowed


def test_of_a_library_that_the_target_does_not_speak_of_everything_is_allowed() -> None:
    bare = Target("bare", {"GLIBC": (2, 28)}, frozenset())
    assert [name for name in ("GLIBCXX_3.4.99", "ZLIB_9", "GLIBC_2.29", "Qt_5", "nothing") if bare.allows(name)] == [
        "GLIBCXX_3.4.99", "ZLIB_9", "Qt_5", "nothing",
    ]  # fmt: skip


def test_numbers_are_compared_as_numbers() -> None:
    version = release("GLIBCXX_3.4.9")
    assert version is not None
    assert version.numbers < (3, 4, 19)


@pytest.mark.parametrize(
    ("text", "machine"),
    [("2.1", "x86_64"), ("manylinux_2_2", "x86_64"), ("2.17", "riscv64"), ("manylinux_2_17", "riscv64")],
)
def test_what_is_older_than_the_machine_is_told(text: str, machine: str) -> None:
    oldest = policies(machine)[0].name
    with pytest.raises(TargetError, match=f"the oldest that can be judged on this machine is {oldest}$|{oldest} to "):
        found(text, machine)
