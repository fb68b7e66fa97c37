"""Targets by every name that people use: tags, releases of glibc, distributions, and those of the project's settings.

`debian:11` is what that release has (see `catalogue.distributions`); what that table does not say (libgcc_s, libatomic,
zlib) is taken from the newest manylinux policy that is not newer, which systems of that age fulfil. A distribution says
nothing of other libraries. musllinux tags are auditwheel's too; musl has no symbol versions, so what such a target
limits are libraries, machine and the C library itself.

A target may name its machine (`manylinux_2_28_aarch64`); without one it is for the machine of whatever is judged.
"""

from __future__ import annotations

import difflib
import re

from glibcheck.catalogue.distributions import FAMILIES, NODES
from glibcheck.catalogue.runtimes import GLIBC_MARKERS
from glibcheck.errors import TargetError
from glibcheck.model.names import Soname
from glibcheck.model.record import Record
from glibcheck.model.target import Target
from glibcheck.model.versions import release
from glibcheck.policy import read_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from glibcheck.policy import Policy

    # The policies of a machine, of the kind "manylinux" or "musllinux"; raises TargetError when there are none.
    Policies = Callable[[str, str], tuple[Policy, ...]]

FORMS = "a tag (manylinux_2_28), a glibc (2.28) or a distribution (debian:11)"
_TAG = re.compile(r"((?:manylinux|musllinux)(?:_\d+_\d+|\d+))(?:_([a-z]\w*))?$")
_DISTRIBUTION = re.compile(r"([a-z][a-z ]*?) *[:-] *(\w[\w.]*)$")
_SAME_AS = {
    "rhel": "RHEL", "almalinux": "RHEL", "rocky": "RHEL", "centos": "RHEL", "oraclelinux": "RHEL", "ol": "RHEL",
    "amazonlinux": "Amazon Linux", "amazon linux": "Amazon Linux", "opensuse": "SUSE", "sles": "SUSE", "suse": "SUSE",
    "debian": "Debian", "ubuntu": "Ubuntu", "fedora": "Fedora",
}  # fmt: skip
# Processors that a distribution asks for; all others run on the first x86-64.
_ISA_LEVELS = {("RHEL", "9"): "x86-64-v2", ("RHEL", "10"): "x86-64-v3"}
_LEVELS = ("x86-64-baseline", "x86-64-v2", "x86-64-v3", "x86-64-v4")


class CustomTarget(Record):
    """A target of the settings: another one, with some of it changed.

    `limits` are full versions by family, {'GLIBCXX': '3.4.19'}; `libraries` are allowed beside those of `extends`.
    """

    name: str
    extends: str
    limits: tuple[tuple[str, str], ...] = ()
    libraries: tuple[str, ...] = ()
    isa_level: str | None = None
    machine: str | None = None


def find_target(
    text: str, machine: str, policies: Policies, custom: Mapping[str, CustomTarget] | None = None
) -> Target:
    """Find the target that `text` names, for files of `machine`; raises TargetError with what could have been meant."""
    return _find(text, machine, policies, custom or {}, ())


def read_custom(name: str, table: Mapping[str, object]) -> CustomTarget:
    """Read a table [tool.glibcheck.targets.NAME]; raises TargetError with the key at fault."""
    unknown = sorted(set(table) - {"extends", "limits", "libraries", "isa-level", "machine"})
    if unknown:
        raise TargetError(name, f"its settings have the key {unknown[0]!r}, which is none of a target's")
    extends, limits, libraries = table.get("extends"), table.get("limits", {}), table.get("libraries", [])
    if not isinstance(extends, str):
        raise TargetError(name, f"its settings must say what it extends: {FORMS}")
    if not isinstance(limits, dict) or not all(
        isinstance(value, str) and release(f"{key}_{value}") for key, value in limits.items()
    ):
        raise TargetError(name, 'its limits must be a table such as { GLIBC = "2.17", GLIBCXX = "3.4.19" }')
    if not isinstance(libraries, list) or not all(isinstance(word, str) for word in libraries):
        raise TargetError(name, "its libraries must be a list of sonames")
    level, machine = table.get("isa-level"), table.get("machine")
    if level is not None and level not in _LEVELS:
        raise TargetError(name, f"its isa-level must be one of {', '.join(_LEVELS)}")
    if machine is not None and not isinstance(machine, str):
        raise TargetError(name, "its machine must be a name such as x86_64")
    return CustomTarget(name, extends, tuple(sorted(limits.items())), tuple(libraries), level, machine)


def known_names(tags: tuple[str, ...], custom: Mapping[str, CustomTarget] | None = None) -> tuple[str, ...]:
    """List names that can be given, for help and completion; `tags` are those of the policies."""
    short = {family: word for word, family in reversed(_SAME_AS.items())}
    rows = (f"{short[family]}:{row[0]}" for family, releases in FAMILIES.items() for row in releases)
    return (*(custom or {}), *tags, *rows)


def _find(
    text: str, machine: str, policies: Policies, custom: Mapping[str, CustomTarget], above: tuple[str, ...]
) -> Target:
    word = text.strip()
    if word in custom:
        if word in above:
            raise TargetError(text, f"its settings extend themselves: {' -> '.join((*above, word))}")
        return _custom(custom[word], machine, policies, custom, (*above, word))
    word = word.lower()
    tag = _TAG.match(word)
    if tag is not None:
        return _tagged(word, tag[1], tag[2], machine, policies, text)
    distribution = _DISTRIBUTION.match(word)
    if distribution is not None and distribution[1] != "glibc":
        return _distribution(distribution[1], distribution[2], machine, policies, text)
    if not re.match(r"(glibc[-_ ]?)?\d", word):
        raise TargetError(text, _nearest(word, _tags(policies, machine), custom))
    return read_target(word, policies("manylinux", machine))


def _tagged(word: str, tag: str, named: str | None, machine: str, policies: Policies, text: str) -> Target:
    """Find a tag; `named` is the machine in it, whose policies count even when what is judged is for another."""
    kind = "musllinux" if tag.startswith("musllinux") else "manylinux"
    try:
        found = read_target(tag, policies(kind, named or machine))._replace(name=word, machine=named)
    except TargetError as error:
        raise TargetError(text, _nearest(word, _tags(policies, named or machine), {})) from error
    return found if kind == "manylinux" else found._replace(libc="musl", limits={"MUSL": found.glibc})


def _distribution(family: str, number: str, machine: str, policies: Policies, text: str) -> Target:
    name = _SAME_AS.get(family)
    rows = {row[0]: row for row in FAMILIES.get(name or "", ())}
    row = rows.get(number) or rows.get(number.partition(".")[0])
    if name is None or row is None:
        raise TargetError(text, _nearest(f"{family}:{number}", _tags(policies, machine), {}))
    glibc = ".".join(map(str, row[1]))
    found = read_target(glibc, policies("manylinux", machine))
    limits = {**found.limits, **dict(zip(NODES, row[1:], strict=True))}
    markers = {str(marker) for marker, since in GLIBC_MARKERS.items() if since.numbers <= row[1]}
    level = _ISA_LEVELS.get((name, row[0]), found.isa_level)
    return found._replace(name=f"{family}:{number}", limits=limits, markers=found.markers | markers, isa_level=level)


def _custom(
    found: CustomTarget, machine: str, policies: Policies, custom: Mapping[str, CustomTarget], above: tuple[str, ...]
) -> Target:
    base = _find(found.extends, machine, policies, custom, above)
    limits = {family: tuple(map(int, number.split("."))) for family, number in found.limits}
    libraries = None if base.libraries is None else base.libraries | frozenset(map(Soname, found.libraries))
    return base._replace(
        name=found.name,
        limits={**base.limits, **limits},
        libraries=libraries,
        isa_level=found.isa_level or base.isa_level,
        machine=found.machine or base.machine,
    )


def _tags(policies: Policies, machine: str) -> tuple[str, ...]:
    found: list[str] = []
    for kind in ("manylinux", "musllinux"):
        try:
            found += [name for policy in policies(kind, machine) for name in (policy.name, *policy.aliases)]
        except TargetError:
            continue
    return tuple(found)


def _nearest(word: str, tags: tuple[str, ...], custom: Mapping[str, CustomTarget]) -> str:
    near = difflib.get_close_matches(word, known_names(tags, custom), 3, 0.7)
    return f"did you mean {' or '.join(near)}?" if near else f"write {FORMS}"
