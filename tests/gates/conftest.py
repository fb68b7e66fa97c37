"""What stands for an installed glibcheck: a copy of its sources to install, and a program on PATH."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Copy what an installation needs, so that it leaves nothing in the work tree."""
    folder = tmp_path / "sources"
    shutil.copytree(ROOT / "glibcheck", folder / "glibcheck", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Make a folder for PATH with a `glibcheck` that is the one under test."""
    program = tmp_path / "bin" / "glibcheck"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m glibcheck "$@"\n')
    program.chmod(0o755)
    return program.parent
