"""The Python interface: the examples of its documentation, and values that are whole."""

from __future__ import annotations

import doctest
from pathlib import Path

import glibcheck
from glibcheck.model.finding import Failure
from tests.elf.build import File, build


def test_the_examples_in_the_documentation_hold() -> None:
    failed, tried = doctest.testmod(glibcheck)
    assert (failed, tried) == (0, 4)


def test_files_and_errors_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(build(File(needed=("libc.so.6",))).data)
    result = glibcheck.scan(str(tmp_path), str(tmp_path / "gone.so"))
    assert [(file.path, file.image.needed) for file in result.files] == [(f"{tmp_path}/a.so", ("libc.so.6",))]
    assert result.errors == (Failure(f"{tmp_path}/gone.so", "cannot be opened: No such file or directory"),)
    assert result.passed == ()
