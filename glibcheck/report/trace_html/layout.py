"""Places for the boxes of a graph and bends for its lines: columns from left to right, few crossings, straight lines.

This is the method of Sugiyama, Tagawa and Toda (1981) in its plainest form:

1. A box stands one column to the right of the last one that points to it; arrows that would close a circle point back.
2. A line that passes a column gets a slot there. Lines to the same box share their slots, so what everybody needs
   (libc) is reached by one trunk and not by fifty lines.
3. Each column is sorted by the mean place of its neighbours, to the right and to the left in turns.
4. Heights are moved towards those of the neighbours. With the order fixed, the heights nearest to the wished ones are
   found by pooling: boxes that would overlap move as one block (Ayer and others 1955, for isotonic regression).

Nothing here is random, so the same graph gives the same picture. Trap: a made-up graph can ask for far more slots than
it has boxes, so beyond a bound lines go straight, and columns are then too long to be looked at in any case.
"""

from __future__ import annotations

from itertools import pairwise

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_SLOTS = 4_000
_SWEEPS, _MOVES = 8, 6
_GAP, _SLOT = 22, 12  # pixels between two boxes, and the height of a slot


class Layout(Record):
    """`columns` has the column of each box, `middles` its middle in pixels from the top, all at least half its height.

    `bends` has for each line the (column, middle) of its slots, from the user to the provider. A line for which
    `backwards` holds goes from right to left.
    """

    columns: tuple[int, ...]
    middles: tuple[int, ...]
    bends: tuple[tuple[tuple[int, int], ...], ...]
    backwards: tuple[bool, ...]
    height: int


def lay_out(heights: Sequence[int], lines: Sequence[tuple[int, int]]) -> Layout:
    """Place boxes of these heights, with lines between them by place; the first box begins the first column."""
    columns, backwards = _columns(len(heights), lines)
    forward = [(end, start) if back else (start, end) for (start, end), back in zip(lines, backwards, strict=True)]
    slots = _slots(columns, forward)
    items, links = _with_slots(len(heights), forward, columns, slots)
    sizes = [*heights, *([_SLOT] * len(slots))]
    order = _sorted_columns(items, links)
    middles = _middles(order, links, sizes)
    bends = []
    for (start, end), back in zip(forward, backwards, strict=True):
        points = [(column, middles[slots[end, column]]) for column in _passed(start, end, columns, slots)]
        bends.append(tuple(reversed(points) if back else points))
    bottom = max((middle + size // 2 for middle, size in zip(middles, sizes, strict=True)), default=0)
    return Layout(tuple(columns), tuple(middles[: len(heights)]), tuple(bends), tuple(backwards), bottom)


def _columns(count: int, lines: Sequence[tuple[int, int]]) -> tuple[list[int], list[bool]]:
    """Give each box its column: the longest way that leads to it. Lines that close a circle are backwards."""
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in lines:
        after[start].append(end)
    place = {box: number for number, box in enumerate(_before_what_follows(after))}
    backwards = [place[start] >= place[end] for start, end in lines]
    columns = [0] * count
    for box, rank in place.items():
        for end in after[box]:
            if place[end] > rank:
                columns[end] = max(columns[end], columns[box] + 1)
    return columns, backwards


def _before_what_follows(after: list[list[int]]) -> list[int]:
    """Sort boxes so that each stands before those that it points to, but for circles (depth first, reversed)."""
    done: list[int] = []
    seen: set[int] = set()
    for first in range(len(after)):
        stack = [] if first in seen else [(first, iter(after[first]))]
        seen.add(first)
        while stack:
            box, rest = stack[-1]
            following = next((end for end in rest if end not in seen), None)
            if following is None:
                done.append(box)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(after[following])))
    return done[::-1]


def _slots(columns: list[int], forward: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Give each slot a number behind the boxes, by (box at the end, column); no slots when there would be too many."""
    slots: dict[tuple[int, int], int] = {}
    first: dict[int, int] = {}
    for start, end in forward:
        first[end] = min(first.get(end, columns[end]), columns[start] + 1)
    if sum(columns[end] - column for end, column in first.items()) > _MOST_SLOTS:
        return slots
    for end, column in first.items():
        for passed in range(column, columns[end]):
            slots[end, passed] = len(columns) + len(slots)
    return slots


def _passed(start: int, end: int, columns: list[int], slots: dict[tuple[int, int], int]) -> range:
    """Give the columns between two boxes, where the line between them has slots."""
    return range(columns[start] + 1, columns[end]) if slots else range(0)


def _with_slots(
    count: int, forward: Iterable[tuple[int, int]], columns: list[int], slots: dict[tuple[int, int], int]
) -> tuple[list[list[int]], dict[int, tuple[list[int], list[int]]]]:
    """Give the items of each column, boxes and slots, and of each item its neighbours to the left and to the right."""
    items: list[list[int]] = [[] for _ in range(max(columns, default=-1) + 1)]
    for box in range(count):
        items[columns[box]].append(box)
    for (_, column), slot in slots.items():
        items[column].append(slot)
    pairs: dict[tuple[int, int], None] = {}
    for start, end in forward:
        way = [start, *(slots[end, column] for column in _passed(start, end, columns, slots)), end]
        pairs.update(dict.fromkeys(pairwise(way)))
    links: dict[int, tuple[list[int], list[int]]] = {item: ([], []) for column in items for item in column}
    for left, right in pairs:
        links[left][1].append(right)
        links[right][0].append(left)
    return items, links


def _sorted_columns(items: list[list[int]], links: dict[int, tuple[list[int], list[int]]]) -> list[list[int]]:
    """Sort each column by the mean place of its neighbours, sweeping over all columns to and fro."""
    place = {item: number / max(len(column), 1) for column in items for number, item in enumerate(column)}
    for sweep in range(_SWEEPS):
        side = sweep % 2
        for column in reversed(items) if side else items:
            wished = {item: _mean([place[other] for other in links[item][side]], place[item]) for item in column}
            column.sort(key=wished.__getitem__)
            place.update((item, number / len(column)) for number, item in enumerate(column))
    return items


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _middles(order: list[list[int]], links: dict[int, tuple[list[int], list[int]]], sizes: list[int]) -> list[int]:
    """Find the middle of each item: first all from the top, then each column as near to its neighbours as it can."""
    middles = [0.0] * len(sizes)
    for column in order:
        for item, middle in zip(column, _pooled([0.0] * len(column), [sizes[item] for item in column]), strict=True):
            middles[item] = middle
    for move in range(_MOVES):
        side = move % 2
        for column in reversed(order) if side else order:
            wished = [_mean([middles[other] for other in links[item][side]], middles[item]) for item in column]
            placed = _pooled(wished, [sizes[item] for item in column])
            for item, middle in zip(column, placed, strict=True):
                middles[item] = middle
    top = min((middle - size / 2 for middle, size in zip(middles, sizes, strict=True)), default=0.0)
    return [round(middle - top) for middle in middles]


def _pooled(wished: list[float], sizes: list[int]) -> list[float]:
    """Give the middles nearest to the wished ones in this order, so that nothing overlaps."""
    offsets, at = [], 0.0
    for number, size in enumerate(sizes):
        before = sizes[number - 1] if number else 0
        at += (before + size) / 2 + (_GAP if number and max(before, size) > _SLOT else _SLOT if number else 0)
        offsets.append(at)
    blocks: list[tuple[float, int]] = []  # the sum of what the items of a block wish, less their offsets; how many
    for wish, offset in zip(wished, offsets, strict=True):
        total, count = wish - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            more, others = blocks.pop()
            total, count = total + more, count + others
        blocks.append((total, count))
    starts = [total / count for total, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
