"""Help that reads like a manual page, and completion as a shell asks for it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from glibcheck.cli import pages
from glibcheck.cli.commands import root
from tests.cli.run import run

PAGES = {name: text for name, text in vars(pages).items() if name.isupper()}


def complete(folder: Path, words: str) -> list[str]:
    """Ask as bash does with a tab behind the last of the words."""
    count = len(words.split(" ")) - 1
    done = run(folder, _GLIBCHECK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_targets_are_completed_those_of_the_settings_too(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.glibcheck.targets.mycluster]\nextends = "2.17"\n')
    assert complete(tmp_path, "glibcheck check --target my") == ["mycluster"]
    assert "manylinux_2_28" in complete(tmp_path, "glibcheck check --target manylinux_2_2")
    (tmp_path / "pyproject.toml").write_text("[tool.glibcheck]\nmisspelt = 1\n")
    assert complete(tmp_path, "glibcheck fix --target my") == []


def test_commands_options_and_rules_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "glibcheck exp") == ["explain"]
    assert complete(tmp_path, "glibcheck check --upd") == ["--update-baseline"]
    assert complete(tmp_path, "glibcheck rule gc00")[:2] == ["GC001", "GC002"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(tmp_path: Path, shell: str) -> None:
    done = run(tmp_path, _GLIBCHECK_COMPLETE=f"{shell}_source")
    assert "_GLIBCHECK_COMPLETE" in done.stdout


@pytest.mark.parametrize("name", sorted(root.commands))
def test_help_names_each_option_and_fits_a_terminal(name: str, tmp_path: Path) -> None:
    done = run(tmp_path, name, "--help", COLUMNS="100")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 110
    for option in root.commands[name].params:
        if isinstance(option, click.Option):
            assert option.opts[0] in done.stdout
            assert option.help, option.name


@pytest.mark.parametrize("name", PAGES)
def test_examples_are_calls_that_there_are(name: str) -> None:
    calls = re.findall(r"^ .*?\bglibcheck (?=[a-z])(.*?)(?:   .*)?$", PAGES[name], re.MULTILINE)
    assert calls
    for call in calls:
        words = shlex.split(re.split(r" [<>|]", call)[0])
        command = root.commands[words[0]]
        with command.make_context(words[0], words[1:], resilient_parsing=False) as context:
            assert context.params


def test_the_pages_end_with_the_exit_codes() -> None:
    assert all("Exit codes:" in text for text in PAGES.values())


def test_the_list_of_commands_says_what_each_does_in_one_whole_line(tmp_path: Path) -> None:
    shown = run(tmp_path, "--help", COLUMNS="80").stdout
    for name, command in root.commands.items():
        assert f"\n  {name:<8} {command.short_help}\n" in shown
