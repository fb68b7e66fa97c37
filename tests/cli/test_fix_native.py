"""`glibcheck fix` on projects that are built without a wheel: little ones of automake and CMake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.run import refusal, run
from tests.projects import tree
from tests.tools import need

MODULE = """\
#include <Python.h>
#include <math.h>
double help(double);
static PyObject *f(PyObject *self, PyObject *x)
{
    return PyFloat_FromDouble(help(PyFloat_AsDouble(x)) + pow(PyFloat_AsDouble(x), 0.5));
}
static PyMethodDef methods[] = {{"f", f, METH_O, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_a", "", -1, methods};
PyMODINIT_FUNC PyInit__a(void) { return PyModule_Create(&module); }
"""
HELP = "#include <math.h>\ndouble help(double x) { return exp(x); }\n"
CONFIGURE = """\
AC_INIT([little], [1])
AM_INIT_AUTOMAKE([foreign])
AM_PROG_AR
LT_INIT([disable-static])
AM_PATH_PYTHON
PYTHON_CPPFLAGS=-I`$PYTHON -c "import sysconfig; print(sysconfig.get_path('include'))"`
AC_SUBST([PYTHON_CPPFLAGS])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
"""
# Latin-1, with the line ends of another system, and its list of libraries grows in a conditional.
MAKEFILE = "\r\n".join([
    "# Gr\xf6\xdfe und Ma\xdf",
    "lib_LTLIBRARIES = libhelp.la",
    "libhelp_la_SOURCES = help.c",
    "libhelp_la_LIBADD = -lm",
    "pyexec_LTLIBRARIES\t= _a.la",
    "_a_la_SOURCES\t= a.c",
    "_a_la_CPPFLAGS\t= $(PYTHON_CPPFLAGS)",
    "_a_la_LDFLAGS\t= -module -avoid-version",
    "_a_la_LIBADD\t= libhelp.la -lm",
    "",
])  # fmt: skip
CMAKE = """\
cmake_minimum_required(VERSION 3.15)
project(little C)
find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)
add_library(helper SHARED help.c)
target_link_libraries(helper PRIVATE m)
Python_add_library(_a MODULE a.c)
target_link_libraries(_a PRIVATE helper m)
install(TARGETS helper _a LIBRARY DESTINATION lib/python/site-packages)
"""


def project(folder: Path, **files: str) -> Path:
    made = folder / "project"
    made.mkdir()
    for name, text in {"a_c": MODULE, "help_c": HELP, **files}.items():
        (made / name.replace("__", "/").replace("_", ".")).write_bytes(text.encode("latin-1"))
    return made


def automake(folder: Path) -> Path:
    need("autoreconf", "automake", "libtoolize", "make")
    return project(folder, configure_ac=CONFIGURE, Makefile_am=MAKEFILE)


@pytest.mark.build
def test_a_makefile_in_latin_1_with_carriage_returns_is_fixed_written_and_given_back(tmp_path: Path) -> None:
    made = automake(tmp_path)
    before = tree(str(made))
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--apply")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "1. convenience library, older version: works" in done.stdout
    after = tree(str(made))
    assert {name for name in after if after[name] != before.get(name)} == {"Makefile.am", "glibcheck_symver.h"}
    lines = after["Makefile.am"].decode("latin-1").split("\r\n")
    assert lines[:3] == ["# Gr\xf6\xdfe und Ma\xdf", "noinst_LTLIBRARIES = libhelp.la", "libhelp_la_SOURCES = help.c"]
    assert "libhelp_la_CPPFLAGS = -include $(top_srcdir)/glibcheck_symver.h" in lines
    assert not [line for line in lines if "\n" in line]
    again = run(tmp_path, "fix", "project", "--target", "2.28")
    assert again.stdout.endswith("\nNothing to fix: every file is within glibc-2.28.\n"), again.stdout
    undone = run(tmp_path, "fix", "project", "--undo")
    assert undone.returncode == 0, undone.stderr
    assert tree(str(made)) == before


@pytest.mark.build
def test_a_cmake_project_is_told_as_json(tmp_path: Path) -> None:
    need("cmake", "make")
    project(tmp_path, CMakeLists_txt=CMAKE)
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--format", "json")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (found["ok"], found["proof"], found["written"], found["left"]) == (True, "import", False, [])
    assert [row["fix"] for row in found["steps"]] == ["convenience library", "older version"]
    assert {row["path"] for row in found["edits"]} == {"CMakeLists.txt", "glibcheck_symver.h"}
    assert all(not name.startswith("libhelper") for row in found["after"] for name in row["needed"])


@pytest.mark.build
def test_a_project_of_programs_alone_is_no_project_that_holds(tmp_path: Path) -> None:
    need("cmake", "make")
    program = "cmake_minimum_required(VERSION 3.15)\nproject(p C)\nadd_executable(p p.c)\ninstall(TARGETS p)\n"
    project(tmp_path, CMakeLists_txt=program, p_c="int main(void) { return 0; }\n")
    message = refusal(run(tmp_path, "fix", "project", "--target", "2.28"))
    assert message == "project: installs no extension module that Python loads; its other files (1) are not looked at"


def test_two_build_systems_at_once_want_a_choice(tmp_path: Path) -> None:
    project(tmp_path, CMakeLists_txt=CMAKE, configure_ac=CONFIGURE, Makefile_am=MAKEFILE)
    message = refusal(run(tmp_path, "fix", "project", "--target", "2.28"))
    files = "configure.ac, CMakeLists.txt"
    assert message == f"project: has several builds ({files}); choose with --build-system autotools or cmake"


def test_a_build_system_that_is_not_there_is_told(tmp_path: Path) -> None:
    project(tmp_path, CMakeLists_txt=CMAKE)
    message = refusal(run(tmp_path, "fix", "project", "--target", "2.28", "--build-system", "meson"))
    assert message == "project: has no meson.build, so --build-system meson cannot build it"


@pytest.mark.build
def test_a_baseline_that_does_not_build_is_told_in_its_own_words(tmp_path: Path) -> None:
    need("cmake", "make")
    project(tmp_path, CMakeLists_txt=CMAKE, help_c=HELP.replace("exp(x)", "exp(x"))
    message = refusal(run(tmp_path, "fix", "project", "--target", "2.28"))
    assert message.startswith("project: does not build as it is; ")
    assert "help.c:2:" in message
    assert "error: expected" in message


@pytest.mark.build
def test_a_generated_makefile_is_left_and_named(tmp_path: Path) -> None:
    made = automake(tmp_path)
    (made / "Makefile.am").write_text(
        f"# Generated by gen.sh from list.txt\n{MAKEFILE}", encoding="latin-1", newline=""
    )
    before = tree(str(made))
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--apply")
    assert (done.returncode, done.stderr) == (1, ""), done.stdout + done.stderr
    assert "Makefile.am: says on line 1 that it is generated; change what it is generated from" in done.stdout
    assert tree(str(made)) == before
