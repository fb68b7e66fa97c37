"""The map of gold, `-Map=FILE` or `-M`. Its layout is in `linkmap.columns`.

What gold made itself has a name and no object, ` ** PLT`; so do merged strings and constants. Nothing marks the end of
the map, so one that is cut off between two lines looks whole; `misfit` tells.
"""

from __future__ import annotations

from glibcheck.linkmap.columns import read_columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.linkmap.pieces import LinkMap


def recognises(text: str) -> bool:
    """Say whether a text has the signs of this linker."""
    return "\n ** " in text


def read(text: str) -> LinkMap:
    """Read the map."""
    return read_columns(text, "gold", ())
