"""What goes into a sysroot: stubs of the target's libraries, compat functions, and the C++ runtime if it is private.

This is where a compiler is asked and run; `sysroots` keeps what comes of it, and need not load any of this to find it.
"""

from __future__ import annotations

from glibcheck.catalogue.glibc import glibc
from glibcheck.errors import ElfError, InputError, TargetError
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.versions import release
from glibcheck.symver import defaults
from glibcheck.sysroot import compat
from glibcheck.sysroot.glibc import OWN_START, HostGlibc, glibc_stubs
from glibcheck.sysroot.layout import COMPAT, LIBSTDCXX, fixed_files
from glibcheck.sysroot.objects import archive_of
from glibcheck.sysroot.pic import why_not_pic
from glibcheck.sysroot.private import TLS_LIMIT, private_archive
from glibcheck.sysroot.runtimes import libgcc_s_stub, newest
from glibcheck.sysroot.split import split
from glibcheck.toolchain import compile_objects, find_toolchain, packs_relocations
from glibcheck.workspace.reading import read_file_linkage
from glibcheck.workspace.targets import build_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.catalogue.glibc import Glibc, Numbers
    from glibcheck.model.target import Target
    from glibcheck.model.toolchain import Runtime, Toolchain, Wish
    from glibcheck.sysroot.stub import StubLibrary
    from glibcheck.targets.custom import CustomTarget


class Making(Record):
    """What was made: the files that are the same wherever the sysroot is, and the facts that its texts follow from."""

    files: Mapping[str, bytes]
    toolchain: Toolchain
    private: bool
    packs: bool

    @property
    def made_from(self) -> tuple[str, ...]:
        """The files of the compiler that all this was read from, sorted."""
        tools = self.toolchain
        single = (tools.command[0], tools.cc1plus, tools.nonshared, tools.libgcc_s, tools.libstdcxx)
        paths = (*single, *tools.glibc.values(), *tools.archives.values(), *tools.linkers.values())
        return tuple(sorted({path for path in paths if path is not None}))


def make(wish: Wish, words: tuple[str, ...], custom: Mapping[str, CustomTarget] = {}) -> Making:
    """Make what a wish asks for with the compiler that `words` start; `custom` are the targets of the settings.

    Raises: TargetError; ToolError when the compiler fails; InputError when its libraries cannot be read.
    """
    toolchain = find_toolchain(words, wish.around)
    if wish.machine not in (None, toolchain.machine):
        raise InputError(words[0], f"compiles for {toolchain.machine}, not for {wish.machine}; name another one in CC")
    target = build_target(wish.target, toolchain.machine, custom)
    stubs, archives = _stubs(target, toolchain), _archives(target, toolchain, wish)
    packs = packs_relocations(toolchain, wish.around) and "GLIBC_ABI_DT_RELR" not in target.markers
    return Making(fixed_files(stubs, archives, toolchain.machine), toolchain, LIBSTDCXX in archives, packs)


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
    archives = {COMPAT: archive_of(_compiled(chosen, toolchain, wish.around))}
    if private:
        archives |= {name: _private(path, without) for name, path in toolchain.archives.items()}
    return archives


def _compiled(
    symbols: Iterable[SymbolName], toolchain: Toolchain, around: Mapping[str, str]
) -> dict[SymbolName, bytes]:
    """Compile compat functions to an object each, many in one run of the compiler (see `sysroot.split`)."""
    units = compat.units(symbols)
    sources = {names[0]: text for names, text in units.items()}
    objects = compile_objects(toolchain, sources, compat.headers(), compat.FLAGS, around)
    found: dict[SymbolName, bytes] = {}
    for names in units:
        data = objects[names[0]]
        parts = split(data, [name.encode() for name in names]) if len(names) > 1 else {names[0].encode(): data}
        found |= {SymbolName(name.decode()): part for name, part in parts.items()}
    return dict(sorted(found.items()))


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


def _text(numbers: Numbers) -> str:
    return ".".join(map(str, numbers))
