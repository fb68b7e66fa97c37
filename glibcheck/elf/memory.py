"""What stands where when a linked file is in memory: areas of addresses, the bytes behind them, the sections around.

The sections say it most exactly, and which area is a linkage table; a file without section headers has only its
loadable segments (gABI chapter 5), where code may stand in one area with read-only data.

Trap: the headers of a hostile file may name the same bytes thousands of times. Areas are disjoint, so looking through
all of them never takes longer than looking through the file.
"""

from __future__ import annotations

from bisect import bisect_right

from glibcheck.elf.dynamic import PF_W, PF_X, PT_LOAD
from glibcheck.elf.sections import SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS, SHT_PROGBITS
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.elf.buffer import Buffer
    from glibcheck.elf.dynamic import DynamicFile
    from glibcheck.elf.sections import Section, SectionTable

_LINKAGE = ".plt"  # and .plt.got, .plt.sec: the names are the same with all linkers


class Area(Record):
    """Bytes of the file that are mapped: address, file offset and size; `name` is that of the section, if known.

    `data` says that it may hold pointers: what is of the program, and none of the tables of the loader.
    """

    address: int
    offset: int
    size: int
    executable: bool
    data: bool
    name: str | None

    @property
    def is_linkage_table(self) -> bool:
        """Say whether the area holds nothing but PLT entries, by its name."""
        return self.name is not None and (self.name == _LINKAGE or self.name.startswith(f"{_LINKAGE}."))


class Memory:
    """The areas of a file in the order of their addresses; from its sections, or without them from its segments."""

    def __init__(self, buffer: Buffer, file: DynamicFile | None, sections: SectionTable | None) -> None:
        """Sort the headers that have been read; both may be None, and nothing is then mapped."""
        self._buffer = buffer
        headers = () if sections is None else sections.sections
        self._sections = sorted((s for s in headers if s.flags & SHF_ALLOC and s.size), key=lambda s: s.address)
        self._section_starts = [section.address for section in self._sections]
        areas = [_of_section(section) for section in self._sections if section.type != SHT_NOBITS]
        self.has_sections = bool(areas)
        if not areas and file is not None:
            areas = [
                Area(part.address, part.offset, part.size, bool(part.flags & PF_X), bool(part.flags & PF_W), None)
                for part in file.segments.get(PT_LOAD, ())
            ]
        self.areas = tuple(_disjoint(areas, len(buffer)))
        self._starts = [area.address for area in self.areas]

    def content(self, area: Area) -> bytes:
        """Read an area, which lies inside the file."""
        return self._buffer[area.offset : area.offset + area.size]

    def read(self, address: int, size: int) -> bytes:
        """Read at most `size` bytes from an address on; fewer at the end of the area, none when nothing is there."""
        number = bisect_right(self._starts, address) - 1
        if number < 0 or size <= 0:
            return b""
        area = self.areas[number]
        distance = address - area.address
        if distance >= area.size:
            return b""
        return self._buffer[area.offset + distance : area.offset + min(distance + size, area.size)]

    def find(self, sub: bytes, most: int) -> Iterator[int]:
        """Give the addresses of the first `most` places in code that hold these bytes."""
        for area in self.areas:
            end = area.offset + area.size if area.executable else 0
            place = self._buffer.find(sub, area.offset, end)
            while place >= 0 and most > 0:
                yield area.address + place - area.offset
                most -= 1
                place = self._buffer.find(sub, place + 1, end)

    def section_at(self, address: int) -> Section | None:
        """Give the section that holds an address, be it empty in the file (.bss); None when none is known."""
        number = bisect_right(self._section_starts, address) - 1
        # .tbss takes no room, so the section behind it starts at the same address.
        for section in reversed(self._sections[max(number - 1, 0) : number + 1]):
            if section.address <= address < section.address + section.size:
                return section
        return None


def _of_section(section: Section) -> Area:
    executable = bool(section.flags & SHF_EXECINSTR)
    holds_data = section.type == SHT_PROGBITS or bool(section.flags & SHF_WRITE and section.type > SHT_NOBITS)
    return Area(section.address, section.offset, section.size, executable, holds_data and not executable, section.name)


def _disjoint(areas: Iterable[Area], end: int) -> Iterable[Area]:
    """Drop what lies outside the file, then what overlaps an earlier area, in the file or in memory."""
    kept: list[Area] = []
    reached = 0
    for area in sorted(areas, key=lambda area: area.offset):
        size = min(area.offset + area.size, end) - area.offset
        if area.offset >= reached and size > 0:
            kept.append(area if size == area.size else area._replace(size=size))
            reached = area.offset + size
    above = 0
    for area in sorted(kept, key=lambda area: area.address):
        if area.address >= above:
            yield area
            above = area.address + area.size
