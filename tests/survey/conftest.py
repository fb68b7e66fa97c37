"""A house of small wheels, for all tests of a survey."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.survey.wheelhouse import COUNT, wheelhouse
from tests.tools import need


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("gcc")
    folder = tmp_path_factory.mktemp("survey")
    wheelhouse(folder, COUNT)
    return folder
