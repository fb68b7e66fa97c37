"""Copies of a project: the first and the last few are kept as long as the builder, the others are not."""

from __future__ import annotations

import os
from pathlib import Path

from glibcheck.builds.copies import Copies


def test_the_first_copy_and_the_last_few_are_kept(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    with Copies(str(tmp_path / "project")) as copies:
        made = [copies.new(()) for _ in range(8)]
        for kind in (0, 1):
            assert [os.path.isdir(row[kind]) for row in made] == [True, *[False] * 3, *[True] * 4]
    assert not any(os.path.exists(path) for row in made for path in row)
