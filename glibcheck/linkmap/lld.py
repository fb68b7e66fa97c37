"""The map of lld, `-Map=FILE` or `--print-map`. Its layout is in `linkmap.table`; all numbers are hexadecimal.

LLVM before 7 had no column for the load address (LMA). Why a member was taken out of an archive is not in the map but
in the file of `--why-extract` (`linkmap.inclusions`).
"""

from __future__ import annotations

from glibcheck.linkmap.table import TableLayout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.linkmap.pieces import LinkMap

_LAYOUTS = (TableLayout(("VMA", "LMA", "Size", "Align"), 16), TableLayout(("Address", "Size", "Align"), 16))


def recognises(text: str) -> bool:
    """Say whether a text begins as this linker's map does."""
    return any(layout.heading.match(text) for layout in _LAYOUTS)


def read(text: str) -> LinkMap:
    """Read the map; raises MapError for a line that is no row."""
    layout = next(layout for layout in _LAYOUTS if layout.heading.match(text))
    return layout.read(text, "lld")
