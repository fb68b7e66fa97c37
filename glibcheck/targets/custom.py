"""Targets of one's own, as the settings write them: `[tool.glibcheck.targets.NAME]`.

    extends = "manylinux_2_28"      any target, also of one's own; without it, the glibc of limits
    limits = {GLIBC = "2.27"}       newest version of each family, in place of what is extended
    libraries = ["libcuda.so.1"]    what a file may expect besides
    isa-level = "x86-64-v3"         what the processors surely have
    machine = "aarch64"             the only machine it is for

A family that is misspelt would limit nothing and let everything pass, so one that is nearly a known name is refused.
With `libraries`, all libraries that are not named are refused; where the extended target says nothing of libraries
(glibc-2.28, debian:12), those of the manylinux policy of its age are the ones to begin with.
"""

from __future__ import annotations

import re

from glibcheck.errors import TargetError
from glibcheck.model.names import Soname
from glibcheck.model.record import Record
from glibcheck.targets import distributions, manylinux, musllinux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from glibcheck.model.target import Target

KEYS = ("extends", "limits", "libraries", "isa-level", "machine")
ISA_LEVELS = ("x86-64-baseline", "x86-64-v2", "x86-64-v3", "x86-64-v4")
_OTHER_SPELLINGS = {"x86-64": "x86-64-baseline", "x86-64-v1": "x86-64-baseline"}
_FAMILIES = ("CXXABI", "GCC", "GFORTRAN", "GLIBC", "GLIBCXX", "GOMP", "LIBATOMIC", "OMP", "ZLIB")
_FAMILY = re.compile(r"[A-Za-z]\w*", re.ASCII)
_VERSION = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8}))*", re.ASCII)
_MACHINE = re.compile(r"[a-z]\w*", re.ASCII)


class CustomTarget(Record):
    """A target of the settings: another one, with some of it changed.

    `limits` are full versions by family, ('GLIBCXX', '3.4.19'), sorted. What is None or empty stays as it is there.
    """

    name: str
    extends: str
    limits: tuple[tuple[str, str], ...] = ()
    libraries: tuple[Soname, ...] = ()
    isa_level: str | None = None
    machine: str | None = None


def read_custom(name: str, table: Mapping[str, object]) -> CustomTarget:
    """Read one table of the settings; raises TargetError that names the key which is not as it should be."""
    if not name.strip() or name != name.strip() or not name.isprintable():
        raise _error(name, "a name is printable, not empty, and has no blanks around it")
    if _is_taken(name.lower()):
        raise _error(name, "the name has a meaning already; choose another")
    for key in table:
        if key not in KEYS:
            near = _nearest(key, KEYS, 0.6)
            raise _error(name, f"unknown key {key!r}; {f'did you mean {near[0]}?' if near else ', '.join(KEYS)}")
    limits = _limits(name, table.get("limits", {}))
    libraries = _libraries(name, table.get("libraries", []))
    isa_level = _isa_level(name, _text(name, table, "isa-level"))
    machine = _machine(name, _text(name, table, "machine"))
    extends = _text(name, table, "extends")
    if extends is None and "GLIBC" not in limits:
        raise _error(name, "say which target it extends, or limits.GLIBC")
    extends = extends or f"glibc-{limits['GLIBC']}"
    return CustomTarget(name, extends, tuple(sorted(limits.items())), libraries, isa_level, machine)


def extended(base: Target, custom: CustomTarget, usual: Collection[Soname]) -> Target:
    """Make the target that `custom` makes of what it extends.

    `usual` are the libraries to begin with when it names some and the base says nothing of them.
    """
    own = {family: tuple(map(int, number.split("."))) for family, number in custom.limits}
    libraries = base.libraries
    if custom.libraries:
        libraries = frozenset(usual if libraries is None else libraries) | frozenset(custom.libraries)
    found = base._replace(
        name=custom.name,
        limits=dict(sorted({**base.limits, **own}.items())),
        machine=custom.machine or base.machine,
        libraries=libraries,
        isa_level=custom.isa_level or base.isa_level,
    )
    return manylinux.with_markers(found) if "GLIBC" in own else found


def _is_taken(word: str) -> bool:
    tags = manylinux.split(word) or musllinux.split(word)
    return bool(tags or manylinux.glibc_numbers(word) or musllinux.is_alpine(word) or distributions.is_known(word))


def _text(name: str, table: Mapping[str, object], key: str) -> str | None:
    value = table.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise _error(name, f"{key} is a text in quotes")
    return value


def _limits(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _error(name, 'limits is a table such as {GLIBC = "2.17", GLIBCXX = "3.4.19"}')
    return {_family(name, key): _number(name, key, text) for key, text in value.items()}


def _family(name: str, key: str) -> str:
    if key in _FAMILIES:
        return key
    near = _nearest(key.upper(), _FAMILIES, 0.85)
    if near:
        raise _error(name, f"limits has {key!r}; did you mean {near[0]}?")
    if not _FAMILY.fullmatch(key):
        raise _error(name, f"limits has {key!r}; a family is what stands before the number, as GLIBC in GLIBC_2.17")
    return key


def _number(name: str, key: str, value: object) -> str:
    if isinstance(value, (int, float)):
        raise _error(name, f'limits.{key} is a text in quotes, as "2.10" (a number would be 2.1)')
    number = value.removeprefix(f"{key}_") if isinstance(value, str) else ""
    if not _VERSION.fullmatch(number):
        raise _error(name, f'limits.{key} is {value!r}; write a version such as "2.17"')
    return number


def _libraries(name: str, value: object) -> tuple[Soname, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _error(name, 'libraries is a list of sonames such as ["libcuda.so.1"]')
    for item in value:
        if "/" in item or any(char in item for char in "*?["):
            raise _error(
                name, f"libraries has {item!r}; write the soname as DT_NEEDED has it, without folder or pattern"
            )
    return tuple(map(Soname, value))


def _isa_level(name: str, value: str | None) -> str | None:
    level = _OTHER_SPELLINGS.get(value or "", value)
    if level is not None and level not in ISA_LEVELS:
        raise _error(name, f"isa-level is {value!r}; one of {', '.join(ISA_LEVELS)}")
    return level


def _machine(name: str, value: str | None) -> str | None:
    if value is not None and not _MACHINE.fullmatch(value):
        raise _error(name, f"machine is {value!r}; write it as `uname -m` does, as x86_64 or aarch64")
    return value


def _nearest(word: str, known: Collection[str], cutoff: float) -> list[str]:
    from difflib import get_close_matches  # takes long to load, and is seldom wanted

    return get_close_matches(word, known, 1, cutoff)


def _error(name: str, message: str) -> TargetError:
    return TargetError(name, f"in its settings, {message}")
