"""Settings of the gate: what is read, what is refused and where, and that the schema says the same."""

from __future__ import annotations

import datetime
import json
import tomllib
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from glibcheck.errors import InputError, SettingsError
from glibcheck.model.names import Soname
from glibcheck.rules import RULES
from glibcheck.settings import DEFAULTS, Settings, Waiver, read_settings
from glibcheck.targets.custom import CustomTarget
from glibcheck.workspace.settings import find_settings

FULL = """
[project]
name = "x"
[tool.glibcheck]
target = "manylinux_2_28"
select = ["GC001", "gc002"]
ignore = ["GC007"]
baseline = "gate/baseline.json"
require-elf = true
mode = "fix"
retag = true
wraps = "mesonpy"
wraps-path = ["tools"]
[tool.glibcheck.per-file-ignores]
"vendor/*" = ["GC010"]
[tool.glibcheck.targets.cluster]
extends = "rhel:8"
limits = { GLIBCXX = "3.4.19" }
libraries = ["libcuda.so.1"]
[[tool.glibcheck.exceptions]]
code = "GC001"
symbol = "fcntl64"
reason = "only called on new kernels"
expires = 2027-01-01
[[tool.glibcheck.exceptions]]
code = "GC008"
file = "*/embed.so"
reason = "it is a program"
expires = "2027-06-30"
"""


def read(table: str) -> Settings:
    found = read_settings(f"[tool.glibcheck]\n{table}", "pyproject.toml")
    assert found is not None
    return found


def test_everything_is_read() -> None:
    found = read_settings(FULL, "pyproject.toml")
    assert found == Settings(
        "manylinux_2_28",
        ("GC001", "GC002"),
        ("GC007",),
        (("vendor/*", ("GC010",)),),
        (
            Waiver("GC001", "only called on new kernels", symbol="fcntl64", expires=datetime.date(2027, 1, 1)),
            Waiver("GC008", "it is a program", file="*/embed.so", expires=datetime.date(2027, 6, 30)),
        ),
        "gate/baseline.json",
        True,
        {"cluster": CustomTarget("cluster", "rhel:8", (("GLIBCXX", "3.4.19"),), (Soname("libcuda.so.1"),))},
        "fix",
        True,
        "mesonpy",
        ("tools",),
        "pyproject.toml",
    )


def test_a_file_without_the_table_has_no_settings() -> None:
    assert read_settings("[project]\nname = 'x'", "p") is None
    assert read_settings("", "p") is None
    assert read("") == DEFAULTS._replace(source="pyproject.toml")


REFUSED = {
    "targt = '2.17'": "tool.glibcheck.targt is no setting; did you mean target?",
    "target = 2.17": "tool.glibcheck.target must be a name such as 'manylinux_2_17'",
    "select = 'GC001'": "tool.glibcheck.select must be a list of codes",
    "select = ['GC01']": "tool.glibcheck.select GC01 is no rule; did you mean GC0",
    "ignore = [1]": "tool.glibcheck.ignore must be a list of codes",
    "require-elf = 'yes'": "tool.glibcheck.require-elf must be true or false",
    "require_elf = true": "tool.glibcheck.require_elf is no setting; did you mean require-elf?",
    "mode = 'repair'": "tool.glibcheck.mode must be fix, check, warn or off, not 'repair'",
    "mode = true": "tool.glibcheck.mode must be fix, check, warn or off, not True",
    "retag = 'yes'": "tool.glibcheck.retag must be true or false",
    "wraps = ['mesonpy']": "tool.glibcheck.wraps must be the name of a build backend",
    "baseline = 1": "tool.glibcheck.baseline must be a path",
    "per-file-ignores = []": "tool.glibcheck.per-file-ignores must be a table",
    "per-file-ignores = { a = ['GC999'] }": "tool.glibcheck.per-file-ignores.a GC999 is no rule",
    "exceptions = {}": "tool.glibcheck.exceptions must be an array",
    "exceptions = [1]": "tool.glibcheck.exceptions[1] must be a table",
    "exceptions = [{ code = 'GC001' }]": "tool.glibcheck.exceptions[1] must have a reason",
    "exceptions = [{ reason = 'x' }]": "tool.glibcheck.exceptions[1] must have a code",
    "exceptions = [{ code = 'GC001', reason = ' ' }]": "tool.glibcheck.exceptions[1] must have a reason",
    "exceptions = [{ code = 'GC001', reason = 'x', until = 'y' }]": "tool.glibcheck.exceptions[1].until is no setting",
    "exceptions = [{ code = 'GC001', reason = 'x', expires = 'soon' }]": "exceptions[1].expires must be a day",
    "exceptions = [{ code = 'GC001', reason = 'x', expires = 2027 }]": "exceptions[1].expires must be a day",
    "targets = []": "tool.glibcheck.targets must be a table",
    "targets = { a = 1 }": "tool.glibcheck.targets.a must be a table",
    "targets = { a = {} }": "tool.glibcheck.targets.a ",
    "targets = { a = { extends = '2.28', limit = {} } }": "limit",
}


@pytest.mark.parametrize("table", REFUSED)
def test_what_is_wrong_is_one_line_with_file_and_key(table: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(table)
    message = str(caught.value)
    assert message.startswith("pyproject.toml: ")
    assert REFUSED[table] in message
    assert "\n" not in message


def test_a_broken_file_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"^p\.toml: is no TOML: "):
        read_settings("[tool.glibcheck", "p.toml")


def schema() -> dict[str, object]:
    found: dict[str, object] = json.loads((files("glibcheck.report") / "schema" / "settings-1.json").read_text())
    return found


def table_of(text: str) -> object:
    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(row) for key, row in value.items()}
        if isinstance(value, list):
            return [plain(row) for row in value]
        return value.isoformat() if isinstance(value, datetime.date) else value

    return plain(tomllib.loads(text)["tool"]["glibcheck"])


def test_the_schema_accepts_what_is_read() -> None:
    jsonschema.validate(table_of(FULL), schema())


@pytest.mark.parametrize("table", [row for row in REFUSED if row != "per-file-ignores = { a = ['GC999'] }"])
def test_the_schema_refuses_what_is_refused(table: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table_of(f"[tool.glibcheck]\n{table}"), schema())


def test_the_schema_knows_the_codes() -> None:
    for code in (*RULES, "GC000", "GC017", "GC0011"):
        good = code in RULES
        try:
            jsonschema.validate({"select": [code]}, schema())
            assert good, code
        except jsonschema.ValidationError:
            assert not good, code


def test_the_command_line_wins() -> None:
    found = read("target = '2.17'\nselect = ['GC001']\nbaseline = 'a'")
    over = found.overridden("2.28", ["gc002, GC003", "GC004"], ["GC005"], "b", True)
    assert (over.target, over.select, over.ignore) == ("2.28", ("GC002", "GC003", "GC004"), ("GC005",))
    assert (over.baseline, over.require_elf) == ("b", True)
    assert found.overridden(None, [], [], None, False) == found
    with pytest.raises(SettingsError, match="--select GC999 is no rule"):
        found.overridden(None, ["GC999"], [], None, False)


def test_settings_are_found_upwards_past_files_without_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.glibcheck]\ntarget = '2.17'\nbaseline = 'base.json'\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    monkeypatch.chdir(inner)
    found = find_settings(None)
    assert (found.target, found.source, found.baseline) == ("2.17", "../../pyproject.toml", "../../base.json")
    (inner / "pyproject.toml").write_text("[tool.glibcheck]\ntarget = '2.28'\n")
    assert find_settings(None).target == "2.28"
    (inner / "pyproject.toml").write_text("[tool.glibcheck\n")
    with pytest.raises(SettingsError, match="is no TOML"):
        find_settings(None)


def test_a_file_that_is_named_must_have_the_table(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with pytest.raises(InputError, match="does not exist"):
        find_settings(str(path))
    path.write_text("[project]\n")
    with pytest.raises(SettingsError, match=r"x\.toml: tool\.glibcheck is not there"):
        find_settings(str(path))
