"""Why members were taken out of archives: the first part of the maps of bfd and gold, and lld's `--why-extract=FILE`.

    Archive member included to satisfy reference by file (symbol)

    libfoo.a(b.o)                 a.o (helper)
    /usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.a(new_op.o)
                                  libfoo.a(c.o) (operator new(unsigned long))

The second column begins at byte 30. Headings are in any language, but end with the parenthesis. bfd has another list of
this form, of the shared libraries that --as-needed kept; it is told apart by their names, and always comes second. lld
writes three columns with tabs between.
"""

from __future__ import annotations

import re
from itertools import pairwise

from glibcheck.errors import MapError
from glibcheck.linkmap.pieces import Inclusion, opening_of_last, split_member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMN = 30
_SHARED = re.compile(r"\.so(\.|$)")
_ON_COMMAND = re.compile(r"-[ue] (\S+)$")  # gold, for what its options ask for
_WHY_EXTRACT = "reference\textracted\tsymbol"


def read_inclusions(head: str) -> Iterator[Inclusion]:
    """Give the inclusions in what stands before the first section of a map, in its order."""
    paragraphs = head.strip("\n").split("\n\n")
    for heading, rows in pairwise(paragraphs):
        if "\n" not in heading and heading.endswith(")"):
            yield from _rows(rows)
            return


def read_why_extract(text: str) -> tuple[Inclusion, ...]:
    """Read what lld writes for `--why-extract=FILE`; raises MapError when it is something else."""
    lines = text.removesuffix("\n").split("\n")
    if not lines or lines[0] != _WHY_EXTRACT:
        raise MapError(1, "the heading 'reference, extracted, symbol' of lld's --why-extract is expected")
    return tuple(_extraction(line, number) for number, line in enumerate(lines[1:], 2))


def _rows(paragraph: str) -> Iterator[Inclusion]:
    wrapped = ""
    for line in paragraph.split("\n"):
        row = line.encode("utf-8", "surrogateescape")  # the linker counts bytes
        left, right = (part.decode("utf-8", "surrogateescape") for part in (row[:_COLUMN], row[_COLUMN:]))
        if not left.strip(" "):
            yield from _inclusion(wrapped, right)
        elif right and left.endswith(" "):
            yield from _inclusion(left.rstrip(" "), right)
        wrapped = line


def _inclusion(left: str, right: str) -> Iterator[Inclusion]:
    asked = _ON_COMMAND.match(right)
    opening = opening_of_last(right)
    named = split_member(left)
    if (asked is None and opening < 0) or (named[1] is None and _SHARED.search(left.rpartition("/")[2])):
        return
    if asked is not None:
        yield Inclusion(*named, "", asked[1])
    else:
        yield Inclusion(*named, without_note(right[:opening].rstrip()), right[opening + 1 : -1])


def without_note(origin: str) -> str:
    """Cut off what bfd adds to the name of an object for link time optimization, ' (symbol from plugin)'.

    The words are in any language; a member's '(' has no space before it.
    """
    opening = opening_of_last(origin)
    return origin[:opening].rstrip() if opening > 0 and origin[opening - 1] == " " else origin


def _extraction(line: str, number: int) -> Inclusion:
    fields = line.split("\t")
    if len(fields) != 3:
        raise MapError(number, "three columns with tabs between are expected, as lld's --why-extract writes them")
    by, extracted, symbol = fields
    return Inclusion(*split_member(extracted), by, symbol or None)
