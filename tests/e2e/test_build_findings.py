"""What `build` must not pass over: what got lost, what nothing stands in for, what is too new from elsewhere.

In each case the exit code says so, the report names the file, the name and who brought it, and no wheel is left where a
user would take it for a good one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.run import refusal, run
from tests.tools import missing, need

pytestmark = pytest.mark.e2e

PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "little"
version = "1"
"""
MODULE = """\
#include <Python.h>
DECLARATIONS
static PyObject *f(PyObject *self, PyObject *x)
{
    double value = PyFloat_AsDouble(x);
    return PyFloat_FromDouble(EXPRESSION);
}
static PyMethodDef methods[] = {{"f", f, METH_O, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_a", "", -1, methods};
PyMODINIT_FUNC PyInit__a(void) { return PyModule_Create(&module); }
"""
SETUP = (
    "from setuptools import Extension, setup\nsetup(packages=[], ext_modules=[Extension('_a', ['a.c'], KEYWORDS)])\n"
)
FILE = "_a.cpython-{}{}-x86_64-linux-gnu.so".format(*sys.version_info)
LIBRARIES = "/usr/lib/x86_64-linux-gnu"


def module(declarations: str, expression: str) -> str:
    return MODULE.replace("DECLARATIONS", declarations).replace("EXPRESSION", expression)


def little(folder: Path, files: Mapping[str, str], keywords: str = "") -> Path:
    """Write a project into a folder; `keywords` are those of its one extension, unless it has a setup.py of its own."""
    project = folder / "little"
    project.mkdir()
    for name, text in {"pyproject.toml": PYPROJECT, "setup.py": SETUP.replace("KEYWORDS", keywords), **files}.items():
        (project / name).write_text(text, encoding="utf-8")
    return project


def build(folder: Path, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "build", str(project), "--target", "manylinux_2_17", *words)  # of two targets, the last


def nothing_kept(folder: Path, done: subprocess.CompletedProcess[str]) -> str:
    """Check that something was found and that no wheel is there; give the report."""
    assert (done.returncode, done.stderr) == (1, ""), done.stdout + done.stderr
    assert "no wheel was kept" in done.stdout
    assert [path.name for path in folder.rglob("*.whl")] == []
    return done.stdout


PROBING = """\
import os, subprocess, tempfile
from setuptools import Extension, setup

def links(code, *words):
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "probe.c"), "w") as file:
            file.write(code)
        flags = os.environ.get("LDFLAGS", "").split()
        command = ["gcc", os.path.join(place, "probe.c"), "-o", os.path.join(place, "probe"), *words, *flags]
        return subprocess.run(command, capture_output=True).returncode == 0

PROBE
setup(packages=[], ext_modules=[Extension("_a", ["a.c"], extra_compile_args=flags, extra_link_args=flags)])
"""


def test_a_function_that_a_probe_finds_no_more_is_lost(tmp_path: Path) -> None:
    # There is no stand-in for posix_spawn_file_actions_addclosefrom_np (2.34); the project goes on without it, and all
    # that is built then fits the target.
    name = "posix_spawn_file_actions_addclosefrom_np"
    code = f"#define _GNU_SOURCE\\n#include <spawn.h>\\nint main(void) {{ return {name}(0, 3); }}"
    probe = f'flags = ["-DHAVE_IT"] if links("{code}") else []'
    use = f"#include <spawn.h>\n#ifdef HAVE_IT\n#define IT {name}(0, 3)\n#else\n#define IT 0\n#endif"
    setup = PROBING.replace("PROBE", probe)
    project = little(tmp_path, {"setup.py": setup, "a.c": module(use, "value > 0 ? value : IT")})
    report = nothing_kept(tmp_path, build(tmp_path, project))
    assert "Lost against the plain build" in report
    assert f"{FILE}: not asked for any more\n    {name}\n" in report
    assert "Within manylinux_2_17, but less than the plain build" in report


def test_threads_that_a_probe_switches_off_are_lost(tmp_path: Path) -> None:
    # Whoever builds for an older system is known by the sysroot in LDFLAGS; a probe that fails for it alone is enough.
    probe = (
        'openmp = links("int main(void) { return 0; }", "-fopenmp") and "glibcheck" not in os.environ["PATH"]\n'
        'flags = ["-fopenmp"] if openmp else []'
    )
    loop = (
        "static double sum(double x) {\n  double all = 0;\n  _Pragma(\"omp parallel for reduction(+:all)\")\n"
        "  for (int i = 0; i < 100; i++) all += x / (i + 1);\n  return all;\n}"
    )  # fmt: skip
    setup = PROBING.replace("PROBE", probe)
    project = little(tmp_path, {"setup.py": setup, "a.c": module(loop, "sum(value)")})
    report = nothing_kept(tmp_path, build(tmp_path, project))
    assert f"{FILE}: libgomp.so.1 is not linked any more" in report
    assert "GOMP_parallel" in report


@pytest.mark.parametrize("vendor", ["vendor.o", "libvendor.a"])
def test_a_vector_function_is_left_with_the_object_that_brought_it(tmp_path: Path, vendor: str) -> None:
    # Prebuilt: no flag of this build reaches how it was compiled.
    need("gcc", "ar")
    source = "#include <math.h>\nvoid sines(double *x) { for (int i = 0; i < 64; i++) x[i] = sin(x[i]); }\n"
    use = module("void sines(double *);", "({ double x[64] = {value}; sines(x); x[0]; })")
    project = little(tmp_path, {"a.c": use}, f"extra_objects=['{vendor}'], libraries=['m']")
    (tmp_path / "vendor.c").write_text(source, encoding="utf-8")
    place = project if vendor == "vendor.o" else tmp_path
    command = ["gcc", "-O3", "-ffast-math", "-fPIC", "-c", "vendor.c", "-o", str(place / "vendor.o")]
    subprocess.run(command, cwd=tmp_path, check=True)
    if vendor != "vendor.o":
        subprocess.run(["ar", "cr", str(project / vendor), "vendor.o"], cwd=tmp_path, check=True)
    report = nothing_kept(tmp_path, build(tmp_path, project))
    assert "Solved" not in report
    assert "_ZGVbN2v_sin" in report
    assert f"brought by {'vendor.o' if vendor == 'vendor.o' else 'libvendor.a(vendor.o)'}\n" in report
    assert "-fno-tree-vectorize" in report


@pytest.mark.parametrize("target", ["manylinux_2_17", "2.17"])
def test_a_library_of_this_system_that_is_too_new_is_left(tmp_path: Path, target: str) -> None:
    # It would be grafted, and its own needs with it: liblzma makes threads, by GLIBC_2.34 on a system as new as this.
    library = f"{LIBRARIES}/liblzma.so.5"
    if not os.path.exists(library):
        missing("liblzma.so.5")
    project = little(
        tmp_path,
        {"a.c": module("extern unsigned lzma_version_number(void);", "value + lzma_version_number()")},
        "extra_link_args=['-l:liblzma.so.5']",
    )
    report = nothing_kept(tmp_path, build(tmp_path, project, "--target", target, "--no-compare"))
    assert "would bring along\n  liblzma.so.5\n" in report
    assert "GLIBC_2.34" in report


def test_a_project_that_does_not_build_is_told_in_one_line(tmp_path: Path) -> None:
    project = little(tmp_path, {"a.c": module("", "no_such_variable")})
    said = refusal(build(tmp_path, project))
    assert "does not build as it is" in said
    assert "a.c:6:31: error: " in said
    assert "no_such_variable" in said
    assert not list(tmp_path.rglob("*.whl"))


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_built(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    project = little(tmp_path, {"a.c": module("", "no_such_variable")})
    said = refusal(build(tmp_path, project, "-o", str(tmp_path / "file" / "dist")))
    assert said == f"{tmp_path}/file/dist: cannot be a folder: {tmp_path}/file is none"


def test_a_source_distribution_is_built(tmp_path: Path) -> None:
    project = little(tmp_path, {"a.c": module("#include <math.h>", "pow(value, 2.5)")}, "libraries=['m']")
    sdist = tmp_path / "little-1.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        archive.add(project, "little-1")
    done = build(tmp_path, sdist, "-o", "out", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["project"] == str(sdist)
    assert [(row["symbol"], row["how"], row["now"]) for row in report["solved"]] == [
        ("pow", "older version", "GLIBC_2.2.5 of libm.so.6")
    ]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [os.path.basename(report["wheel"])]


def test_a_pure_wheel_is_kept_as_it_is(tmp_path: Path) -> None:
    setup = "from setuptools import setup\nsetup(py_modules=['a'])\n"
    project = little(tmp_path, {"setup.py": setup, "a.py": "answer = 42\n"})
    done = build(tmp_path, project, "-o", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["little-1-py3-none-any.whl"]
    assert "It has no ELF file, so it is kept as it is" in done.stdout
    with zipfile.ZipFile(tmp_path / "out" / "little-1-py3-none-any.whl") as wheel:
        assert "a.py" in wheel.namelist()
