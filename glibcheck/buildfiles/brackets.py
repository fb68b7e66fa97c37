"""How the items between two brackets grow and shrink, in the layout that their author chose.

A list literal, a tuple and the arguments of a call look alike: items between brackets, a comma after each,
perhaps one after the last, and comments that run from `#` to the end of the line. This module sees offsets
and characters only, so it serves every build file whose language looks like that.

There are two layouts. *On one line*: no line break stands between the brackets and the items, though one may
stand inside of an item; a new item continues the line. Everything else is *a line an item*: a new item gets a
line of its own under the last one.

The trap is the comma. A last item without one must be given one right behind itself, before the comment
that may follow, while the new item goes behind that comment, as a comment belongs to what stands left of it.
And a tuple of one item is a tuple only because of its comma.
"""

from __future__ import annotations

import re

from glibcheck.buildfiles import lines
from glibcheck.buildfiles.splice import Splice, insertion, removal
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Item(Record):
    """One item: `start` and `end` without its comma, `comma` the offset behind the comma, None for no comma."""

    start: int
    end: int
    comma: int | None

    @property
    def stop(self) -> int:
        """The offset behind the item and its comma."""
        return self.end if self.comma is None else self.comma


class Brackets(Record):
    """What stands between two brackets: `start` is behind the opening one, `end` before the closing one."""

    start: int
    end: int
    items: tuple[Item, ...]
    is_tuple: bool = False


def grow(text: str, brackets: Brackets, new: Sequence[str]) -> tuple[Splice, ...]:
    """Put the items `new`, at least one and already spelled, behind the last one."""
    if not brackets.items:
        return (_fill(text, brackets, new),)
    if _on_one_line(text, brackets):
        return (_continue_line(brackets, new),)
    return _add_lines(text, brackets, new)


def shrink(text: str, brackets: Brackets, index: int, with_comments: bool = False) -> tuple[Splice, ...]:
    """Take the item at `index` away, with its line when it stands alone there.

    `with_comments` takes the comment lines directly above it as well, unless they are indented otherwise. Brackets
    that nothing but white space is left between are closed up.
    """
    cut = _cut(text, brackets, index, with_comments)
    if not (text[brackets.start : cut.start] + text[cut.end : brackets.end]).strip():
        return (removal(brackets.start, brackets.end),)
    comma = _mended_comma(brackets, index)
    return (cut,) if comma is None else (cut, comma)


def _fill(text: str, brackets: Brackets, new: Sequence[str]) -> Splice:
    if not lines.has_break(text, brackets.start, brackets.end):
        comma = "," if brackets.is_tuple and len(new) == 1 else ""
        return insertion(brackets.start, ", ".join(new) + comma)
    closing_line = lines.start(text, brackets.end)
    outer = text[closing_line : brackets.end]
    comments = re.findall(r"[\r\n]([ \t]*)#", text[brackets.start : closing_line])
    indentation = comments[-1] if comments else outer + ("\t" if "\t" in outer else "    ")
    newline = lines.ending(text, brackets.start)
    return insertion(closing_line, "".join(f"{indentation}{item},{newline}" for item in new))


def _on_one_line(text: str, brackets: Brackets) -> bool:
    starts = (brackets.start, *(item.stop for item in brackets.items))
    ends = (*(item.start for item in brackets.items), brackets.end)
    return not any(lines.has_break(text, start, end) for start, end in zip(starts, ends, strict=True))


def _continue_line(brackets: Brackets, new: Sequence[str]) -> Splice:
    last = brackets.items[-1]
    joined = ", ".join(new)
    if last.comma is None:
        return insertion(last.end, f", {joined}")
    # The comma of a tuple of one item says "tuple", not "I like commas at the end".
    comma = "" if brackets.is_tuple and len(brackets.items) == 1 else ","
    return insertion(last.comma, f" {joined}{comma}")


def _add_lines(text: str, brackets: Brackets, new: Sequence[str]) -> tuple[Splice, ...]:
    last = brackets.items[-1]
    line_end = lines.end(text, last.stop)
    place = last.stop if brackets.end <= line_end else line_end
    lead = lines.ending(text, last.stop) + _indentation(text, brackets)
    added = insertion(place, lead + f",{lead}".join(new) + ("" if last.comma is None else ","))
    return (added,) if last.comma is not None else (insertion(last.end, ","), added)


def _indentation(text: str, brackets: Brackets) -> str:
    """Tell what to write before an item so that it stands under the first item of the last line of items."""
    first = brackets.items[-1]
    for item in reversed(brackets.items[:-1]):
        if lines.has_break(text, item.stop, first.start):
            break
        first = item
    return re.sub(r"\S", " ", text[lines.start(text, first.start) : first.start])


def _cut(text: str, brackets: Brackets, index: int, with_comments: bool) -> Splice:
    item = brackets.items[index]
    before = brackets.items[index - 1] if index else None
    after = brackets.items[index + 1] if index + 1 < len(brackets.items) else None
    line_end = lines.end(text, item.stop)
    if _is_alone(text, brackets, item, after):
        floor = brackets.start if before is None else before.stop
        start = _first_comment_line(text, item.start, floor) if with_comments else lines.start(text, item.start)
        return removal(start, lines.below(text, line_end))
    if after is not None and after.start <= line_end:
        return removal(item.start, after.start)
    # What stands between two items is white space and comments, so a "#" there is a comment, to be kept.
    if before is not None and "#" not in text[before.stop : item.start]:
        return removal(before.stop, item.stop)
    return removal(item.start, item.stop)


def _mended_comma(brackets: Brackets, index: int) -> Splice | None:
    """Give the item that becomes the last one a comma, or none, as the last one had.

    A tuple that is left with one item must have a comma.
    """
    left = brackets.items[:index] + brackets.items[index + 1 :]
    if not left:
        return None
    last = left[-1]
    if brackets.is_tuple and len(left) == 1:
        return insertion(last.end, ",") if last.comma is None else None
    if last.comma is not None and brackets.items[-1].comma is None:
        return removal(last.comma - 1, last.comma)
    return None


def _is_alone(text: str, brackets: Brackets, item: Item, after: Item | None) -> bool:
    line_start, line_end = lines.start(text, item.start), lines.end(text, item.stop)
    if line_start < brackets.start or brackets.end <= line_end:
        return False
    return not text[line_start : item.start].strip() and (after is None or after.start > line_end)


def _first_comment_line(text: str, start: int, floor: int) -> int:
    """Tell where the comment lines directly above the line of `start` begin; none of them is above `floor`."""
    line = lines.start(text, start)
    comment = text[line:start] + "#"
    above = lines.above(text, line)
    while above >= floor and text.startswith(comment, above):
        line, above = above, lines.above(text, above)
    return line
