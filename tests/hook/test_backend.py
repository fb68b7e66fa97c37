"""`glibcheck.backend` around others: one that is a few lines here, and meson-python and scikit-build-core in e2e."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pyproject_hooks import BuildBackendHookCaller, HookMissing

from tests.hooked import add_hook
from tests.projects import tree
from tests.tools import need, output

pytestmark = pytest.mark.build

# A backend as people write them for themselves: a compiler, an archive, and what it was told in a file.
BACKEND = """
import json, os, subprocess, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    json.dump([config_settings, metadata_directory], open("told.json", "w"))
    subprocess.run(["gcc", "-g", "-fPIC", "-c", "growth.c", "-o", "growth.o"], check=True)
    subprocess.run(["gcc", "-shared", "growth.o", "-o", "libgrowth.so", "-lm"], check=True)
    return _packed(wheel_directory, "libgrowth.so")

def _packed(folder, *files):
    name = "grown-1.0-py3-none-linux_x86_64.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for file in files:
            archive.write(file)
        archive.writestr("grown-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: grown\\nVersion: 1.0\\n")
        tags = "Root-Is-Purelib: false\\nTag: py3-none-linux_x86_64\\n"
        archive.writestr("grown-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\n" + tags)
        archive.writestr("grown-1.0.dist-info/RECORD", "")
    return name

def get_requires_for_build_wheel(config_settings=None):
    return ["something"] if config_settings else []

def build_sdist(sdist_directory, config_settings=None):
    return "grown-1.0.tar.gz"
"""
EDITABLE = """
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    build_wheel(wheel_directory, config_settings, metadata_directory)
    return _packed(wheel_directory)
"""
SOURCE = "#include <math.h>\ndouble grown(double years)\n{\n    return exp(years);\n}\n"
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "own:backend"\nbackend-path = ["tools"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    need("gcc")
    folder = tmp_path / "grown"
    (folder / "tools" / "own").mkdir(parents=True)
    (folder / "tools" / "own" / "__init__.py").write_text("from own import it as backend\n")
    (folder / "tools" / "own" / "it.py").write_text(BACKEND)
    (folder / "growth.c").write_text(SOURCE)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "out").mkdir()
    return folder


def called(project: Path, hook: str, *words: Any, **environment: str) -> tuple[Any, str]:
    """Call a hook as front ends do, in a process of its own; gives its result (None: it failed) and what it said."""
    said: list[str] = []

    def run(cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
        around = {**os.environ, **(extra_environ or {}), **environment}
        done = subprocess.run(cmd, cwd=cwd, env=around, capture_output=True, text=True, check=False)
        said.append(done.stdout + done.stderr)
        done.check_returncode()

    caller = BuildBackendHookCaller(str(project), "glibcheck.backend", runner=run, python_executable=sys.executable)
    try:
        return getattr(caller, hook)(*words), said[-1]
    except subprocess.CalledProcessError:
        return None, said[-1]


def test_a_wheel_that_does_not_fit_is_none(project: Path) -> None:
    add_hook(str(project), "check")
    name, said = called(project, "build_wheel", f"{project.parent}/out")
    assert name is None
    assert os.listdir(project.parent / "out") == []
    assert "Traceback" not in said
    assert said.startswith("glibcheck: 1 file does not fit manylinux_2_17\n\nlibgrowth.so  manylinux_2_17\n")
    assert re.search(r"needs GLIBC_2\.29 of libm\.so\.6 for exp;.*\n +at:  growth\.c:4 in grown \(growth\.o:\(", said)


def test_in_the_mode_warn_it_is_there_all_the_same(project: Path) -> None:
    add_hook(str(project), "warn", retag=True)
    name, said = called(project, "build_wheel", f"{project.parent}/out")
    assert os.listdir(project.parent / "out") == [name] == ["grown-1.0-py3-none-linux_x86_64.whl"]
    assert "glibcheck: 1 file does not fit manylinux_2_17" in said
    assert "glibcheck: the wheel stays linux_x86_64: needs GLIBC_2.29 of libm.so.6 for exp" in said


def test_in_the_mode_fix_it_fits_and_gets_the_tag(project: Path) -> None:
    add_hook(str(project), "fix", retag=True)
    name, said = called(project, "build_wheel", f"{project.parent}/out")
    assert os.listdir(project.parent / "out") == [name]
    assert name == "grown-1.0-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
    assert said == "glibcheck: 1 file was linked again, and all fit manylinux_2_17\n"
    assert re.findall(r"Name: (GLIBC_\S+)", output("readelf", "-VW", str(project / "libgrowth.so"))) == ["GLIBC_2.2.5"]


def test_what_fits_is_as_without(project: Path) -> None:
    called(project, "build_wheel", f"{project.parent}/out")
    wheels = []
    for mode in ("fix", "off"):
        add_hook(str(project), mode, target="debian:13")
        assert called(project, "build_wheel", f"{project.parent}/out", GLIBCHECK_MODE=mode)[0] is not None
        wheels.append(project.joinpath("libgrowth.so").read_bytes())
        (project / "pyproject.toml").write_text(PYPROJECT)
    assert wheels[0] == wheels[1]


def test_what_the_front_end_says_is_passed_on(project: Path) -> None:
    add_hook(str(project), "fix")
    settings = {"setup-args": ["-Da=b", "-Dc=d"]}
    assert called(project, "build_wheel", f"{project.parent}/out", settings)[0] is not None
    assert json.loads((project / "told.json").read_text()) == [settings, None]
    assert called(project, "get_requires_for_build_wheel", settings)[0] == ["something"]
    assert called(project, "get_requires_for_build_wheel")[0] == []
    assert called(project, "build_sdist", f"{project.parent}/out")[0] == "grown-1.0.tar.gz"


def test_a_hook_that_the_other_backend_lacks_is_lacking_here(project: Path) -> None:
    add_hook(str(project), "fix")
    with pytest.raises(HookMissing):
        called(project, "build_editable", f"{project.parent}/out")
    assert called(project, "get_requires_for_build_sdist")[0] == []  # which PEP 517 wants then
    assert called(project, "_supported_features")[0] == []


def test_an_editable_build_is_held_to_the_same(project: Path) -> None:
    with open(project / "tools" / "own" / "it.py", "a", encoding="utf-8") as stream:
        stream.write(EDITABLE)
    assert "build_editable" in called(add_hooked(project, "check"), "_supported_features")[0]
    name, said = called(project, "build_editable", f"{project.parent}/out")
    assert (name, os.listdir(project.parent / "out")) == (None, [])
    assert re.search(r"fit manylinux_2_17\n\nlibgrowth\.so  .*\n.* for exp;.*\n +at:  growth\.c:4 in grown", said)
    name, said = called(project, "build_editable", f"{project.parent}/out", GLIBCHECK_MODE="fix")
    assert name == "grown-1.0-py3-none-linux_x86_64.whl"
    assert re.findall(r"Name: (GLIBC_\S+)", output("readelf", "-VW", str(project / "libgrowth.so"))) == ["GLIBC_2.2.5"]


def add_hooked(project: Path, mode: str) -> Path:
    add_hook(str(project), mode)
    return project


def test_turned_off_it_only_passes_on(project: Path) -> None:
    add_hook(str(project), "check")
    name, said = called(project, "build_wheel", f"{project.parent}/out", GLIBCHECK_MODE="off")
    assert (name, said) == ("grown-1.0-py3-none-linux_x86_64.whl", "")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"wraps": ""}, "tool.glibcheck.wraps is missing: it names the build backend behind glibcheck.backend"),
        ({"wraps": "nowhere.at.all"}, "'nowhere.at.all' cannot be loaded (No module named 'nowhere')"),
        ({"wraps": "glibcheck.backend"}, "tool.glibcheck.wraps names glibcheck itself"),
        ({"wraps": "json"}, "'json' is no build backend: it has no build_wheel"),
        ({"wraps-path": ["../elsewhere"]}, "tool.glibcheck.wraps-path leads out of the project: '../elsewhere'"),
        ({"mode": "mend"}, "tool.glibcheck.mode must be fix, check, warn or off, not 'mend'"),
    ],
    ids=lambda value: "".join(value) if isinstance(value, dict) else "",
)
def test_settings_that_are_none_are_one_line(project: Path, settings: dict[str, Any], said: str) -> None:
    wanted = {"mode": "check", "wraps": "own.it", "wraps-path": ["tools"], **settings}
    lines = [f"{key} = {json.dumps(value)}" for key, value in wanted.items()]
    (project / "pyproject.toml").write_text('[tool.glibcheck]\ntarget = "2.28"\n' + "\n".join(lines))
    before = tree(str(project))
    name, shown = called(project, "build_wheel", f"{project.parent}/out")
    assert name is None
    assert shown.startswith("glibcheck: pyproject.toml: ")
    assert said in shown
    assert shown.count("\n") == 1
    after = tree(str(project))
    assert {key: row for key, row in after.items() if not key.endswith(".pyc")} == before


def test_a_backend_that_fails_says_itself_why(project: Path) -> None:
    add_hook(str(project), "fix")
    (project / "growth.c").write_text("#error not today\n")
    name, said = called(project, "build_wheel", f"{project.parent}/out")
    assert name is None
    assert "not today" in said
    assert "subprocess.CalledProcessError" in said
