"""auditwheel's data: a file of another form is refused, whatever of it changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from glibcheck.errors import TargetError
from glibcheck.model.names import Soname, SymbolName
from glibcheck.targets.policies import Policy, machines, read_policies
from tests.targets.data import MACHINES, policies, policy_text, raw_policies

GOOD: dict[str, Any] = {
    "name": "manylinux_2_28",
    "aliases": [],
    "priority": 64,
    "symbol_versions": {"x86_64": {"GLIBC": ["2.4", "2.28"], "ZLIB": []}},
    "lib_whitelist": ["libc.so.6"],
    "blacklist": {"libz.so.1": ["zcalloc"]},
}


def changed(**keys: object) -> str:
    return json.dumps([{**GOOD, **keys}])


def without(key: str) -> str:
    return json.dumps([{name: value for name, value in GOOD.items() if name != key}])


def test_a_policy_is_read_whole() -> None:
    assert read_policies(json.dumps([GOOD]), "x86_64") == (
        Policy(
            "manylinux_2_28",
            "x86_64",
            (),
            (2, 28),
            ("GLIBC", "ZLIB"),
            ("GLIBC_2.4", "GLIBC_2.28"),
            frozenset({Soname("libc.so.6")}),
            {Soname("libz.so.1"): frozenset({SymbolName("zcalloc")})},
        ),
    )


def test_policies_are_sorted_by_number() -> None:
    rows = [{**GOOD, "name": name} for name in ("manylinux_2_28", "manylinux_2_5", "manylinux_2_17")]
    assert [row.libc for row in read_policies(json.dumps(rows), "x86_64")] == [(2, 5), (2, 17), (2, 28)]


def test_keys_that_are_not_known_do_no_harm() -> None:
    assert read_policies(changed(comment="new"), "x86_64") == read_policies(json.dumps([GOOD]), "x86_64")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("not json", id="no-json"),
        pytest.param("null", id="null"),
        pytest.param("17", id="number"),
        pytest.param("{}", id="empty-table"),
        pytest.param('{"manylinux_2_28": {}}', id="policies-by-name"),
        pytest.param('["manylinux_2_28"]', id="names-alone"),
        pytest.param("[{}]", id="no-keys"),
        *(pytest.param(without(key), id=f"no-{key}") for key in GOOD if key != "priority"),
        pytest.param(changed(name=7), id="name-is-a-number"),
        pytest.param(changed(name="manylinux"), id="name-without-numbers"),
        pytest.param(changed(name="manylinux_2_x"), id="name-with-a-letter"),
        pytest.param(changed(aliases={}), id="aliases-by-name"),
        pytest.param(changed(aliases=[1]), id="alias-is-a-number"),
        pytest.param(changed(symbol_versions=["x86_64"]), id="machines-in-a-list"),
        pytest.param(changed(symbol_versions={"x86_64": []}), id="versions-in-a-list"),
        pytest.param(changed(symbol_versions={"x86_64": {"GLIBC": 2.28}}), id="one-number-in-place-of-a-list"),
        pytest.param(changed(symbol_versions={"x86_64": {"GLIBC": "2.28"}}), id="one-text-in-place-of-a-list"),
        pytest.param(changed(symbol_versions={"x86_64": {"GLIBC": [2.28]}}), id="versions-are-numbers"),
        pytest.param(changed(symbol_versions={"x86_64": {"GLIBC": {"2.28": {}}}}), id="versions-are-keys"),
        pytest.param(changed(lib_whitelist="libc.so.6"), id="one-library-in-place-of-a-list"),
        pytest.param(changed(lib_whitelist=[{"soname": "libc.so.6"}]), id="libraries-are-tables"),
        pytest.param(changed(lib_whitelist={"libc.so.6": []}), id="libraries-by-name"),
        pytest.param(changed(blacklist=["zcalloc"]), id="symbols-without-library"),
        pytest.param(changed(blacklist={"libz.so.1": "zcalloc"}), id="one-symbol-in-place-of-a-list"),
        pytest.param(changed(blacklist={"libz.so.1": [None]}), id="symbol-is-null"),
    ],
)
def test_a_policy_file_of_another_form_is_one_clear_line(text: str) -> None:
    with pytest.raises(TargetError) as raised:
        read_policies(text, "x86_64")
    message = str(raised.value)
    assert message.startswith("no target: auditwheel's policy file has a form that is not known here (")
    assert message.isprintable()


@pytest.mark.parametrize("text", ["[]", json.dumps([{**GOOD, "symbol_versions": {"i686": {}}}])])
def test_a_machine_without_a_policy_is_told(text: str) -> None:
    with pytest.raises(TargetError, match=r"^unknown target 'x86_64': auditwheel has no manylinux policy for this"):
        read_policies(text, "x86_64")


def test_the_machines_of_auditwheel() -> None:
    assert machines(policy_text()) == tuple(sorted(MACHINES))


@pytest.mark.parametrize("kind", ["manylinux", "musllinux"])
@pytest.mark.parametrize("machine", MACHINES)
def test_libraries_and_forbidden_symbols_are_those_of_auditwheel(machine: str, kind: str) -> None:
    raw = {entry["name"]: entry for entry in raw_policies(machine, kind)}
    if not raw:
        assert (machine, kind) == ("ppc64", "musllinux")
        return
    for policy in policies(machine, kind):
        entry = raw.pop(policy.name)
        assert policy.libraries == set(entry["lib_whitelist"])
        assert policy.forbidden == {library: set(names) for library, names in entry["blacklist"].items()}
    assert raw == {}
