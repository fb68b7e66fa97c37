"""The hooks, run by pre-commit as it runs those of any repository: cloned, installed, started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.elf.compiled import caller, made_up
from tests.tools import need


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=it", "-c", "user.email=it@localhost")
    subprocess.run(("git", *who, *words), cwd=folder, check=True, capture_output=True)


@pytest.mark.build
def test_hooks_judge_what_was_built_and_what_is_tracked(tmp_path: Path, sources: Path) -> None:
    need("gcc", "git")
    project = tmp_path / "project"
    project.mkdir()
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["puts"], "GLIBC_2.34": ["dlopen"]})
    (project / "dist").mkdir()
    caller(project / "tracked.so.1", ["puts"], libc)
    caller(project / "dist" / "new.so", ["dlopen"], libc)
    (project / ".gitignore").write_text("dist\n*.c\n")
    git(project, "init")
    git(project, "add", "tracked.so.1", ".gitignore")
    (project / ".pre-commit-config.yaml").write_text(f"""\
repos:
  - repo: {sources}
    rev: it
    hooks:
      - id: glibcheck
        args: [--target, "2.17", dist]
        verbose: true
      - id: glibcheck-tracked
        args: [--target, "2.17"]
        verbose: true
""")
    git(sources, "init")
    git(sources, "add", ".")
    git(sources, "commit", "--quiet", "-m", "it")
    git(sources, "tag", "it")

    def hooks(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")}
        command = (sys.executable, "-m", "pre_commit", "run", "--all-files", *words)
        return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, env=environment)

    done = hooks("--hook-stage", "manual")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "GC001  needs GLIBC_2.34 of libc.so.6 for dlopen" in done.stdout
    assert "1 file judged, all fit 2.17" in done.stdout
    # At a commit only what is tracked is looked at.
    assert hooks().returncode == 0
