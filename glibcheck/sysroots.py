"""Sysroots on the disk: made once for a target and a compiler, kept in the user's cache, copied to where one is wanted.

What a sysroot holds depends on the target, on the compiler and its libraries, and on this program's own data; the
name of its folder in the cache is a hash of what identifies them (paths, sizes and times of files), so a new compiler
or a new glibcheck gets a new one. Asking for one that is there runs no compiler, and may happen for each step of a
build: what makes one is `glibcheck.sysrootmaker`, which is not even loaded then.
"""

from __future__ import annotations

import hashlib
import json
import os

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.model.toolchain import Toolchain, Wish
from glibcheck.sysroot.environment import Flags, flags
from glibcheck.workspace.cachefolder import cache_folder, replace_folder
from glibcheck.workspace.programs import compiler_words, which
from glibcheck.workspace.targets import build_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from glibcheck.model.target import Target
    from glibcheck.targets.custom import CustomTarget

    Stamp = tuple[str, int, int] | tuple[()]

__all__ = ["Sysroot", "Wish", "copy_to", "sysroot"]

_FORM = 2  # of what is in the cache; another number makes all of it anew
_FACTS = "sysroot.json"
_SOURCES = (".py", ".c", ".h", ".json")


class Sysroot(Record):
    """A sysroot on the disk; `private` says that C++ code links the compiler's libstdc++ statically and hidden."""

    path: str
    target: Target
    toolchain: Toolchain
    flags: Flags
    private: bool


def sysroot(wish: Wish, custom: Mapping[str, CustomTarget] = {}, cache: str | None = None) -> Sysroot:
    """Give the sysroot for a wish from the cache, made if it is not there (seconds, for it compiles).

    `custom` are the targets of the settings; `cache` is a folder to use in place of the user's.

    Raises: TargetError; ToolError without a compiler, or when it fails; InputError when its libraries cannot be read.
    """
    words = compiler_words(wish.machine, wish.around)
    path = os.path.join(cache or cache_folder("sysroots", wish.around), _key(wish, words, custom))
    if _facts(path) is None:
        from glibcheck.sysrootmaker import make

        made = make(wish, words, custom)
        facts = {
            "toolchain": made.toolchain._asdict(),
            "private": made.private,
            "packs": made.packs,
            "fixed": sorted(made.files),
            "seen": {name: _stamp(name) for name in made.made_from},
        }
        replace_folder(path, {**made.files, **_placed(facts, path)}, {})
    return _opened(path, wish.target, custom)


def copy_to(made: Sysroot, folder: str) -> Sysroot:
    """Put a copy of a sysroot where the user wants one, in the place of an older one; gives the copy.

    Raises: InputError when something else is there, or it cannot be written.
    """
    folder = os.path.abspath(folder)
    if os.path.lexists(folder) and not _is_ours(folder):
        raise InputError(folder, "is there already and is no sysroot of ours; name another folder, or remove it")
    facts = _facts(made.path)
    if facts is None:  # the cache was cleared meanwhile
        raise InputError(made.path, "is no whole sysroot any more; try again")
    replace_folder(folder, _placed(facts, folder), {name: os.path.join(made.path, name) for name in facts["fixed"]})
    return _opened(folder, made.target.name)


def _opened(path: str, target: str, custom: Mapping[str, CustomTarget] = {}) -> Sysroot:
    facts = _facts(path)
    if facts is None:
        raise InputError(path, "is no whole sysroot; delete it and try again")
    toolchain, private = _toolchain(facts), bool(facts["private"])
    chosen = flags(path, toolchain, private, bool(facts["packs"]))
    return Sysroot(path, build_target(target, toolchain.machine, custom), toolchain, chosen, private)


def _is_ours(folder: str) -> bool:
    return os.path.isdir(folder) and (not os.listdir(folder) or os.path.isfile(os.path.join(folder, "glibcheck-env")))


def _placed(facts: Mapping[str, Any], folder: str) -> dict[str, bytes]:
    """Write the texts of a sysroot that name its folder, and the facts that tell how it was made."""
    from glibcheck.sysroot.layout import placed_files

    toolchain = _toolchain(facts)
    chosen = flags(folder, toolchain, facts["private"], facts["packs"])
    texts = placed_files(facts["fixed"], toolchain, chosen, folder) | {_FACTS: json.dumps(facts)}
    return {name: text.encode() for name, text in texts.items()}


def _key(wish: Wish, words: tuple[str, ...], custom: Mapping[str, CustomTarget]) -> str:
    """Name a sysroot by all that it is made from, but for the libraries, whose stamps are inside."""
    machine = wish.machine or os.uname().machine
    target = build_target(wish.target, machine, custom)
    compiler = which(words[0], wish.around) or words[0]
    identity = (_FORM, target.name, sorted(target.limits.items()), sorted(target.markers), wish.runtime, words,
                _stamp(compiler), wish.around.get("CXX"), _own_stamps())  # fmt: skip
    digest = hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
    name = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in target.name)
    return f"{name}-{machine}-{digest}"


def _own_stamps() -> list[tuple[str, int, int]]:
    """Stamp the parts of this program that decide what is in a sysroot; hundreds of files, so without their paths."""
    base = os.path.dirname(os.path.abspath(__file__))
    found = []
    for name in ("sysroot", "sysroot/compat", "catalogue"):
        with os.scandir(os.path.join(base, *name.split("/"))) as entries:
            for entry in entries:
                if entry.name.endswith(_SOURCES):
                    seen = entry.stat()
                    found.append((f"{name}/{entry.name}", seen.st_size, seen.st_mtime_ns))
    return sorted(found)


def _stamp(path: str) -> Stamp:
    """Tell a file from an older one of the same name; () when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return os.path.realpath(path), found.st_size, found.st_mtime_ns


def _facts(path: str) -> dict[str, Any] | None:
    """Read how a sysroot was made; None when it is not there, or what it was made from has changed."""
    try:
        with open(os.path.join(path, _FACTS), encoding="utf-8") as stream:
            facts = json.load(stream)
    except (OSError, ValueError):
        return None
    if not isinstance(facts, dict) or not {"toolchain", "private", "packs", "fixed", "seen"} <= facts.keys():
        return None
    return facts if all(tuple(stamp) == _stamp(name) for name, stamp in facts["seen"].items()) else None


def _toolchain(facts: Mapping[str, Any]) -> Toolchain:
    """Read a toolchain back from JSON, which has no tuples."""
    row = facts["toolchain"]
    return Toolchain(**row | {"command": tuple(row["command"]), "cxx": row["cxx"] and tuple(row["cxx"])})
