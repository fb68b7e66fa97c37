"""The whole loop on the two samples: scan, trace, fix, rebuild, import; what the README promises."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracles.test_ldd import agree
from tests.projects import SAMPLES, build_wheel, copy_of, glibcheck, tree, unpack

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def spartan(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The unpacked wheel of cffi-spartan as it is."""
    folder = tmp_path_factory.mktemp("spartan")
    wheel = build_wheel(copy_of("cffi-spartan", str(folder)), str(folder / "dist"))
    return unpack(wheel, str(folder / "site"))


def newest(path: str) -> dict[str, str]:
    document = json.loads(glibcheck("scan", "--format", "json", path).stdout)
    result = document["files"][0]["newest"]
    assert isinstance(result, dict)
    return result


def test_spartan_needs_more_than_2_34_only_through_its_helper(spartan: str) -> None:
    assert newest(os.path.join(spartan, "spartan", "_spartan_wrap.abi3.so")) == {"GLIBC": "2.2.5"}
    assert newest(os.path.join(spartan, "spartan", "libspartan.so"))["GLIBC"] == "2.35"


def test_trace_names_the_chain_through_the_helper(spartan: str) -> None:
    wrapper = os.path.join(spartan, "spartan", "_spartan_wrap.abi3.so")
    shown = glibcheck("trace", wrapper).stdout
    assert "_spartan_wrap.abi3.so -> libspartan.so -> libstdc++.so.6" in shown
    assert re.search(r"GLIBC_2\.35 of libm\.so\.6\n  _spartan_wrap\.abi3\.so -> libspartan\.so\n      hypot\n", shown)
    hypot = glibcheck("trace", wrapper, "hypot")
    assert hypot.returncode == 0
    start = "GLIBC_2.35 of libm.so.6\n  _spartan_wrap.abi3.so -> libspartan.so\n      hypot\n"
    assert hypot.stdout.startswith(start)
    assert re.search(r"src/spartan\.cpp:\d+ in \S*track_length", hypot.stdout)


def test_trace_says_why_the_helper_is_there(spartan: str) -> None:
    wrapper = os.path.join(spartan, "spartan", "_spartan_wrap.abi3.so")
    document = json.loads(glibcheck("trace", "--format", "json", wrapper).stdout)
    (used,) = (
        row["symbols"]
        for row in document["bindings"]
        if (row["user"], row["provider"]) == ("_spartan_wrap.abi3.so", "libspartan.so")
    )
    assert used
    assert all(name.startswith("spartan_") for name in used)
    (helper,) = (row for row in document["libraries"] if row["name"] == "libspartan.so")
    assert helper["found_by"].startswith("runpath ")
    assert helper["path"] == os.path.join(spartan, "spartan", "libspartan.so")


def test_version_table_of_spartan_agrees_with_ldd(spartan: str) -> None:
    assert agree(os.path.join(spartan, "spartan", "_spartan_wrap.abi3.so")) > 20


@pytest.fixture
def untouched() -> Iterator[None]:
    """The samples must be the same after the test as before."""
    before = tree(SAMPLES)
    yield
    assert tree(SAMPLES) == before


@pytest.mark.usefixtures("untouched")
def test_minimal_holds_at_2_28() -> None:
    project = os.path.join(SAMPLES, "cffi-minimal")
    done = glibcheck("fix", project, "--target", "2.28", "--smoke", os.path.join(project, "smoke.py"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "_minimal.abi3.so  GLIBC 2.34 -> 2.14\n" in done.stdout
    assert '+    extra_compile_args=["-include", "glibcheck_symver.h"],\n' in done.stdout
    assert '+__asm__(".symver pow,pow@GLIBC_2.2.5");\n' in done.stdout
    assert "-l:libdl.so.2,-l:libpthread.so.0" in done.stdout
    assert "Held: the rebuilt project is within glibc-2.28." in done.stdout
    assert done.stderr == ""


@pytest.mark.usefixtures("untouched")
def test_spartan_holds_at_2_34_without_its_helper() -> None:
    project = os.path.join(SAMPLES, "cffi-spartan")
    done = glibcheck("fix", project, "--target", "2.34", "--smoke", os.path.join(project, "smoke.py"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "convenience library for spartan._spartan_wrap" in done.stdout
    assert "libspartan.so  not built any more" in done.stdout
    assert "_spartan_wrap.abi3.so  GLIBC 2.2.5 -> 2.34\n" in done.stdout


@pytest.mark.usefixtures("untouched")
def test_extensions_of_pyproject_toml_hold_at_2_34_without_their_helper() -> None:
    project = os.path.join(SAMPLES, "setuptools-spartan")
    done = glibcheck("fix", project, "--target", "2.34", "--smoke", os.path.join(project, "smoke.py"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"_spartan_wrap\.\S+  GLIBC 2\.29 -> 2\.29\n", done.stdout)
    assert "Held: the rebuilt project is within glibc-2.34." in done.stdout
    assert "libspartan.so  not built any more" in done.stdout
    diff = done.stdout.partition("+++ b/pyproject.toml\n")[2]
    assert '  -libraries = ["spartan"]\n' in diff
    assert '  +    "src/formation.cpp",\n' in diff


@pytest.mark.usefixtures("untouched")
def test_spartan_holds_at_2_17_with_a_runtime_of_its_own() -> None:
    project = os.path.join(SAMPLES, "cffi-spartan")
    done = glibcheck("fix", project, "--target", "2.17", "--smoke", os.path.join(project, "smoke.py"))
    assert done.returncode == 0, done.stdout + done.stderr
    for fix in ("convenience library", "static C++ runtime", "older version", "compat source"):
        assert f"{fix} for spartan._spartan_wrap\n" in done.stdout
    for function in ("arc4random", "getentropy", "__libc_single_threaded", "__cxa_get_globals"):
        assert f"+ * function {function}\n" in done.stdout
    assert "_spartan_wrap.abi3.so  GLIBC 2.2.5 -> 2.17\n" in done.stdout
    assert "GLIBCXX" not in done.stdout.partition("\nRebuilt\n")[2]


def test_apply_writes_a_project_that_then_needs_nothing_more(tmp_path: Path) -> None:
    project = copy_of("cffi-minimal", str(tmp_path))
    first = glibcheck("fix", project, "--target", "2.28", "--apply")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Written to the project." in first.stdout
    written = tree(project)
    assert set(written) - set(tree(os.path.join(SAMPLES, "cffi-minimal"))) == {"glibcheck_symver.h"}
    again = glibcheck("fix", project, "--target", "2.28", "--apply")
    assert "Nothing to fix: every file is within glibc-2.28." in again.stdout
    assert tree(project) == written


def test_an_applied_fix_survives_the_way_through_an_sdist(tmp_path: Path) -> None:
    project = copy_of("cffi-minimal", str(tmp_path))
    assert glibcheck("fix", project, "--target", "2.28", "--apply", "--no-verify").returncode == 0
    command = [sys.executable, "-m", "build", "--outdir", os.path.join(str(tmp_path), "dist"), project]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (name for name in os.listdir(os.path.join(str(tmp_path), "dist")) if name.endswith(".whl"))
    site = unpack(os.path.join(str(tmp_path), "dist", wheel), os.path.join(str(tmp_path), "site"))
    assert newest(os.path.join(site, "_minimal.abi3.so")) == {"GLIBC": "2.14"}
