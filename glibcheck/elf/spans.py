"""Where in code a distance to given addresses may stand: the search that makes a scan of a large file quick.

Code names an address by its distance, so the bytes differ at each place. But the distance changes by as much as the
place does: from all places of a small piece of code, the upper half of a 32-bit distance to one address has one value,
or two. So that value is looked for, piece by piece, with `bytes.find`, which takes a millisecond for a megabyte; what
it finds is then looked at one by one. Addresses that lie close together share the search.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

PIECE = 1 << 14  # bytes
_HALF = 16  # bits
# With as many values as this, looking at every place is quicker; only a made-up file comes here.
_MOST = 64


def spans(addresses: Iterable[int]) -> list[tuple[int, int]]:
    """Join addresses that lie closer together than half a piece; gives (first, last) of each group, ascending."""
    found: list[tuple[int, int]] = []
    for address in sorted(addresses):
        if found and address - found[-1][1] < PIECE // 2:
            found[-1] = (found[-1][0], address)
        else:
            found.append((address, address))
    return found


def upper_halves(groups: Iterable[tuple[int, int]], first: int, last: int, unit: int = 1) -> set[int]:
    """Give the upper halves (16 bits, of 32) of all distances from [first, last] to the groups, in `unit` bytes.

    Of too many for `places`, some.
    """
    found: set[int] = set()
    for low, high in groups:
        begin, end = (low - last) // unit >> _HALF, (high - first) // unit >> _HALF
        found.update(half & 0xFFFF for half in range(begin, min(end, begin + _MOST) + 1))
        if len(found) > _MOST:
            break
    return found


def places(code: bytes, needles: Collection[bytes], start: int, end: int) -> Iterator[int]:
    """Give all places from `start` to before `end` at which one of the needles stands, or too many places."""
    if len(needles) > _MOST:
        yield from range(start, end)
        return
    for needle in needles:
        stop = end + len(needle) - 1
        place = code.find(needle, start, stop)
        while place >= 0:
            yield place
            place = code.find(needle, place + 1, stop)
