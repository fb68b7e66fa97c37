"""What is downloaded is there whole or not at all, and fetched once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.downloads import UnavailableError, kept, npm_package

CLIENT = '#!/bin/sh\necho "$@" >> "$LOG"\ntouch one\n'


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "glibcheck" / "downloads"


def client(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an `npm` first on PATH; gives the file in which it notes what it was asked."""
    program = folder / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(folder / "log"))
    return folder / "log"


def test_package_is_fetched_once(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = client(CLIENT, tmp_path, monkeypatch)
    paths = {npm_package("@scope/name@1.0") for _ in range(2)}
    assert paths == {str(cache / "@scope+name@1.0" / "one")}
    assert log.read_text() == "pack --silent @scope/name@1.0\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CLIENT + "echo no network >&2; exit 1\n", r"name@1 \(npm: no network\)"),
        (CLIENT + "exit 1\n", r"name@1 \(npm: exit code 1\)"),
        (CLIENT + "touch two\n", r"name@1 \(npm left 2 files, one expected\)"),
    ],
    ids=["complains", "is-silent", "leaves-too-much"],
)
def test_client_that_fails_leaves_nothing(
    text: str, reason: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(text, tmp_path, monkeypatch)
    with pytest.raises(UnavailableError, match=f"^{reason}$"):
        npm_package("name@1")
    assert list(cache.iterdir()) == []


def test_missing_client_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnavailableError, match=r"^npm$"):
        npm_package("name@1")


def test_folder_that_another_process_made_meanwhile_is_kept(cache: Path) -> None:
    def make(folder: str) -> None:
        Path(folder, "mine").touch()
        (cache / "it").mkdir()
        (cache / "it" / "theirs").touch()

    assert os.listdir(kept("it", make)) == ["theirs"]
