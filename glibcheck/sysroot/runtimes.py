"""The stub of the target's libgcc_s.so.1: the functions of the compiler's own that the target's version nodes have.

The compiler's libgcc_s.so.1 cannot stay in front of the linker: it needs `_dl_find_object@GLIBC_2.35`, which the
stubs of glibc have not, and gold and lld refuse every program for it. Nor must files link libgcc.a instead
(`-static-libgcc`): pthread_cancel and pthread_exit unwind through the shared one, and a second unwinder in the
process ends it.

libgcc never took a symbol back, so what it has today under old nodes is what it had.
"""

from __future__ import annotations

from glibcheck.model.names import Soname, VersionName
from glibcheck.model.versions import order, release
from glibcheck.sysroot.stub import StubLibrary, StubSymbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.image import Export
    from glibcheck.model.target import Target

LIBGCC_S = Soname("libgcc_s.so.1")


def libgcc_s_stub(exports: Iterable[Export], target: Target) -> StubLibrary:
    """Describe libgcc_s.so.1 as the target has it, from what the compiler's has; all of it is functions."""
    symbols = tuple(
        StubSymbol(row.name, row.version, not row.hidden)
        for row in sorted(exports, key=lambda row: (row.name, row.version or ""))
        if row.version is not None and str(row.name) != row.version and _there(row.version, target)
    )
    nodes = {row.version for row in symbols if row.version is not None}
    return StubLibrary(LIBGCC_S, tuple(sorted(nodes, key=order)), symbols)


def newest(exports: Iterable[Export], family: str) -> tuple[int, ...]:
    """Give the newest numbers of a family among the exports ('GLIBCXX': (3, 4, 30)); () when there is none."""
    releases = (release(row.version) for row in exports if row.version is not None)
    return max((found.numbers for found in releases if found is not None and found.family == family), default=())


def _there(version: VersionName, target: Target) -> bool:
    return release(version) is not None and target.allows(version)
