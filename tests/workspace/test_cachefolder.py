"""Folders of the cache: there whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glibcheck.errors import InputError
from glibcheck.workspace.cachefolder import cache_folder, place_folder, replace_folder

FILES = {"a.txt": b"one", "bin/tool": b"#!/bin/sh\n"}


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_follows_xdg_and_home() -> None:
    assert cache_folder("sysroots", {"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == "/c/glibcheck/sysroots"
    assert cache_folder("sysroots", {"HOME": "/h"}) == "/h/.cache/glibcheck/sysroots"


def test_a_folder_has_its_files_and_programs_can_be_run(tmp_path: Path) -> None:
    place_folder(str(tmp_path / "new" / "it"), FILES)
    assert content(tmp_path / "new" / "it") == FILES
    assert os.access(tmp_path / "new" / "it" / "bin" / "tool", os.X_OK)
    assert not os.access(tmp_path / "new" / "it" / "a.txt", os.X_OK)
    assert os.listdir(tmp_path / "new") == ["it"]


def test_who_is_second_leaves_the_first_ones(tmp_path: Path) -> None:
    place_folder(str(tmp_path / "it"), FILES)
    place_folder(str(tmp_path / "it"), {"a.txt": b"two"})
    assert content(tmp_path / "it") == FILES


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    place_folder(str(tmp_path / "it"), FILES)
    (tmp_path / "large").write_bytes(b"large")
    replace_folder(str(tmp_path / "it"), {"b.txt": b"two"}, {"linked": str(tmp_path / "large")})
    assert content(tmp_path / "it") == {"b.txt": b"two", "linked": b"large"}
    assert sorted(os.listdir(tmp_path)) == ["it", "large"]


def test_what_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        place_folder(str(tmp_path / "file" / "it"), FILES)
    with pytest.raises(InputError, match="cannot be made"):
        place_folder(str(tmp_path / "it"), {}, {"linked": str(tmp_path / "absent")})
    assert os.listdir(tmp_path) == ["file"]
