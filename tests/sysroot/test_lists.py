"""Stub libraries beside the lists of glibc's releases: the same symbols and versions in the same libraries.

The lists do not tell which version a new link gets, so that has a rule here: the newest of the release, unless a stated
reason hides it. What was written is read back, by our reader and by others.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from glibcheck.catalogue.glibc import LIBC, MACHINES
from glibcheck.catalogue.reversions import why_unsafe
from glibcheck.elf.image import read_linkage
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.versions import order
from glibcheck.sysroot.elfwriter import write
from glibcheck.sysroot.machines import MACHINES as IDENTITIES
from tests.catalogue.lists import lists
from tests.catalogue.test_glibc import LIBRARIES
from tests.sysroot.known import catalogue, host, stubs
from tests.tools import need

RELEASES = (17, 24, 28, 31, 34)
OF_EACH_FORM = ("x86_64", "i686", "s390x")  # class and byte order; no machine of the catalogue is 32-bit big-endian

Row = tuple[str, str, str]  # library, symbol, version

# Why a stub differs from the list: a pattern of 'machine release ours|theirs library symbol version', where `ours` is
# what the stub alone has. What libc.so.6 has as well is marked with '(twin)'.
MEANT = {
    "versions that empty libraries keep alive by a symbol that nobody uses": (
        r"\w+ \d+ theirs \S+ __\w+_version_placeholder \S+"
    ),
    "the unwinder of GCC 3 for old files; new ones have their own": (
        r"(i686|s390x) \d+ theirs libc\.so\.6 \w+ GCC_3\.0"
    ),
    "the lists have no libanl of s390x from 2.20 to 2.33": r"s390x (24|28|31) ours libanl\.so\.1 \w+ GLIBC_2\.2\.3",
    "twins of functions of libc.so.6, which new links take from there": (
        r"\w+ (17|24|28) theirs libpthread\.so\.0 \w+ GLIBC_\S+ \(twin\)"
    ),
    "twins that the libpthread of a new machine never had, hidden in the stub as all twins": (
        r"riscv64 (28|31) ours libpthread\.so\.0 (__fork|fork|longjmp|siglongjmp|system) GLIBC_2\.27 \(twin\)"
    ),
    "gone before the oldest package of the machine that is left": (
        r"(aarch64|armv7l) 17 theirs libpthread\.so\.0 pthread_atfork GLIBC_\S+"
        r"|(ppc64le|s390x) \d+ theirs libc\.so\.6 malloc_[gs]et_state GLIBC_\S+"
    ),
    "what the loader had for itself until 2.25": r"\w+ (17|24) theirs ld\S+ __libc_memalign GLIBC_\S+( \(twin\))?",
}


def loader(machine: str) -> str:
    rows = (row for symbol in catalogue(machine).symbols() for row in catalogue(machine).rows(symbol))
    return next(row.library for row in rows if row.until is None and row.library.startswith("ld"))


@cache
def theirs(machine: str, release: int) -> frozenset[Row]:
    """Give what the lists have, but for thread-local data, which a stub leaves out; nothing before their first."""
    return frozenset(
        (library, symbol, version)
        for name, library in {**LIBRARIES, "ld": loader(machine)}.items()
        for symbol, versions in lists(machine).get(name, {}).items()
        for version, (kind, first, last) in versions.items()
        if first <= release <= last and kind[0] != "T"
    )


def ours(machine: str, release: int) -> frozenset[Row]:
    """Give what is in the written stubs, read back from their bytes."""
    written = ((stub.soname, write(stub, machine)) for stub in stubs(machine, release))
    return frozenset(
        (soname, row.name, row.version or "") for soname, data in written for row in read_linkage(data).exports
    )


def differences(machine: str, release: int) -> Iterator[str]:
    mine, other = ours(machine, release), theirs(machine, release)
    in_libc = {symbol for library, symbol, _ in other if library == LIBC}
    for side, rows in (("ours", mine - other), ("theirs", other - mine)):
        for library, symbol, version in sorted(rows):
            twin = " (twin)" if library != LIBC and symbol in in_libc else ""
            yield f"{machine} {release} {side} {library} {symbol} {version}{twin}"


def reason(line: str) -> str:
    return next((why for why, pattern in MEANT.items() if re.fullmatch(pattern, line)), line)


def cases() -> Iterable[tuple[str, int]]:
    """Give the machines with the releases that they have, and that the lists have of them."""
    return [
        (machine, release) for machine in MACHINES for release in RELEASES if catalogue(machine).begin <= (2, release)
    ]


def listed(machine: str, release: int) -> bool:
    return bool(theirs(machine, release))


@pytest.mark.parametrize(("machine", "release"), cases())
def test_the_stubs_have_what_the_release_had(machine: str, release: int) -> None:
    if not listed(machine, release):  # upstream began ppc64le with 2.19, its first node is of 2.17
        pytest.skip(f"the lists have no glibc 2.{release} of {machine}")
    found = list(differences(machine, release))
    reasons = Counter(map(reason, found))
    print(f"{machine} 2.{release}: {len(theirs(machine, release))} in the lists, {len(found)} differences")
    for why, count in reasons.most_common():
        print(f"  {count:5} {why}")
    assert set(reasons) <= set(MEANT)


def test_no_explanation_is_idle() -> None:
    used = {reason(line) for case in cases() if listed(*case) for line in differences(*case)}
    assert used == set(MEANT)


@pytest.mark.parametrize(("machine", "release"), cases())
def test_new_links_get_the_newest_version_or_a_stated_reason_hides_it(machine: str, release: int) -> None:
    in_libc = {row.symbol for row in catalogue(machine).exports(LIBC, (2, release))}
    hidden: Counter[str] = Counter()
    for stub in stubs(machine, release):
        exports = read_linkage(write(stub, machine)).exports
        newest = {row.name: row.version for row in sorted(exports, key=lambda row: order(row.version or ""))}
        for row in exports:
            why = (
                "an older version"
                if newest[row.name] != row.version
                else "libc.so.6 has it"
                if stub.soname != LIBC and row.name in in_libc
                else why_not_linked(machine, row.name, release)
            )
            assert row.hidden == (why is not None), (stub.soname, row, why)
            hidden[why or "the default"] += 1
    print(machine, release, dict(hidden))
    assert hidden["the default"] > 2000


def why_not_linked(machine: str, symbol: SymbolName, release: int) -> str | None:
    """Say why no new link gets a symbol by any version: as `sysroot.glibc` has it, from the catalogue itself."""
    current: VersionName | None = host(machine).defaults.get(symbol)
    if current is None:
        return "the newest glibc links it no more"
    unsafe = why_unsafe(symbol, current)
    return unsafe if unsafe is not None and order(current)[1] > (2, release) else None


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("release", RELEASES)
def test_there_is_one_loader_and_it_is_the_machines_own(machine: str, release: int) -> None:
    if catalogue(machine).begin > (2, release):
        pytest.skip(f"{machine} is newer")
    assert {stub.soname for stub in stubs(machine, release) if stub.soname.startswith("ld")} == {loader(machine)}


SECTIONS = (".gnu.version_d", ".gnu.version", ".dynsym", ".dynamic")


def section(file: ELFFile, name: str) -> Any:
    """Give a section as pyelftools has it, whose class depends on its type."""
    return file.get_section_by_name(name)


@pytest.mark.parametrize("machine", MACHINES)
def test_pyelftools_reads_the_same(machine: str, tmp_path: Path) -> None:
    for stub in stubs(machine, 36 if machine == "loongarch64" else 31):
        path = tmp_path / stub.soname
        path.write_bytes(write(stub, machine))
        with path.open("rb") as stream:
            file = ELFFile(stream)
            assert file.elfclass == IDENTITIES[machine].elf_class
            assert file.little_endian == (IDENTITIES[machine].order == "<")
            verdef, versym, dynsym, dynamic = (section(file, name) for name in SECTIONS)
            nodes = {node["vd_ndx"]: next(iter(names)).name for node, names in verdef.iter_versions()}
            numbers = [row["ndx"] for row in versym.iter_symbols()][1:]
            names = [row.name for row in dynsym.iter_symbols()][1:]
            assert list(nodes.values()) == [stub.soname, *stub.versions]
            found = [
                (name, nodes[number & 0x7FFF], not number & 0x8000) for name, number in zip(names, numbers, strict=True)
            ]
            assert found == [(row.name, row.version, row.default) for row in stub.symbols]
            assert [tag.soname for tag in dynamic.iter_tags("DT_SONAME")] == [stub.soname]


@pytest.mark.parametrize("machine", OF_EACH_FORM)
def test_readelf_has_nothing_to_complain_of(machine: str, tmp_path: Path) -> None:
    need("readelf")
    for stub in stubs(machine, 17):
        path = tmp_path / stub.soname
        path.write_bytes(write(stub, machine))
        done = subprocess.run(["readelf", "-aVW", str(path)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "<corrupt" not in done.stdout
        assert stub.soname in done.stdout
