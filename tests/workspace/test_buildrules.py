"""What holds in a build: the project's table, and what the environment says over it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glibcheck.errors import SettingsError
from glibcheck.workspace.buildrules import build_rules

REQUIRES = '[build-system]\nrequires = ["setuptools", "{}"]\n'
TABLE = '[tool.glibcheck]\ntarget = "manylinux_2_17"\n'
OURS = REQUIRES.format("glibcheck")


def held(project: Path, text: str | None, **around: str) -> tuple[str, str] | None:
    """Give mode and target of a project with this pyproject.toml; None for no file, and when nothing is to be done."""
    if text is not None:
        (project / "pyproject.toml").write_text(text)
    found = build_rules(str(project), around)
    return None if found is None else (found.mode, found.target)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        (OURS, None),
        (TABLE, None),
        (OURS + TABLE, ("check", "manylinux_2_17")),
        (OURS + TABLE + 'mode = "fix"\n', ("fix", "manylinux_2_17")),
        (OURS + TABLE + 'mode = "off"\n', None),
        (TABLE + 'mode = "warn"\n', ("warn", "manylinux_2_17")),
        (REQUIRES.format("GlibCheck [build] >= 0.1 ; python_version > '3'") + TABLE, ("check", "manylinux_2_17")),
        (REQUIRES.format("glibcheck-other") + TABLE, None),
        (REQUIRES.format("not-glibcheck") + TABLE, None),
        ("build-system = 3\n" + TABLE, None),
    ],
)
def test_a_project_is_held_to_what_its_own_file_says(
    tmp_path: Path, text: str | None, expected: tuple[str, str] | None
) -> None:
    assert held(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "around", "expected"),
    [
        (OURS + TABLE, {"GLIBCHECK_MODE": "off"}, None),
        (OURS + TABLE, {"GLIBCHECK_MODE": ""}, ("check", "manylinux_2_17")),
        (OURS + TABLE, {"GLIBCHECK_MODE": "fix"}, ("fix", "manylinux_2_17")),
        (OURS + TABLE, {"GLIBCHECK_TARGET": "2.28"}, ("check", "2.28")),
        (TABLE, {"GLIBCHECK_TARGET": "2.28"}, None),
        (None, {"GLIBCHECK_MODE": "warn", "GLIBCHECK_TARGET": "2.28"}, ("warn", "2.28")),
        ("[tool.glibcheck]\nmode = 3", {"GLIBCHECK_MODE": "off"}, None),
        ("[tool.glibcheck]\nno TOML", {"GLIBCHECK_MODE": "off"}, None),
    ],
)
def test_the_environment_has_the_last_word(
    tmp_path: Path, text: str | None, around: dict[str, str], expected: tuple[str, str] | None
) -> None:
    assert held(tmp_path, text, **around) == expected


@pytest.mark.parametrize(
    ("text", "around", "said"),
    [
        (
            "[tool.glibcheck]\nmode = 3",
            {},
            "pyproject.toml: tool.glibcheck.mode must be fix, check, warn or off, not 3",
        ),
        ("[tool.glibcheck]\nno TOML", {}, "pyproject.toml"),
        (OURS + "[tool.glibcheck]\n", {}, "builds are to be judged, and there is no target; set GLIBCHECK_TARGET"),
        (None, {"GLIBCHECK_MODE": "fix"}, 'or target = "manylinux_2_28" in [tool.glibcheck] of pyproject.toml'),
        (TABLE, {"GLIBCHECK_MODE": "Fix"}, "GLIBCHECK_MODE: must be fix, check, warn or off, not 'Fix'"),
    ],
)
def test_what_is_no_setting_is_told(tmp_path: Path, text: str | None, around: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        held(tmp_path, text, **around)
    assert said in str(caught.value)


def test_a_command_line_asks_always(tmp_path: Path) -> None:
    found = build_rules(str(tmp_path), {"GLIBCHECK_MODE": "off"}, "2.28")
    assert found is not None
    assert (found.mode, found.target, found.config) == ("check", "2.28", None)


def test_settings_further_up_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(OURS + TABLE)
    (tmp_path / "inner").mkdir()
    assert held(tmp_path / "inner", None) is None


def test_the_file_is_named_for_those_who_read_it_again(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(OURS + TABLE + 'retag = true\nignore = ["GC008"]\n')
    found = build_rules(str(tmp_path), {"GLIBCHECK_TARGET": "2.28"})
    assert found is not None
    assert found.config == str(tmp_path / "pyproject.toml")
    assert (found.settings.target, found.settings.retag, found.settings.ignore) == ("2.28", True, ("GC008",))


@pytest.mark.parametrize("libc", [None, "musl 1.2", ValueError])
def test_where_there_is_no_glibc_nothing_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, libc: str | type[Exception] | None
) -> None:
    def confstr(name: str) -> str | None:
        if isinstance(libc, type):
            raise libc(name)
        return libc

    monkeypatch.setattr(os, "confstr", confstr)
    assert held(tmp_path, OURS + TABLE) is None


def test_on_other_systems_nothing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert held(tmp_path, OURS + TABLE) is None
