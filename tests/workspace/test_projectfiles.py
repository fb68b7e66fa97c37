"""Build files as texts: every byte survives, what is passed over is told, and no stranger's files are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glibcheck.errors import RewriteError
from glibcheck.model.plan import Edit
from glibcheck.workspace.projectfiles import ProjectTexts, encoded, is_as_read, read_project
from glibcheck.workspace.projectfolders import source_files
from tests.tools import not_as_root


def is_python(path: str) -> bool:
    return path.endswith(".py")


def read(folder: Path, *extra: str) -> ProjectTexts:
    return read_project(str(folder), is_python, extra)


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")


CONTENTS = {
    "unix": b"a\nb\n",
    "windows": b"a\r\nb\r\n",
    "mac": b"a\rb\r",
    "mixed": b"a\r\nb\nc\r",
    "tabs": b"if a:\n\tb\n        c\n",
    "no-final-newline": b"a\nb",
    "empty": b"",
    "utf-8": "größe\n".encode(),
    "byte-order-mark": b"\xef\xbb\xbfa\n",
    "latin-1": b"# gr\xf6\xdfe\n",
    "latin-1-with-windows-ends": b"# gr\xf6\xdfe\r\n\x85\x0c\r\n",
    "windows-1252": b"# \x80 5 \x93quoted\x94\n",
    "every-byte-but-zero": bytes(range(1, 256)),
    "utf-8-with-one-wrong-byte": "größe".encode() + b"\xff\n",
    "control-characters": b"a\x0c\x1a\x1b\x7f\n",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_every_byte_survives_reading_and_writing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(content)
    found = read(tmp_path)
    (edit,) = found.edits({"a.py": found.texts["a.py"] + "x"})
    assert encoded(edit) == content + b"x"
    assert found.edits(found.texts) == ()
    assert found.passed_over == ()
    assert is_as_read(str(tmp_path), edit)


def test_the_encoding_goes_along_for_what_is_not_utf_8_only(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_bytes(b"\xf6")
    (tmp_path / "a.py").write_bytes("ö".encode())
    found = read(tmp_path)
    assert found == ProjectTexts({"a.py": "ö", "b.py": "ö"}, {"b.py": "latin-1"}, ())
    assert found.edits({"a.py": "A", "b.py": "B", "new.h": "N"}) == (
        Edit("a.py", "ö", "A"),
        Edit("b.py", "ö", "B", "latin-1"),
        Edit("new.h", None, "N"),
    )


def test_what_an_encoding_does_not_have_is_an_error_with_the_line() -> None:
    with pytest.raises(RewriteError) as raised:
        encoded(Edit("pkg/a.py", "\xf6\n", "\xf6\n\u0142\n", "latin-1"))
    assert str(raised.value) == (
        "pkg/a.py:2: '\\u0142' cannot be written in Latin-1, which the file is in; convert it to UTF-8"
    )
    with pytest.raises(RewriteError, match=r"^a\.py:1: '\\udcff' cannot be written in UTF-8"):
        encoded(Edit("a.py", "", "\udcff"))


def test_what_looks_like_a_build_file_and_is_not_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "large.py").write_bytes(b"#" * (2 << 20))
    (tmp_path / "largest.py").write_bytes(b"#" * (1 << 20))
    (tmp_path / "wide.py").write_bytes("a".encode("utf-16"))
    (tmp_path / "gone.py").symlink_to("nowhere")
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "pipe")
    found = read(tmp_path, "none.h")
    assert sorted(found.texts) == ["largest.py"]
    assert [tuple(row) for row in found.passed_over] == [
        ("gone.py", "does not exist"),
        ("large.py", "is larger than the 1048576 bytes that are read of such a file"),
        ("loop.py", "does not exist"),
        ("pipe.py", "is not a regular file"),
        ("wide.py", "at offset 0x3: is no text: it has zero bytes"),
    ]


def test_what_this_user_may_not_read_is_told(tmp_path: Path) -> None:
    not_as_root()
    put(tmp_path, "a.py", "closed/b.py", "c.txt")
    for name in ("a.py", "closed", "c.txt"):
        (tmp_path / name).chmod(0)
    found = read(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert [tuple(row) for row in found.passed_over] == [
        ("a.py", "cannot be read: Permission denied"),
        ("closed", "cannot be read: Permission denied"),
    ]


def test_extra_files_are_read_where_they_exist(tmp_path: Path) -> None:
    put(tmp_path, "a.h", "b.py", "c.txt")
    assert read(tmp_path, "a.h", "b.h", "b.py").texts == {"a.h": "x", "b.py": "x"}


@pytest.mark.parametrize("folder", [".", "project/", "project/../project"])
def test_a_project_has_any_name(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "project/a/b.py", "project/build/c.py")
    monkeypatch.chdir(tmp_path / "project" if folder == "." else tmp_path)
    assert read_project(folder, is_python).texts == {"a/b.py": "x"}


# Links


def test_a_file_with_two_names_is_read_once_under_the_one_that_is_no_link(tmp_path: Path) -> None:
    put(tmp_path, "z.py", "inside.txt")
    (tmp_path / "a.py").symlink_to("z.py")
    (tmp_path / "b.py").symlink_to("inside.txt")
    (tmp_path / "c.py").symlink_to(tmp_path / "b.py")
    assert sorted(read(tmp_path).texts) == ["b.py", "z.py"]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside/a.py", "project/b.py")
    (tmp_path / "project" / "link").symlink_to("../outside")
    (tmp_path / "project" / "again").symlink_to(".")
    assert sorted(read(tmp_path / "project").texts) == ["b.py"]


# Folders


def test_folders_of_tools_and_builds_are_passed_over(tmp_path: Path) -> None:
    put(
        tmp_path, "setup.py", "pkg/build/a.py", "pkg/dist/a.py", "src/building/a.py", "venvs/a.py",
        "build/a.py", "dist/a.py", ".venv/a.py", "pkg/venv/a.py", ".git/a.py", "sub/.git/a.py", "builddir/a.py",
        "_skbuild/a.py", "cmake-build-debug/a.py", "little.egg-info/a.py", ".eggs/a.py", "pkg/__pycache__/a.py",
        "my env/pyvenv.cfg", "my env/a.py", "out/CMakeCache.txt", "out/a.py", "ninja/meson-private/x", "ninja/a.py",
    )  # fmt: skip
    assert [path for path in source_files(str(tmp_path), []) if is_python(path)] == [
        "setup.py", "pkg/build/a.py", "pkg/dist/a.py", "src/building/a.py", "venvs/a.py",
    ]  # fmt: skip


def test_sources_in_which_somebody_built_are_sources(tmp_path: Path) -> None:
    put(tmp_path, "CMakeCache.txt", "a.py", "lib/CMakeCache.txt", "lib/CMakeLists.txt", "lib/b.py")
    assert sorted(read(tmp_path).texts) == ["a.py", "lib/b.py"]
