"""The verdict on other people's wheels, beside that of `auditwheel show --json`.

Each wheel is held against every policy of its machine: the oldest that it keeps must be the tag that auditwheel would
give it. So more is compared than whether it keeps the tag of its name, which published wheels nearly always do.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest

from glibcheck.check import judge
from glibcheck.errors import TargetError
from glibcheck.model.finding import ScannedFile
from glibcheck.model.names import SymbolName
from glibcheck.model.target import Target
from glibcheck.rules.case import Group
from glibcheck.rules.wheels import OF_THE_TAG, platform_tags
from glibcheck.workspace.inputs import Options, scan_paths
from glibcheck.workspace.targets import known_names, target_for
from tests.downloads import platform_wheel
from tests.oracles.policy_wheels import PLATFORM_WHEELS
from tests.oracles.rows import downloaded

pytestmark = [pytest.mark.oracle, pytest.mark.download]

# Wheels on which the two may differ, and why that is meant.
MEANT = {
    ("rpds-py==0.30.0", "musllinux_1_2_x86_64"): "where this system's libc.so is a linker script, auditwheel takes it "
    "for the libc.so that the wheel needs, and ends with an error; we look at nothing of this system",
}


def keeps(path: str, tag: str) -> bool:
    """Say whether a wheel keeps what a tag promises; faults of a file under any tag do not count."""

    def defined(_group: Group) -> frozenset[SymbolName]:
        again = scan_paths([path], Options(exports=True))
        return frozenset(name for row in again if isinstance(row, ScannedFile) for name in row.exports or ())

    @cache
    def resolve(text: str, machine: str) -> Target:
        return target_for(text, machine)

    verdict = judge(scan_paths([path], Options()), [path], tag, resolve, defined)
    assert not verdict.errors
    return not any(found.code in OF_THE_TAG for file in verdict.files for found in file.findings)


def oldest_kept(path: str, machine: str) -> str | None:
    return next((tag for tag in policies(machine) if keeps(path, tag)), None)


def policies(machine: str) -> Iterator[str]:
    """Name the manylinux policies that a machine has, oldest first."""
    names = {name for name in known_names() if name.startswith("manylinux_2_")}
    for name in sorted(names, key=lambda name: int(name.split("_")[2])):
        with contextlib.suppress(TargetError):
            target_for(name, machine)
            yield f"{name}_{machine}"


def auditwheel_gives(path: str) -> str | None:
    """Ask auditwheel for the oldest tag that fits; None when it has no answer."""
    command = (sys.executable, "-m", "auditwheel", "show", "--json", path)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    tag: str = json.loads(done.stdout)["overall_tag"]
    return tag


@pytest.mark.parametrize(("pin", "platform", "python"), PLATFORM_WHEELS)
def test_the_oldest_tag_that_a_wheel_keeps_is_auditwheels(
    pin: str, platform: str, python: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = downloaded(platform_wheel, pin, platform, python)
    theirs = auditwheel_gives(path)
    musl, machine = platform.startswith("musllinux"), re.sub(r"^[a-z]+(\d+|_\d+_\d+)_", "", platform)
    ours = theirs if musl and theirs and keeps(path, theirs) else platform if musl else oldest_kept(path, machine)
    own = platform_tags(path)
    with capsys.disabled():
        why = f"  ({MEANT[pin, platform]})" if (pin, platform) in MEANT else ""
        print(f"\n{os.path.basename(path)[:60]:60}  ours {ours}  auditwheel {theirs}{why}")
    assert all(keeps(path, tag) for tag in own), f"{path} does not keep its own tag"
    assert ours == theirs or (pin, platform) in MEANT
