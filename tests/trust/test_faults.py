"""A few of the points of each writer, so that every change meets them; all of them are for `nox -s faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust.faults import complaints, trials
from tests.trust.injection import KILLED, Point
from tests.trust.writers import WRITERS, Writer


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_killed_or_refused_at_its_last_steps(writer: Writer, tmp_path: Path) -> None:
    found = trials(writer, tmp_path / "watched" / "work")
    assert len(found) > 4
    wrong = [
        f"{fault} at {point.call} {point.number}: {line}"
        for point, fault in chosen(found)
        for line in complaints(writer, point, fault, tmp_path / "tried" / "work")
    ]
    assert wrong == []


def chosen(found: list[Point]) -> list[tuple[Point, str]]:
    """Take what matters most: a kill at the last rename or removal, a full disk at the last write or sync."""
    last = {point.call: point for point in found}
    kills = [last[call] for call in ("rename", "renameat2", "unlink") if call in last]
    full = [last[call] for call in ("write", "fsync", "link") if call in last]
    return [*((point, KILLED) for point in kills), *((point, "ENOSPC") for point in full)]
