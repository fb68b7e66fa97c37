"""The backend behind ours: found as PEP 517 finds one, or one line that says why it is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from setuptools import build_meta

from glibcheck.errors import InputError, SettingsError
from glibcheck.hook.wrapped import wrapped

HOOK = "def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):\n    return 'it.whl'\n"
OBJECTS = """
class Backend:
    def __init__(self, name):
        self.name = name
    def build_wheel(self, wheel_directory):
        return self.name
backend = Backend('outer')
backend.inner = Backend('inner')
empty = object()
"""
ALIASES = {  # by the documentation of each
    "flit": "flit_core.buildapi",
    "flit-core": "flit_core.buildapi",
    "hatchling": "hatchling.build",
    "meson-python": "mesonpy",
    "pdm-backend": "pdm.backend",
    "poetry-core": "poetry.core.masonry.api",
    "scikit-build-core": "scikit_build_core.build",
}


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take out of the interpreter what a test has loaded."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def project(folder: Path, wraps: str | None, *folders: str) -> str:
    """Write the settings of a project, with these folders for its backend."""
    lines = ["[tool.glibcheck]", f"wraps-path = {list(folders)!r}"]
    (folder / "pyproject.toml").write_text("\n".join([*lines, *([] if wraps is None else [f"wraps = {wraps!r}"])]))
    return str(folder)


def module(folder: Path, name: str, text: str) -> None:
    """Write a module of a project into its folder `tools`."""
    path = folder / "tools" / Path(*name.split("."))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.py").write_text(text)


@pytest.mark.parametrize(("alias", "name"), ALIASES.items(), ids=ALIASES)
def test_a_project_may_be_named_whose_backend_has_another_name(tmp_path: Path, alias: str, name: str) -> None:
    module(tmp_path, name, HOOK)
    found = wrapped(project(tmp_path, alias, "tools"))
    assert (found.__name__, found.build_wheel(".")) == (name, "it.whl")


@pytest.mark.parametrize("name", ["setuptools", "setuptools.build_meta"])
def test_a_backend_that_is_installed_is_that_one(tmp_path: Path, name: str) -> None:
    assert wrapped(project(tmp_path, name)) is build_meta


def test_an_object_of_a_module_as_pep_517_writes_it(tmp_path: Path) -> None:
    assert wrapped(project(tmp_path, "setuptools.build_meta:__legacy__")) is build_meta.__legacy__


@pytest.mark.parametrize(("name", "which"), [("own.it:backend", "outer"), ("own.it:backend.inner", "inner")])
def test_an_object_is_found_as_deep_as_it_is(tmp_path: Path, name: str, which: str) -> None:
    module(tmp_path, "own.it", OBJECTS)
    assert wrapped(project(tmp_path, name, "tools")).build_wheel(".") == which


def test_the_folders_of_a_backend_come_before_all_others_in_their_order_and_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own_backend.py").write_text(f"{HOOK}where = {name!r}\n")
    before = [*sys.path]
    where = project(tmp_path, "own_backend", "two", "one", "two/../one")
    assert wrapped(where).where == "two"
    assert sys.path[:2] == [str(tmp_path / "two"), str(tmp_path / "one")]
    assert wrapped(where).where == "two"
    assert set(sys.path) - set(before) == {str(tmp_path / "two"), str(tmp_path / "one")}


def test_a_backend_may_be_in_the_project_itself(tmp_path: Path) -> None:
    (tmp_path / "own_backend.py").write_text(HOOK)
    assert wrapped(project(tmp_path, "own_backend", ".")).build_wheel(".") == "it.whl"


def test_a_name_that_only_begins_like_ours_is_another(tmp_path: Path) -> None:
    module(tmp_path, "glibchecker", HOOK)
    assert wrapped(project(tmp_path, "glibchecker", "tools")).__name__ == "glibchecker"


REFUSED = {
    "none": (None, "tool.glibcheck.wraps is missing: it names the build backend behind glibcheck.backend"),
    "empty": ("", "tool.glibcheck.wraps is missing: it names the build backend behind glibcheck.backend"),
    "glibcheck": ("glibcheck", "tool.glibcheck.wraps names glibcheck itself"),
    "a-module-of-glibcheck": ("glibcheck.backend", "tool.glibcheck.wraps names glibcheck itself"),
    "an-object-of-glibcheck": ("glibcheck:backend", "tool.glibcheck.wraps names glibcheck itself"),
    "not-there": (
        "no_such_backend",
        "tool.glibcheck.wraps 'no_such_backend' cannot be loaded (No module named 'no_such_backend'); "
        "[build-system] requires must name its project",
    ),
    "not-there-by-its-alias": (
        "meson-python",
        "tool.glibcheck.wraps 'meson-python' cannot be loaded (No module named 'mesonpy'); "
        "[build-system] requires must name its project",
    ),
    "wants-what-is-not-there": (
        "wants",
        "tool.glibcheck.wraps 'wants' cannot be loaded (No module named 'no_such_module'); "
        "[build-system] requires must name its project",
    ),
    "an-object-that-is-not-there": (
        "own:absent",
        "tool.glibcheck.wraps 'own:absent' cannot be loaded (module 'own' has no attribute 'absent'); "
        "[build-system] requires must name its project",
    ),
    "a-module-without-the-hook": ("json", "tool.glibcheck.wraps 'json' is no build backend: it has no build_wheel"),
    "an-object-without-the-hook": (
        "own:empty",
        "tool.glibcheck.wraps 'own:empty' is no build backend: it has no build_wheel",
    ),
}


@pytest.mark.parametrize(("wraps", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_backend_is_told_in_one_line(tmp_path: Path, wraps: str | None, said: str) -> None:
    module(tmp_path, "own", OBJECTS)
    module(tmp_path, "wants", f"import no_such_module\n{HOOK}")
    with pytest.raises(SettingsError) as caught:
        wrapped(project(tmp_path, wraps, "tools"))
    assert str(caught.value) == f"pyproject.toml: {said}"


@pytest.mark.parametrize("wraps", [":backend", ".backend", "..", "a..b", ":"])
def test_what_is_no_name_of_a_module_is_told_too(tmp_path: Path, wraps: str) -> None:
    with pytest.raises(SettingsError, match=r"pyproject\.toml: tool\.glibcheck\.wraps .* cannot be loaded"):
        wrapped(project(tmp_path, wraps))


@pytest.mark.parametrize("folder", ["..", "../elsewhere", "tools/../..", "/", "link"])
def test_a_folder_that_leads_out_of_the_project_is_refused(tmp_path: Path, folder: str) -> None:
    inner = tmp_path / "inner"
    module(inner, "own", HOOK)
    (tmp_path / "elsewhere").mkdir()
    (inner / "link").symlink_to("../elsewhere")
    before = [*sys.path]
    with pytest.raises(SettingsError) as caught:
        wrapped(project(inner, "own", "tools", folder))
    assert str(caught.value) == f"pyproject.toml: tool.glibcheck.wraps-path leads out of the project: {folder!r}"
    assert sys.path == before


def test_a_project_without_the_table_names_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    with pytest.raises(SettingsError, match=r"^pyproject\.toml: tool\.glibcheck\.wraps is missing"):
        wrapped(str(tmp_path))


def test_a_project_without_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pyproject\.toml: does not exist$"):
        wrapped(str(tmp_path))
