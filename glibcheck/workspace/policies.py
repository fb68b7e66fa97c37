"""auditwheel's policy file, found without importing auditwheel: its data is what we use, not its code."""

from __future__ import annotations

import importlib.util
import os

from glibcheck.errors import InputError
from glibcheck.model.target import Target
from glibcheck.policy import read_policies, read_target


def target_for(text: str, machine: str) -> Target:
    """Find the target that a user named, for a machine; raises TargetError, or InputError without auditwheel."""
    return read_target(text, read_policies(_policy_text(), machine))


def _policy_text() -> str:
    spec = importlib.util.find_spec("auditwheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = os.path.join(folder, "policy", "manylinux-policy.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as stream:
                return stream.read()
    raise InputError("auditwheel", "its manylinux policies are not installed; run: python -m pip install auditwheel")
