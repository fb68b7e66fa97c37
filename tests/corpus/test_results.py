"""Rows come back from the file as they were, the last of each, and those of other sources only when asked."""

from __future__ import annotations

from pathlib import Path

from tests.corpus.results import Results, fingerprint, key
from tests.corpus.rows import row


def test_the_last_row_of_each_counts(tmp_path: Path) -> None:
    results = Results(str(tmp_path / "new" / "rows.jsonl"))
    assert results.rows(None) == {}
    first, second, other = row(reason="slow"), row(), row(host="trixie")
    for made in (first, second, other):
        results.add(made)
    assert results.rows("state") == {key(second): second, key(other): other}


def test_rows_of_other_sources_are_there_for_who_wants_them(tmp_path: Path) -> None:
    results = Results(str(tmp_path / "rows.jsonl"))
    results.add(row(fingerprint="older"))
    assert results.rows("state") == {}
    assert results.rows(None) == {key(row()): row(fingerprint="older")}


def test_a_line_of_another_form_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"package": "older form"}\n')
    results = Results(str(path))
    results.add(row())
    assert list(results.rows(None)) == [key(row())]


def test_the_fingerprint_is_of_the_sources_as_they_are() -> None:
    assert len(fingerprint()) == 12
    assert fingerprint() == fingerprint()
