"""The GitHub action: its step as a runner starts it, with names that would like to be code."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.run import ENVIRONMENT
from tests.elf.compiled import caller, made_up
from tests.tools import need

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path: Path, programs: Path) -> Path:
    """Make a build with a library that fits and one that does not."""
    assert programs == tmp_path / "bin"
    need("gcc", "bash")
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["puts"], "GLIBC_2.34": ["dlopen"]})
    (tmp_path / "build" / "deep").mkdir(parents=True)
    caller(tmp_path / "build" / "old.so", ["puts"], libc)
    caller(tmp_path / "build" / "deep" / "new one.so", ["puts", "dlopen"], libc)
    return tmp_path


def act(folder: Path, paths: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    words = {f"GLIBCHECK_{name}": value for name, value in inputs.items()}
    return subprocess.run(
        ("bash", ROOT / ".ci" / "action"), cwd=folder, capture_output=True, text=True, check=False,
        env={**ENVIRONMENT, "PATH": path, "GLIBCHECK_PATHS": paths, **words},
    )  # fmt: skip


def test_patterns_are_found_and_judged(workspace: Path) -> None:
    done = act(workspace, "build/**/*.so\n", TARGET="2.17", FORMAT="text")
    assert done.returncode == 1, done.stderr
    assert "build/deep/new one.so" in done.stdout
    assert "2 files judged, 1 does not fit 2.17" in done.stdout
    assert act(workspace, "\n  \nbuild/*.so\n", TARGET="2.17").returncode == 0


def test_findings_are_annotations(workspace: Path) -> None:
    done = act(workspace, "build/deep/new one.so", TARGET="2.17")
    assert done.stdout.startswith("::error file=")


def test_a_report_for_a_later_step(workspace: Path) -> None:
    done = act(workspace, "build", TARGET="2.17", FORMAT="sarif", OUTPUT="it.sarif", EXIT_ZERO="true")
    assert (done.returncode, done.stdout) == (0, "")
    assert (workspace / "it.sarif").stat().st_size > 1000


@pytest.mark.parametrize("paths", ["", "gone/*.whl", "build/*.so\ngone.so"])
def test_nothing_to_judge_is_no_pass(workspace: Path, paths: str) -> None:
    assert act(workspace, paths, TARGET="2.17").returncode == 2


HOSTILE = ("$(touch pwned)", "`touch pwned`", "a; touch pwned", "--output=pwned", "-o pwned", "build/old.so\n-opwned")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_workflow_says_is_never_code(workspace: Path, hostile: str) -> None:
    assert act(workspace, hostile).returncode == 2
    assert act(workspace, "build/old.so", TARGET=hostile).returncode == 2
    assert act(workspace, "build/old.so", TARGET="2.17", FORMAT=hostile).returncode == 2
    assert not (workspace / "pwned").exists()


def test_no_input_is_written_into_a_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)
