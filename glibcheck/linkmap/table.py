"""The layout that the maps of lld and mold share: a table with a heading, whose last column is indented by its level.

     VMA      LMA     Size Align Out     In      Symbol
    1d8a0    1d8a0    1496e    16 .text
    1d95d    1d95d       6b     1         a.o:(.text.entry)
    1d95d    1d95d       6b     1                 entry

An output section is not indented, an input section by 8, a symbol by 16. What the linker made is `<internal>`, and so
are strings that it merged. Assignments of a linker script stand among the rows, `. = ALIGN(16)`, with no object.

The expressions run over the whole text, and their repetitions give nothing back (`++`): see `linkmap.columns`.
"""

from __future__ import annotations

import re

from glibcheck.errors import MapError
from glibcheck.linkmap.pieces import Builder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.linkmap.pieces import Linker, LinkMap

# Numbers of 64 bits; Python refuses to read very long ones.
_ADDRESS, _SIZES = r"[0-9a-f]{1,16}+", {10: r"[0-9]{1,20}+", 16: r"[0-9a-f]{1,16}+"}
_INTERNAL = "<internal>"
_CROSS_REFERENCE = "\n\nCross Reference Table\n"  # what --cref appends to the map of lld


class TableLayout:
    """The columns of numbers of one linker: `names`, of which Size is the last but one, and the base of sizes."""

    def __init__(self, names: tuple[str, ...], size_base: int) -> None:
        """Make the expressions for a heading `names Out In Symbol` and for its rows."""
        self._size_base = size_base
        self.heading = re.compile(r"\s*+" + r" ++".join((*names, "Out", "In", "Symbol")) + " *+$", re.MULTILINE)
        between = rf" ++{_ADDRESS}" * (len(names) - 3)  # the load address, if there is one
        row = rf" *+(?:0x)?({_ADDRESS}){between} ++({_SIZES[size_base]}) ++[0-9]++ "
        # Rows of symbols are passed over: they are most of the map.
        self._row = re.compile(rf"\n{row}( {{8}})?+(?! )([^\n]++)")
        self._damage = re.compile(rf"\n(?!{row} *+\S|\n|\Z)")

    def read(self, text: str, linker: Linker) -> LinkMap:
        """Read a map with this heading; raises MapError for the first line that is no row."""
        start, end = len(text) - len(text.lstrip()), text.find(_CROSS_REFERENCE)
        end = len(text) if end < 0 else end
        damage = self._damage.search(text, start, end)
        if damage is not None:
            line = text.count("\n", 0, damage.end()) + 1
            raise MapError(line, f"a row of the map of {linker} is expected: numbers, then a section or a symbol")
        builder = Builder(linker)
        for row in self._row.finditer(text, start, end):
            address, size, indent, name = row.groups()
            if not indent:
                if " " not in name:
                    builder.output(name, int(address, 16), int(size, self._size_base))
                continue
            origin, _, section = name.rpartition(":(")
            if origin and origin != _INTERNAL:
                builder.piece(_section(section), int(address, 16), int(size, self._size_base), origin)
        return builder.finished()


def _section(text: str) -> str:
    """Give the name out of `.text.entry)`, or out of `.eh_frame+0x18)`, a part of a section."""
    return text.removesuffix(")").partition("+0x")[0]
