"""Targets by name: 'manylinux_2_17', 'manylinux2014', 'glibc-2.28' or plain '2.28'.

What a manylinux tag allows is auditwheel's policy file (PEP 600 leaves the list to it): for each machine, each
family's versions. Versions are cumulative, so the newest of a family is the limit. auditwheel has no stable
Python interface; its data file is read as data.

A bare glibc release has no official C++ runtime. It gets that of the newest manylinux policy which is not newer,
since the systems of that age have it: 'glibc-2.34' allows what manylinux_2_34 allows of libstdc++.
"""

from __future__ import annotations

import json

from glibcheck.errors import TargetError
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.record import Record
from glibcheck.model.target import Target
from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FORMS = "write manylinux_2_28, manylinux2014, glibc-2.28 or 2.28"


class Policy(Record):
    """One manylinux policy for one machine; `versions` are full names such as GLIBC_2.17.

    `families` are those that it speaks of, also where it has no version of one. `glibc` are the numbers of its name,
    which for musllinux are those of musl. `libraries` are those that a file may expect of the system, `forbidden` the
    symbols of them that it may not take.
    """

    name: str
    machine: str
    aliases: tuple[str, ...]
    glibc: tuple[int, ...]
    families: tuple[str, ...]
    versions: tuple[str, ...]
    libraries: frozenset[Soname] = frozenset()
    forbidden: Mapping[Soname, frozenset[SymbolName]] = {}


def read_policies(text: str, machine: str) -> tuple[Policy, ...]:
    """Read auditwheel's manylinux-policy.json, or musllinux-policy.json, for one machine, oldest policy first.

    Raises: TargetError when the text has not the form that we know, or says nothing of the machine.
    """
    try:
        found = [_policy(entry, machine) for entry in json.loads(text) if machine in entry["symbol_versions"]]
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise TargetError(machine, f"auditwheel's policy file has a form that is not known here ({error!r})") from error
    if not found:
        raise TargetError(machine, "auditwheel has no manylinux policy for this machine")
    return tuple(sorted(found, key=lambda policy: policy.glibc))


def read_target(text: str, policies: Iterable[Policy]) -> Target:
    """Find the target that `text` names; raises TargetError with what could have been meant."""
    known = tuple(policies)
    word = text.strip().lower()
    for policy in known:
        for name in (policy.name, *policy.aliases):
            if word in {name, f"{name}_{policy.machine}"}:
                return _target(policy)._replace(name=word)
            if word.startswith(f"{name}_") and not word[len(name) + 1 :][:1].isdigit():
                raise TargetError(text, f"what is judged is for {policy.machine}; write {name}_{policy.machine}")
    numbers = _glibc_numbers(word)
    if numbers is None:
        raise TargetError(text, f"{_FORMS}; manylinux tags known: {', '.join(policy.name for policy in known)}")
    not_newer = [policy for policy in known if policy.glibc <= numbers]
    if not not_newer:
        raise TargetError(text, f"the oldest that can be judged on this machine is {known[0].name}")
    limits = {**_target(not_newer[-1]).limits, "GLIBC": numbers}
    return Target(f"glibc-{'.'.join(map(str, numbers))}", limits, _markers(not_newer[-1]))


def _policy(entry: Mapping[str, object], machine: str) -> Policy:
    name, aliases, families = entry["name"], entry["aliases"], entry["symbol_versions"]
    allowed, refused = entry["lib_whitelist"], entry["blacklist"]
    assert isinstance(name, str) and isinstance(aliases, list) and isinstance(families, dict)  # noqa: S101, PT018
    assert isinstance(allowed, list) and isinstance(refused, dict)  # noqa: S101, PT018
    numbers = tuple(int(word) for word in name.partition("_")[2].split("_"))
    versions = (f"{family}_{number}" for family, found in families[machine].items() for number in found)
    forbidden = {Soname(library): frozenset(map(SymbolName, names)) for library, names in refused.items()}
    libraries = frozenset(map(Soname, allowed))
    aliased = tuple(map(str, aliases))
    return Policy(name, machine, aliased, numbers, tuple(families[machine]), tuple(versions), libraries, forbidden)


def _glibc_numbers(word: str) -> tuple[int, ...] | None:
    number = word.removeprefix("glibc").lstrip("-_ ")
    found = release(f"GLIBC_{number}")
    # Every release since 1997 is 2.N; another number is a mistake, not a wish.
    return found.numbers if found and found.number == number and found.numbers[:1] == (2,) else None


def _target(policy: Policy) -> Target:
    """Make the target of a manylinux policy."""
    limits: dict[str, tuple[int, ...]] = dict.fromkeys(policy.families, ())
    for version in policy.versions:
        found = release(version)
        if found is not None:
            limits[found.family] = max(found.numbers, limits.get(found.family, ()))
    # A policy may allow more than its name says: 2_17 has GLIBC_2.18 on aarch64. And no symbol came with 2.37.
    limits["GLIBC"] = max(policy.glibc, limits.get("GLIBC", ()))
    return Target(
        policy.name,
        dict(sorted(limits.items())),
        _markers(policy),
        libraries=policy.libraries,
        forbidden=policy.forbidden,
    )


def _markers(policy: Policy) -> frozenset[str]:
    return frozenset(version for version in policy.versions if release(version) is None)
