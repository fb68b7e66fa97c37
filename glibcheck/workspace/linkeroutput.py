"""What linkers left about a link: their maps, and their word on symbols in a log."""

from __future__ import annotations

import os

from glibcheck.errors import InputError, MapError
from glibcheck.linkmap import read_map
from glibcheck.linkmap.inclusions import read_why_extract
from glibcheck.linkmap.misfit import misfit
from glibcheck.linkmap.tracesymbol import read_trace
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.elf.sections import SectionTable
    from glibcheck.linkmap.pieces import Inclusion, LinkMap
    from glibcheck.linkmap.tracesymbol import Mention

_LARGEST = 1 << 29  # characters


def read_maps(
    path: str, named: tuple[str, ...], sections: SectionTable | None, notes: list[str]
) -> tuple[LinkMap | None, dict[str, Inclusion]]:
    """Read the map that is of the link of a file, and why members were taken, by the names of the members.

    Without `named` ones, the map beside the file is read, if there is any. A map of another link is told in the notes.
    Raises InputError for a named one that is no map.
    """
    chosen: LinkMap | None = None
    reasons: dict[str, Inclusion] = {}
    for name in named or _beside(path):
        try:
            text = require_text(name, _LARGEST)
            if text.startswith("reference\textracted\t"):
                rows = read_why_extract(text)
            else:
                read = read_map(text)
                wrong = misfit(read, sections.sections if sections else ())
                if wrong is not None:
                    notes.append(f"{name} is not the map of {path}: {wrong}")
                    continue
                chosen, rows = read, read.inclusions
                if read.lto:
                    notes.append(f"{name}: link time optimization made the objects, and their names say nothing")
            reasons |= {row.object if row.member is None else f"{row.object}({row.member})": row for row in rows}
        except (MapError, InputError) as error:
            if named:
                raise InputError(name, error.message) from error
    return chosen, reasons


def read_mentions(names: Iterable[str], notes: list[str]) -> tuple[Mention, ...]:
    """Read what linkers said for --trace-symbol, in logs that the user named; raises InputError when one cannot be."""
    found: list[Mention] = []
    for name in names:
        rows = read_trace(require_text(name, _LARGEST))
        if not rows:
            notes.append(f"{name} has no line of --trace-symbol; only English is read, so run the linker with LC_ALL=C")
        found += rows
    return tuple(found)


def _beside(path: str) -> tuple[str, ...]:
    """Name the map that a build may have left beside a file."""
    tried = (f"{path}.map", f"{os.path.splitext(path)[0]}.map")
    return tuple(name for name in tried if os.path.isfile(name))[:1]
