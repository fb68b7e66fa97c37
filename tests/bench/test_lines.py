"""The small program that the bench holds against addr2line prints what addr2line prints."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench import corpus, lines
from tests.elf.dwarf.samples import build, by_llvm, instructions


def test_it_prints_what_addr2line_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, listed = build(tmp_path, "gcc", ("-O0",)), tmp_path / "list"
    asked = instructions(path)
    listed.write_text("".join(f"{address:#x}\n" for address in asked))
    lines.main(str(path), str(listed))
    # Of addr2line 2.40 some places of headers are wrong; llvm-symbolizer prints the same when asked to.
    theirs = by_llvm(path, asked)
    assert capsys.readouterr().out.splitlines() == [place or "??:0" for place in theirs]


def test_the_addresses_of_a_file_are_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = build(tmp_path, "gcc", ("-O0",))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(corpus.WITH_LINES, str(path))
    assert corpus.with_lines() == str(path)
    listed = corpus.addresses(str(path))
    assert os.path.getsize(listed) > 100
    assert corpus.addresses(str(path)) == listed
