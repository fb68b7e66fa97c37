"""Distributions as targets: 'debian:11', 'ubuntu 20.04', 'rhel8', 'almalinux:9.4', 'bookworm'.

The limits of glibc and libstdc++ are the rows of `catalogue.distributions`. Of the other families (GCC, LIBATOMIC,
ZLIB, the long double families of libstdc++) a release surely has what the manylinux policy of its glibc allows, and
that is the limit, though it may have more. Of libgomp's GOMP nothing is known, so it has no limit, and libraries are
not limited: a system can have any of them installed.

A row of the same glibc as a policy whose list goes beyond its name (RHEL 7 and manylinux_2_17 on aarch64) has that
policy's exceptions too.

What processor a release needs: Red Hat Developer, "Building RHEL 9 for the x86-64-v2 microarchitecture level" and
"Exploring x86-64-v3 for RHEL 10"; AlmaLinux 10 comes for x86-64-v2 as well. The others say nothing here and count as
baseline, which is never too much.
"""

from __future__ import annotations

import re

from glibcheck.catalogue.distributions import FAMILIES, NODES
from glibcheck.targets.manylinux import newest_not_newer, policy_target, with_markers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glibcheck.catalogue.distributions import Row
    from glibcheck.model.target import Target
    from glibcheck.targets.policies import Policy

# The names to write, then further ones that people write, those of container images and os-release among them.
_FAMILY_OF = {
    "debian": "Debian",
    "ubuntu": "Ubuntu",
    "rhel": "RHEL",
    "almalinux": "RHEL",
    "rocky": "RHEL",
    "centos": "RHEL",
    "oracle": "RHEL",
    "fedora": "Fedora",
    "amazonlinux": "Amazon Linux",
    "suse": "SUSE",
    "opensuse-leap": "SUSE",
}
_ALSO = {
    "alma": "almalinux",
    "amazon": "amazonlinux",
    "amazon-linux": "amazonlinux",
    "amzn": "amazonlinux",
    "centos-stream": "centos",
    "el": "rhel",
    "leap": "opensuse-leap",
    "ol": "oracle",
    "opensuse": "opensuse-leap",
    "oracle-linux": "oracle",
    "oraclelinux": "oracle",
    "red-hat": "rhel",
    "redhat": "rhel",
    "rocky-linux": "rocky",
    "rockylinux": "rocky",
    "sle": "suse",
    "sles": "suse",
    "ubi": "rhel",
}
_CODENAMES = {
    "jessie": ("debian", "8"),
    "stretch": ("debian", "9"),
    "buster": ("debian", "10"),
    "bullseye": ("debian", "11"),
    "bookworm": ("debian", "12"),
    "trixie": ("debian", "13"),
    "trusty": ("ubuntu", "14.04"),
    "xenial": ("ubuntu", "16.04"),
    "bionic": ("ubuntu", "18.04"),
    "focal": ("ubuntu", "20.04"),
    "jammy": ("ubuntu", "22.04"),
    "noble": ("ubuntu", "24.04"),
    "oracular": ("ubuntu", "24.10"),
    "plucky": ("ubuntu", "25.04"),
    "questing": ("ubuntu", "25.10"),
}
_LEVELS = {("RHEL", "9"): "x86-64-v2", ("RHEL", "10"): "x86-64-v3"}
_ALMALINUX_10 = "x86-64-v2"
_SERVICE_PACK = r"([0-9]+)-?sp-?([0-9])"
_NUMBER = r"[0-9.]+"


def distribution_target(word: str, machine: str, policies: Sequence[Policy]) -> Target | None:
    """Make the target of a release; None when the word names none that is known.

    Raises: TargetError when the machine's policies begin later than the release.
    """
    found = _distribution(word)
    if found is None:
        return None
    distribution, row = found
    release, glibc, glibcxx, cxxabi = row
    name = f"{distribution}:{release}"
    policy = newest_not_newer(name, glibc, policies)
    base = policy_target(name, policy)
    has = dict(zip(NODES, (glibc, glibcxx, cxxabi), strict=True))
    limits = {family: max(numbers, has.get(family, ())) for family, numbers in base.limits.items()}
    goes_beyond = policy.libc == glibc and base.glibc > glibc
    return with_markers(
        base._replace(
            limits=limits if goes_beyond else {**limits, "GLIBC": glibc},
            libraries=None,
            forbidden=base.forbidden if goes_beyond else {},
            isa_level=_level(distribution, release) if machine == "x86_64" else base.isa_level,
        )
    )


def is_known(word: str) -> bool:
    """Say whether a word names a release."""
    return _distribution(word) is not None


def names() -> Iterator[str]:
    """Name every release that is known here, as 'debian:11', by distribution, oldest first."""
    for distribution, family in _FAMILY_OF.items():
        for release, *_ in FAMILIES[family]:
            yield f"{distribution}:{release}"


def newest(word: str) -> list[str]:
    """Name the newest three releases of a distribution, newest first; none when the word is no distribution's name."""
    return [name for name in names() if name.startswith(f"{word}:")][:-4:-1]


def _distribution(word: str) -> tuple[str, Row] | None:
    """Find out which release is meant: 'Red Hat 8.6' is ('rhel', the row of 8)."""
    plain = re.sub(r"[\s_/]+", "-", word)
    if plain in _CODENAMES:
        distribution, release = _CODENAMES[plain]
        return distribution, _rows(distribution)[release]
    for spelling in sorted((*_FAMILY_OF, *_ALSO), key=len, reverse=True):
        if plain.startswith(spelling):
            distribution = _ALSO.get(spelling, spelling)
            row = _row(distribution, plain.removeprefix(spelling).lstrip(":-").removeprefix("stream").lstrip(":-"))
            if row is not None:
                return distribution, row
    return None


def _row(distribution: str, release: str) -> Row | None:
    rows = _rows(distribution)
    known, codename = _CODENAMES.get(release, ("", ""))
    if known == distribution:
        return rows[codename]
    release = re.sub(_SERVICE_PACK, r"\1.\2", release)
    # Point releases (12.5, 8.6, 22.04.3) keep the version nodes of their release.
    while release not in rows and re.fullmatch(_NUMBER, release) and "." in release:
        release = release.rpartition(".")[0]
    return rows.get(release)


def _rows(distribution: str) -> dict[str, Row]:
    return {row[0]: row for row in FAMILIES[_FAMILY_OF[distribution]]}


def _level(distribution: str, release: str) -> str:
    if (distribution, release) == ("almalinux", "10"):
        return _ALMALINUX_10
    return _LEVELS.get((_FAMILY_OF[distribution], release), "x86-64-baseline")
