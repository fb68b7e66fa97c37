"""Targets of one's own: what they change, and what in the settings is refused, since it would let too much pass."""

from __future__ import annotations

import pytest

from glibcheck.errors import TargetError
from glibcheck.model.names import Soname
from glibcheck.targets.custom import CustomTarget, read_custom
from tests.targets.data import found

CUDA = Soname("libcuda.so.1")
CLUSTER = {"extends": "rhel:8", "limits": {"GLIBCXX": "3.4.19"}, "libraries": [CUDA], "isa-level": "x86-64-v3"}


def test_a_table_is_read_whole() -> None:
    assert read_custom("cluster", {**CLUSTER, "machine": "x86_64"}) == CustomTarget(
        "cluster", "rhel:8", (("GLIBCXX", "3.4.19"),), (CUDA,), "x86-64-v3", "x86_64"
    )


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        pytest.param({}, "say which target it extends, or limits.GLIBC", id="empty"),
        pytest.param({"limits": {"GLIBCXX": "3.4"}}, "say which target it extends, or limits.GLIBC", id="no-base"),
        pytest.param({"extend": "2.28"}, "unknown key 'extend'; did you mean extends?", id="key-misspelt"),
        pytest.param({"colour": "red"}, "unknown key 'colour'; extends, limits, libraries", id="key-of-nothing"),
        pytest.param({"extends": 2.28}, "extends is a text in quotes", id="extends-a-number"),
        pytest.param({"extends": " "}, "extends is a text in quotes", id="extends-nothing"),
        pytest.param({"limits": ["GLIBC_2.17"]}, "limits is a table", id="limits-in-a-list"),
        pytest.param({"limits": {"GLIBC": 2.10}}, 'limits.GLIBC is a text in quotes, as "2.10"', id="limit-a-number"),
        pytest.param({"limits": {"GLIBC": "2_17"}}, "limits.GLIBC is '2_17'; write a version", id="underscore"),
        pytest.param({"limits": {"GLIBC": "2.x"}}, "limits.GLIBC is '2.x'; write a version", id="no-number"),
        pytest.param({"limits": {"GLIBC": ""}}, "limits.GLIBC is ''; write a version", id="empty-number"),
        pytest.param({"limits": {"GLIBC": "2.٢"}}, "write a version", id="digits-of-another-script"),
        pytest.param({"limits": {"GLIBC": "2.017"}}, "write a version", id="leading-zero"),
        pytest.param({"limits": {"GLIBC": "2." + "9" * 5000}}, "write a version", id="number-without-end"),
        pytest.param({"limits": {"GLIBC": None}}, "write a version", id="null"),
        pytest.param({"limits": {"glibc": "2.17"}}, "limits has 'glibc'; did you mean GLIBC?", id="small-letters"),
        pytest.param({"limits": {"GLIBXX": "3.4"}}, "limits has 'GLIBXX'; did you mean GLIBCXX?", id="misspelt"),
        pytest.param({"limits": {"GLIBC_2.17": "1"}}, "limits has 'GLIBC_2.17'", id="version-as-family"),
        pytest.param({"limits": {"": "1"}}, "limits has ''", id="no-family"),
        pytest.param({"libraries": "libz.so.1"}, "libraries is a list of sonames", id="library-alone"),
        pytest.param({"libraries": [1]}, "libraries is a list of sonames", id="library-a-number"),
        pytest.param({"libraries": ["/usr/lib/libz.so.1"]}, "without folder or pattern", id="path"),
        pytest.param({"libraries": ["libcu*.so"]}, "without folder or pattern", id="pattern"),
        pytest.param({"isa-level": "v3"}, "isa-level is 'v3'; one of x86-64-baseline, x86-64-v2", id="level"),
        pytest.param({"isa-level": 3}, "isa-level is a text in quotes", id="level-a-number"),
        pytest.param({"machine": "x86-64"}, "machine is 'x86-64'; write it as `uname -m` does", id="machine"),
        pytest.param({"machine": 64}, "machine is a text in quotes", id="machine-a-number"),
    ],
)
def test_a_table_that_is_not_as_it_should_be(table: dict[str, object], hint: str) -> None:
    with pytest.raises(TargetError) as raised:
        read_custom("cluster", table)
    message = str(raised.value)
    assert message.startswith("unknown target 'cluster': in its settings, ")
    assert hint in message
    assert message.isprintable()


@pytest.mark.parametrize(
    "name",
    ["", " x", "a\nb", "manylinux_2_17", "MANYLINUX2014", "musllinux_1_2", "2.28", "debian:11", "jammy", "alpine:3.9"],
)
def test_a_name_must_be_printable_and_ones_own(name: str) -> None:
    with pytest.raises(
        TargetError, match=r"^(unknown target .*|no target): in its settings, .*(printable|has a meaning already)"
    ):
        read_custom(name, CLUSTER)


def test_what_is_changed_and_what_stays() -> None:
    base, cluster = found("rhel:8"), found("cluster", "x86_64", [read_custom("cluster", CLUSTER)])
    assert cluster.libraries == (found("manylinux_2_28").libraries or frozenset()) | {CUDA}
    assert cluster == base._replace(
        name="cluster",
        limits={**base.limits, "GLIBCXX": (3, 4, 19)},
        isa_level="x86-64-v3",
        libraries=cluster.libraries,
    )


def test_libraries_are_added_to_those_of_a_tag() -> None:
    ours = found("ours", "x86_64", [CustomTarget("ours", "manylinux2014", libraries=(CUDA,))])
    tag = found("manylinux2014")
    assert ours == tag._replace(name="ours", libraries=(tag.libraries or frozenset()) | {CUDA})


def test_libraries_begin_with_those_of_musl_on_alpine() -> None:
    ours = found("ours", "x86_64", [CustomTarget("ours", "alpine:3.20", libraries=(CUDA,))])
    assert sorted(ours.libraries or ()) == ["libc.so", "libcuda.so.1", "libz.so.1"]


def test_without_libraries_the_base_decides() -> None:
    assert found("ours", "x86_64", [CustomTarget("ours", "debian:12")]).libraries is None


def test_a_glibc_alone_is_enough() -> None:
    written = read_custom("ours", {"limits": {"GLIBC": "2.17"}})
    assert written.extends == "glibc-2.17"
    ours = found("ours", "x86_64", [written])
    assert ours == found("glibc-2.17")._replace(name="ours")


@pytest.mark.parametrize(
    ("base", "glibc", "has"), [("manylinux_2_39", "2.28", False), ("2.28", "2.36", True), ("2.36", "2.40", True)]
)
def test_the_markers_follow_the_limit_of_glibc(base: str, glibc: str, has: bool) -> None:
    ours = found("ours", "x86_64", [read_custom("ours", {"extends": base, "limits": {"GLIBC": glibc}})])
    assert ours.allows("GLIBC_ABI_DT_RELR") is has


def test_a_family_of_ones_own() -> None:
    ours = found("ours", "x86_64", [read_custom("ours", {"extends": "2.28", "limits": {"OPENSSL": "3.0.0"}})])
    assert (ours.allows("OPENSSL_3.0.0"), ours.allows("OPENSSL_3.0.9")) == (True, False)


def test_a_machine_of_its_own_decides_which_policy_counts() -> None:
    rows = [CustomTarget("arm", "tag", machine="aarch64"), CustomTarget("tag", "manylinux2014")]
    arm = found("arm", "x86_64", rows)
    assert (arm.machine, arm.limits) == ("aarch64", found("manylinux2014", "aarch64").limits)
    assert found("tag", "x86_64", rows).machine is None
    suffixed = [CustomTarget("arm", "manylinux2014_aarch64")]
    assert found("arm", "x86_64", suffixed) == found("manylinux2014_aarch64")._replace(name="arm")


@pytest.mark.parametrize(
    ("rows", "name", "message"),
    [
        pytest.param([("a", "a")], "a", "unknown target 'a': it extends itself: a -> a", id="itself"),
        pytest.param([("a", "b"), ("b", "a")], "b", "unknown target 'b': it extends itself: b -> a -> b", id="two"),
        pytest.param(
            [("a", "b"), ("b", "c"), ("c", "b")],
            "a",
            "unknown target 'a': it extends itself: a -> b -> c -> b",
            id="tail",
        ),
        pytest.param(
            [("a", "manylinx_2_28")],
            "a",
            "unknown target 'a': it extends an unknown target 'manylinx_2_28': did you mean manylinux_2_28 or ",
            id="base-misspelt",
        ),
    ],
)
def test_targets_that_lead_nowhere(rows: list[tuple[str, str]], name: str, message: str) -> None:
    with pytest.raises(TargetError) as raised:
        found(name, "x86_64", [CustomTarget(*row) for row in rows])
    assert str(raised.value).startswith(message)


def test_a_machine_and_a_tag_of_another_machine_contradict() -> None:
    with pytest.raises(TargetError, match="its machine is x86_64, but it extends manylinux2014_aarch64"):
        found("a", "x86_64", [CustomTarget("a", "manylinux2014_aarch64", machine="x86_64")])


def test_a_long_chain_is_no_circle() -> None:
    rows = [CustomTarget(f"t{number}", f"t{number + 1}") for number in range(3000)]
    assert found("t0", "x86_64", [*rows, CustomTarget("t3000", "2.28")]) == found("2.28")._replace(name="t0")
