"""Which release first had a node: what Debian's packages, this system's libraries and auditwheel's policies hold."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from glibcheck.catalogue.nodes import LIBRARIES, first_release, nodes
from glibcheck.catalogue.runtimes import gcc_release
from glibcheck.explain import explain
from glibcheck.model.names import Soname, VersionName
from glibcheck.model.versions import release
from glibcheck.workspace.reading import read_image
from tests.catalogue.debian import MACHINES, Archive, unpacked
from tests.downloads import UnavailableError
from tests.targets.data import MACHINES as POLICY_MACHINES
from tests.targets.data import full_names, raw_policies
from tests.tools import missing
from tests.values import numbers

PACKAGES = {
    "libstdc++6": "libstdc++.so.6",
    "libgcc-s1": "libgcc_s.so.1",
    "libgomp1": "libgomp.so.1",
    "libatomic1": "libatomic.so.1",
    "zlib1g": "libz.so.1",
}

# What the libraries define and the table has not.
UNDATED = (
    "GLIBC_2.0",  # libgcc_s took functions over from glibc, with their nodes
    "GLIBC_2.2",
    "GCC_3.5",  # of 32-bit Arm's EABI: in the sources since GCC 4.0, but its release for Linux is not established
    "GGC_14.0.0",  # _BitInt of 32-bit Arm, in 16.2 and not in 12.2; the name is spelt so
)

# Nodes of some machines only, in Debian's naming; the others are on all. GCC_3.3.2 and GCC_4.6.0 are in the tables of
# the manual, and no build of Debian has a symbol for them; the symbols of GCC_9.0.0 are of a machine that is not here.
LONG_DOUBLE = ("ppc64el", "s390x")
X86 = ("amd64", "i386")
ONLY_ON = {
    "GLIBCXX_LDBL_3.4": LONG_DOUBLE,
    "GLIBCXX_LDBL_3.4.7": LONG_DOUBLE,
    "GLIBCXX_LDBL_3.4.10": LONG_DOUBLE,
    "GLIBCXX_LDBL_3.4.21": LONG_DOUBLE,
    "GLIBCXX_LDBL_3.4.29": LONG_DOUBLE,
    "GLIBCXX_LDBL_3.4.31": LONG_DOUBLE,
    "GLIBCXX_IEEE128_3.4.29": ("ppc64el",),
    "GLIBCXX_IEEE128_3.4.30": ("ppc64el",),
    "GLIBCXX_IEEE128_3.4.31": ("ppc64el",),
    "CXXABI_1.3.16": ("riscv64",),
    "CXXABI_ARM_1.3.3": ("armhf",),
    "CXXABI_FLOAT128": (*X86, "loong64"),
    "CXXABI_IEEE128_1.3.13": ("ppc64el",),
    "CXXABI_LDBL_1.3": LONG_DOUBLE,
    "GCC_3.3.2": (),
    "GCC_3.3.4": ("armhf", "loong64"),
    "GCC_3.4.4": ("amd64", "arm64", "ppc64el", "s390x", "riscv64", "loong64"),
    "GCC_4.1.0": ("s390x",),
    "GCC_4.4.0": ("i386", "riscv64"),
    "GCC_4.5.0": ("i386", "arm64", "riscv64", "loong64"),
    "GCC_4.6.0": (),
    "GCC_4.8.0": X86,
    "GCC_9.0.0": (),
    "GCC_11.0": ("arm64",),
    "GCC_12.0.0": X86,
    "GCC_13.0.0": (*X86, "arm64"),
    "GCC_14.0": ("arm64",),
    "GCC_16.0": ("arm64",),
    "GCC_16.0.0": ("s390x", "riscv64", "loong64"),
}

# The GCC and zlib of the distributions that policies were made of: RHEL 7, Debian 9, RHEL 8 and 9, Ubuntu 22.04, 24.04.
POLICIES = {
    "manylinux_2_17": {"GCC": (4, 8), "zlib": (1, 2, 7)},
    "manylinux_2_24": {"GCC": (6,), "zlib": (1, 2, 8)},
    "manylinux_2_28": {"GCC": (8,), "zlib": (1, 2, 11)},
    "manylinux_2_34": {"GCC": (11,), "zlib": (1, 2, 11)},
    "manylinux_2_35": {"GCC": (12,), "zlib": (1, 2, 11)},
    "manylinux_2_39": {"GCC": (14,), "zlib": (1, 3)},
}


def defined(path: str) -> set[str]:
    """Read the nodes that a library defines, without the one that is its own name."""
    return {row.name for row in read_image(path).verdef if not row.base}


def first(node: str) -> tuple[int, ...]:
    """Give the release that first had a node as numbers."""
    found = first_release(VersionName(node))
    assert found is not None, node
    return numbers(found[1])


def expected(library: str, machine: str, packaged: tuple[int, ...]) -> set[str]:
    """Give the nodes that the table tells of a library on a machine of Debian, when it is of a release."""
    return {
        node
        for node in nodes(Soname(library))
        if first(node) <= packaged and machine in ONLY_ON.get(node, tuple(MACHINES))
    }


def upstream(version: str) -> tuple[int, ...]:
    """Take the release out of the version of a package: '1:1.2.13.dfsg-1' -> (1, 2, 13), '1.3+really1.3.2' -> 1.3.2."""
    found = re.match(r"(?:\d+:)?(?:.*\+really)?(\d+(?:\.\d+)*)", version)
    assert found is not None, version
    return numbers(found[1])


def named(folder: str, name: str) -> str:
    """Find the one file of a name below a folder."""
    (path,) = (os.path.join(top, name) for top, _, names in os.walk(folder) if name in names)
    return path


@pytest.mark.download
@pytest.mark.parametrize("suite", ["bullseye", "bookworm", "sid"])
def test_a_package_of_debian_defines_what_its_release_has_and_nothing_newer(
    suite: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read, known, releases, wrong = 0, 0, set(), {}
    try:
        archive = Archive(str(tmp_path), suite)
        for package, library in PACKAGES.items():
            for machine in MACHINES:
                found = unpacked(archive, package, machine)
                if found is None:
                    continue
                folder, version = found
                has = defined(named(folder, library)) - set(UNDATED)
                told = expected(library, machine, upstream(version))
                if has != told:
                    wrong[package, machine, version] = {"not told": has - told, "not there": told - has}
                read, known = read + 1, known + len(has)
                releases.add(f"{library} {version}")
    except UnavailableError as error:
        missing(f"{suite}: {error}")
    with capsys.disabled():
        print(f"\n{suite}: {read} libraries, {known} nodes; {', '.join(sorted(releases))}")
    assert wrong == {}
    assert read >= 4 * len(PACKAGES)


def installed(library: str) -> Iterator[str]:
    for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        yield from glob.glob(f"{folder}/{library}")
        yield from glob.glob(f"{folder}/*/{library}")


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_node_of_this_systems_library_is_known(library: str) -> None:
    paths = sorted(installed(library))
    if not paths:
        pytest.skip(f"{library} is not on this system")
    for path in paths:
        assert defined(path) - set(nodes(Soname(library))) - set(UNDATED) == set(), path


@pytest.mark.parametrize("machine", POLICY_MACHINES)
def test_every_node_of_auditwheels_policies_is_known(machine: str) -> None:
    found = {name for row in raw_policies(machine) for name in full_names(row["symbol_versions"][machine])}
    unknown = {name for name in found if first_release(VersionName(name)) is None and not name.startswith("GLIBC_")}
    assert unknown - set(UNDATED) == set()


@pytest.mark.parametrize("machine", POLICY_MACHINES)
def test_no_policy_has_a_node_that_is_newer_than_its_distribution(machine: str) -> None:
    for row in raw_policies(machine):
        for name in full_names(row["symbol_versions"][machine]) if row["name"] in POLICIES else ():
            found = first_release(VersionName(name))
            if found is not None:
                newest = POLICIES[row["name"]][found[0]]
                assert numbers(found[1])[: len(newest)] <= newest, (row["name"], name, found)


@pytest.mark.parametrize(
    ("node", "maker", "number"),
    [
        ("GLIBCXX_3.4.8", "GCC", "4.1.1"),
        ("GLIBCXX_3.4.30", "GCC", "12.1"),
        ("GLIBCXX_LDBL_3.4.10", "GCC", "4.3"),
        ("GLIBCXX_IEEE128_3.4.30", "GCC", "12.1"),
        ("CXXABI_1.3", "GCC", "3.4"),
        ("CXXABI_1.3.8", "GCC", "4.9"),
        ("CXXABI_1.3.15", "GCC", "14.1"),
        ("CXXABI_TM_1", "GCC", "4.7"),
        ("CXXABI_FLOAT128", "GCC", "5.1"),
        ("CXXABI_LDBL_1.3", "GCC", "4.2"),
        ("GCC_3.0", "GCC", "3.0"),
        ("GCC_4.2.0", "GCC", "4.2"),
        ("GCC_7.0.0", "GCC", "7"),
        ("GCC_12.0.0", "GCC", "12"),
        ("GOMP_1.0", "GCC", "4.2"),
        ("GOMP_4.5", "GCC", "6"),
        ("OMP_5.0.1", "GCC", "11"),
        ("OACC_2.0.1", "GCC", "8"),
        ("GOACC_2.0.2", "GCC", "12"),
        ("GOMP_PLUGIN_1.4", "GCC", "13"),
        ("LIBATOMIC_1.0", "GCC", "4.8"),
        ("LIBATOMIC_1.2", "GCC", "6"),
        ("ZLIB_1.2.0", "zlib", "1.2.4"),
        ("ZLIB_1.2.5.2", "zlib", "1.2.6"),
        ("ZLIB_1.2.9", "zlib", "1.2.9"),
        ("ZLIB_1.3.1.2", "zlib", "1.3.2"),
    ],
)
def test_first_release(node: str, maker: str, number: str) -> None:
    assert first_release(VersionName(node)) == (maker, number)


@pytest.mark.parametrize(
    "node",
    [
        "GLIBC_2.34",
        "GLIBCXX_3.4.999",
        "GLIBCXX_3.4.5.1",
        "CXXABI_1.4",
        "GCC_3.5",
        "GOMP_",
        "GOMP",
        "_4.5",
        "",
        "libgomp.so.1",
        "ZLIB_1.2.5",
    ],
)
def test_other_nodes_have_no_release(node: str) -> None:
    assert first_release(VersionName(node)) is None


def test_a_newer_node_of_a_family_never_means_an_older_release() -> None:
    families: dict[str, list[VersionName]] = {}
    for library in LIBRARIES:
        for node in nodes(library):
            found = release(node)
            families.setdefault(found.family if found else node, []).append(node)
    for rows in families.values():
        assert rows == sorted(rows, key=lambda node: numbers(node.rpartition("_")[2]) if len(rows) > 1 else ())
        releases = [first(node) for node in rows]
        assert releases == sorted(releases), rows


def test_a_node_is_of_one_library() -> None:
    every = [node for library in LIBRARIES for node in nodes(library)]
    assert len(every) == len(set(every))
    assert set(ONLY_ON) <= set(every)
    assert list(nodes(Soname("libm.so.6"))) == []


def test_both_tables_agree_on_libstdcxx() -> None:
    for node in nodes(Soname("libstdc++.so.6")):
        found = release(node)
        if found is not None and found.family == "GLIBCXX":
            assert first_release(node) == ("GCC", gcc_release(found))


@pytest.mark.parametrize(
    ("library", "node", "since", "oldest"),
    [
        ("libstdc++.so.6", "GLIBCXX_3.4.30", "GCC 12.1", ("Debian", "12")),
        ("libstdc++.so.6", "CXXABI_1.3.8", "GCC 4.9", ("Debian", "8")),
        ("libstdc++.so.6", "CXXABI_FLOAT128", "GCC 5.1", None),
        ("libgomp.so.1", "GOMP_5.0", "GCC 9", None),
        ("libz.so.1", "ZLIB_1.2.9", "zlib 1.2.9", None),
        ("libgcc_s.so.1", "GCC_12.0.0", "GCC 12", None),
        ("libc.so.6", "GLIBC_2.34", "glibc 2.34", ("Debian", "12")),
        ("libc.so.6", "GLIBC_ABI_DT_RELR", "glibc 2.36", ("Debian", "12")),
        ("libother.so.1", "OTHER_1.0", None, None),
    ],
)
def test_a_version_that_is_not_found_is_explained_with_its_release(
    library: str, node: str, since: str | None, oldest: tuple[str, str] | None
) -> None:
    (found,) = explain(f"./a: /lib/{library}: version `{node}' not found (required by ./a)")
    assert found.since == since
    assert (found.systems[0] if found.systems else None) == oldest
