"""The README's examples are run, and print what they show."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from glibcheck.rules import RULES
from glibcheck.settings import read_settings
from glibcheck.workspace.targets import target_for
from tests.hook.builds import hooked, setup_py
from tests.projects import build_wheel, copy_of, unpack

README = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "README.md")


def blocks(language: str) -> list[str]:
    with open(README, encoding="utf-8") as stream:
        return re.findall(rf"^```{language}\n(.*?)^```$", stream.read(), re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Give each command line of the console blocks with the output that is shown for it."""
    return [
        (command, output)
        for block in blocks("console")
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with the unpacked wheels of both samples."""
    folder = str(tmp_path_factory.mktemp("readme"))
    site = os.path.join(folder, "site")
    for name in ("cffi-minimal", "cffi-spartan"):
        unpack(build_wheel(copy_of(name, site), os.path.join(folder, "dist", name)), site)
    return site


@pytest.mark.build
@pytest.mark.parametrize(("command", "shown"), examples(), ids=[command for command, _ in examples()])
def test_example_prints_what_the_readme_shows(command: str, shown: str, wheels: str) -> None:
    program, *words = shlex.split(command)
    assert program == "glibcheck"
    done = subprocess.run(
        [sys.executable, "-m", "glibcheck", *words],
        cwd=wheels,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.path.dirname(README)},
    )
    assert _settled(done.stdout) == _settled(shown)


def _settled(text: str) -> str:
    """Leave out what another release of the compiler changes: how far into a section a call stands."""
    return re.sub(r"\+0x[0-9a-f]+", "+0x...", text)


@pytest.mark.build
def test_python_examples_give_what_the_readme_shows(wheels: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(wheels)
    found = doctest.DocTestParser().get_doctest("\n".join(blocks("pycon")), {}, "README.md", README, 0)
    assert len(found.examples) > 3
    assert doctest.DocTestRunner().run(found).failed == 0


def test_the_readme_has_two_commands_for_a_clone() -> None:
    first, second = blocks("sh")
    assert "glibcheck build fixtures/projects/cffi-spartan --target manylinux_2_17" in first
    assert second.rstrip().endswith("nox")
    assert first.count("\n") == second.count("\n") == 1


def test_every_rule_of_the_gate_is_in_the_table() -> None:
    with open(README, encoding="utf-8") as stream:
        assert re.findall(r"^\| (GC\d+) \|", stream.read(), re.MULTILINE) == list(RULES)


def test_the_settings_are_good_ones() -> None:
    *_, text = blocks("toml")
    found = read_settings(text, "README.md")
    assert found is not None
    assert (found.target, len(found.exceptions), [*found.targets]) == ("my cluster", 1, ["my cluster"])
    assert target_for("my cluster", "x86_64", found.targets).limits["GLIBCXX"] == (3, 4, 29)


@pytest.mark.build
def test_the_lines_for_setuptools_do_what_the_readme_shows(tmp_path: Path) -> None:
    lines, wrapping, _ = blocks("toml")
    (shown,) = blocks("text")
    project = hooked("setuptools-plain", str(tmp_path), **tomllib.loads(lines)["tool"]["glibcheck"])
    # One finding is enough for people to read.
    modest = Path(project, "src", "modest.c").read_text()
    Path(project, "src", "dice.c").write_text(modest.replace("modest", "dice"))
    done = setup_py(project, "build")
    python = f"cpython-{sys.version_info[0]}{sys.version_info[1]}"
    assert _settled(shown.replace("cpython-311", python)) in _settled(done.stderr)
    assert tomllib.loads(wrapping)["build-system"]["build-backend"] == "glibcheck.backend"
    found = read_settings(wrapping, "README.md")
    assert found is not None
    assert (found.mode, found.wraps) == ("fix", "mesonpy")


def test_links_lead_somewhere() -> None:
    with open(README, encoding="utf-8") as stream:
        targets = re.findall(r"\]\(([^)]+)\)", stream.read())
    assert targets
    assert [
        path for path in targets if not path.startswith("#") and not os.path.exists(Path(README).parent / path)
    ] == []
