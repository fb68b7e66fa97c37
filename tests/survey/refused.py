"""What does not go ends in one line, and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.run import run


def assert_refused(house: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Run a command in a folder with a house and with tables that are none."""
    (tmp_path / "house").symlink_to(house / "house")
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd.parquet").write_text("no table")
    (tmp_path / "odd.jsonl").write_text('{"other": 1}\n')
    assert run(tmp_path, "survey", "house", "-o", "old.jsonl").returncode == 0
    before = {name: os.stat(tmp_path / name).st_mtime_ns for name in os.listdir(tmp_path)}
    done = run(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert {name: os.stat(tmp_path / name).st_mtime_ns for name in os.listdir(tmp_path)} == before
