"""Which release first had a version node of GCC's runtime libraries or of zlib: GCC 6 had GOMP_4.5.

A node stays in every later release. Sources: the linker maps of the libraries (libgomp.map, libatomic.map, gnu.ver and
ldbl-extra.ver of libstdc++, libgcc-std.ver and those of the machines, zlib.map) with their change logs, and the tables
in "ABI Policy and Guidelines" of the libstdc++ manual. tests/catalogue/test_nodes.py holds them against the libraries
of three Debian releases and against auditwheel's policies.

Not every machine has every node: CXXABI_FLOAT128 is on x86 and LoongArch only, GCC_11.0 on aarch64 only, CXXABI_1.3.16
on RISC-V only, the LDBL and IEEE128 ones where long double changed. Nodes whose release is not established are not
here, such as GCC_3.5 of 32-bit Arm.

Traps: distributions put nodes into older releases, too: RHEL 6 has zlib 1.2.3 with ZLIB_1.2.2.4, where zlib itself got
its map in the betas of 1.2.4. And a node that is named after a beta (ZLIB_1.2.5.1) is in the release that followed it.
"""

from __future__ import annotations

from glibcheck.catalogue.runtimes import FIRST_IN_GCC
from glibcheck.model.names import Soname, VersionName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The library, and what its version nodes begin with.
LIBRARIES: Mapping[Soname, tuple[str, ...]] = {
    Soname("libstdc++.so.6"): (
        "GLIBCXX", "GLIBCXX_LDBL", "GLIBCXX_IEEE128",
        "CXXABI", "CXXABI_ARM", "CXXABI_IEEE128", "CXXABI_LDBL", "CXXABI_TM",
    ),
    Soname("libgcc_s.so.1"): ("GCC",),
    Soname("libgomp.so.1"): ("GOMP", "OMP", "OACC", "GOACC", "GOMP_PLUGIN"),
    Soname("libatomic.so.1"): ("LIBATOMIC",),
    Soname("libz.so.1"): ("ZLIB",),
}  # fmt: skip

# What a node ends with, oldest first, and the release. Of libstdc++ it is the exact one, since updates of a GCC bring
# nodes, too; of the others it is the series from GCC 5 on, where the first release of series 6 is 6.1.
_FIRST: Mapping[str, Mapping[str, str]] = {
    "GLIBCXX": {".".join(map(str, numbers)): gcc for numbers, gcc in reversed(FIRST_IN_GCC["GLIBCXX"])},
    "GLIBCXX_LDBL": {
        "3.4": "4.2", "3.4.7": "4.2", "3.4.10": "4.3", "3.4.21": "5.1", "3.4.29": "11.1", "3.4.31": "13.1",
    },
    "GLIBCXX_IEEE128": {"3.4.29": "11.1", "3.4.30": "12.1", "3.4.31": "13.1"},
    "CXXABI": {
        "1.3": "3.4", "1.3.1": "4.0", "1.3.2": "4.3", "1.3.3": "4.4", "1.3.4": "4.5", "1.3.5": "4.6", "1.3.6": "4.7",
        "1.3.7": "4.8", "1.3.8": "4.9", "1.3.9": "5.1", "1.3.10": "6.1", "1.3.11": "7.1", "1.3.12": "9.1",
        "1.3.13": "11.1", "1.3.14": "13.1", "1.3.15": "14.1", "1.3.16": "15.1", "1.3.17": "16.1", "FLOAT128": "5.1",
    },
    "CXXABI_ARM": {"1.3.3": "4.4"},
    "CXXABI_IEEE128": {"1.3.13": "11.1"},
    "CXXABI_LDBL": {"1.3": "4.2"},
    "CXXABI_TM": {"1": "4.7"},
    "GCC": {
        "3.0": "3.0", "3.3": "3.3", "3.3.1": "3.3.1", "3.3.2": "3.3.2", "3.3.4": "3.3.4", "3.4": "3.4",
        "3.4.2": "3.4.2", "3.4.4": "3.4.4", "4.0.0": "4.0", "4.1.0": "4.1", "4.2.0": "4.2", "4.3.0": "4.3",
        "4.4.0": "4.4", "4.5.0": "4.5", "4.6.0": "4.6", "4.7.0": "4.7", "4.8.0": "4.8", "7.0.0": "7", "9.0.0": "9",
        "11.0": "11", "12.0.0": "12", "13.0.0": "13", "14.0": "14", "14.0.0": "14", "16.0": "16", "16.0.0": "16",
    },
    "GOMP": {
        "1.0": "4.2", "2.0": "4.4", "3.0": "4.7", "4.0": "4.9", "4.0.1": "5", "4.5": "6", "5.0": "9", "5.0.1": "11",
        "5.1": "12", "5.1.1": "13", "5.1.2": "14", "5.1.3": "15", "6.0": "15", "6.0.1": "16",
    },
    "OMP": {
        "1.0": "4.2", "2.0": "4.2", "3.0": "4.4", "3.1": "4.7", "4.0": "4.9", "4.5": "6", "5.0": "9", "5.0.1": "11",
        "5.0.2": "12", "5.1": "12", "5.1.1": "13", "5.2": "13",
    },
    "OACC": {"2.0": "5", "2.0.1": "8", "2.5": "9", "2.5.1": "10", "2.6": "10", "2.6.1": "16"},
    "GOACC": {"2.0": "5", "2.0.1": "6", "2.0.2": "12"},
    "GOMP_PLUGIN": {"1.0": "5", "1.1": "6", "1.2": "9", "1.3": "10", "1.4": "13"},
    "LIBATOMIC": {"1.0": "4.8", "1.1": "4.9", "1.2": "6"},
    "ZLIB": {
        "1.2.0": "1.2.4", "1.2.0.2": "1.2.4", "1.2.0.8": "1.2.4", "1.2.2": "1.2.4", "1.2.2.3": "1.2.4",
        "1.2.2.4": "1.2.4", "1.2.3.3": "1.2.4", "1.2.3.4": "1.2.4", "1.2.3.5": "1.2.4", "1.2.5.1": "1.2.6",
        "1.2.5.2": "1.2.6", "1.2.7.1": "1.2.8", "1.2.9": "1.2.9", "1.2.12": "1.2.12", "1.3.1.2": "1.3.2",
        "1.3.2": "1.3.2",
    },
}  # fmt: skip


def first_release(node: VersionName) -> tuple[str, str] | None:
    """Tell what brought a node, and since which release: ('GCC', '6') for GOMP_4.5; None when that is not known."""
    family, _, number = node.rpartition("_")
    first = _FIRST.get(family, {}).get(number)
    return None if first is None else ("zlib" if family == "ZLIB" else "GCC", first)


def nodes(library: Soname) -> Iterator[VersionName]:
    """Give every node that is known of a library, by family, oldest first within each."""
    for family in LIBRARIES.get(library, ()):
        for number in _FIRST[family]:
            yield VersionName(f"{family}_{number}")
