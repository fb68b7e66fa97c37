"""The layout that the maps of bfd and gold share: lines of name, address, size and object.

    .text           0x0000000000014c50    0x14962
     .text.entry    0x0000000000014c50       0x6b libfoo.a(b.o)
     .text.a_name_that_does_not_fit_its_column
                    0x0000000000014cbb       0x21 dir with (space)/d (1).o

An output section begins at the start of a line, an input section one space behind it, and a long name has a line of its
own. All else (patterns of the script, symbols, fill, what the linker made) has no object at that place. Headings are in
the language of the one who built, so none is looked for: an input section before the first output section, or in one
without an address, was discarded or is not in memory.

Maps are long (half a gigabyte for a browser), so one expression runs over the whole text. Its repetitions give nothing
back (`++`), so that no text makes it slow.
"""

from __future__ import annotations

import re

from glibcheck.linkmap.inclusions import read_inclusions
from glibcheck.linkmap.pieces import Builder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from glibcheck.linkmap.pieces import Linker, LinkMap

# A size has no leading zeros; the length of a memory region (`RAM 0x20000000 0x0000000000010000`) has.
_ROW = re.compile(
    r"\n( ?)(\S++)(?: ++|\n ++)0x([0-9a-f]{1,16}) ++0x(0|[1-9a-f][0-9a-f]{0,15})(?![0-9a-f])(?: ([^\n]++))?"
)


def read_columns(text: str, linker: Linker, linker_made: Container[str]) -> LinkMap:
    """Read such a map; input sections with a name of `linker_made` are passed over."""
    builder = Builder(linker)
    head = None
    for row in _ROW.finditer(text):
        indent, name, address, size, origin = row.groups()
        head = row.start() if head is None else head
        if not indent:
            builder.output(name, int(address, 16), int(size, 16))
        elif origin is not None and name not in linker_made:
            builder.piece(name, int(address, 16), int(size, 16), origin)
    return builder.finished(read_inclusions(text[:head]))
