"""The installed auditwheel's policy files, as tests look at them."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from glibcheck.model.target import Target
from glibcheck.targets.custom import CustomTarget
from glibcheck.targets.names import PolicyTexts, find
from glibcheck.targets.policies import Policy, read_policies
from tests.tools import missing

MACHINES = ("i686", "x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "armv7l", "riscv64", "loongarch64")


@cache
def policy_text(kind: str = "manylinux") -> str:
    spec = importlib.util.find_spec("auditwheel")
    if spec is None or spec.origin is None:
        missing("auditwheel")
    assert spec is not None
    assert spec.origin is not None
    with open(os.path.join(os.path.dirname(spec.origin), "policy", f"{kind}-policy.json"), encoding="utf-8") as file:
        return file.read()


def texts() -> PolicyTexts:
    return PolicyTexts(policy_text(), policy_text("musllinux"))


def policies(machine: str = "x86_64", kind: str = "manylinux") -> tuple[Policy, ...]:
    return read_policies(policy_text(kind), machine)


def found(text: str, machine: str = "x86_64", custom: Iterable[CustomTarget] = ()) -> Target:
    own: Mapping[str, CustomTarget] = {row.name: row for row in custom}
    return find(text, machine, texts(), own)


def raw_policies(machine: str, kind: str = "manylinux") -> list[dict[str, Any]]:
    return [entry for entry in json.loads(policy_text(kind)) if machine in entry["symbol_versions"]]


def full_names(families: dict[str, list[str]]) -> Iterable[str]:
    return (f"{family}_{number}" for family, numbers in families.items() for number in numbers)
