"""`glibcheck build` as a user meets it before anything is built: what is wrong with a call is told in one line.

What comes of a call that is right is in tests/e2e/test_build_*.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import refusal, run, usage_error

TARGET = ("--target", "manylinux_2_17")
BROKEN = "raise SystemExit('this must never be run')\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "little").mkdir()
    (tmp_path / "little" / "setup.py").write_text(BROKEN, encoding="utf-8")
    return tmp_path / "little"


REFUSALS = {
    "no project": (("nowhere", *TARGET), "nowhere: does not exist"),
    "no build file": ((".", *TARGET), ".: has neither pyproject.toml nor setup.py"),
    "a file that is no sdist": (("little/setup.py", *TARGET), "little/setup.py: is not a directory"),
    "a damaged sdist": (("x.tar.gz", *TARGET), "x.tar.gz: cannot be unpacked: "),
    "a damaged sdist of before PEP 625": (("x.zip", *TARGET), "x.zip: cannot be unpacked: "),
    "no smoke test": (("little", *TARGET, "--smoke", "no.py"), "no.py: does not exist"),
    "an output that is a file": (("little", *TARGET, "-o", "x.tar.gz"), "x.tar.gz: cannot be a folder: "),
    "an output inside a file": (("little", *TARGET, "-o", "x.tar.gz/a/b"), "x.tar.gz/a/b: cannot be a folder: "),
    "an unknown target": (("little", "--target", "manylinux_9_99"), "unknown target 'manylinux_9_99': "),
}


@pytest.mark.parametrize(("words", "said"), REFUSALS.values(), ids=REFUSALS)
def test_a_mistake_is_told_in_one_line_and_costs_no_build(project: Path, words: tuple[str, ...], said: str) -> None:
    (project.parent / "x.tar.gz").write_bytes(b"\x1f\x8bno more")
    (project.parent / "x.zip").write_bytes(b"PK\x03\x04no more")
    assert refusal(run(project.parent, "build", *words)).startswith(said)
    assert not (project.parent / "dist").exists()


def test_a_target_is_wanted(project: Path) -> None:
    assert "--target" in usage_error(run(project, "build"))


def test_only_known_runtimes_are_taken(project: Path) -> None:
    assert "'static' is not one of" in usage_error(run(project, "build", *TARGET, "--cxx-runtime", "static"))


def test_the_help_says_what_is_run_and_what_the_exit_codes_mean(tmp_path: Path) -> None:
    done = run(tmp_path, "build", "--help")
    assert done.returncode == 0
    for word in ("The project's own build code is run", "--smoke", "--no-compare", "-C", "Exit codes"):
        assert word in done.stdout
