"""manylinux tags (PEP 513, 571, 599, 600) and bare releases of glibc.

Versions are cumulative, so the newest of a family is the limit. A tag between two policies ('manylinux_2_32') is as
good as any by PEP 600; it has the older policy's libraries and versions, with glibc as its name says.

A bare release ('glibc-2.34') has no official C++ runtime. It gets that of the newest manylinux policy which is not
newer, since the systems of that age have it. Of libraries it says nothing, so a library of no known version family
(libgomp's GOMP) is neither allowed nor refused by it.
"""

from __future__ import annotations

import re

from glibcheck.catalogue.runtimes import GLIBC_MARKERS, NEWEST_GLIBC
from glibcheck.errors import TargetError
from glibcheck.model.target import Target
from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.targets.policies import Policy

_TAG = r"(?P<name>manylinux(?:_2_(?P<minor>0|[1-9][0-9]{0,3})|[0-9]{1,4}))(?:_(?P<machine>\w+))?"
_RELEASE = r"(?:glibc[-_: ]*)?(2\.(?:0|[1-9][0-9]{0,3}))"


def split(word: str) -> tuple[str, str | None] | None:
    """Take a tag apart into its name and the machine behind it, None when it names none; None for no such tag."""
    found = re.fullmatch(_TAG, word, re.ASCII)
    return None if found is None else (found["name"], found["machine"])


def tag_target(name: str, policies: Sequence[Policy]) -> Target | None:
    """Make the target of a tag without a machine; None when it is newer than all policies, or no tag of theirs.

    Raises: TargetError when the machine's policies begin later.
    """
    for policy in policies:
        if name in (policy.name, *policy.aliases):
            return policy_target(name, policy)
    found = re.fullmatch(_TAG, name, re.ASCII)
    if found is None or found["minor"] is None:
        return None
    glibc = (2, int(found["minor"]))
    if glibc > policies[-1].libc:
        return None
    return policy_target(name, newest_not_newer(name, glibc, policies), glibc)


def glibc_numbers(word: str) -> tuple[int, ...] | None:
    """Read a bare release, (2, 28); every one since 1997 is 2.N, so another number is a mistake, not a wish."""
    found = re.fullmatch(_RELEASE, word, re.ASCII)
    return None if found is None else tuple(map(int, found[1].split(".")))


def release_target(text: str, glibc: tuple[int, ...], policies: Sequence[Policy]) -> Target:
    """Make the target of a release of glibc, written as `text`.

    Raises: TargetError when the machine's policies begin later, or the release is to come: what it has is unknown, and
    2.177 for 2.17 would pass everything.
    """
    if glibc > NEWEST_GLIBC.numbers:
        raise TargetError(text, f"the newest glibc that is known here is {NEWEST_GLIBC.number}")
    found = policy_target(f"glibc-{'.'.join(map(str, glibc))}", newest_not_newer(text, glibc, policies), glibc)
    return found._replace(libraries=None, forbidden={})


def newest_not_newer(name: str, glibc: tuple[int, ...], policies: Sequence[Policy]) -> Policy:
    """Give the policy that systems with this glibc surely meet; raises TargetError when there is none."""
    older = [policy for policy in policies if policy.libc <= glibc]
    if not older:
        raise TargetError(name, f"the oldest that can be judged on this machine is {policies[0].name}")
    return older[-1]


def policy_target(name: str, policy: Policy, glibc: tuple[int, ...] | None = None) -> Target:
    """Make the target of a policy, or with `glibc` that of a release between two."""
    limits: dict[str, tuple[int, ...]] = dict.fromkeys(policy.families, ())
    markers = set()
    for version in policy.versions:
        found = release(version)
        if found is None:
            markers.add(version)
        else:
            limits[found.family] = max(found.numbers, limits.get(found.family, ()))
    # A policy may allow more than its name says: 2_17 has GLIBC_2.18 on aarch64. And no symbol came with 2.37.
    limits["GLIBC"] = glibc or max(policy.libc, limits.get("GLIBC", ()))
    limits = dict(sorted(limits.items()))
    target = Target(name, limits, frozenset(markers), None, "glibc", policy.libraries, policy.forbidden)
    return target if glibc is None else with_markers(target)


def with_markers(target: Target) -> Target:
    """Give a target the markers of its glibc, where that is another one than its policy's."""
    known = frozenset(map(str, GLIBC_MARKERS))
    has = {str(name) for name, first in GLIBC_MARKERS.items() if first.numbers <= target.glibc}
    return target._replace(markers=frozenset(target.markers - known | has))
