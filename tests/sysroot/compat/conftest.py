"""The bench of this system, made once."""

from __future__ import annotations

import pytest

from tests.sysroot.compat.bench import Bench, run_here
from tests.tools import need


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    need("gcc", "g++", "objcopy", "ar")
    folder = str(tmp_path_factory.mktemp("compat"))
    made = Bench(folder, folder, run_here)
    made.compile_members()
    return made
