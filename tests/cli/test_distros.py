"""`glibcheck distros` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.run import run, usage_error


def test_the_table_is_on_stdout(tmp_path: Path) -> None:
    done = run(tmp_path, "distros")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split() == ["release", "GLIBC", "GLIBCXX", "CXXABI"]
    assert ["Debian", "12", "2.36", "3.4.30", "1.3.13"] in [line.split() for line in done.stdout.splitlines()]


def test_json_has_the_same_releases(tmp_path: Path) -> None:
    text, document = run(tmp_path, "distros").stdout, json.loads(run(tmp_path, "distros", "--format", "json").stdout)
    names = [f"{row['distribution']} {row['release']}" for row in document["releases"]]
    assert names == [line.split("  ")[0] for line in text.splitlines()[1:] if line]


def test_it_takes_no_files(tmp_path: Path) -> None:
    assert usage_error(run(tmp_path, "distros", "a.so")).startswith("Error: Got unexpected extra argument")
