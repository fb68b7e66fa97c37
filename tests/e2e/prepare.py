"""Make all roots at once, two at a time, and print what each took: `python -m tests.e2e.prepare`.

Tests make what they need by themselves; this is for a machine that will need all of it, since debootstrap waits for
the network and for dpkg more than it computes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e import foreign, pythons
from tests.e2e.capped import BASE, capped_root
from tests.e2e.roots import BUILD_RELEASES, root
from tests.e2e.runhosts import CAPPED


def main() -> None:
    """Make the roots that take minutes, then the copies that take seconds."""
    started = time.monotonic()
    roots: dict[str, Callable[[], str]] = {name: lambda name=name: root(name) for name in (BASE, *BUILD_RELEASES)}  # type: ignore[misc]
    copies: dict[str, Callable[[], str]] = {f"{BASE} at {cap}": lambda cap=cap: capped_root(cap) for cap in CAPPED}  # type: ignore[misc]
    for machine in foreign.MACHINES:
        for cap in foreign.OLD:
            copies[f"{machine} at {cap}"] = lambda machine=machine, cap=cap: foreign.system(machine, cap)  # type: ignore[misc]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_timed, *zip(*{**roots, "Pythons": pythons.folder}.items(), strict=True)))
    for name, make in copies.items():
        _timed(name, make)
    used = os.times()
    cpu = used.user + used.system + used.children_user + used.children_system
    print(f"all: {time.monotonic() - started:.0f} s, {cpu:.0f} s of CPU")


def _timed(name: str, make: Callable[[], str]) -> None:
    started = time.monotonic()
    make()
    print(f"{name}: {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as reason:  # no root, or no debootstrap: each test will say so
        print(reason)
