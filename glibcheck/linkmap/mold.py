"""The map of mold, `-Map=FILE` or `--print-map`. Its layout is in `linkmap.table`; sizes are decimal.

Merged strings and `.eh_frame` have no rows of objects. Trap: beside a function that others may replace, mold writes the
address of its PLT entry; so the symbols of the map are not read.
"""

from __future__ import annotations

from glibcheck.linkmap.table import TableLayout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.linkmap.pieces import LinkMap

_LAYOUT = TableLayout(("VMA", "Size", "Align"), 10)


def recognises(text: str) -> bool:
    """Say whether a text begins as this linker's map does."""
    return _LAYOUT.heading.match(text) is not None


def read(text: str) -> LinkMap:
    """Read the map; raises MapError for a line that is no row."""
    return _LAYOUT.read(text, "mold")
