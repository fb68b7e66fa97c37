"""Small git repositories for the tests, independent of what the tester's own settings of git say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.tools import need

_ISOLATED = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
}  # fmt: skip


def git(folder: Path, *words: str) -> str:
    need("git")
    command = ("git", "-c", "protocol.file.allow=always", *words)
    done = subprocess.run(command, cwd=folder, env=_ISOLATED, check=True, capture_output=True, text=True)
    return done.stdout


def repository(folder: Path, files: Mapping[str, str]) -> Path:
    """Make a repository with these files in its first commit; without files, without a commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    if files:
        commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", "state")
