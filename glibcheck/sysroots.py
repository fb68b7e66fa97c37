"""Sysroots on the disk: made once for a target and a compiler, kept in the user's cache, copied to where one is wanted.

What a sysroot holds depends on the target, on the compiler and its libraries, and on this program's own data; the
name of its folder in the cache is a hash of what identifies them (paths, sizes and times of files), so a new compiler
or a new glibcheck gets a new one, and asking for one that is there runs no compiler.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil

import glibcheck
from glibcheck.catalogue.glibc import glibc
from glibcheck.errors import ElfError, InputError, TargetError
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.toolchain import Toolchain
from glibcheck.model.versions import release
from glibcheck.symver import defaults
from glibcheck.sysroot import compat
from glibcheck.sysroot.environment import Flags, flags
from glibcheck.sysroot.glibc import OWN_START, HostGlibc, glibc_stubs
from glibcheck.sysroot.layout import COMPAT, LIBSTDCXX, fixed_files, placed_files
from glibcheck.sysroot.objects import archive_of
from glibcheck.sysroot.pic import why_not_pic
from glibcheck.sysroot.private import TLS_LIMIT, private_archive
from glibcheck.sysroot.runtimes import libgcc_s_stub, newest
from glibcheck.toolchain import compile_objects, compiler_words, find_toolchain, packs_relocations
from glibcheck.workspace.cachefolder import cache_folder, replace_folder
from glibcheck.workspace.reading import read_file_linkage
from glibcheck.workspace.targets import build_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from glibcheck.catalogue.glibc import Glibc, Numbers
    from glibcheck.model.target import Target
    from glibcheck.sysroot.stub import StubLibrary

    Runtime = Literal["auto", "private", "shared"]
    Stamp = tuple[str, int, int] | tuple[()]

_FORM = 2  # of what is in the cache; another number makes all of it anew
_FACTS = "sysroot.json"


class Sysroot(Record):
    """A sysroot on the disk; `private` says that C++ code links the compiler's libstdc++ statically and hidden."""

    path: str
    target: Target
    toolchain: Toolchain
    flags: Flags
    private: bool


class Wish(Record):
    """What is asked for: a target by its name, a machine (None: the compiler's), the C++ runtime, the environment."""

    target: str
    machine: str | None
    runtime: Runtime
    around: Mapping[str, str]


def sysroot(wish: Wish) -> Sysroot:
    """Give the sysroot for a wish from the cache, made if it is not there (seconds, for it compiles).

    Raises: TargetError; ToolError without a compiler, or when it fails; InputError when its libraries cannot be read.
    """
    words = compiler_words(wish.machine, wish.around)
    path = os.path.join(cache_folder("sysroots", wish.around), _key(wish, words))
    if _facts(path) is None:
        _make(wish, words, path)
    return _opened(path, wish.target)


def copy_to(made: Sysroot, folder: str) -> Sysroot:
    """Put a copy of a sysroot where the user wants one, in the place of an older one; gives the copy.

    Raises: InputError when something else is there, or it cannot be written.
    """
    folder = os.path.abspath(folder)
    if os.path.lexists(folder) and not _is_ours(folder):
        raise InputError(folder, "is there already and is no sysroot of ours; name another folder, or remove it")
    facts = _facts(made.path) or {}
    replace_folder(folder, _placed(facts, folder), {name: os.path.join(made.path, name) for name in facts["fixed"]})
    return _opened(folder, made.target.name)


def _opened(path: str, target: str) -> Sysroot:
    facts = _facts(path)
    if facts is None:
        raise InputError(path, "is no whole sysroot; delete it and try again")
    toolchain, private = _toolchain(facts), bool(facts["private"])
    chosen = flags(path, toolchain, private, bool(facts["packs"]))
    return Sysroot(path, build_target(target, toolchain.machine), toolchain, chosen, private)


def _is_ours(folder: str) -> bool:
    return os.path.isdir(folder) and (not os.listdir(folder) or os.path.isfile(os.path.join(folder, "glibcheck-env")))


def _make(wish: Wish, words: tuple[str, ...], path: str) -> None:
    """Make the sysroot of a wish in the cache."""
    toolchain = find_toolchain(words, wish.around)
    if wish.machine not in (None, toolchain.machine):
        raise InputError(words[0], f"compiles for {toolchain.machine}, not for {wish.machine}; name another one in CC")
    target = build_target(wish.target, toolchain.machine)
    stubs, archives = _stubs(target, toolchain), _archives(target, toolchain, wish)
    fixed = fixed_files(stubs, archives, toolchain.machine)
    facts = {
        "toolchain": toolchain._asdict(),
        "private": LIBSTDCXX in archives,
        "packs": packs_relocations(toolchain, wish.around) and "GLIBC_ABI_DT_RELR" not in target.markers,
        "fixed": sorted(fixed),
        "seen": {name: _stamp(name) for name in _depends(toolchain)},
    }
    replace_folder(path, fixed | _placed(facts, path), {})


def _placed(facts: Mapping[str, Any], folder: str) -> dict[str, bytes]:
    """Write the texts of a sysroot that name its folder, and the facts that tell how it was made."""
    toolchain = _toolchain(facts)
    chosen = flags(folder, toolchain, facts["private"], facts["packs"])
    texts = placed_files(facts["fixed"], toolchain, chosen, folder) | {_FACTS: json.dumps(facts)}
    return {name: text.encode() for name, text in texts.items()}


def _stubs(target: Target, toolchain: Toolchain) -> list[StubLibrary]:
    """Describe the libraries of glibc at the target, and its libgcc_s."""
    known = glibc(toolchain.machine)
    assert known is not None  # noqa: S101 - toolchains of other machines are refused where they are found
    host = _host(toolchain)
    _require_between(target, known, host)
    stubs = [*glibc_stubs(known, target.glibc, host, map(VersionName, target.markers))]
    if toolchain.libgcc_s is not None:
        stubs.append(libgcc_s_stub(read_file_linkage(toolchain.libgcc_s).exports, target))
    return stubs


def _archives(target: Target, toolchain: Toolchain, wish: Wish) -> dict[str, bytes]:
    """Make the compat archive, and the private C++ runtime if there is to be one."""
    chosen = [
        row.symbol for row in compat.members(toolchain.machine, target.glibc, frozenset(_host(toolchain).defaults))
    ]
    private = _is_private(target, toolchain, wish.runtime)
    without: tuple[bytes, ...] = ()
    if target.glibc < OWN_START <= _host(toolchain).release:
        chosen.append(compat.START)
    if private and target.glibc < TLS_LIMIT:
        chosen.append(compat.EH_GLOBALS)
        without = (compat.EH_GLOBALS.encode(),)
    sources = {name: compat.source(name) for name in chosen}
    objects = compile_objects(toolchain, sources, compat.headers(), compat.FLAGS, wish.around)
    archives = {COMPAT: archive_of(objects)}
    if private:
        archives |= {name: _private(path, without) for name, path in toolchain.archives.items()}
    return archives


def _private(path: str, without: tuple[bytes, ...]) -> bytes:
    """Copy an archive of the C++ runtime, hidden; raises InputError when it cannot be part of a shared object."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
        culprit = why_not_pic(data)
        if culprit is not None:
            raise InputError(path, f"{culprit}; a shared object cannot take it in")
        return private_archive(data, without)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    except ElfError as error:
        raise InputError(path, error.message, error.offset) from error


def _is_private(target: Target, toolchain: Toolchain, runtime: Runtime) -> bool:
    """Decide about the C++ runtime: a shared one serves when the compiler's is no newer than the target's."""
    if runtime != "auto" or toolchain.libstdcxx is None:
        return runtime == "private" and toolchain.libstdcxx is not None
    exports = read_file_linkage(toolchain.libstdcxx).exports
    families = ("GLIBCXX", "CXXABI")
    return any(family in target.limits and newest(exports, family) > target.limits[family] for family in families)


def _host(toolchain: Toolchain) -> HostGlibc:
    """Read what the compiler's glibc offers to new links."""
    found: dict[SymbolName, VersionName] = {}
    for path in reversed(tuple(toolchain.glibc.values())):  # libc.so.6, the first, has the last word
        found |= defaults(read_file_linkage(path).exports)
    numbers = (release(version) for version in found.values())
    return HostGlibc(max(row.numbers for row in numbers if row is not None and row.family == "GLIBC"), found)


def _require_between(target: Target, known: Glibc, host: HostGlibc) -> None:
    """Check that the target is not older than the machine, nor newer than the compiler's glibc; raises TargetError."""
    first = known.begin
    if target.glibc < first:
        raise TargetError(target.name, f"glibc on {known.machine} begins with {_text(first)}")
    if target.glibc > host.release:
        raise TargetError(
            target.name,
            f"is newer than glibc {_text(host.release)}, which the compiler has; what it builds runs there as it is",
        )


def _key(wish: Wish, words: tuple[str, ...]) -> str:
    """Name a sysroot by all that it is made from, but for the libraries, whose stamps are inside."""
    machine = wish.machine or os.uname().machine
    target = build_target(wish.target, machine)
    compiler = shutil.which(words[0], path=wish.around.get("PATH")) or words[0]
    identity = (_FORM, target.name, sorted(target.limits.items()), sorted(target.markers), wish.runtime, words,
                _stamp(compiler), wish.around.get("CXX"), _own_stamps())  # fmt: skip
    digest = hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
    return f"{target.name.replace(':', '-').replace('/', '-')}-{machine}-{digest}"


def _own_stamps() -> list[tuple[str, Stamp]]:
    """Stamp the parts of this program that decide what is in a sysroot."""
    base = os.path.dirname(os.path.abspath(glibcheck.__file__))
    folders = [os.path.join(base, *name.split("/")) for name in ("sysroot", "sysroot/compat", "catalogue")]
    return [(entry.name, _stamp(entry.path)) for folder in folders for entry in _sorted(folder) if entry.is_file()]


def _sorted(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _stamp(path: str) -> Stamp:
    """Tell a file from an older one of the same name; () when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return os.path.realpath(path), found.st_size, found.st_mtime_ns


def _depends(toolchain: Toolchain) -> list[str]:
    single = (toolchain.command[0], toolchain.nonshared, toolchain.libgcc_s, toolchain.libstdcxx)
    paths = (*single, *toolchain.glibc.values(), *toolchain.archives.values(), *toolchain.linkers.values())
    return sorted({path for path in paths if path is not None})


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


def _text(numbers: Numbers) -> str:
    return ".".join(map(str, numbers))
