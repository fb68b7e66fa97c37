"""auditwheel's policy files: for each tag and machine the versions, the libraries, and the symbols one must not take.

What a manylinux tag allows is auditwheel's data (PEP 600 and PEP 656 leave the lists to it). auditwheel has no stable
Python interface, so its JSON files are read as data, and each value is looked at before it is believed: a file of
another form must not become a policy that allows everything.

The key "blacklist" holds for all machines of a policy. It names internal symbols of zlib, and for manylinux_2_17 and
older also six of glibc 2.18: RHEL 7 has the version GLIBC_2.18 on aarch64, so the policy allows it there, but not what
glibc 2.18 has under it.
"""

from __future__ import annotations

import json
from functools import cache

from glibcheck.errors import TargetError
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class _FormError(Exception):
    """The text is none of auditwheel's policy files, or one that has changed."""


class Policy(Record):
    """One policy for one machine; `versions` are full names such as GLIBC_2.17, `libc` the numbers in its name.

    `families` are those that it speaks of, also where it has no version of one. `libraries` are those that a file may
    expect besides the loader; `forbidden` maps a library to symbols that must not be taken from it.
    """

    name: str
    machine: str
    aliases: tuple[str, ...]
    libc: tuple[int, ...]
    families: tuple[str, ...]
    versions: tuple[str, ...]
    libraries: frozenset[Soname]
    forbidden: Mapping[Soname, frozenset[SymbolName]]


def read_policies(text: str, machine: str, kind: str = "manylinux") -> tuple[Policy, ...]:
    """Read a policy file of auditwheel for one machine, oldest policy first; `kind` is for the message alone.

    Raises: TargetError when the text has not the form that we know, or says nothing of the machine.
    """
    try:
        found = _read_machine(text, machine)
    except _FormError as error:
        reason = f"auditwheel's policy file has a form that is not known here ({error}); install another release of it"
        raise TargetError("", reason) from error
    if not found:
        raise TargetError(machine, f"auditwheel has no {kind} policy for this machine")
    return found


def machines(text: str) -> tuple[str, ...]:
    """Name the machines of a policy file, sorted; none when it has not the form that we know."""
    try:
        return tuple(sorted({machine for entry in _entries(text) for machine in _mapping(entry["symbol_versions"])}))
    except _FormError:
        return ()


@cache  # a gate asks for each wheel
def _read_machine(text: str, machine: str) -> tuple[Policy, ...]:
    found = []
    try:
        for entry in _entries(text):
            families = _mapping(entry["symbol_versions"]).get(machine)
            if families is not None:
                found.append(_policy(entry, machine, _mapping(families)))
    except (ValueError, KeyError, TypeError) as error:
        raise _FormError(f"no {error}" if isinstance(error, KeyError) else str(error)) from error
    return tuple(sorted(found, key=lambda row: row.libc))


@cache
def _entries(text: str) -> tuple[Mapping[str, object], ...]:
    """Parse a policy file: an entry for each policy, of all machines; raises _FormError when it is none."""
    try:
        entries = _mappings(json.loads(text))
        for entry in entries:
            _mapping(entry["symbol_versions"])
    except (ValueError, KeyError, TypeError) as error:
        raise _FormError(f"no {error}" if isinstance(error, KeyError) else str(error)) from error
    return entries


def _policy(entry: Mapping[str, object], machine: str, families: Mapping[str, object]) -> Policy:
    name = _text(entry["name"])
    forbidden = {Soname(library): _texts(names) for library, names in _mapping(entry["blacklist"]).items()}
    return Policy(
        name=name,
        machine=machine,
        aliases=_texts(entry["aliases"]),
        libc=tuple(int(word) for word in name.partition("_")[2].split("_")),
        families=tuple(families),
        versions=tuple(f"{family}_{number}" for family, rows in families.items() for number in _texts(rows)),
        libraries=frozenset(map(Soname, _texts(entry["lib_whitelist"]))),
        forbidden={library: frozenset(map(SymbolName, names)) for library, names in forbidden.items()},
    )


def _mappings(value: object) -> tuple[Mapping[str, object], ...]:
    if not isinstance(value, list):
        raise TypeError(f"wanted a list of policies, not {type(value).__name__}")
    return tuple(map(_mapping, value))


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"wanted a table, not {type(value).__name__}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"wanted a list, not {type(value).__name__}")
    return tuple(map(_text, value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"wanted a text, not {type(value).__name__}")
    return value
