"""Real builds of one small project by each system: what came out, which declaration made it, and that it imports."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from glibcheck.builds import Options, builder_of, recipe_of
from glibcheck.errors import ToolError
from glibcheck.model.plan import Edit
from tests.builds import projects
from tests.tools import need, output

pytestmark = pytest.mark.build

TOOLS = {
    "autotools": ("autoreconf", "automake", "libtoolize", "make"),
    "meson": ("meson", "ninja"),
    "cmake": ("cmake", "make"),
}
NATIVE: dict[str, tuple[dict[str, str], dict[str, str]]] = {  # files of the project, targets by file name
    "autotools": (
        projects.AUTOTOOLS,
        {"_x.so": "_x.la", "_alone.so": "_alone.la", "libhelp.so.0.0.0": "help/libhelp.la"},
    ),
    "meson": (projects.MESON, {"_x": "_x", "_alone": "_alone", "libhelp.so.1.2": "help/help"}),
    "cmake": (projects.CMAKE, {"_x": "_x", "_alone": "_alone", "libhelper.so.1.2": "help/helper"}),
}
PEP517 = {  # files of the project, the system behind the backend, and the helper's file and target
    "meson-python": (projects.MESONPY, "meson", ("libhelp.so", "help/help")),
    "scikit-build-core": (projects.SCIKIT, "cmake", ("libhelper.so", "help/helper")),
    "py-build-cmake": (projects.PY_BUILD_CMAKE, "cmake", ("libhelper.so", "help/helper")),
    "scikit-build": (projects.SKBUILD, "cmake", ("libhelper.so", "help/helper")),
}
BROKEN_HELP = Edit("help/help.c", projects.HELP, "int helped(int value) { return value }\n")
LESS_HELP = Edit("help/help.c", projects.HELP, "int helped(int value) { return value; }\n")


def named(targets: Mapping[str, str]) -> dict[str, str]:
    """Name files without their folder and without the tag of a Python."""
    return {os.path.basename(path).partition(".cpython-")[0]: name for path, name in targets.items()}


@pytest.mark.parametrize("how", NATIVE)
def test_a_native_build_gives_what_python_loads_and_who_declares_it(how: str, tmp_path: Path) -> None:
    need(*TOOLS[how])
    files, targets = NATIVE[how]
    project = projects.made(tmp_path / "project", files)
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    recipe = recipe_of(project)
    assert recipe.how == how
    with builder_of(project, recipe) as builder:
        build = builder.build(())
        assert named(build.targets) == targets
        assert set(build.targets) == {path for path, _ in build.files}
        assert build.left_out == 1  # the program
        assert all(os.path.isfile(os.path.join(build.product, path)) for path, _ in build.files)
        assert build.own is not None
        assert "helped" in build.own
        builder.try_import(build, str(tmp_path / "project" / "smoke.py"))
        kept = (build.product, build.folder)
    assert not any(map(os.path.exists, kept))
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("how", NATIVE)
def test_edits_are_built_and_tried(how: str, tmp_path: Path) -> None:
    need(*TOOLS[how])
    project = projects.made(tmp_path / "project", NATIVE[how][0])
    with builder_of(project, recipe_of(project)) as builder:
        build = builder.build((LESS_HELP,))
        builder.try_import(build, None)
        with pytest.raises(ToolError, match=r"smoke\.py: AssertionError: 21"):
            builder.try_import(build, str(tmp_path / "project" / "smoke.py"))


@pytest.mark.parametrize("how", NATIVE)
def test_a_build_that_fails_says_so_in_its_own_words(how: str, tmp_path: Path) -> None:
    need(*TOOLS[how])
    project = projects.made(tmp_path / "project", NATIVE[how][0])
    with builder_of(project, recipe_of(project)) as builder, pytest.raises(ToolError, match=r"help\.c:1:") as raised:
        builder.build((BROKEN_HELP,))
    assert "error: expected" in str(raised.value)
    assert "glibcheck-" not in raised.value.output.replace("build-glibcheck", "")


@pytest.mark.parametrize("how", NATIVE)
def test_arguments_of_the_user_win(how: str, tmp_path: Path) -> None:
    need(*TOOLS[how])
    project = projects.made(tmp_path / "project", NATIVE[how][0])
    words = {"cmake": "-DCMAKE_INSTALL_PREFIX=/opt/mine"}.get(how, "--prefix=/opt/mine")
    with builder_of(project, recipe_of(project), Options(configure=(words,))) as builder:
        build = builder.build(())
    assert {path.split("/")[:2] == ["opt", "mine"] for path, _ in build.files} == {True}


@pytest.mark.parametrize("how", PEP517)
def test_a_wheel_build_keeps_the_record_of_the_system_behind_it(how: str, tmp_path: Path) -> None:
    files, system, (library, target) = PEP517[how]
    project = projects.made(tmp_path / "project", files)
    recipe = recipe_of(project)
    assert (recipe.how, recipe.system, recipe.notes) == ("pep517", system, ())
    with builder_of(project, recipe) as builder:
        build = builder.build(())
        found = named(build.targets)
        assert (found["_x"], found["_alone"]) == ("_x", "_alone")
        assert {name for file, name in found.items() if file.startswith(library)} == {target}
        assert build.own is not None
        assert "helped" in build.own
        builder.try_import(build, str(tmp_path / "project" / "smoke.py"))


def test_a_folder_that_the_user_names_is_where_the_record_is_read(tmp_path: Path) -> None:
    project = projects.made(tmp_path / "project", projects.MESONPY)
    with builder_of(project, recipe_of(project), Options({"build-dir": "mine"})) as builder:
        build = builder.build(())
        assert os.path.isdir(os.path.join(build.folder, "mine", "meson-info"))
        assert named(build.targets)["_x"] == "_x"


def test_a_record_says_where_a_target_stands(tmp_path: Path) -> None:
    need(*TOOLS["cmake"])
    project = projects.made(tmp_path / "project", projects.CMAKE)
    with builder_of(project, recipe_of(project)) as builder:
        places = builder.build(()).places
    lines = {name: place.partition(":") for name, place in places.items()}
    texts = {name: projects.CMAKE[path].splitlines()[int(line) - 1] for name, (path, _, line) in lines.items()}
    assert texts == {
        "_x": "make_module(_x pkg/x.c)",
        "_alone": "make_module(_alone pkg/alone.c)",
        "tool": "add_executable(tool tool.c)",
        "help/helper": "add_library(helper SHARED help.c)",
    }


def test_what_an_earlier_build_left_in_the_tree_is_not_taken(tmp_path: Path) -> None:
    need(*TOOLS["autotools"])
    project = projects.made(tmp_path / "project", projects.AUTOTOOLS)
    before = projects.AUTOTOOLS["Makefile.am"]
    output("sh", "-c", f"cd '{project}' && autoreconf -fi 2>&1 && ./configure && make")
    with builder_of(project, recipe_of(project)) as builder:
        build = builder.build((Edit("Makefile.am", before, f"{before}_x_la_CFLAGS = -Dhelped=other\n"),))
        assert build.own is not None
        assert "helped" not in build.own


def test_a_tool_that_is_missing_is_told_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = projects.made(tmp_path / "project", projects.AUTOTOOLS)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = r"autoreconf: is not installed, .*apt-get install autoconf\)"
    with builder_of(project, recipe_of(project)) as builder, pytest.raises(ToolError, match=said):
        builder.build(())
