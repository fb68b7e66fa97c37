"""musllinux tags (PEP 656) and releases of Alpine Linux, which is where musl is met.

musl's symbols have no versions, so the limit is a number for people and for tags, and what counts is the list of
libraries. Alpine has musl 1.1 up to 3.12 and musl 1.2 from 3.13 on (its release notes: 64-bit time_t came with it).
"""

from __future__ import annotations

import re

from glibcheck.errors import TargetError
from glibcheck.model.target import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.targets.policies import Policy

_TAG = r"(?P<name>musllinux_[0-9]{1,3}_[0-9]{1,3})(?:_(?P<machine>\w+))?"
_ALPINE = r"alpine[-_: ]*(?:v)?(3\.([0-9]{1,2}))(?:\.[0-9]{1,3})?"
_OLDEST_ALPINE, _FIRST_WITH_1_2, NEWEST_ALPINE = 9, 13, 23  # the N of 3.N


def split(word: str) -> tuple[str, str | None] | None:
    """Take a tag apart into its name and the machine behind it, None when it names none; None for no such tag."""
    found = re.fullmatch(_TAG, word, re.ASCII)
    return None if found is None else (found["name"], found["machine"])


def tag_target(name: str, policies: Sequence[Policy]) -> Target | None:
    """Make the target of a tag without a machine; None when there is no such policy for the machine."""
    policy = next((row for row in policies if name in (row.name, *row.aliases)), None)
    if policy is None:
        return None
    return Target(name, {"MUSL": policy.libc}, frozenset(), None, "musl", policy.libraries, policy.forbidden)


def alpine_target(word: str) -> Target | None:
    """Make the target of a release of Alpine, which says nothing of libraries; None when the word is another.

    Raises: TargetError for releases that are not known here.
    """
    found = re.fullmatch(_ALPINE, word, re.ASCII)
    if found is None:
        return None
    minor = int(found[2])
    if not _OLDEST_ALPINE <= minor <= NEWEST_ALPINE:
        raise TargetError(word, f"known are alpine:3.{_OLDEST_ALPINE} to alpine:3.{NEWEST_ALPINE}")
    musl = (1, 2) if minor >= _FIRST_WITH_1_2 else (1, 1)
    return Target(f"alpine:{found[1]}", {"MUSL": musl}, frozenset(), libc="musl")


def is_alpine(word: str) -> bool:
    """Say whether a word names a release of Alpine, one that is known here or not."""
    return re.fullmatch(_ALPINE, word, re.ASCII) is not None


def alpine_names() -> tuple[str, ...]:
    """Name the releases of Alpine that are known here, oldest first."""
    return tuple(f"alpine:3.{minor}" for minor in range(_OLDEST_ALPINE, NEWEST_ALPINE + 1))
