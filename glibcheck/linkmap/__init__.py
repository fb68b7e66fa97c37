"""Linkers' maps (`-Map=FILE`): which object or archive member stands at which address of a linked file, and why.

Four linkers write four forms, and this recognises them. A module a linker; `columns` and `table` are the two layouts,
`pieces` the values. `tracesymbol` reads what linkers say for `--trace-symbol`, `inclusions` lld's `--why-extract`, and
`misfit` says whether a map is of the file at hand. The forms are not specified: they were read off GNU ld 2.40, gold
1.16, lld 14 and mold 1.10, and each is tested against its linker.

A map is read as one text, and no more is kept of it than its rows.
"""

from __future__ import annotations

from glibcheck.errors import MapError
from glibcheck.linkmap import bfd, gold, lld, mold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from glibcheck.linkmap.pieces import LinkMap

# gold last: its sign is the weakest.
_LINKERS: tuple[tuple[Callable[[str], bool], Callable[[str], LinkMap]], ...] = (
    (lld.recognises, lld.read),
    (mold.recognises, mold.read),
    (bfd.recognises, bfd.read),
    (gold.recognises, gold.read),
)


def read_map(text: str) -> LinkMap:
    """Read the map of any of the four linkers; raises MapError when it is none, has no section, or is damaged."""
    text = text.replace("\r\n", "\n") if "\r\n" in text else text
    for recognises, read in _LINKERS:
        if recognises(text):
            linkmap = read(text)
            if not linkmap.outputs:
                raise MapError(text.count("\n") + 1, f"the map of {linkmap.linker} ends before its first section")
            return linkmap
    raise MapError(1, "a map of GNU ld, gold, lld or mold is expected (-Wl,-Map=FILE)")
