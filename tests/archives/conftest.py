"""Both engines that inflate, as a fixture."""

from __future__ import annotations

import pytest

from glibcheck.archives import inflate
from glibcheck.archives.inflate import ENGINE, ZLIB, Engine
from tests.tools import missing


@pytest.fixture(params=("isal", "zlib"))
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Inflate by one of the two engines, then by the other."""
    chosen = ZLIB if request.param == "zlib" else ENGINE
    if chosen.name != request.param:
        missing(request.param)
    monkeypatch.setattr(inflate, "ENGINE", chosen)
    return chosen
