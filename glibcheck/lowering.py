"""Compare a plain build with one that was linked against an older system: what was solved, and what was lost.

A configure probe that the older system answers with no switches a feature off, and nothing else tells: the build
succeeds, the wheel fits, and has no threads any more. So the names that both builds ask for are compared. A name may go
when a compat function took its place, when the C++ runtime that has it is linked in now, or when it is glue that
compilers put in as they see fit; everything else that goes is a loss.

A compat function explains only what the project still asks for: a probe that answers no takes the call of getrandom out
of the sources, and the file looks just as if ours had been linked in. The objects of both builds tell the two apart.
"""

from __future__ import annotations

from glibcheck.model.lowering import Lost, Solved
from glibcheck.model.names import SymbolName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from glibcheck.model.image import ElfImage, Requirement
    from glibcheck.model.lowering import How
    from glibcheck.model.target import Target

    Images = Mapping[str, ElfImage]

_RUNTIMES = ("GLIBCXX_", "CXXABI_", "GCC_")
_GLIBC = (
    "libc.so.", "libm.so.", "libmvec.so.", "libpthread.so.", "libdl.so.", "librt.so.", "libutil.so.", "libanl.so.",
    "libresolv.so.", "ld-linux", "ld64.so.", "libstdc++.so.", "libgcc_s.so.",
)  # fmt: skip
# How a file reaches its thread-local data is the linker's choice, and depends on what is linked in.
_GLUE = frozenset({"__tls_get_addr", "__gmon_start__", "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable"})


def solved(before: Images, after: Images, target: Target, compat: Container[SymbolName]) -> Iterator[Solved]:
    """Say for each symbol above the target in the plain build what it is bound to now; files in order of path.

    A symbol that is asked for without a version now was found nowhere when the file was linked; it is not solved.
    """
    for path in sorted(before.keys() & after.keys()):
        now = {symbol: need for need in after[path].requirements for symbol in need.symbols}
        nowhere = frozenset(after[path].unversioned)
        for need in before[path].requirements:
            if not need.weak and not target.allows(need.version):
                for symbol in (name for name in need.symbols or (None,) if name not in nowhere):
                    found = now.get(symbol) if symbol is not None else None
                    how = _how(need, symbol, found, compat)
                    bound = f"{found.version} of {found.library}" if found is not None else ""
                    yield Solved(path, need.library, need.version, symbol, how, bound)


def _how(need: Requirement, symbol: SymbolName | None, now: Requirement | None, compat: Container[SymbolName]) -> How:
    if now is not None:
        return "older version" if now.library == need.library else "former library"
    if need.version.startswith(_RUNTIMES):
        return "static runtime"
    return "compat function" if symbol in compat else "not needed"


def lost(
    before: Images, after: Images, compat: Container[SymbolName], gone: Container[SymbolName] = ()
) -> Iterator[Lost]:
    """Name what the plain build has and the lowered one has not, files in order of path.

    `gone` are the names that the project's own objects do not refer to any more: no compat function explains those.
    """
    for path in sorted(before):
        if path not in after:
            yield Lost(path, "is not built any more")
            continue
        for library in before[path].needed:
            if library not in after[path].needed and not library.startswith(_GLIBC):
                yield Lost(path, f"{library} is not linked any more")
        names = _names(before[path]) - _names(after[path]) - _GLUE
        missing = sorted(name for name in names if name not in compat or name in gone)
        if missing:
            yield Lost(path, "not asked for any more", tuple(missing))


def dropped(before: frozenset[SymbolName] | None, after: frozenset[SymbolName] | None) -> frozenset[SymbolName]:
    """Give what the objects of the plain build refer to and those of the lowered one do not.

    None is what objects that do not tell refer to (none was left behind, or they are made with -flto); then nothing is
    known to be dropped.
    """
    return frozenset() if before is None or after is None else before - after


def _names(image: ElfImage) -> frozenset[SymbolName]:
    """Give the names that a file takes from others, but for those of the C++ runtime and libgcc."""
    needs = (need for need in image.requirements if not need.version.startswith(_RUNTIMES))
    return frozenset(image.unversioned).union(*(need.symbols for need in needs))


def newest_runtime_fits(images: Iterable[ElfImage], target: Target) -> bool:
    """Say whether a shared libstdc++ serves: whether the files need of it only what the target's has."""
    needs = (need for image in images for need in image.requirements if need.version.startswith(_RUNTIMES[:2]))
    return all(target.allows(need.version) for need in needs)
