"""What of an installed product counts: the modules that Python imports, and the libraries of it that these need."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from glibcheck.builds.importing import import_modules
from glibcheck.builds.product import library_folders, loaded_files, module_places
from glibcheck.errors import InputError, ToolError
from tests.tools import output

SITE = "usr/lib/python3/site-packages"


def linked(top: Path, path: str, *needed: str, text: str = "int x;") -> None:
    """Link a library with its file's name as soname, that needs others by their paths."""
    (top / path).parent.mkdir(parents=True, exist_ok=True)
    (top.parent / "x.c").write_text(text)
    libraries = [str(top / name) for name in needed]
    words = ["-shared", "-fPIC", "-Wl,--no-as-needed", f"-Wl,-soname,{os.path.basename(path)}"]
    output("gcc", *words, "-o", str(top / path), str(top.parent / "x.c"), *libraries)


def module(top: Path, path: str, *needed: str) -> None:
    linked(top, path, *needed, text="void PyInit__x(void) {}\nvoid PyInit__alone(void) {}\n")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "product"


def paths(top: Path) -> tuple[list[str], int]:
    files, left_out = loaded_files(str(top), "project")
    return [path for path, _ in files], left_out


def test_libraries_of_modules_count_and_those_of_others_do_not(top: Path) -> None:
    linked(top, "usr/lib/libdeep.so.1")
    linked(top, "usr/lib/libfirst.so.1", "usr/lib/libdeep.so.1")
    linked(top, "usr/lib/libother.so.1", "usr/lib/libdeep.so.1")
    module(top, f"{SITE}/pkg/_x.so", "usr/lib/libfirst.so.1")
    assert paths(top) == (["usr/lib/libdeep.so.1", "usr/lib/libfirst.so.1", f"{SITE}/pkg/_x.so"], 1)


def test_a_module_goes_by_the_link_that_python_finds(top: Path) -> None:
    module(top, f"{SITE}/_x.so.0.0.0")
    os.symlink("_x.so.0.0.0", top / SITE / "_x.so.0")
    os.symlink("_x.so.0.0.0", top / SITE / "_x.so")
    os.symlink("/usr/lib/nowhere.so", top / SITE / "_y.so")
    assert paths(top) == ([f"{SITE}/_x.so"], 0)


def test_a_library_that_is_needed_by_its_file_name_counts(top: Path) -> None:
    linked(top, "usr/lib/libplain.so")
    module(top, f"{SITE}/_x.so", "usr/lib/libplain.so")
    output("patchelf", "--remove-needed", "libplain.so", "--add-needed", "liblink.so", str(top / SITE / "_x.so"))
    os.symlink("libplain.so", top / "usr/lib/liblink.so")
    assert paths(top) == (["usr/lib/libplain.so", f"{SITE}/_x.so"], 0)


def test_libraries_in_a_circle_end(top: Path) -> None:
    linked(top, "usr/lib/liba.so")
    linked(top, "usr/lib/libb.so", "usr/lib/liba.so")
    linked(top, "usr/lib/liba.so", "usr/lib/libb.so")
    module(top, f"{SITE}/_x.so", "usr/lib/liba.so")
    assert len(paths(top)[0]) == 3


def test_a_product_without_modules_has_nothing_that_counts(top: Path) -> None:
    linked(top, "usr/lib/liba.so")
    assert paths(top) == ([], 1)


def test_a_damaged_file_is_told_with_its_place(top: Path) -> None:
    (top / "usr").mkdir(parents=True)
    (top / "usr" / "x.so").write_bytes(b"\x7fELF and no more")
    with pytest.raises(InputError, match=r"^project:usr/x\.so: "):
        paths(top)


@pytest.mark.parametrize(
    ("packages", "path", "site", "name"),
    [
        ([], f"{SITE}/_x.so", SITE, "_x"),
        ([], f"{SITE}/space/pkg/_x.abi3.so", SITE, "space.pkg._x"),
        ([], "usr/lib/python3/dist-packages/_x.so", "usr/lib/python3/dist-packages", "_x"),
        ([], "usr/lib/tool/_x.so", "usr/lib/tool", "_x"),
        (["usr/lib/tool/pkg", "usr/lib/tool/pkg/sub"], "usr/lib/tool/pkg/sub/_x.so", "usr/lib/tool", "pkg.sub._x"),
    ],
)
def test_python_finds_a_module_from_a_folder(packages: list[str], path: str, site: str, name: str, top: Path) -> None:
    module(top, path)
    for package in packages:
        (top / package / "__init__.py").touch()
    files, _ = loaded_files(str(top), "project")
    assert module_places(str(top), files) == ((str(top / site), name, str(top / path)),)


def test_the_loader_looks_where_needed_libraries_are(top: Path) -> None:
    linked(top, "usr/lib/pkg/libfirst.so.1")
    linked(top, "usr/lib/other/libother.so.1")
    module(top, f"{SITE}/_x.so", "usr/lib/pkg/libfirst.so.1")
    files, _ = loaded_files(str(top), "project")
    assert library_folders(str(top), files) == (str(top / "usr/lib/pkg"),)


# The trial of what is built


def test_another_file_of_that_name_proves_nothing(top: Path, tmp_path: Path) -> None:
    linked(top, "_alone.so", text="extern int nowhere_to_be_found(void); int x(void) { return nowhere_to_be_found(); }")
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "_alone.py").touch()
    around = {**os.environ, "PYTHONPATH": str(tmp_path / "first")}
    with pytest.raises(ToolError, match="nowhere_to_be_found"):
        import_modules([sys.executable, "-s"], [("_alone", str(top / "_alone.so"))], str(tmp_path), around)


def test_a_package_that_wants_another_project_has_its_file_loaded(top: Path, tmp_path: Path) -> None:
    linked(top, "pkg/_alone.so")
    (top / "pkg" / "__init__.py").write_text("import not_there_at_all\n")
    around = {**os.environ, "PYTHONPATH": str(top)}
    import_modules([sys.executable, "-s"], [("pkg._alone", str(top / "pkg" / "_alone.so"))], str(tmp_path), around)


def test_a_python_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"^/no/python: cannot be run: No such file or directory$"):
        import_modules(["/no/python"], [], str(tmp_path))
