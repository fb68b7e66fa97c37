"""The map of GNU ld (`ld.bfd`), `-Map=FILE` or `-M`. Its layout is in `linkmap.columns`.

It opens with the archive members, the discarded sections and the memory regions, and the line `OUTPUT(name format)`
stands near its end; that and its patterns (`*(.text)`) are in no language.

Trap: for want of a better name, bfd writes what it made itself (PLT, GOT, dynamic tables) beside the first object of
the link, crti.o. These sections are passed over. Merged strings (`.rodata.str1.1`) of all objects are written as those
of the first that has some.
"""

from __future__ import annotations

import re

from glibcheck.errors import MapError
from glibcheck.linkmap.columns import read_columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.linkmap.pieces import LinkMap

_SIGNS = re.compile(r"^(LOAD \S|OUTPUT\(| \*\()", re.MULTILINE)
_OUTPUT = re.compile(r"^OUTPUT\([^\n]*\)$", re.MULTILINE)


class _LinkerMade:
    """The names of sections that the linker makes, and hardly ever an assembler."""

    _NAMES = frozenset((
        ".dynamic", ".dynbss", ".dynstr", ".dynsym", ".eh_frame_hdr", ".gnu.hash", ".gnu.version", ".gnu.version_d",
        ".gnu.version_r", ".got", ".got.plt", ".hash", ".igot", ".igot.plt", ".interp", ".iplt", ".note.gnu.build-id",
        ".plt", ".plt.got", ".plt.sec", ".relr.dyn",
    ))  # fmt: skip

    def __contains__(self, name: object) -> bool:
        return name in self._NAMES or (isinstance(name, str) and name.startswith((".rela.", ".rel.")))


def recognises(text: str) -> bool:
    """Say whether a text has the signs of this linker."""
    return _SIGNS.search(text) is not None


def read(text: str) -> LinkMap:
    """Read the map; raises MapError when its end is missing."""
    if _OUTPUT.search(text) is None:
        raise MapError(text.count("\n") + 1, "the map of GNU ld is cut off: its line 'OUTPUT(...)' is expected")
    return read_columns(text, "bfd", _LinkerMade())
