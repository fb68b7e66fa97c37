"""Which target a text means, and which names were perhaps meant when it means none.

Names are read without regard to case, but for those of the settings, which are compared as written and come first.
"""

from __future__ import annotations

from glibcheck.errors import TargetError
from glibcheck.model.record import Record
from glibcheck.targets import distributions, manylinux, musllinux
from glibcheck.targets.custom import extended
from glibcheck.targets.policies import machines, read_policies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glibcheck.model.names import Soname
    from glibcheck.model.target import Target
    from glibcheck.targets.custom import CustomTarget
    from glibcheck.targets.policies import Policy

_FORMS = "write manylinux_2_28, musllinux_1_2, glibc-2.28, debian:12 or a target of your settings"
_LONGEST = 80  # of a text that is compared with all names


class PolicyTexts(Record):
    """auditwheel's two policy files."""

    manylinux: str
    musllinux: str


def find(text: str, machine: str, texts: PolicyTexts, custom: Mapping[str, CustomTarget] = {}) -> Target:
    """Find the target that `text` names, for files of a machine.

    The target's own machine may be another one, when the name ends in it ('manylinux_2_17_aarch64').

    Raises: TargetError in one line, with what could have been meant.
    """
    chain = _chain(text.strip(), custom)
    if not chain:
        return _built_in(text, machine, texts, custom)
    wanted = next((row.machine for row in chain if row.machine is not None), None)
    base = chain[-1].extends
    try:
        found = _built_in(base, wanted or machine, texts, custom)
    except TargetError as error:
        raise TargetError(chain[-1].name, f"it extends an {error}") from error
    if wanted is not None and found.machine not in (None, wanted):
        raise TargetError(chain[0].name, f"its machine is {wanted}, but it extends {base}")
    for row in reversed(chain):
        found = extended(found, row, _usual_libraries(found, wanted or found.machine or machine, texts))
    return found


def known_names(texts: PolicyTexts, custom: Iterable[str] = ()) -> tuple[str, ...]:
    """Name all targets without their machines, those of the settings first; glibc-2.N by the policies' releases."""
    tags = {policy.name: policy for policy in _all_policies(texts.manylinux)}
    musl = {policy.name: policy for policy in _all_policies(texts.musllinux)}
    ordered = sorted(tags.values(), key=lambda policy: policy.libc)
    found = [
        *custom,
        *(name for policy in ordered for name in (policy.name, *policy.aliases)),
        *(name for policy in musl.values() for name in (policy.name, *policy.aliases)),
        *(f"glibc-{'.'.join(map(str, policy.libc))}" for policy in ordered),
        *distributions.names(),
        *musllinux.alpine_names(),
    ]
    return tuple(dict.fromkeys(found))


def _chain(name: str, custom: Mapping[str, CustomTarget]) -> list[CustomTarget]:
    """Follow `extends` through the settings; () when the name is none of theirs."""
    chain: list[CustomTarget] = []
    while name in custom:
        if custom[name] in chain:
            circle = " -> ".join((*(row.name for row in chain), name))
            raise TargetError(chain[0].name, f"it extends itself: {circle}")
        chain.append(custom[name])
        name = custom[name].extends.strip()
    return chain


def _built_in(text: str, machine: str, texts: PolicyTexts, custom: Iterable[str]) -> Target:
    word = text.strip().lower()
    found = _tag(word, machine, texts) or musllinux.alpine_target(word)
    if found is not None:
        return found
    glibc = manylinux.glibc_numbers(word)
    if glibc is not None:
        return manylinux.release_target(text, glibc, read_policies(texts.manylinux, machine))
    policies = read_policies(texts.manylinux, machine)
    found = distributions.distribution_target(word, machine, policies)
    if found is None:
        raise TargetError(text, _advice(word, machine, texts, custom))
    return found


def _tag(word: str, machine: str, texts: PolicyTexts) -> Target | None:
    """Find the target of a platform tag; its machine may follow it, and is that of the file otherwise."""
    for kind, policy_text, label in (
        (manylinux, texts.manylinux, "manylinux"),
        (musllinux, texts.musllinux, "musllinux"),
    ):
        parts = kind.split(word)
        if parts is None:
            continue
        name, named_machine = parts
        if named_machine is not None and named_machine not in machines(policy_text):
            return None
        found = kind.tag_target(name, read_policies(policy_text, named_machine or machine, label))
        return None if found is None else found._replace(name=word, machine=named_machine)
    return None


def _usual_libraries(base: Target, machine: str, texts: PolicyTexts) -> frozenset[Soname]:
    """Give the libraries of the policy of a target's age."""
    if base.libc == "musl":
        policies = read_policies(texts.musllinux, machine, "musllinux")
        return max((row for row in policies if row.libc <= base.limits["MUSL"]), default=policies[0]).libraries
    return manylinux.newest_not_newer(base.name, base.glibc, read_policies(texts.manylinux, machine)).libraries


def _advice(word: str, machine: str, texts: PolicyTexts, custom: Iterable[str]) -> str:
    near = distributions.newest(word) or (_nearest(word, texts, custom) if word and len(word) <= _LONGEST else [])
    parts = [f"did you mean {' or '.join(near)}?"] if near else [_FORMS]
    parsed = manylinux.split(word) or musllinux.split(word)
    if parsed is not None and (parsed[1] is None or parsed[1] == machine):
        text = texts.manylinux if word.startswith("manylinux") else texts.musllinux
        policies = read_policies(text, machine)
        parts.insert(0, f"auditwheel has {policies[0].name} to {policies[-1].name} for {machine}")
    return "; ".join(parts)


def _nearest(word: str, texts: PolicyTexts, custom: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, [*known_names(texts, custom), *_with_machines(texts)], 3, cutoff=0.7)


def _with_machines(texts: PolicyTexts) -> Iterator[str]:
    for text in texts:
        for policy in _all_policies(text):
            yield from (f"{name}_{policy.machine}" for name in (policy.name, *policy.aliases))


def _all_policies(text: str) -> Iterator[Policy]:
    for machine in machines(text):
        yield from read_policies(text, machine)
