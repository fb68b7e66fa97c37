"""The stubs of glibc: which version is the default, and what must not be linkable."""

from __future__ import annotations

import pytest

from glibcheck.catalogue.glibc import Glibc, Numbers, glibc
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.sysroot.glibc import HostGlibc, glibc_stubs
from glibcheck.sysroot.stub import StubLibrary, StubSymbol


def known(machine: str = "x86_64") -> Glibc:
    found = glibc(machine)
    assert found is not None
    return found


def host(**versions: str) -> HostGlibc:
    """Make the glibc of a compiler that has these default versions, by the numbers of their nodes."""
    named = {SymbolName(name): VersionName(f"GLIBC_{number}") for name, number in versions.items()}
    return HostGlibc((2, 43), named)


HOST = host(
    pow="2.29", memcpy="2.14", dlsym="2.34", clock_gettime="2.17", pthread_cond_wait="2.3.2", environ="2.2.5",
    __environ="2.2.5", totalorder="2.31", stat="2.33", pthread_mutex_lock="2.2.5", __libc_start_main="2.34",
)  # fmt: skip


def stubs(target: Numbers) -> dict[str, StubLibrary]:
    return {row.soname: row for row in glibc_stubs(known(), target, HOST)}


def rows(library: StubLibrary, name: str) -> list[tuple[str | None, bool]]:
    return [(row.version, row.default) for row in library.symbols if row.name == name]


@pytest.mark.parametrize(
    ("target", "library", "name", "expected"),
    [
        ((2, 17), "libm.so.6", "pow", [("GLIBC_2.2.5", True)]),
        ((2, 29), "libm.so.6", "pow", [("GLIBC_2.2.5", False), ("GLIBC_2.29", True)]),
        ((2, 13), "libc.so.6", "memcpy", [("GLIBC_2.2.5", True)]),
        ((2, 17), "libc.so.6", "memcpy", [("GLIBC_2.2.5", False), ("GLIBC_2.14", True)]),
        ((2, 17), "libdl.so.2", "dlsym", [("GLIBC_2.2.5", True)]),
        ((2, 17), "libc.so.6", "dlsym", []),
        ((2, 34), "libc.so.6", "dlsym", [("GLIBC_2.2.5", False), ("GLIBC_2.34", True)]),
        ((2, 17), "libc.so.6", "stat", []),
    ],
)
def test_the_default_is_the_newest_that_the_target_has(
    target: Numbers, library: str, name: str, expected: list[tuple[str, bool]]
) -> None:
    assert rows(stubs(target)[library], name) == expected


def test_a_condition_variable_is_never_the_broken_one() -> None:
    assert rows(stubs((2, 17))["libc.so.6"], "pthread_cond_wait") == [("GLIBC_2.2.5", False), ("GLIBC_2.3.2", True)]


def test_what_libc_has_is_not_linked_from_another_library() -> None:
    found = stubs((2, 17))
    assert rows(found["libc.so.6"], "clock_gettime") == [("GLIBC_2.17", True)]
    assert all(not default for _, default in rows(found["librt.so.1"], "clock_gettime"))
    assert rows(found["libpthread.so.0"], "pthread_mutex_lock") == [("GLIBC_2.2.5", False)]


def test_what_the_headers_of_the_compiler_do_not_declare_is_not_linkable() -> None:
    library = stubs((2, 17))["libc.so.6"]
    for name in ("__malloc_hook", "puts"):  # this host declares neither
        assert rows(library, name)
        assert all(not default for _, default in rows(library, name))


def test_what_means_something_else_now_is_not_linkable() -> None:
    assert rows(stubs((2, 28))["libm.so.6"], "totalorder") == [("GLIBC_2.25", False)]
    assert rows(stubs((2, 17))["libc.so.6"], "__libc_start_main") == [("GLIBC_2.2.5", False)]


def test_aliases_of_data_share_the_place_of_the_one_that_is_not_weak() -> None:
    library = stubs((2, 17))["libc.so.6"]
    found = {row.name: row for row in library.symbols if row.name in ("environ", "_environ", "__environ")}
    assert {name: (row.size, row.alias) for name, row in found.items()} == {
        "__environ": (8, None), "_environ": (8, "__environ"), "environ": (8, "__environ"),
    }  # fmt: skip


def test_thread_local_names_are_left_out_and_markers_are_nodes() -> None:
    library = glibc_stubs(known(), (2, 36), HOST, [VersionName("GLIBC_ABI_DT_RELR")])[0]
    assert library.soname == "libc.so.6"
    assert library.versions[-1] == "GLIBC_ABI_DT_RELR"
    assert rows(library, "errno") == []


def test_each_machine_has_its_oldest_versions() -> None:
    (row,) = (row for row in glibc_stubs(known("aarch64"), (2, 17), HOST)[0].symbols if row.name == "memcpy")
    assert row == StubSymbol(SymbolName("memcpy"), VersionName("GLIBC_2.17"))
