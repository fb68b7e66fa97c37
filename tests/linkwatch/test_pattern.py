"""The first look at a file is grep's: it may find too much, and must not miss a version that the target lacks."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from itertools import product

import pytest

from glibcheck.linkwatch.pattern import newer_versions
from glibcheck.model.target import Target
from glibcheck.workspace.targets import target_for
from tests.tools import need

TARGETS = ("manylinux_2_5", "manylinux_2_17", "manylinux_2_28", "manylinux_2_39", "debian:12")
FAMILIES = {"GLIBC": (2,), "GLIBCXX": (3, 4), "CXXABI": (1, 3), "GCC": ()}


def names() -> list[str]:
    """Make names of every family, far beyond what there is."""
    found = []
    for family, start in FAMILIES.items():
        for number in range(121):
            found.append((family, *start, number))
            found += [(family, *start, number, last) for last in (0, 1, 5, 10)]
        found += [(family, *numbers) for numbers in product((0, 1, 4, 9, 10, 19, 30), (0, 3, 7, 12), (0, 9, 100))]
    return ["_".join([str(family), ".".join(map(str, numbers))]) for family, *numbers in found]


def allowed(target: Target, name: str) -> bool:
    """Say by the numbers themselves whether the target has a version."""
    family, _, number = name.partition("_")
    return tuple(map(int, number.split("."))) <= target.limits[family]


def grep(pattern: str, lines: Iterable[str]) -> set[str]:
    """Ask grep as the scripts do, a name at a time: in a file names stand between zero bytes."""
    need("grep")
    text = "\n".join(lines)
    command = ["grep", "-aE", pattern]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    assert done.returncode < 2, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("name", TARGETS)
def test_every_version_that_a_target_lacks_is_found_and_no_other(name: str) -> None:
    target = target_for(name, "x86_64")
    known = [row for row in names() if row.partition("_")[0] in target.limits]
    lacking = {row for row in known if not allowed(target, row)}
    assert grep(newer_versions(target), known) == lacking
    assert len(known) > len(lacking)


def test_what_only_a_newer_loader_knows_is_found() -> None:
    target = target_for("manylinux_2_17", "x86_64")
    markers = {"GLIBC_ABI_DT_RELR", "GLIBC_PRIVATE"}
    assert grep(newer_versions(target), [*markers, "GLIBC_2.17", "GLIBC_TUNABLES"]) == markers


def test_a_name_is_found_in_the_middle_of_a_file() -> None:
    need("grep")
    data = b"\x7fELF\0\xff\xfe\0libc.so.6\0GLIBC_2.34\0\x80"
    pattern = newer_versions(target_for("manylinux_2_17", "x86_64"))
    assert subprocess.run(["grep", "-aqE", pattern], input=data, check=False, env={"LC_ALL": "C"}).returncode == 0
