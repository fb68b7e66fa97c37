"""No binary is committed: tests build or download what they need, so nobody has to trust a blob."""

from __future__ import annotations

import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MADE_BY_TOOLS = {".git", ".hypothesis", ".nox", ".venv", "build", "dist", "__pycache__"}
CACHES = {".mypy_cache", ".ruff_cache", ".pytest_cache"}


def test_every_file_of_the_repository_is_text() -> None:
    binaries, seen = [], 0
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS | CACHES and not name.endswith(".egg-info")]
        for name in names:
            seen += 1
            with open(os.path.join(folder, name), "rb") as stream:
                if b"\0" in stream.read():
                    binaries.append(os.path.join(folder, name))
    assert seen > 50
    assert binaries == []
