"""Whether a map is of the file at hand: a build tree keeps the map of the link before, and its addresses would lie.

The sections of the file are held against those of the map. Only those with code or data are: tools that run after the
linker (strip, patchelf, auditwheel) move and grow the dynamic tables and leave the rest where it is.
"""

from __future__ import annotations

from glibcheck.elf.sections import SHF_ALLOC, SHT_NOBITS, SHT_PROGBITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.elf.sections import Section
    from glibcheck.linkmap.pieces import LinkMap

_CONTENTS = frozenset((SHT_PROGBITS, SHT_NOBITS, 14, 15, 16))  # and the arrays of constructors and destructors
_MOVED = frozenset((".interp",))


def misfit(linkmap: LinkMap, sections: Iterable[Section]) -> str | None:
    """Say in a sentence how the map differs from the sections of a linked file; None when the map is of that file.

    The first difference in the file's order is told. A file without section headers cannot be held against a map, which
    is a misfit, too: nothing says that they belong together.
    """
    held = [section for section in sections if _is_held(section)]
    if not held:
        return "the file has no section headers to hold the map against"
    known: dict[str, dict[tuple[int, int], None]] = {}
    for output in linkmap.outputs:
        known.setdefault(output.name, {})[output.address, output.size] = None
    for section in held:
        places = known.get(section.name, {})
        if (section.address, section.size) not in places:
            return f"{_difference(section, places)}: it is of another link"
    return None


def _is_held(section: Section) -> bool:
    in_memory = section.flags & SHF_ALLOC and section.address and section.size
    return bool(in_memory) and section.type in _CONTENTS and section.name not in _MOVED


def _difference(section: Section, places: Iterable[tuple[int, int]]) -> str:
    first = next(iter(places), None)
    if first is None:
        return f"the file has {section.name}, the map does not"
    address, size = first
    if address != section.address:
        return f"the map has {section.name} at {address:#x}, the file at {section.address:#x}"
    return f"the map has {size:#x} bytes of {section.name}, the file {section.size:#x}"
