"""`glibcheck fix` as a user meets it: little projects that hold, that cannot be fixed, and that do not build."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.run import refusal, run, usage_error
from tests.projects import tree

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
#include <math.h>
DECLARATIONS
static PyObject *f(PyObject *self, PyObject *x)
{
    double value = PyFloat_AsDouble(x);
    return PyFloat_FromDouble(EXPRESSION);
}
static PyMethodDef methods[] = {{"f", f, METH_O, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "NAME", "", -1, methods};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&module); }
"""
SETUP = "from setuptools import Extension, setup\n"
ONE = f'{SETUP}setup(ext_modules=[Extension("_a", ["a.c"], libraries=["m"])])\n'
# Builds libhelp.so into the package, under its own name, and links the modules of the package to it.
WITH_HELPER = f"""\
import os
from setuptools.command.build_ext import build_ext
{SETUP}
class BuildExt(build_ext):
    def get_ext_filename(self, name):
        path = os.path.join(*name.split("."))
        return path + ".so" if "lib" in name else super().get_ext_filename(name)
    def build_extension(self, ext):
        ext.library_dirs.append(os.path.join(self.build_lib, "pkg"))
        ext.runtime_library_dirs.append("$ORIGIN")
        super().build_extension(ext)

setup(packages=["pkg"], cmdclass={{"build_ext": BuildExt}}, ext_modules=[
    EXTENSIONS
])
"""
HELP = "#include <math.h>\ndouble help(double x) { return pow(x, x + 0.25); }\n"
HELPED = ("double help(double);", "help(value)")
LIBHELP = 'Extension("pkg.libhelp", ["help.c"], libraries=["m"], extra_link_args=["-Wl,-soname,libhelp.so"]),'


def module(name: str = "_a", declarations: str = "", expression: str = "pow(value, value + 0.5)") -> str:
    text = MODULE.replace("NAME", name).replace("DECLARATIONS", declarations)
    return text.replace("EXPRESSION", expression)


def project(folder: Path, files: Mapping[str, str], name: str = "project") -> Path:
    for path, text in {"pyproject.toml": PYPROJECT, **files}.items():
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_text(text)
    return folder / name


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Give content and permissions of every file."""
    return {path: (data, stat.S_IMODE((folder / path).stat().st_mode)) for path, data in tree(str(folder)).items()}


# What is wrong before anything is built


@pytest.fixture
def never_built(tmp_path: Path) -> Path:
    """Make a folder with a project that tells when it is built; the test must not find that it was."""
    return project(tmp_path, {"setup.py": 'raise SystemExit("built")\n', "smoke.py": "", "folder/x": ""})


def make_empty_folder(path: Path) -> None:
    path.mkdir()


def make_file(path: Path) -> None:
    path.write_text("")


GIVE = "give the directory of a project"


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        pytest.param("gone", None, f"gone: does not exist; {GIVE}", id="missing"),
        pytest.param("", None, f": does not exist; {GIVE}", id="empty-name"),
        pytest.param("file", make_file, f"file: is not a directory; {GIVE}", id="file"),
        pytest.param(
            "folder", make_empty_folder,
            "folder: cannot be built: none of pyproject.toml, setup.py, configure.ac with Makefile.am, meson.build, "
            "CMakeLists.txt is there", id="other-folder",
        ),
        pytest.param("new\nline", None, f"new\\nline: does not exist; {GIVE}", id="name-with-a-newline"),
    ],
)  # fmt: skip
def test_what_is_no_project_is_one_line(
    name: str, make: Callable[[Path], None] | None, message: str, tmp_path: Path
) -> None:
    if make is not None:
        make(tmp_path / name)
    assert refusal(run(tmp_path, "fix", name, "--target", "2.28")) == message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            ("--target", "manylinux_2_99"), "unknown target 'manylinux_2_99': auditwheel has .*", id="unknown-target"
        ),
        pytest.param(("--target", "2.1"), "unknown target '2.1': the oldest that can be judged .*", id="old-target"),
        pytest.param(("--target", ""), "no target: write .*", id="empty-target"),
        pytest.param(
            ("--target", "2.28", "--smoke", "gone.py"), "gone.py: does not exist", id="smoke-script-that-is-not-there"
        ),
        pytest.param(("--target", "2.28", "--smoke", "project"), "project: is not a file", id="smoke-script-is-folder"),
    ],
)
@pytest.mark.usefixtures("never_built")
def test_a_mistake_in_the_call_costs_no_build(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    assert re.fullmatch(message, refusal(run(tmp_path, "fix", "project", *words)))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("project",), "Missing option '--target'", id="no-target"),
        pytest.param(("--target", "2.28"), "Missing argument 'PROJECT'", id="no-project"),
        pytest.param(("--target", "2.28", "project", "b"), "Got unexpected extra argument (b)", id="two-projects"),
        pytest.param(("--target", "2.28", "project", "--smoke"), "'--smoke' requires an argument", id="no-script"),
    ],
)
@pytest.mark.usefixtures("never_built")
def test_a_wrong_call_says_why(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    assert message in usage_error(run(tmp_path, "fix", *words))


# What does not build


BUILDLESS = PYPROJECT.replace('"setuptools>=77"', "")
BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "error-in-c": (
        {"setup.py": ONE, "a.c": module(expression="value value")},
        r"build: a\.c:7:\d+: error: expected .*",
    ),
    "header-that-is-not-there": (
        {"setup.py": ONE, "a.c": module(declarations="#include <no/such/header.h>")},
        r"build: a\.c:3:10: fatal error: no/such/header\.h: No such file or directory",
    ),
    "library-that-is-not-there": (
        {"setup.py": ONE.replace('"m"', '"m", "no-such-library"'), "a.c": module()},
        r"build: .*ld: cannot find -lno-such-library.*",
    ),
    "setup-py-that-is-no-python": (
        {"setup.py": f"{SETUP}setup(\n"},
        r"build: SyntaxError: '\(' was never closed",
    ),
    "setup-py-that-raises": (
        {"setup.py": 'raise RuntimeError("no\\nluck")\n'},
        r"build: RuntimeError: no",
    ),
    "setup-py-that-asks-a-question": (
        {"setup.py": 'input("Your name? ")\n'},
        r"build: EOFError: EOF when reading a line",
    ),
    "requirement-that-does-not-exist": (
        {"pyproject.toml": PYPROJECT.replace("setuptools>=77", "no-such-requirement-of-a-build")},
        r"build: ERROR: No matching distribution found for no-such-requirement-of-a-build",
    ),
    "backend-that-does-not-exist": (
        {"pyproject.toml": BUILDLESS.replace("setuptools.build_meta", "no_such.backend")},
        r"build: Backend 'no_such\.backend' is not available\.",
    ),
}


@pytest.mark.build
@pytest.mark.parametrize("case", BROKEN)
def test_a_project_that_does_not_build_is_one_line_with_the_reason(case: str, tmp_path: Path) -> None:
    files, reason = BROKEN[case]
    made = project(tmp_path, files)
    before = state(made)
    # Nothing is asked of an index: the requirement is looked for where there is none.
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""} if "requirement" in case else {}
    message = refusal(run(tmp_path, "fix", "project", "--target", "2.28", "--apply", **offline))
    assert re.fullmatch(
        rf"project: does not build as it is; {reason}; to see all of it: python -m build --wheel project", message
    ), message
    assert state(made) == before


# What holds, and what does not


def left(text: str) -> str:
    return text.partition("Left, and why\n")[2]


@pytest.mark.build
def test_a_project_without_extensions_has_nothing_to_fix(tmp_path: Path) -> None:
    made = project(tmp_path, {"little/__init__.py": ""})
    before = state(made)
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\nNothing to fix: every file is within glibc-2.28.\n")
    assert state(made) == before


CLEVER = f"""{SETUP}
def options():
    return dict(libraries=["m"])
setup(ext_modules=[
    Extension("_a", ["a.c"], **options()),
])
"""


@pytest.mark.build
def test_a_setup_py_that_is_too_clever_is_named_with_its_line(tmp_path: Path) -> None:
    made = project(tmp_path, {"setup.py": CLEVER, "a.c": module()})
    before = state(made)
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--apply")
    assert (done.returncode, done.stderr) == (1, "")
    why = r"setup\.py:6: `\*\*` in the call of _a may hold `extra_compile_args`; add .* by hand"
    assert re.search(rf"\n      pow\n        {why}.*\n        at .* in f  \S*a\.o:", left(done.stdout))
    assert done.stdout.endswith("\nNot within glibc-2.28; the project was left as it is.\n")
    assert state(made) == before


LOUD = """\
import sys
for number in range(100_000):
    print("noise", number)
print("more noise", file=sys.stderr)
"""


@pytest.mark.build
def test_a_loud_project_under_a_name_of_another_script_is_fixed_and_written(tmp_path: Path) -> None:
    made = project(tmp_path, {"setup.py": LOUD + ONE, "a.c": module()}, "größe und maß")
    (made / "setup.py").chmod(0o640)
    before = state(made)
    done = run(tmp_path, "fix", f"{made.name}/", "--target", "2.28", "--apply")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "noise 99" not in done.stdout
    assert "_a.cpython" in done.stdout
    assert done.stdout.endswith("\nHeld: the rebuilt project is within glibc-2.28. Written to the project.\n")
    after = state(made)
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    assert changed == {"setup.py", "glibcheck_symver.h"}
    assert after["setup.py"][1] == 0o640
    assert after["setup.py"][0].decode() == LOUD + ONE.replace(
        ')])', ', extra_compile_args=["-include", "glibcheck_symver.h"], depends=["glibcheck_symver.h"])])'
    )  # fmt: skip


@pytest.mark.build
def test_a_smoke_script_that_fails_already_is_told_before_any_fix(tmp_path: Path) -> None:
    # The sources have an `_a.py` of their own, which must not be taken for the module of the wheel.
    made = project(tmp_path, {"setup.py": ONE, "a.c": module(), "_a.py": 'raise SystemExit("the sources")\n'})
    (made / "smoke.py").write_text('import _a\nassert _a.f(2.0) > 5.6\nassert _a.f(2.0) > 6, "too small"\n')
    before = state(made)
    done = run(made, "fix", ".", "--target", "2.28", "--apply", "--smoke", "smoke.py")
    message = ".: fails as it is, without a fix; smoke test smoke.py: AssertionError: too small"
    assert refusal(done) == message
    assert state(made) == before


@pytest.mark.build
def test_a_smoke_script_that_fails_with_the_fix_alone_is_a_finding(tmp_path: Path) -> None:
    made = project(tmp_path, {"setup.py": ONE, "a.c": module()})
    # As the fix makes it, the module binds pow to the first version there was.
    (made / "smoke.py").write_text("""\
import _a
assert b"GLIBC_2.29" in open(_a.__file__, "rb").read(), "not the new pow"
""")
    before = state(made)
    done = run(made, "fix", ".", "--target", "2.28", "--apply", "--smoke", "smoke.py")
    assert (done.returncode, done.stderr) == (1, ""), done.stdout + done.stderr
    assert "\n  1. older version: fails: smoke test smoke.py: AssertionError: not the new pow\n" in done.stdout
    assert "fails with it: smoke test smoke.py: AssertionError: not the new pow" in left(done.stdout)
    assert done.stdout.endswith("\nNot within glibc-2.28; the project was left as it is.\n")
    assert state(made) == before


@pytest.mark.build
def test_a_fix_that_breaks_the_build_is_shown_with_its_output_and_without_a_result(tmp_path: Path) -> None:
    ours = 'glob.glob("glibcheck_*")'
    refuse = f'import glob\nif {ours}:\n    raise SystemExit("error: no such thing here")\n'
    made = project(tmp_path, {"setup.py": refuse + ONE, "a.c": module()})
    before = state(made)
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--apply")
    assert (done.returncode, done.stderr) == (1, ""), done.stdout + done.stderr
    assert re.search(r"\nTried\n  1\. older version: fails: build: .*error: no such thing here\n", done.stdout)
    assert "Rebuilt" not in done.stdout
    assert state(made) == before


@pytest.mark.build
def test_an_unproved_plan_is_written_on_request_and_says_so(tmp_path: Path) -> None:
    made = project(tmp_path, {"setup.py": ONE, "a.c": module()})
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--apply", "--no-verify")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.endswith(
        "\nNot proved, as asked; the plan leaves nothing above glibc-2.28. Written to the project.\n"
    )
    assert sorted(state(made)) == ["a.c", "glibcheck_symver.h", "pyproject.toml", "setup.py"]


@pytest.mark.build
def test_a_library_that_python_loads_by_name_stays_and_is_fixed_where_it_is(tmp_path: Path) -> None:
    setup = WITH_HELPER.replace("EXTENSIONS", f'{LIBHELP}\n    Extension("pkg._a", ["a.c"], libraries=["help"]),')
    loader = """\
import ctypes
import os
def help(x):
    library = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "libhelp.so"))
    library.help.restype, library.help.argtypes = ctypes.c_double, [ctypes.c_double]
    return library.help(x)
"""
    files = {"setup.py": setup, "a.c": module("_a", *HELPED), "help.c": HELP, "pkg/__init__.py": loader}
    project(tmp_path, {**files, "smoke.py": "import pkg, pkg._a\nassert pkg.help(2.0) == pkg._a.f(2.0) > 4.7\n"})
    done = run(tmp_path, "fix", "project", "--target", "2.28", "--smoke", "project/smoke.py")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "older version for pkg.libhelp\n" in done.stdout
    assert "convenience library" not in done.stdout
    assert "  pkg/libhelp.so  GLIBC 2.29 -> 2.2.5\n" in done.stdout


@pytest.mark.build
def test_helpers_of_helpers_move_in_one_round_after_the_other(tmp_path: Path) -> None:
    deep = LIBHELP.replace("help", "deep")
    middle = LIBHELP.replace('["m"]', '["deep", "m"]')
    user = 'Extension("pkg._a", ["a.c"], libraries=["help"]),'
    files = {
        "setup.py": WITH_HELPER.replace("EXTENSIONS", "\n    ".join((deep, middle, user))),
        "a.c": module("_a", *HELPED),
        "help.c": f"double deep(double);\n{HELP.replace('return', 'return deep(x) +')}",
        "deep.c": "#include <math.h>\ndouble deep(double x) { return exp(x); }\n",
        "pkg/__init__.py": '"""Brings libhelp and libdeep along."""  # Nobody loads libhelp by name.\n',
    }
    project(tmp_path, files)
    done = run(tmp_path, "fix", "project", "--target", "2.28")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert re.findall(r"\n  \d\. (.* for .*)", done.stdout) == [
        "convenience library for pkg.libhelp",
        "convenience library for pkg._a",
        "older version for pkg._a",
    ]
    assert done.stdout.count("not built any more") == 2


@pytest.mark.build
def test_files_that_need_no_versions_objects_for_lto_and_links_do_no_harm(tmp_path: Path) -> None:
    # A wheel with a static program and an object in it, built with -flto from a setup.py that is a link to elsewhere,
    # beside a Python file that cannot be read and a damaged object.
    tools = (
        'import subprocess\nopen("t.c", "w").write("int main(void) { return 0; }")\n'
        'subprocess.run(["gcc", "-static", "-nostdlib", "-Wl,-e,main", "-o", "pkg/tool", "t.c"], check=True)\n'
        'subprocess.run(["gcc", "-c", "-o", "pkg/tool.o", "t.c"], check=True)\n'
    )
    options = 'packages=["pkg"], package_data={"pkg": ["tool", "tool.o"]}, ext_modules'
    setup = tools + ONE.replace("ext_modules", options).replace(
        '["m"]', '["m"], extra_compile_args=["-flto"], extra_link_args=["-flto"]'
    )
    odd = 'x = 1\n\x0cy = Extension("odd", [])\n'
    made = project(tmp_path, {"a.c": module(), "pkg/__init__.py": "", "tests/odd.py": odd})
    (made / "damaged.o").write_bytes(b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + b"\x01\x00" + bytes(20))
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text(setup)
    (made / "setup.py").symlink_to(elsewhere)
    done = run(tmp_path, "fix", "project", "--target", "2.28")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert re.search(r"\n  _a\.cpython\S+  GLIBC 2\.29 -> 2\.2\.5\n  the built modules import here\n", done.stdout)
    assert elsewhere.read_text() == setup
