"""Targets for a command: auditwheel's policy files, found without importing auditwheel, whose data is all we use."""

from __future__ import annotations

import os
import sys
from functools import cache

from glibcheck.errors import InputError, TargetError
from glibcheck.targets import names
from glibcheck.targets.names import PolicyTexts
from glibcheck.targets.policies import read_policies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.model.target import Target
    from glibcheck.targets.custom import CustomTarget


def target_for(text: str, machine: str, custom: Mapping[str, CustomTarget] = {}) -> Target:
    """Find the target that a user or a wheel's tag names, for a file of a machine.

    The target is for another machine when the name says so; see `build_target`.

    Raises: TargetError in one line; InputError without auditwheel.
    """
    return names.find(text, machine, _policy_texts(), custom)


def build_target(text: str, machine: str, custom: Mapping[str, CustomTarget] = {}) -> Target:
    """Find the target for a command that changes what is bound: one of glibc, and for this machine.

    Raises: as `target_for`, and TargetError when the name is for another machine, or for musl.
    """
    found = target_for(text, machine, custom)
    if found.machine not in (None, machine):
        plain = found.name.removesuffix(f"_{found.machine}")
        advice = f"; write {plain}_{machine}" if plain != found.name else ""
        raise TargetError(text, f"what is judged is for {machine}{advice}")
    if found.libc == "musl":
        raise TargetError(text, "it has musl, where symbols have no versions to bind to")
    return found


def platform_tag(target: Target, machine: str) -> str | None:
    """Give the newest manylinux tag that a system of the target keeps: what its wheels may be called; None for none.

    A tag promises a C++ runtime, too, but what a file needs of that is judged by the target itself.
    """
    fits = [policy.name for policy in read_policies(_policy_texts().manylinux, machine) if policy.libc <= target.glibc]
    return f"{fits[-1]}_{machine}" if fits else None


def platform_tags(target: Target, machine: str) -> tuple[str, ...]:
    """Give that tag with its older name in front, as auditwheel writes the two for old installers; () for none."""
    tag = platform_tag(target, machine)
    policies = read_policies(_policy_texts().manylinux, machine)
    aliases = [alias for row in policies if f"{row.name}_{machine}" == tag for alias in row.aliases]
    return () if tag is None else (*(f"{alias}_{machine}" for alias in aliases), tag)


def known_names(custom: Iterable[str] = ()) -> tuple[str, ...]:
    """Name all targets, for help and completion; raises as `target_for`."""
    return names.known_names(_policy_texts(), custom)


@cache
def _policy_texts() -> PolicyTexts:
    # As importlib.util.find_spec does, which takes longer to load than all the rest of this.
    specs = (finder.find_spec("auditwheel", None) for finder in sys.meta_path)
    spec = next((spec for spec in specs if spec), None)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        paths = [os.path.join(folder, "policy", f"{kind}-policy.json") for kind in PolicyTexts._fields]
        if all(map(os.path.isfile, paths)):
            with open(paths[0], encoding="utf-8") as manylinux, open(paths[1], encoding="utf-8") as musllinux:
                return PolicyTexts(manylinux.read(), musllinux.read())
    raise InputError("auditwheel", "its platform policies are not installed; run: python -m pip install auditwheel")
