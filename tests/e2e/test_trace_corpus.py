"""Packages of other people, built with debug information: each symbol above 2.17 has its line, and the line calls it.

The lines are checked by reading them: the text of the source at that line names the function, or the macro that the
headers of this glibc turn into it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import run
from tests.corpus.packages import PACKAGES
from tests.downloads import UnavailableError, source
from tests.tools import missing, output

pytestmark = [pytest.mark.e2e, pytest.mark.build, pytest.mark.download]

PINS = {package.name: package.pin for package in PACKAGES}
# What the source says where the object has the other name (pthread.h).
SPELT = {
    "__pthread_register_cancel": "pthread_cleanup_push",
    "__pthread_unwind_next": "pthread_cleanup_push",
    "__pthread_unregister_cancel": "pthread_cleanup_pop",
}


def built(name: str, folder: Path) -> Path:
    """Build the sdist of a package with -g, and give the wheel; its sources stay in the folder."""
    try:
        archive = source(PINS[name])
    except UnavailableError as reason:
        missing(str(reason))
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "source", filter="data")
    (project,) = (folder / "source").iterdir()
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(project)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "CFLAGS": "-g", "CXXFLAGS": "-g"})
    (wheel,) = folder.glob("*.whl")
    return wheel


def sites(folder: Path, *words: str) -> list[dict[str, Any]]:
    done = run(folder, "trace", *words, "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    roots = document["files"]
    return [site for root in roots for trace in root["traces"] for site in trace["sites"]]


def assert_calls(site: dict[str, Any]) -> None:
    """Read the line of source and look for the call."""
    assert site["source"] is not None, site
    line = Path(site["source"]["path"]).read_text("utf-8", "replace").splitlines()[site["source"]["line"] - 1]
    assert SPELT.get(site["symbol"], site["symbol"]) in line, (site, line)


@pytest.mark.parametrize(
    ("name", "symbols"),
    [
        ("webrtcvad", {"pthread_once"}),
        ("pyppmd", {"pthread_create", "pthread_join", "pthread_cancel"}),
        ("sgp4", {"log", "pow"}),
    ],
)
def test_each_symbol_has_the_lines_that_call_it(name: str, symbols: set[str], tmp_path: Path) -> None:
    wheel = built(name, tmp_path)
    found = sites(tmp_path, wheel.name, "--target", "manylinux_2_17")
    assert symbols <= {site["symbol"] for site in found}
    assert all("debug information" in site["evidence"] for site in found)
    for site in found:
        assert_calls(site)


def test_a_record_of_the_build_names_the_lines_after_strip(tmp_path: Path) -> None:
    wheel = built("webrtcvad", tmp_path)
    assert run(tmp_path, "trace", wheel.name, "--record", "it.json").returncode == 0
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "unpacked")], check=True)
    (library,) = (tmp_path / "unpacked").rglob("*.so")
    output("strip", str(library))
    shown = os.path.relpath(library, tmp_path)
    plain = run(tmp_path, "check", shown, "--target", "2.17", "--isolated")
    told = run(tmp_path, "check", shown, "--target", "2.17", "--isolated", "--provenance", "it.json")
    assert (plain.returncode, told.returncode) == (1, 1)
    assert "spl_init.c:" not in plain.stdout
    assert "common_audio/signal_processing/spl_init.c:" in told.stdout
