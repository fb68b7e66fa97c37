"""Parts of files that are read again for each slice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glibcheck.errors import ElfError
from glibcheck.workspace.content import FilePart

CONTENT = bytes(range(200))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(b"before" + CONTENT + b"behind")
    return tmp_path / "file"


@pytest.mark.parametrize(
    "cut", [slice(3, 9), slice(None), slice(190, 999), slice(5, 5), slice(300, 400), slice(-4, None)], ids=str
)
def test_a_slice_is_that_of_the_part(cut: slice, path: Path) -> None:
    part = FilePart(str(path), 6, len(CONTENT))
    assert (part[cut], len(part), part[7]) == (CONTENT[cut], 200, 7)


def test_what_is_looked_for_is_found_in_the_part_only(path: Path) -> None:
    part = FilePart(str(path), 6, len(CONTENT))
    assert [part.find(*row) for row in ((b"\x05\x06", 0, 200), (b"\x05", 6, 200), (b"behind", 0, 999))] == [5, -1, -1]


def test_a_file_that_changed_since_is_an_elf_error(path: Path) -> None:
    part = FilePart(str(path), 6, len(CONTENT))
    os.truncate(path, 20)
    assert part[0:14] == CONTENT[:14]
    with pytest.raises(ElfError, match="was cut short while it was read"):
        part[0:15]
    path.unlink()
    with pytest.raises(ElfError, match="cannot be read again: No such file or directory"):
        part[0:15]
    os.mkfifo(path)
    with pytest.raises(ElfError, match="cannot be read again"):
        part[0:15]
