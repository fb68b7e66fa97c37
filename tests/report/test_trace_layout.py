"""The places of boxes and lines in the picture of a closure: columns, no overlaps, circles, bounds."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from glibcheck.report.trace_html.layout import _pooled, lay_out


def graph(count: int, lines: int, seed: int) -> list[tuple[int, int]]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    pairs = {(chance.randrange(count), chance.randrange(count)) for _ in range(lines)}
    return sorted((start, end) for start, end in pairs if start != end)


def test_each_box_stands_behind_the_last_that_points_to_it() -> None:
    found = lay_out([40] * 4, [(0, 1), (0, 2), (1, 2), (2, 3), (0, 3)])
    assert found.columns == (0, 1, 2, 3)
    assert [len(bends) for bends in found.bends] == [0, 1, 0, 0, 2]
    assert not any(found.backwards)


def test_lines_to_one_box_share_their_slots() -> None:
    found = lay_out([40] * 5, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (1, 4)])
    assert found.bends[4][1:] == found.bends[5]


def test_a_circle_has_one_line_that_goes_back() -> None:
    found = lay_out([40] * 3, [(0, 1), (1, 2), (2, 0)])
    assert (found.columns, found.backwards) == ((0, 1, 2), (False, False, True))
    assert [column for column, _ in found.bends[2]] == [1]


@pytest.mark.parametrize("seed", range(20))
def test_boxes_of_a_column_never_overlap_and_lines_go_where_they_should(seed: int) -> None:
    lines = graph(30, 60, seed)
    heights = [40 + 17 * (box % 3) for box in range(30)]
    found = lay_out(heights, lines)
    for column in set(found.columns):
        inside = sorted(box for box in range(30) if found.columns[box] == column)
        spans = sorted((found.middles[box] - heights[box] / 2, found.middles[box] + heights[box] / 2) for box in inside)
        assert all(upper[1] + 10 <= lower[0] for upper, lower in pairwise(spans))
        assert spans[0][0] >= -1
        assert spans[-1][1] <= found.height + 1
    for (start, end), back in zip(lines, found.backwards, strict=True):
        assert (found.columns[start] < found.columns[end]) is not back
    assert found == lay_out(heights, lines)


def test_pooling_gives_what_is_wished_where_there_is_room() -> None:
    assert _pooled([20.0, 200.0], [40, 40]) == [20.0, 200.0]
    assert _pooled([100.0, 100.0], [40, 40]) == [69.0, 131.0]
    assert _pooled([], []) == []


def test_nothing_and_one_box_have_a_layout() -> None:
    assert lay_out([], []).height == 0
    assert (lay_out([40], []).middles, lay_out([40], []).height) == ((20,), 40)


def test_what_would_need_too_many_slots_gets_straight_lines() -> None:
    """A chain of a thousand, each of which needs the last one and the one in the middle."""
    chain = [(box, box + 1) for box in range(999)]
    lines = sorted({*chain, *((box, end) for end in range(900, 1000) for box in range(end))})
    found = lay_out([40] * 1000, lines)
    assert found.columns == tuple(range(1000))
    assert not any(found.bends)
