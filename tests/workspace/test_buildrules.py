"""What holds in a build: the project's table, and what the environment says over it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from glibcheck.errors import InputError, SettingsError
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


@pytest.mark.parametrize(
    "word",
    [
        "glibcheck", "GLIBCHECK", "GlibCheck", " glibcheck ", "glibcheck==0.1", "glibcheck>=0.1,<2", "glibcheck ~= 0.1",
        "glibcheck!=0.2", "glibcheck (>=0.1)", "glibcheck[build]", "glibcheck [build,fix]",
        "glibcheck;python_version>'3'", "glibcheck ; python_version > '3'", "glibcheck@file:///tmp/glibcheck",
        "glibcheck @ https://example.org/g.whl",
        "glibchecker", "glibcheck-hook", "glibcheck_hook", "glibcheck.hook", "glibcheck2", "not-glibcheck", "glib",
        "glibcheck-hook[glibcheck]", "other @ file:///glibcheck",
    ],
)  # fmt: skip
def test_a_requirement_names_us_when_packaging_says_so(tmp_path: Path, word: str) -> None:
    named = canonicalize_name(Requirement(word.strip()).name) == "glibcheck"
    expected = ("check", "manylinux_2_17") if named else None
    assert held(tmp_path, REQUIRES.format(word) + TABLE) == expected


@pytest.mark.parametrize("mode", ["fix", "check", "warn"])
@pytest.mark.parametrize("said", ["fix", "check", "warn", "off", "", None])
def test_the_mode_of_the_environment_is_before_that_of_the_project(tmp_path: Path, mode: str, said: str | None) -> None:
    around = {} if said is None else {"GLIBCHECK_MODE": said}
    expected = None if said == "off" else (said or mode, "manylinux_2_17")
    assert held(tmp_path, TABLE + f'mode = "{mode}"\n', **around) == expected


@pytest.mark.parametrize("said", ["fix", "check", "warn"])
def test_the_mode_of_the_environment_is_before_an_off_of_the_project(tmp_path: Path, said: str) -> None:
    assert held(tmp_path, TABLE + 'mode = "off"\n', GLIBCHECK_MODE=said) == (said, "manylinux_2_17")


TARGETS = {
    "that-of-the-project": (TABLE, "", None, "manylinux_2_17"),
    "that-of-the-environment": (TABLE, "2.28", None, "2.28"),
    "that-of-the-command-line": (TABLE, "", "debian:12", "debian:12"),
    "that-of-the-command-line-before-all": (TABLE, "2.28", "debian:12", "debian:12"),
    "that-of-the-environment-alone": ("", "2.28", None, "2.28"),
    "that-of-the-command-line-alone": ("", "", "debian:12", "debian:12"),
}


@pytest.mark.parametrize(("text", "around", "asked", "target"), TARGETS.values(), ids=TARGETS)
def test_the_target_is_that_of_whoever_is_nearest(
    tmp_path: Path, text: str, around: str, asked: str | None, target: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    found = build_rules(str(tmp_path), {"GLIBCHECK_MODE": "warn", "GLIBCHECK_TARGET": around}, asked)
    assert found is not None
    assert (found.mode, found.target, found.settings.target) == ("warn", target, target)
    assert found.config == (f"{tmp_path}/pyproject.toml" if text else None)


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ("", None, "check"),
        ("", "off", "check"),
        ("", "fix", "fix"),
        (TABLE, None, "check"),
        (TABLE + 'mode = "off"\n', None, "check"),
        (TABLE + 'mode = "warn"\n', None, "warn"),
        (TABLE + 'mode = "warn"\n', "off", "check"),
        (TABLE + 'mode = "warn"\n', "fix", "fix"),
    ],
)
def test_what_a_command_line_asks_is_never_off(tmp_path: Path, text: str, mode: str | None, expected: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    found = build_rules(str(tmp_path), {} if mode is None else {"GLIBCHECK_MODE": mode}, "2.28")
    assert found is not None
    assert (found.mode, found.target) == (expected, "2.28")


NO_TARGET = (
    "builds are to be judged, and there is no target; set GLIBCHECK_TARGET, "
    'or target = "manylinux_2_28" in [tool.glibcheck] of pyproject.toml'
)
WRONG = {
    "a-mode": (
        '[tool.glibcheck]\nmode = "mend"',
        {},
        "pyproject.toml: tool.glibcheck.mode must be fix, check, warn or off, not 'mend'",
    ),
    "a-misspelt-key": (
        '[tool.glibcheck]\ntargt = "2.28"',
        {},
        "pyproject.toml: tool.glibcheck.targt is no setting; did you mean target?",
    ),
    "a-target-that-is-no-text": (
        "[tool.glibcheck]\ntarget = 3",
        {},
        "pyproject.toml: tool.glibcheck.target must be a name such as 'manylinux_2_17'",
    ),
    "a-table-that-is-none": ("[tool]\nglibcheck = 3", {}, "pyproject.toml: tool.glibcheck must be a table"),
    "a-mode-of-the-environment": (
        TABLE,
        {"GLIBCHECK_MODE": "OFF"},
        "GLIBCHECK_MODE: must be fix, check, warn or off, not 'OFF'",
    ),
    "a-mode-with-a-blank": (
        TABLE,
        {"GLIBCHECK_MODE": "off "},
        "GLIBCHECK_MODE: must be fix, check, warn or off, not 'off '",
    ),
    "no-target": ('[tool.glibcheck]\nmode = "fix"', {}, NO_TARGET),
    "no-target-anywhere": (None, {"GLIBCHECK_MODE": "check"}, NO_TARGET),
    "an-empty-target": ('[tool.glibcheck]\nmode = "fix"\ntarget = ""', {"GLIBCHECK_TARGET": ""}, NO_TARGET),
}


@pytest.mark.parametrize(("text", "around", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_in_one_line(tmp_path: Path, text: str | None, around: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        held(tmp_path, text, **around)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "content",
    [b"[tool.glibcheck]\nmode = 3", b"[tool.glibcheck]\n=", b"[tool.glibcheck]\n# \xff", b'[tool]\nglibcheck = "x"'],
    ids=["a-wrong-value", "no-toml", "no-text", "no-table"],
)
def test_off_stops_even_what_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises((SettingsError, InputError)):
        build_rules(str(tmp_path), {})
    assert build_rules(str(tmp_path), {"GLIBCHECK_MODE": "off"}) is None
    with pytest.raises((SettingsError, InputError)):
        build_rules(str(tmp_path), {"GLIBCHECK_MODE": "off"}, "2.28")


NO_SYSTEM = {
    "a-number": "build-system = 3",
    "no-requirements": "[build-system]",
    "requirements-that-are-a-number": "[build-system]\nrequires = 3",
    "requirements-that-are-a-text": '[build-system]\nrequires = "glibcheck"',
    "a-requirement-that-is-a-number": "[build-system]\nrequires = [3]",
    "several": "[[build-system]]\nrequires = ['glibcheck']",
}


@pytest.mark.parametrize("system", NO_SYSTEM.values(), ids=NO_SYSTEM)
def test_a_build_system_that_is_none_names_nobody(tmp_path: Path, system: str) -> None:
    assert held(tmp_path, f"{system}\n{TABLE}") is None


def test_a_setting_of_the_environment_for_another_program_is_none_of_ours(tmp_path: Path) -> None:
    assert held(tmp_path, TABLE, GLIBCHECK_MODES="fix", MODE="fix", TARGET="2.28") is None


def test_what_a_command_line_asks_needs_glibc_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert build_rules(str(tmp_path), {"GLIBCHECK_MODE": "fix"}, "2.28") is None
