"""The hook inside of setuptools: what is checked, linked again and told, by whatever command the build comes."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.hook.builds import SETUP, hooked, setup_py, wheel_of
from tests.projects import copy_of, glibcheck, tree
from tests.tools import need, output

pytestmark = pytest.mark.build

POWERS = r"GC001  needs GLIBC_2\.29 of libm\.so\.6 for pow; manylinux_2_17 has GLIBC_2\.17\n"
LINE = r" +at:  src/powers\.c:11 in power \(\S*/src/powers\.o:\(\.text\+0x[0-9a-f]+\)\)\n"


@pytest.fixture(autouse=True)
def _tools() -> None:
    need("gcc")


def plain(tmp_path: Path, mode: str = "check", **settings: object) -> str:
    return hooked("setuptools-plain", str(tmp_path), mode, **settings)


def newest(folder: str) -> set[str]:
    """Give the versions of glibc that readelf sees in the modules of a folder."""
    found: set[str] = set()
    for path in glob.glob(f"{folder}/**/*.so", recursive=True):
        found |= set(re.findall(r"Name: (GLIBC_[\d.]+)", output("readelf", "-VW", path)))
    return found


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.partition("_")[2].split(".")))


def fits(folder: str) -> bool:
    return all(numbers(version) <= (2, 17) for version in newest(folder))


def test_a_build_that_does_not_fit_fails_with_symbol_object_and_line(tmp_path: Path) -> None:
    done = setup_py(plain(tmp_path), "build")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    (block,) = re.findall(
        r"^error: (glibcheck: 2 files do not fit manylinux_2_17\n(?:.*\n)*)", done.stderr, re.MULTILINE
    )
    assert re.search(rf"\nplain/powers\.abi3\.so  manylinux_2_17\n  {POWERS}{LINE}", block)
    assert re.search(
        r"plain/dice\.abi3\.so .*\n  GC001  needs GLIBC_2\.25 .* getrandom.*\n +at:  src/dice\.c:\d+ in roll", block
    )
    assert "plain/modest" not in block


def test_in_the_mode_warn_the_same_is_told_and_the_build_goes_on(tmp_path: Path) -> None:
    project = plain(tmp_path, "warn")
    done = wheel_of(project)
    assert done.returncode == 0
    assert len(re.findall(r"glibcheck: 2 files do not fit", done.stdout + done.stderr)) == 1
    assert re.search(POWERS + LINE, done.stdout + done.stderr)
    assert [name.rpartition("-")[2] for name in os.listdir(f"{project}/dist")] == ["linux_x86_64.whl"]


def test_in_the_mode_fix_what_is_linked_fits(tmp_path: Path) -> None:
    project = plain(tmp_path, "fix")
    done = setup_py(project, "build")
    assert (done.returncode, done.stderr.count("glibcheck:")) == (0, 1), done.stderr
    assert "glibcheck: 2 files were linked again, and all fit manylinux_2_17" in done.stderr
    assert fits(f"{project}/build")
    assert newest(f"{project}/build")
    assert not glob.glob(f"{project}/**/*.glibcheck", recursive=True)


def test_a_wheel_gets_the_tag_of_the_target_where_that_is_asked_for_and_kept(tmp_path: Path) -> None:
    project = plain(tmp_path, "fix", retag=True)
    assert wheel_of(project).returncode == 0
    (name,) = os.listdir(f"{project}/dist")
    assert name == "setuptools_plain-1.0-cp38-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
    with zipfile.ZipFile(f"{project}/dist/{name}") as archive:
        described = archive.read("setuptools_plain-1.0.dist-info/WHEEL").decode()
    assert re.findall(r"^Tag: (.*)", described, re.MULTILINE) == [
        "cp38-abi3-manylinux2014_x86_64",
        "cp38-abi3-manylinux_2_17_x86_64",
    ]
    judged = glibcheck("check", f"{project}/dist/{name}")  # by its own tag
    assert judged.returncode == 0, judged.stdout


def test_a_wheel_that_does_not_keep_it_does_not_get_the_tag(tmp_path: Path) -> None:
    project = plain(tmp_path, "warn", retag=True)
    done = wheel_of(project)
    assert "the wheel stays linux_x86_64: needs GLIBC_2.25 of libc.so.6 for getrandom" in done.stdout + done.stderr
    assert os.listdir(f"{project}/dist") == ["setuptools_plain-1.0-cp38-abi3-linux_x86_64.whl"]


def test_a_failed_check_leaves_no_wheel(tmp_path: Path) -> None:
    project = plain(tmp_path)
    assert wheel_of(project).returncode == 1
    assert glob.glob(f"{project}/dist/*.whl") == []


def test_a_command_of_the_project_that_strips_what_it_links_hides_no_line(tmp_path: Path) -> None:
    need("strip")
    project = hooked("setuptools-strips", str(tmp_path))
    done = setup_py(project, "build")
    assert done.returncode == 1
    assert re.search(r"needs GLIBC_2\.29 .* for log;.*\n +at:  growth\.c:10 in rate \(\S*growth\.o:", done.stderr)


def test_modules_of_cffi_are_checked_as_others(tmp_path: Path) -> None:
    done = setup_py(hooked("cffi-minimal", str(tmp_path)), "build")
    assert done.returncode == 1
    assert re.search(r"_minimal\.abi3\.so .*\n(?:.*\n)*? +at:  pow: src/minimal\.c:\d+ in ", done.stderr)


@pytest.mark.parametrize("words", [("build_ext", "--inplace"), ("build_ext", "--inplace", "-j", "2"), ("develop",)])
def test_modules_that_are_built_in_place_are_fixed_too(tmp_path: Path, words: tuple[str, ...]) -> None:
    project = plain(tmp_path, "fix")
    if words == ("develop",):
        words = ("editable_wheel", "--dist-dir", str(tmp_path))
    done = setup_py(project, *words)
    assert done.returncode == 0, done.stderr
    assert len(glob.glob(f"{project}/plain/*.so")) == 3
    assert fits(f"{project}/plain")


@pytest.mark.parametrize("words", [("build_ext", "--inplace", "-j", "2"), ("editable_wheel", "--dist-dir", ".")])
def test_modules_that_are_built_in_place_are_checked_once(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = setup_py(plain(tmp_path), *words)
    assert done.returncode == 1
    assert len(re.findall(rf"plain/powers\.abi3\.so .*\n  {POWERS}{LINE}", done.stderr)) == 1


def test_an_earlier_build_that_was_only_checked_is_linked_anew_by_a_fix(tmp_path: Path) -> None:
    project = plain(tmp_path, "warn")
    assert setup_py(project, "build").returncode == 0
    assert not fits(f"{project}/build")
    done = setup_py(project, "build", GLIBCHECK_MODE="fix")
    assert done.returncode == 0, done.stderr
    assert fits(f"{project}/build")


def test_what_an_earlier_build_has_left_is_told_with_its_lines(tmp_path: Path) -> None:
    project = plain(tmp_path)
    first, second = setup_py(project, "build"), setup_py(project, "build")
    assert (first.returncode, second.returncode) == (1, 1)
    assert re.search(POWERS + LINE, second.stderr)


def test_the_command_prints_the_verdict_on_what_it_builds(tmp_path: Path) -> None:
    project = plain(tmp_path, "warn")
    done = setup_py(project, "glibcheck")
    assert done.returncode == 1
    assert re.search(rf"^plain/powers\.abi3\.so  manylinux_2_17\n  {POWERS}{LINE}", done.stdout, re.MULTILINE)
    assert done.stdout.endswith(
        "3 files judged, 2 do not fit manylinux_2_17 (GC001 x2)\nglibcheck rule GC001 explains that finding at length\n"
    )
    assert "plain/powers" not in done.stderr


def test_the_command_takes_another_target(tmp_path: Path) -> None:
    done = setup_py(plain(tmp_path), "glibcheck", "--target", "debian:12")
    assert (done.returncode, done.stdout) == (0, "3 files judged, all fit debian:12\n")


def test_the_command_needs_no_table(tmp_path: Path) -> None:
    project = copy_of("setuptools-strips", str(tmp_path))
    done = setup_py(project, "glibcheck", "--target", "manylinux_2_17")
    assert done.returncode == 1
    assert "for log; manylinux_2_17" in done.stdout


def test_a_front_end_passes_the_command_on(tmp_path: Path) -> None:
    done = wheel_of(plain(tmp_path, "fix"), "-C--build-option=glibcheck")
    assert done.returncode == 0, done.stderr
    assert "3 files judged, all fit manylinux_2_17" in done.stdout


@pytest.mark.parametrize(
    ("environment", "code", "said"),
    [
        ({"GLIBCHECK_MODE": "off"}, 0, None),
        ({"GLIBCHECK_MODE": "warn"}, 0, "2 files do not fit manylinux_2_17"),
        ({"GLIBCHECK_TARGET": "debian:12"}, 0, None),
        ({"GLIBCHECK_TARGET": "manylinux_2_28"}, 1, "1 file does not fit manylinux_2_28"),
        ({"GLIBCHECK_TARGET": "manylinux_2_999x"}, 1, "error: glibcheck: unknown target 'manylinux_2_999x'"),
        ({"GLIBCHECK_MODE": "fx"}, 1, "glibcheck: GLIBCHECK_MODE: must be fix, check, warn or off, not 'fx'\n"),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_the_environment_has_the_last_word(
    tmp_path: Path, environment: dict[str, str], code: int, said: str | None
) -> None:
    done = setup_py(plain(tmp_path), "build", **environment)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert (said in done.stderr) if said else "glibcheck" not in done.stderr


def test_a_setting_that_is_none_is_one_line_and_nothing_is_built(tmp_path: Path) -> None:
    done = setup_py(plain(tmp_path, retag="yes"), "build")
    assert done.returncode == 1
    assert done.stderr == (
        "error in setup command: glibcheck: pyproject.toml: tool.glibcheck.retag must be true or false\n"
    )
    assert not os.path.exists(os.path.join(tmp_path, "setuptools-plain", "build"))


def test_a_project_that_says_nothing_is_built_as_ever(tmp_path: Path) -> None:
    project = copy_of("setuptools-strips", str(tmp_path))
    done = setup_py(project, "build")
    assert (done.returncode, "glibcheck" in done.stderr) == (0, False)


def test_sdist_and_metadata_need_no_compiler_and_no_verdict(tmp_path: Path) -> None:
    project = plain(tmp_path, "fix")
    done = setup_py(project, "sdist", PATH="/nonexistent")
    assert done.returncode == 0, done.stderr
    assert os.listdir(f"{project}/dist") == ["setuptools_plain-1.0.tar.gz"]


def test_an_extension_that_may_fail_and_does_is_no_error_of_ours(tmp_path: Path) -> None:
    project = plain(tmp_path, "fix")
    with open(f"{project}/pyproject.toml", "a", encoding="utf-8") as stream:
        stream.write('[[tool.setuptools.ext-modules]]\nname = "plain.no"\nsources = ["src/no.c"]\noptional = true\n')
    Path(project, "src", "no.c").write_text("#error no\n")
    done = setup_py(project, "build")
    assert done.returncode == 0, done.stderr
    assert fits(f"{project}/build")


def test_a_linker_that_fails_says_itself_why(tmp_path: Path) -> None:
    project = plain(tmp_path, "fix")
    Path(project, "src", "dice.c").write_text("")  # so PyInit_dice is missing, which is the linker's to allow
    settings = Path(project, "pyproject.toml")
    settings.write_text(settings.read_text().replace('libraries = ["m"]', 'libraries = ["absent"]'))
    done = setup_py(project, "build")
    assert done.returncode == 1
    assert "cannot find -labsent" in done.stderr
    assert "glibcheck" not in done.stderr


def test_a_file_that_is_brought_along_is_judged_with_the_wheel(tmp_path: Path) -> None:
    """What no command of setuptools has built, such as a library made by a Makefile."""
    project = plain(tmp_path)
    source = "double pow(double, double); double f(double x) { return pow(x, x); }"
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", f"{project}/plain/libhelper.so", "-lm"]
    subprocess.run(command, input=source, text=True, check=True)
    with open(f"{project}/pyproject.toml", "a", encoding="utf-8") as stream:
        stream.write('\n[tool.setuptools.package-data]\nplain = ["*.so"]\n')
    modest = Path(project, "src", "modest.c").read_text()
    for name in ("dice", "powers"):
        Path(project, "src", f"{name}.c").write_text(modest.replace("modest", name))
    done = wheel_of(project)
    assert done.returncode == 1
    told = r"1 file does not fit manylinux_2_17\n\nplain/libhelper\.so .*\n  " + POWERS
    assert re.search(told, done.stdout + done.stderr)


@pytest.mark.parametrize("mode", ["check", "fix", "warn"])
def test_a_wheel_that_needs_nothing_is_the_same_byte_for_byte(tmp_path: Path, mode: str) -> None:
    wheels = []
    for chosen in (mode, "off"):
        project = plain(tmp_path, chosen, target="debian:13")  # in one place, which debug information names
        done = wheel_of(project, SOURCE_DATE_EPOCH="1700000000")
        assert done.returncode == 0, done.stderr
        wheels.append(tree(f"{project}/dist"))
        shutil.rmtree(project)
    assert wheels[0] == wheels[1]
    assert len(wheels[0]) == 1


def test_a_wheel_that_was_fixed_is_reproducible(tmp_path: Path) -> None:
    wheels = []
    for _ in range(2):
        project = plain(tmp_path, "fix", retag=True)
        assert wheel_of(project, SOURCE_DATE_EPOCH="1700000000").returncode == 0
        wheels.append(tree(f"{project}/dist"))
        shutil.rmtree(project)
    assert wheels[0] == wheels[1]


def test_nothing_is_left_outside_of_the_project(tmp_path: Path) -> None:
    for name in ("home", "tmp", "work"):
        (tmp_path / name).mkdir()
    project = plain(tmp_path / "work", "fix")
    places = {name: str(tmp_path / place) for name, place in (("HOME", "home"), ("TMPDIR", "tmp"))}
    cache = {"XDG_CACHE_HOME": f"{tmp_path}/home/.cache"}
    done = setup_py(project, "build", **places, **cache)
    assert done.returncode == 0, done.stderr
    assert fits(f"{project}/build")
    assert (tree(places["HOME"]), os.listdir(places["TMPDIR"])) == ({}, [])


def test_it_is_put_around_a_distribution_once(tmp_path: Path) -> None:
    project = plain(tmp_path, "warn")
    Path(project, "setup.py").write_text(
        "from setuptools import setup\n"
        "import glibcheck.hook.setuptools as hook\n"
        "dist = setup(script_args=['--quiet', '--version'])\n"
        "dist.finalize_options()\n"
        "hook.finalize(dist)\n"
        "print([cls.__name__ for cls in dist.get_command_class('build_ext').__mro__].count('_BuildExt'))\n"
        "assert dist.get_command_class('build_ext') is dist.get_command_class('build_ext')\n"
        "dist.run_command('build')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "setup.py"], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[:2] == ["1.0", "1"]
    assert done.stderr.count("glibcheck: 2 files do not fit") == 1


def test_a_watch_that_is_gone_keeps_nobody_from_looking(tmp_path: Path) -> None:
    done = setup_py(plain(tmp_path), "build", GLIBCHECK_WATCH=str(tmp_path / "gone"))
    assert (done.returncode, "2 files do not fit" in done.stderr) == (1, True)


def test_where_there_is_no_glibc_it_does_nothing(tmp_path: Path) -> None:
    project = plain(tmp_path)
    Path(project, "setup.py").write_text("import os\nos.confstr = lambda name: None\n" + SETUP)
    done = setup_py(project, "build")
    assert (done.returncode, "glibcheck" in done.stderr) == (0, False)


def test_baselines_and_patterns_mean_the_same_as_at_the_gate(tmp_path: Path) -> None:
    project = plain(tmp_path, "warn")
    assert wheel_of(project).returncode == 0
    (name,) = os.listdir(f"{project}/dist")
    words = ("--target", "manylinux_2_17", "--baseline", f"{tmp_path}/known.json", "--update-baseline")
    assert glibcheck("check", f"{project}/dist/{name}", *words).returncode == 0
    shutil.rmtree(project)
    known = os.path.join(plain(tmp_path, baseline="known.json"), "known.json")
    shutil.copy(tmp_path / "known.json", known)
    done = setup_py(project, "build")
    assert (done.returncode, "glibcheck" in done.stderr) == (0, False)
