"""Replacing stretches of a text and keeping every other character.

A build file is never printed again from a parsed form: that would lose what its author cared about. It is
spliced. All offsets count characters of the text as it was, so the splices are applied from the end to the
start: none of them moves the place of one that is still to come.
"""

from __future__ import annotations

from itertools import pairwise

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Splice(Record):
    """`text` takes the place of the characters from `start` up to, not including, `end`."""

    start: int
    end: int
    text: str


def insertion(at: int, text: str) -> Splice:
    """Put `text` before the character at offset `at`."""
    return Splice(at, at, text)


def removal(start: int, end: int) -> Splice:
    """Take away the characters from `start` up to, not including, `end`."""
    return Splice(start, end, "")


def apply(text: str, splices: Iterable[Splice]) -> str:
    """Carry out all splices; insertions at one place come out in the order given.

    Raises: ValueError where two of them want the same characters, which is a mistake of the caller.
    """
    ordered = sorted(splices, key=lambda splice: (splice.start, splice.end))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise ValueError(f"{earlier} and {later} overlap")
    for splice in reversed(ordered):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text
