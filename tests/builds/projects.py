"""One small project for each build system: an extension module `_x` in a package, which needs a helper library.

Each has a second extension `_alone`, which needs nothing, and a program; so that what belongs together can be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SOURCE = """
#include <Python.h>
int helped(int);
static PyObject *twice(PyObject *self, PyObject *value) { return PyLong_FromLong(helped(PyLong_AsLong(value))); }
static PyMethodDef methods[] = {{"twice", twice, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_x", NULL, 0, methods};
PyMODINIT_FUNC PyInit__x(void) { return PyModule_Create(&module); }
"""
ALONE = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_alone", NULL, 0, NULL};
PyMODINIT_FUNC PyInit__alone(void) { return PyModule_Create(&module); }
"""
HELP = "int helped(int value) { return 2 * value; }\n"
SMOKE = "import sys\nfrom pkg._x import twice\nassert twice(21) == 42, twice(21)\nassert __name__ == '__main__'\n"

SHARED = {
    "pkg/__init__.py": "",
    "pkg/x.c": SOURCE,
    "pkg/alone.c": ALONE,
    "help/help.c": HELP,
    "tool.c": "int main(void) { return 0; }\n",
    "smoke.py": SMOKE,
}

AUTOTOOLS = {
    "configure.ac": """AC_INIT([pkg], [1])
AM_INIT_AUTOMAKE([foreign subdir-objects])
AC_PROG_CC
LT_INIT
AM_PATH_PYTHON
AC_SUBST([PYTHON_CPPFLAGS], [`$PYTHON -c "import sysconfig; print('-I' + sysconfig.get_path('include'))"`])
AC_CONFIG_FILES([Makefile help/Makefile])
AC_OUTPUT
""",
    "Makefile.am": """SUBDIRS = help .
bin_PROGRAMS = tool
tool_SOURCES = tool.c
pkgpythondir = $(pythondir)/pkg
pkgpyexecdir = $(pyexecdir)/pkg
pkgpython_PYTHON = pkg/__init__.py
pkgpyexec_LTLIBRARIES = _x.la _alone.la
_x_la_SOURCES = pkg/x.c
_x_la_CPPFLAGS = $(PYTHON_CPPFLAGS)
_x_la_LDFLAGS = -module
_x_la_LIBADD = help/libhelp.la
_alone_la_SOURCES = pkg/alone.c
_alone_la_CPPFLAGS = $(PYTHON_CPPFLAGS)
_alone_la_LDFLAGS = -module -avoid-version
""",
    "help/Makefile.am": "lib_LTLIBRARIES = libhelp.la\nlibhelp_la_SOURCES = help.c\n",
}

MESON = {
    "meson.build": """project('pkg', 'c', version: '1')
py = import('python').find_installation(pure: false)
subdir('help')
py.install_sources('pkg/__init__.py', subdir: 'pkg')
py.extension_module('_x', 'pkg/x.c', link_with: help, install: true, subdir: 'pkg',
  install_rpath: '$ORIGIN/../../..')
py.extension_module('_alone', 'pkg/alone.c', install: true, subdir: 'pkg')
executable('tool', 'tool.c', install: true)
""",
    "help/meson.build": "help = shared_library('help', 'help.c', version: '1.2', install: true)\n",
}

CMAKE = {
    "CMakeLists.txt": """cmake_minimum_required(VERSION 3.18)
project(pkg C)
find_package(Python COMPONENTS Interpreter Development.Module REQUIRED)
if(NOT PLACE)
  set(PLACE "lib/python3/site-packages/pkg")
endif()
include(module.cmake)
add_subdirectory(help)
make_module(_x pkg/x.c)
make_module(_alone pkg/alone.c)
target_link_libraries(_x PRIVATE helper)
set_target_properties(_x PROPERTIES INSTALL_RPATH "$ORIGIN")
install(FILES pkg/__init__.py DESTINATION "${PLACE}")
add_executable(tool tool.c)
install(TARGETS tool)
""",
    "module.cmake": """function(make_module name)
  Python_add_library(${name} MODULE WITH_SOABI ${ARGN})
  install(TARGETS ${name} DESTINATION "${PLACE}")
endfunction()
""",
    "help/CMakeLists.txt": """add_library(helper SHARED help.c)
set_target_properties(helper PROPERTIES VERSION 1.2 SOVERSION 1)
install(TARGETS helper DESTINATION "${PLACE}")
""",
}


def python_project(backend: str, requires: str, more: str = "") -> dict[str, str]:
    """Write a pyproject.toml for a backend."""
    text = f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n'
    return {"pyproject.toml": f'{text}[project]\nname = "pkg"\nversion = "1"\n{more}'}


MESONPY = {
    **MESON,
    **python_project("mesonpy", "meson-python"),
    # Libraries of a wheel lie in the package; meson-python refuses others unless it is asked to move them.
    # And they have no links, so no version.
    "help/meson.build": (
        "help = shared_library('help', 'help.c', install: true, install_dir: py.get_install_dir() / 'pkg')\n"
    ),
    "meson.build": MESON["meson.build"].replace("$ORIGIN/../../..", "$ORIGIN").replace("executable(", "# executable("),
}
SCIKIT = {
    **CMAKE,
    **python_project(
        "scikit_build_core.build", "scikit-build-core", '[tool.scikit-build.cmake.define]\nPLACE = "pkg"\n'
    ),
}
PY_BUILD_CMAKE = {
    **CMAKE,
    **python_project(
        "py_build_cmake.build",
        "py-build-cmake",
        'description = "x"\n[tool.py-build-cmake.cmake]\noptions = {PLACE = "pkg"}\nminimum_version = "3.18"\n',
    ),
}
SKBUILD = {
    **CMAKE,
    "pyproject.toml": '[build-system]\nrequires = ["setuptools", "scikit-build"]\n'
    'build-backend = "setuptools.build_meta"\n',
    "setup.py": "from skbuild import setup\n"
    'setup(name="pkg", version="1", packages=["pkg"], cmake_args=["-DPLACE=pkg"])\n',
}


def made(folder: Path, files: Mapping[str, str]) -> str:
    """Write a project, with the files that all of them share, and give its path."""
    for path, text in {**SHARED, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return str(folder)
