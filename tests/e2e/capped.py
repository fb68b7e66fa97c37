"""Roots that stand in for systems older than any that can be installed: Debian 11 with its libraries capped.

A capped root is a copy of the bullseye root (hard links), in which every ELF file that defines or needs a version above
the cap is replaced by an edited one; see `capping`. The caps are those of a manylinux policy, for glibc, the C++
runtime, libgcc and zlib, as auditwheel has them in its data.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from typing import Any

from tests.e2e.capping import Beyond, Capped
from tests.e2e.roots import kept, root

BASE = "bullseye"
_KEPT_AWAY = ("opt", "proc", "sys")  # what tests put there, and what belongs to a running system


def capped_root(glibc: str) -> str:
    """Give the root capped as the policy for that glibc is ('2.17'), made if it is not there (seconds)."""
    base = root(BASE)
    return kept(f"capped-{glibc}", lambda folder: _fill(folder, base, beyond_policy(glibc)))


def beyond_policy(glibc: str, machine: str = "x86_64") -> Beyond:
    """Make the question whether a version is above what manylinux_2_X has; of other libraries nothing is."""
    versions = policy(glibc, machine)

    def beyond(version: str) -> bool:
        family, _, number = version.partition("_")
        return family in versions and number not in versions[family] and number != "PRIVATE"

    return beyond


def policy(glibc: str, machine: str = "x86_64") -> dict[str, list[str]]:
    """Read a manylinux policy from auditwheel's data: the versions of each family ('GLIBC': ['2.0', ...])."""
    name = f"manylinux_{glibc.replace('.', '_')}"
    (row,) = (row for row in _policies() if row["name"] == name)
    versions = row["symbol_versions"][machine]
    return {family: list(numbers) for family, numbers in versions.items()}


def cap_files(paths: Iterator[str], beyond: Beyond) -> int:
    """Replace the files that define or need a version beyond the cap; a hard link's other names keep the old one."""
    replaced = 0
    for path in paths:
        with open(path, "rb") as stream:
            if stream.read(4) != b"\x7fELF":
                continue
            file = Capped(b"\x7fELF" + stream.read())
        if file.cap(beyond):
            replaced += 1
            _replace(path, bytes(file.content))
    return replaced


def files_below(folder: str) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield path


def _fill(folder: str, base: str, beyond: Beyond) -> None:
    entries = [os.path.join(base, name) for name in sorted(os.listdir(base)) if name not in _KEPT_AWAY]
    subprocess.run(["cp", "-al", *entries, folder], check=True, capture_output=True)
    for name in _KEPT_AWAY:
        os.mkdir(os.path.join(folder, name))
    assert cap_files(files_below(folder), beyond) > 0


def _replace(path: str, content: bytes) -> None:
    edited = f"{path}.edited"
    with open(edited, "wb") as stream:
        stream.write(content)
    shutil.copystat(path, edited)
    os.replace(edited, path)


def _policies() -> list[dict[str, Any]]:
    spec = importlib.util.find_spec("auditwheel")
    assert spec is not None
    assert spec.submodule_search_locations
    path = os.path.join(spec.submodule_search_locations[0], "policy", "manylinux-policy.json")
    with open(path, encoding="utf-8") as stream:
        rows: list[dict[str, Any]] = json.load(stream)
    return rows
