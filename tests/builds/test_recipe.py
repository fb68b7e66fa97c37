"""Which build system a project has is told by its files alone; where there is no one answer, the user is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from glibcheck.builds.recipe import Recipe, recipe_of
from glibcheck.errors import InputError

SETUPTOOLS = Recipe("pep517", "setuptools", (), "setuptools")
AUTOMAKE = {"configure.ac": "", "Makefile.am": ""}


def backend(name: str, more: str = "") -> dict[str, str]:
    return {"pyproject.toml": f'[build-system]\nbuild-backend = "{name}"\n{more}'}


def in_tree(*requires: str) -> dict[str, str]:
    return backend("own", f'backend-path = ["."]\nrequires = {list(requires)}\n')


def beside(file: str, how: str) -> str:
    return f"also has {file}: --build-system {how} builds by it"


RECIPES: dict[str, tuple[Mapping[str, str], Recipe]] = {
    "setup.py": ({"setup.py": ""}, SETUPTOOLS),
    "setup.py-in-latin-1": ({"setup.py": "# caf\udce9"}, SETUPTOOLS),
    "setuptools": (backend("setuptools.build_meta"), SETUPTOOLS),
    "setuptools-legacy": (backend("setuptools.build_meta:__legacy__"), SETUPTOOLS),
    "no-backend-named": ({"pyproject.toml": "[build-system]\nrequires = []\n"}, SETUPTOOLS),
    "settings-of-tools-only": ({"pyproject.toml": "[tool.ruff]\n"}, SETUPTOOLS),
    "build-system-that-is-no-table": ({"pyproject.toml": "build-system = 1\n"}, SETUPTOOLS),
    "meson-python": ({**backend("mesonpy"), "meson.build": ""}, Recipe("pep517", "meson", (), "mesonpy")),
    "scikit-build-core": (
        {**backend("scikit_build_core.build"), "CMakeLists.txt": ""},
        Recipe("pep517", "cmake", (), "scikit_build_core"),
    ),
    "scikit-build-core-for-setuptools": (
        backend("scikit_build_core.setuptools.build_meta"),
        Recipe("pep517", "cmake", (), "scikit_build_core"),
    ),
    "py-build-cmake": (backend("py_build_cmake.build"), Recipe("pep517", "cmake", (), "py_build_cmake")),
    "scikit-build": (
        {**backend("setuptools.build_meta"), "setup.py": "import sys\nfrom skbuild import setup\n"},
        Recipe("pep517", "cmake", (), "skbuild"),
    ),
    "skbuild-in-a-comment": ({"setup.py": "# from skbuild import setup\n"}, SETUPTOOLS),
    "own-backend-around-setuptools": (in_tree("wheel", "setuptools>=61"), SETUPTOOLS),
    "own-backend-around-meson": (in_tree("Meson_Python>=0.15", "ninja"), Recipe("pep517", "meson", (), "mesonpy")),
    "own-backend-around-both": (in_tree("setuptools", "meson-python"), Recipe("pep517", "meson", (), "mesonpy")),
    "other-backend": (
        backend("maturin"),
        Recipe(
            "pep517",
            "setuptools",
            ("is built by maturin, whose build files glibcheck cannot edit; it reads its Python files only",),
            "maturin",
        ),
    ),
    "automake": (AUTOMAKE, Recipe("autotools", "automake")),
    "automake-of-old": ({"configure.in": "", "Makefile.am": ""}, Recipe("autotools", "automake")),
    "meson": ({"meson.build": ""}, Recipe("meson", "meson")),
    "cmake": ({"CMakeLists.txt": ""}, Recipe("cmake", "cmake")),
    "cmake-beside-other-configure": ({"configure": "", "CMakeLists.txt": ""}, Recipe("cmake", "cmake")),
    "cmake-with-settings-of-tools": (
        {"pyproject.toml": "[tool.ruff]\n", "CMakeLists.txt": ""},
        Recipe("cmake", "cmake"),
    ),
    "python-beside-others": (
        {**AUTOMAKE, "setup.py": "", "CMakeLists.txt": ""},
        SETUPTOOLS._replace(notes=(beside("configure.ac", "autotools"), beside("CMakeLists.txt", "cmake"))),
    ),
    "project-table-beside-meson": (
        {"pyproject.toml": '[project]\nname = "x"\n', "meson.build": ""},
        SETUPTOOLS._replace(notes=(beside("meson.build", "meson"),)),
    ),
}


def project(folder: Path, files: Mapping[str, str]) -> str:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    return str(folder)


@pytest.mark.parametrize(("files", "recipe"), RECIPES.values(), ids=RECIPES)
def test_files_tell_the_build_system(files: Mapping[str, str], recipe: Recipe, tmp_path: Path) -> None:
    assert recipe_of(project(tmp_path, files)) == recipe


@pytest.mark.parametrize(
    ("wanted", "recipe"),
    [
        ("pep517", SETUPTOOLS),
        ("autotools", Recipe("autotools", "automake")),
        ("meson", Recipe("meson", "meson")),
        ("cmake", Recipe("cmake", "cmake")),
    ],
)
def test_the_user_can_choose(wanted: str, recipe: Recipe, tmp_path: Path) -> None:
    files = {**AUTOMAKE, "setup.py": "", "meson.build": "", "CMakeLists.txt": ""}
    assert recipe_of(project(tmp_path, files), wanted) == recipe


AUTOMAKE_ONLY = "of such projects glibcheck can edit those of automake only"
REFUSALS: dict[str, tuple[Mapping[str, str], str, str]] = {
    "nothing": (
        {},
        "auto",
        ": cannot be built: none of pyproject.toml, setup.py, configure.ac with Makefile.am, meson.build, "
        "CMakeLists.txt is there",
    ),
    "several": (
        {**AUTOMAKE, "meson.build": "", "CMakeLists.txt": ""},
        "auto",
        ": has several builds (configure.ac, meson.build, CMakeLists.txt); "
        "choose with --build-system autotools or meson or cmake",
    ),
    "autoconf-alone": ({"configure.ac": ""}, "auto", f": has configure.ac without Makefile.am; {AUTOMAKE_ONLY}"),
    "old-autoconf-alone": ({"configure.in": ""}, "auto", f": has configure.in without Makefile.am; {AUTOMAKE_ONLY}"),
    "other-configure": ({"configure": ""}, "auto", f": has configure without configure.ac; {AUTOMAKE_ONLY}"),
    "autotools-that-are-none": (
        {"configure.ac": ""}, "autotools", f": has configure.ac without Makefile.am; {AUTOMAKE_ONLY}",
    ),
    "no-autotools": (
        {"setup.py": ""}, "autotools", ": has no configure.ac, so --build-system autotools cannot build it",
    ),
    "no-meson": ({"setup.py": ""}, "meson", ": has no meson.build, so --build-system meson cannot build it"),
    "no-cmake": ({"setup.py": ""}, "cmake", ": has no CMakeLists.txt, so --build-system cmake cannot build it"),
    "no-python": (
        AUTOMAKE, "pep517", ": has neither pyproject.toml nor setup.py, so --build-system pep517 cannot build it",
    ),
    "no-such-system": (
        AUTOMAKE, "bazel", ": no build system is called 'bazel'; there are auto, pep517, autotools, meson, cmake",
    ),
    "no-toml": (
        {"pyproject.toml": "[build-system\n"}, "auto",
        "/pyproject.toml: is no TOML: Expected ']' at the end of a table declaration (at line 1, column 14)",
    ),
    "no-text": ({"pyproject.toml": "\udcff"}, "auto", "/pyproject.toml: at offset 0x0: is not UTF-8 text"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "wanted", "message"), REFUSALS.values(), ids=REFUSALS)
def test_what_has_no_one_answer_is_told(files: Mapping[str, str], wanted: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        recipe_of(project(tmp_path, files), wanted)
    assert str(raised.value) == f"{tmp_path}{message}"


def test_a_folder_with_a_build_file_for_a_name_has_none(tmp_path: Path) -> None:
    (tmp_path / "meson.build").mkdir()
    with pytest.raises(InputError, match="cannot be built"):
        recipe_of(str(tmp_path))
