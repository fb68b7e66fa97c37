"""auditwheel's policy files, found without importing auditwheel: its data is what we use, not its code."""

from __future__ import annotations

import os
import sys
from functools import cache

from glibcheck.errors import InputError, TargetError
from glibcheck.policy import Policy, read_policies
from glibcheck.targets import find_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.model.target import Target
    from glibcheck.targets import CustomTarget


def target_for(text: str, machine: str, custom: Mapping[str, CustomTarget] | None = None) -> Target:
    """Find the target that a user named, for a machine; raises TargetError, or InputError without auditwheel."""
    return find_target(text, machine, policies, custom)


def build_target(text: str, machine: str) -> Target:
    """Find a target to build for on this machine; raises TargetError for one of another machine or C library."""
    found = target_for(text, machine)
    if found.machine not in (None, machine):
        tag = found.name.removesuffix(f"_{found.machine}")
        raise TargetError(text, f"what is judged is for {machine}; write {tag}_{machine}")
    if found.libc != "glibc":
        raise TargetError(text, "what is built here is for glibc; name one of its releases, or a manylinux tag")
    return found


@cache
def policies(kind: str, machine: str) -> tuple[Policy, ...]:
    """Read the policies of a kind ("manylinux", "musllinux") for a machine; raises TargetError, InputError."""
    return read_policies(_policy_text(f"{kind}-policy.json"), machine)


@cache
def _policy_text(name: str) -> str:
    # importlib.util.find_spec would say the same, and takes as long to load as all of this.
    for folder in sys.path:
        path = os.path.join(folder or ".", "auditwheel", "policy", name)
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as stream:
                return stream.read()
    raise InputError("auditwheel", "its manylinux policies are not installed; run: python -m pip install auditwheel")
