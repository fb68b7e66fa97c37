"""Three packages of other people, C, C++ and cffi, go the whole road; `nox -s corpus` takes all of them and more hosts.

The build is on this machine, so the test needs no root to build in; the wheels run on glibc 2.31 and 2.17.
"""

from __future__ import annotations

import pytest

from tests.corpus.packages import PACKAGES
from tests.corpus.trial import attempt
from tests.downloads import UnavailableError
from tests.e2e.buildhosts import build_host
from tests.tools import missing

pytestmark = [pytest.mark.e2e, pytest.mark.build, pytest.mark.download]

PINS = {package.name: package for package in PACKAGES}


@pytest.mark.parametrize(
    ("name", "above"),
    [("webrtcvad", ("GLIBC", "2.34")), ("ujson", ("CXXABI", "1.3.9")), ("argon2-cffi-bindings", ("GLIBC", "2.34"))],
)
def test_a_package_of_others_is_built_for_an_old_system_and_runs_there(name: str, above: tuple[str, str]) -> None:
    try:
        row = attempt(PINS[name], build_host("this machine"), ("2.31", "2.17"), "")
    except UnavailableError as reason:
        missing(str(reason))
    assert row.holds, row
    assert row.smoke == {"2.31": "ok", "2.17": "ok"}
    assert row.tag in {"manylinux_2_17", "manylinux_2_5", "manylinux_2_12"}
    family, number = above
    # What the plain build needs depends on this machine's compiler: Debian 12's or a newer one.
    assert tuple(map(int, row.before[family].split("."))) >= tuple(map(int, number.split(".")))
    assert row.lost == []
