"""The files by which others use the gate: each is held against the schema of the system that reads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GATES = ROOT / "fixtures" / "gates"


def loaded(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.github-actions", ROOT / "action.yml"),
        ("vendor.github-workflows", GATES / "github.yml"),
        ("vendor.gitlab-ci", GATES / "gitlab-ci.yml"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_each_is_as_its_reader_wants_it(schema: str, path: Path) -> None:
    words = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("kind", "path"), [("manifest", ".pre-commit-hooks.yaml"), ("config", "fixtures/gates/pre-commit-config.yaml")]
)
def test_pre_commit_takes_its_files(kind: str, path: str) -> None:
    words = (sys.executable, "-m", "pre_commit", f"validate-{kind}", str(ROOT / path))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_examples_name_inputs_and_hooks_that_there_are() -> None:
    action, hooks = loaded(ROOT / "action.yml"), yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    steps = loaded(GATES / "github.yml")["jobs"]["wheels"]["steps"]
    for step in steps:
        if "glibcheck@" in step.get("uses", ""):
            assert set(step["with"]) <= set(action["inputs"])
    (repo,) = loaded(GATES / "pre-commit-config.yaml")["repos"]
    assert {hook["id"] for hook in repo["hooks"]} <= {hook["id"] for hook in hooks}
