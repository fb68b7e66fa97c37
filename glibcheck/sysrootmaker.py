"""What a sysroot is made of: the compiler is asked, stubs are described, compat functions compiled, archives hidden.

This is the slow half of `glibcheck.sysroots`, which keeps the results.
"""

from __future__ import annotations

from glibcheck.catalogue.glibc import glibc
from glibcheck.errors import ElfError, InputError, TargetError
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.toolchain import Toolchain
from glibcheck.model.versions import release
from glibcheck.symver import defaults
from glibcheck.sysroot import compat
from glibcheck.sysroot.glibc import OWN_START, HostGlibc, glibc_stubs
from glibcheck.sysroot.layout import COMPAT, LIBSTDCXX, fixed_files
from glibcheck.sysroot.objects import archive_of
from glibcheck.sysroot.pic import why_not_pic
from glibcheck.sysroot.private import TLS_LIMIT, private_archive
from glibcheck.sysroot.runtimes import libgcc_s_stub, newest
from glibcheck.toolchain import compile_objects, find_toolchain, packs_relocations
from glibcheck.workspace.reading import read_file_linkage
from glibcheck.workspace.targets import build_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.catalogue.glibc import Glibc, Numbers
    from glibcheck.model.target import Target
    from glibcheck.model.toolchain import Runtime, Wish
    from glibcheck.sysroot.stub import StubLibrary


class Ingredients(Record):
    """What there is to know of a sysroot before it has a place.

    `files` are those that are the same wherever it is, by names below it; `depends` the paths of all files that it was
    made from; `packs` says that links pack their relocations unless told not to.
    """

    toolchain: Toolchain
    private: bool
    packs: bool
    files: Mapping[str, bytes]
    depends: tuple[str, ...]


def ingredients(wish: Wish, words: tuple[str, ...]) -> Ingredients:
    """Make all of a sysroot that does not name its place; `words` start the compiler.

    Raises: as `sysroots.sysroot`.
    """
    toolchain = find_toolchain(words, wish.around)
    if wish.machine not in (None, toolchain.machine):
        raise InputError(words[0], f"compiles for {toolchain.machine}, not for {wish.machine}; name another one in CC")
    target = build_target(wish.target, toolchain.machine)
    host = _host(toolchain)
    stubs, archives = _stubs(target, toolchain, host), _archives(target, toolchain, host, wish)
    return Ingredients(
        toolchain=toolchain,
        private=LIBSTDCXX in archives,
        packs=packs_relocations(toolchain, wish.around) and "GLIBC_ABI_DT_RELR" not in target.markers,
        files=fixed_files(stubs, archives, toolchain.machine),
        depends=_depends(toolchain),
    )


def _stubs(target: Target, toolchain: Toolchain, host: HostGlibc) -> list[StubLibrary]:
    """Describe the libraries of glibc at the target, and its libgcc_s."""
    known = glibc(toolchain.machine)
    assert known is not None  # noqa: S101 - toolchains of other machines are refused where they are found
    _require_between(target, known, host)
    stubs = [*glibc_stubs(known, target.glibc, host, map(VersionName, target.markers))]
    if toolchain.libgcc_s is not None:
        stubs.append(libgcc_s_stub(read_file_linkage(toolchain.libgcc_s).exports, target))
    return stubs


def _archives(target: Target, toolchain: Toolchain, host: HostGlibc, wish: Wish) -> dict[str, bytes]:
    """Make the compat archive, and the private C++ runtime if there is to be one."""
    chosen = [row.symbol for row in compat.members(toolchain.machine, target.glibc, frozenset(host.defaults))]
    private = _is_private(target, toolchain, wish.runtime)
    without: tuple[bytes, ...] = ()
    if target.glibc < OWN_START <= host.release:
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
            f"it is newer than the compiler's glibc {_text(host.release)}, and what that builds runs there as it is",
        )


def _depends(toolchain: Toolchain) -> tuple[str, ...]:
    single = (toolchain.command[0], toolchain.nonshared, toolchain.libgcc_s, toolchain.libstdcxx)
    paths = (*single, *toolchain.glibc.values(), *toolchain.archives.values(), *toolchain.linkers.values())
    return tuple(sorted({path for path in paths if path is not None}))


def _text(numbers: Numbers) -> str:
    return ".".join(map(str, numbers))
