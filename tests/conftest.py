"""What the tests write outside of their folders: the journals of fixes, which must not get among the tester's own."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

_FOLDER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FOLDER] = tempfile.mkdtemp(prefix="glibcheck-state-")
    os.environ["XDG_STATE_HOME"] = config.stash[_FOLDER]  # before `tests.cli.run` takes its copy


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)
