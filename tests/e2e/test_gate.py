"""The verdict against the loader itself: what `check --target debian:11` says is what Debian 11's ld.so says.

Every library of this system that needs nothing but glibc, libstdc++ and libgcc is judged, and shown to the loader of an
older root, which lists what it misses without running any of it (LD_TRACE_LOADED_OBJECTS, LD_BIND_NOW, LD_WARN; see
ld.so(8)). So are the files that other tools pass and that cannot be loaded, built from source here.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from glibcheck.catalogue.glibc import glibc
from glibcheck.check import judge
from glibcheck.model.finding import ScannedFile
from glibcheck.model.names import SymbolName
from glibcheck.model.target import Target
from glibcheck.model.verdict import Finding
from glibcheck.rules.case import Group
from glibcheck.workspace.inputs import Options, scan_paths
from glibcheck.workspace.targets import target_for
from tests.e2e.roots import OtherSystem
from tests.elf.compiled import caller, compiled, made_up, without_section_headers

pytestmark = pytest.mark.e2e

LIBRARIES = "/usr/lib/x86_64-linux-gnu"
# What a minimal root has; libraries that need others would miss those, which is not the question.
THERE = frozenset({
    "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "ld-linux-x86-64.so.2",
    "libstdc++.so.6", "libgcc_s.so.1",
})  # fmt: skip
LOADER = "/lib64/ld-linux-x86-64.so.2"
TRACE = {"LD_TRACE_LOADED_OBJECTS": "1", "LD_BIND_NOW": "1", "LD_WARN": "1"}
# What makes the loader refuse a file; the other rules are about processors, stacks, policies and tags.
REFUSED = {"GC001", "GC002", "GC003", "GC004", "GC005"}

PRIVATE = "GLIBC_PRIVATE"

# What the loader misses: (a version, "") when a library has not got it, and (the version, or "" for none, a symbol).
Miss = tuple[str, str]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> OtherSystem:
    return OtherSystem("bullseye", str(tmp_path_factory.mktemp("bullseye")))


def loader_misses(system: OtherSystem, path: str) -> frozenset[Miss]:
    """Ask the loader of a root what it misses for a file, but for names that no glibc has (of Python, of a host)."""
    inside = "/opt/glibcheck/judged.so"
    place = system.path + inside
    os.makedirs(os.path.dirname(place), exist_ok=True)
    shutil.copy(path, place)
    done = system.run("/usr/bin/env", *(f"{name}={value}" for name, value in TRACE.items()), LOADER, inside)
    text = done.stdout + done.stderr
    assert inside in text or "linux-vdso" in text or "statically linked" in text, text
    return frozenset(_misses(text))


def _misses(text: str) -> Iterator[Miss]:
    known = glibc("x86_64")
    assert known is not None
    for version in re.findall(r"version [`']([\w.]+)' not found \(required by /opt", text):
        yield version, ""
    # A symbol of a version that is missing is told, too; so both can be compared, name by name.
    for name, version in re.findall(r"undefined symbol: (\w+)(?:, version ([\w.]+))?", text):
        if version or known.rows(SymbolName(name)):
            yield version, name


def ours(path: str) -> tuple[frozenset[Miss], tuple[Finding, ...]]:
    """Judge a file for Debian 11: what would be missed there, and the findings that say so."""

    @cache
    def resolve(text: str, machine: str) -> Target:
        return target_for(text, machine)

    def defined(_group: Group) -> frozenset[SymbolName]:
        return frozenset()

    verdict = judge(scan_paths([path], Options()), [path], "debian:11", resolve, defined)
    assert not verdict.errors
    (file,) = verdict.files
    (scanned,) = scan_paths([path], Options())
    assert isinstance(scanned, ScannedFile)
    found = tuple(row for row in file.findings if row.code in REFUSED)
    return frozenset(_said(found, scanned.image.weak_symbols)), found


def _said(found: Iterable[Finding], weak: frozenset[SymbolName]) -> Iterator[Miss]:
    for row in (row for row in found if row.version != PRIVATE):
        if row.code in {"GC001", "GC005"}:
            yield row.version or "", ""
        if row.symbol is not None and row.symbol not in weak:  # the loader lets weak symbols be
            yield "" if row.code == "GC002" else row.version or "", row.symbol


def candidates() -> list[str]:
    paths = []
    for name in sorted(os.listdir(LIBRARIES)):
        path = os.path.join(LIBRARIES, name)
        if os.path.isfile(path) and not os.path.islink(path) and ".so" in name:
            (row,) = scan_paths([path], Options()) or (None,)
            if isinstance(row, ScannedFile) and set(row.image.needed) <= THERE and row.image.soname not in THERE:
                paths.append(path)
    return paths


def test_the_loader_agrees_on_this_systems_libraries(older: OtherSystem, capsys: pytest.CaptureFixture[str]) -> None:
    differing, refused, private, paths = [], 0, 0, candidates()
    for path in paths:
        said, found = ours(path)
        theirs = loader_misses(older, path)
        refused += bool(theirs)
        # Private symbols are refused by us always, by the loader only when that one build has not got them.
        gone = {miss for miss in theirs if miss[0] == PRIVATE}
        private += bool(gone)
        if said != theirs - gone or not gone <= {(PRIVATE, row.symbol) for row in found if row.code == "GC004"}:
            differing.append((os.path.basename(path), sorted(said - theirs), sorted(theirs - said)))
    with capsys.disabled():
        counts = f"{refused} refused by the loader of Debian 11 ({private} of them for private symbols)"
        print(f"\n{len(paths)} libraries, {counts}, {len(differing)} judged differently")
    assert differing == []
    assert len(paths) > 20
    assert 0 < refused < len(paths)


FLAGS = ("-shared", "-fPIC", "-nostdlib", "-fno-builtin")


def test_a_symbol_without_a_version_is_missed_there(older: OtherSystem, tmp_path: Path) -> None:
    source = 'long __isoc23_strtol(const char *, char **, int); long f(void) { return __isoc23_strtol("1", 0, 10); }'
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["puts"]})  # which has no such function
    made = compiled(tmp_path / "_it.so", source, *FLAGS, "-Wl,--no-as-needed", str(libc))
    said, found = ours(str(made))
    assert said == loader_misses(older, str(made)) == {("", "__isoc23_strtol")}
    assert [row.code for row in found] == ["GC002"]


def test_a_symbol_in_another_library_is_missed_there(older: OtherSystem, tmp_path: Path) -> None:
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["pthread_key_create", "dlclose", "puts"]})
    made = caller(tmp_path / "_it.so", ["pthread_key_create", "dlclose", "puts"], libc)
    said, found = ours(str(made))
    assert (
        said == loader_misses(older, str(made)) == {("GLIBC_2.2.5", "pthread_key_create"), ("GLIBC_2.2.5", "dlclose")}
    )
    assert {row.code for row in found} == {"GC003"}
    homes = {row.symbol: row.fix for row in found}
    assert "libpthread.so.0" in homes[SymbolName("pthread_key_create")]


def test_a_version_is_missed_there_without_section_headers_too(older: OtherSystem, tmp_path: Path) -> None:
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["puts"], "GLIBC_2.33": ["stat"]})
    made = caller(tmp_path / "_it.so", ["puts", "stat"], libc)
    made.write_bytes(without_section_headers(made.read_bytes()))
    said, found = ours(str(made))
    assert said == loader_misses(older, str(made)) == {("GLIBC_2.33", ""), ("GLIBC_2.33", "stat")}
    assert [row.code for row in found] == ["GC001"]


def test_packed_relocations_are_missed_there(older: OtherSystem, tmp_path: Path) -> None:
    source = "int there; int *where[] = {&there, &there + 1}; void puts(void); void f(void) { puts(); }"
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["puts"], "GLIBC_ABI_DT_RELR": ["marker"]})
    made = compiled(tmp_path / "_it.so", source, *FLAGS, "-Wl,-z,pack-relative-relocs", str(libc))
    said, found = ours(str(made))
    assert said == loader_misses(older, str(made)) == {("GLIBC_ABI_DT_RELR", "")}
    assert [row.code for row in found] == ["GC005"]
