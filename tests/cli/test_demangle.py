"""Names of C++ as users meet them: the source's on a terminal or when asked for, the file's everywhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glibcheck import fixer
from glibcheck.cli import main
from glibcheck.model.outcome import Outcome
from glibcheck.model.plan import Plan
from tests.cli.run import run
from tests.cli.test_scan import on_terminal
from tests.elf.build import File, Symbol, build
from tests.elf.test_image import need
from tests.values import LIBSTDCXX, offence, target

MANGLED, SHOWN = "_ZNSt6thread4joinEv", "std::thread::join()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a directory with one file of C++."""
    data = build(File(verneed=(need(LIBSTDCXX, ("GLIBCXX_3.4.11", 2)),), symbols=(Symbol(MANGLED, 2),))).data
    (tmp_path / "cxx.so").write_bytes(data)
    return tmp_path


def symbol(text: str) -> str:
    """Find the name that the report shows."""
    [found] = [name for name in (MANGLED, SHOWN) if name in text]
    return found


@pytest.mark.parametrize(
    ("words", "piped", "on_screen"),
    [
        pytest.param((), MANGLED, SHOWN, id="neither"),
        pytest.param(("--demangle",), SHOWN, SHOWN, id="demangle"),
        pytest.param(("--no-demangle",), MANGLED, MANGLED, id="no-demangle"),
    ],
)
@pytest.mark.parametrize("command", ["scan", "trace"])
def test_names_of_the_source_are_for_terminals_unless_an_option_decides(
    command: str, words: tuple[str, ...], piped: str, on_screen: str, folder: Path
) -> None:
    # The made file names no library in DT_NEEDED, so a trace finds nothing missing.
    assert symbol(run(folder, command, *words, "cxx.so").stdout) == piped
    assert symbol(on_terminal(folder, 80, command, *words, "cxx.so", NO_COLOR="1")) == on_screen


@pytest.mark.parametrize("command", ["scan", "trace"])
def test_json_has_the_names_of_the_file(command: str, folder: Path) -> None:
    text = run(folder, command, "--demangle", "--format", "json", "cxx.so").stdout
    assert symbol(text) == MANGLED
    json.loads(text)


@pytest.mark.parametrize(("words", "shown"), [((), MANGLED), (("--demangle",), SHOWN), (("--no-demangle",), MANGLED)])
def test_a_fix_shows_what_was_asked_for(
    words: tuple[str, ...], shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = offence("_a.so", "too new", LIBSTDCXX, "GLIBCXX_3.4.11", MANGLED)
    outcome = Outcome("project", target("2.28"), (), (bad,), Plan((), ()), (), (), None, "import")
    monkeypatch.setattr(fixer, "fix", lambda *_: outcome)
    main(["fix", "project", "--target", "2.28", *words])
    assert symbol(capsys.readouterr().out) == shown
