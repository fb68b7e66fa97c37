"""The static libraries of this system's compiler, which `-static-libstdc++` and its like put into a file unseen."""

from __future__ import annotations

import glob
import os

from glibcheck.loader import default_directories

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.dynamic import DynamicFile

# Static libraries of a compiler, by the shared ones in whose place they are linked.
_RUNTIMES = {
    "libstdc++.": ("libstdc++", "libsupc++", "libstdc++fs"),
    "libgcc_s.": ("libgcc_eh", "libgcc"),
    "libgomp.": ("libgomp",),
    "libgfortran.": ("libgfortran",),
}
_CXX_SIGN = b"St9exception\0"  # the name of std::exception's type, which is in every C++ runtime


def static_runtimes(file: DynamicFile) -> Iterator[str]:
    """Name the archives that a file may have inside: it does not need the shared library, and C++ leaves its sign."""
    triplet = os.path.basename(default_directories(file.machine)[0])
    needed = " ".join(file.strings.names(file.needed))
    cxx = file.buffer.find(_CXX_SIGN, 0, len(file.buffer)) >= 0
    for shared, archives in _RUNTIMES.items():
        if shared not in needed and (cxx or shared != "libstdc++."):
            for name in archives:
                yield from sorted(glob.glob(f"/usr/lib/gcc*/{triplet}/*/{name}.a"))
