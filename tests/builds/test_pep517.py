"""The import of what was built: a missing project of others is passed over, a missing part of the own one is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from glibcheck.builds import NO_OPTIONS, Build, recipe_of
from glibcheck.builds.pep517 import Pep517Builder as Builder
from glibcheck.builds.pep517 import opened
from glibcheck.errors import ToolError

pytestmark = pytest.mark.build

_SETUP = """
from setuptools import Extension, setup
setup(name="pkg", version="1", packages=["pkg", "pkg.tests"], ext_modules=[Extension("pkg.tests._c", ["c.c"])])
"""
_SOURCE = """
#include <Python.h>
static struct PyModuleDef module = { PyModuleDef_HEAD_INIT, "_c", NULL, 0, NULL };
#ifdef BROKEN
extern int nowhere_to_be_found(void);
#endif
PyMODINIT_FUNC PyInit__c(void) {
#ifdef BROKEN
    nowhere_to_be_found();
#endif
    return PyModule_Create(&module);
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project whose compiled module is in a package of tests."""
    (tmp_path / "pkg" / "tests").mkdir(parents=True)
    (tmp_path / "setup.py").write_text(_SETUP)
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\n')
    (tmp_path / "pkg" / "__init__.py").touch()
    (tmp_path / "pkg" / "tests" / "__init__.py").write_text("import not_there_at_all\n")
    (tmp_path / "c.c").write_text(_SOURCE)
    return tmp_path


@pytest.fixture
def builder(project: Path) -> Iterator[Builder]:
    with opened(str(project), recipe_of(str(project)), NO_OPTIONS) as made:
        yield made


def built(builder: Builder, **variables: str) -> Build:
    return builder.build((), lambda around: {**around, **variables})


def test_a_package_that_wants_another_project_is_loaded_all_the_same(builder: Builder) -> None:
    builder.try_import(built(builder), None)


def test_a_file_that_is_loaded_alone_must_find_its_symbols(builder: Builder) -> None:
    with pytest.raises(ToolError, match="nowhere_to_be_found"):
        builder.try_import(built(builder, CPPFLAGS="-DBROKEN"), None)


def test_a_part_of_its_own_that_is_missing_is_told(project: Path, builder: Builder) -> None:
    (project / "pkg" / "tests" / "__init__.py").write_text("import pkg.absent\n")
    with pytest.raises(ToolError, match=r"pkg\.absent"):
        builder.try_import(built(builder), None)
