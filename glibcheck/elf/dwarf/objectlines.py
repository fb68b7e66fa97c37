"""From an offset in a section of a relocatable object to the line of source.

This names lines from the objects of a build tree when the linked file was stripped. DWARF 5 6.2.

Sequences of -ffunction-sections objects all start at address 0, so rows are kept by section; the section is named by
the relocations of `.debug_line`. To look them up as addresses, sections are laid out far apart, in the line programs
only. An object with types in comdat groups has several sections named `.debug_info`; all of them are looked at.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.indirect import Indirect
from glibcheck.elf.dwarf.linetables import LinePlace, LineTables, Problems
from glibcheck.elf.dwarf.reader import Part, byte_order, debug_part
from glibcheck.elf.dwarf.relocated import RelocatedPart, Symbols, can_relocate
from glibcheck.elf.dwarf.units import Units
from glibcheck.elf.sections import SHF_EXECINSTR
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.elf.dwarf.units import Unit
    from glibcheck.elf.sections import SectionTable

    Spot = tuple[int, int]  # the number of a section, and the offset in it

_APART = 64  # bits of an address
_MOST_ABBREVIATIONS = 1 << 22  # bytes


class ObjectLines:
    """The line tables of an object, or of an archive's member."""

    def __init__(self, sections: SectionTable) -> None:
        """Open the debug sections; damaged ones are problems, not errors."""
        self._sections = sections
        self._problems = Problems()
        self._units: dict[int, Unit | None] = {}
        self._tables: LineTables | None = None
        if not can_relocate(sections.machine):
            self._problems.add(f"line tables of {sections.machine} objects need relocations that are not known")
            return
        try:
            self._open()
        except ElfError as error:
            self._problems.add(error.message)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far, one sentence each."""
        return (*self._problems.all, *(() if self._tables is None else self._tables.problems.all))

    def at(self, spots: Iterable[Spot]) -> dict[Spot, LinePlace]:
        """Give the place in the source of each (section number, offset); those whose line is not known are absent."""
        if self._tables is None:
            return {}
        self._tables.allow()
        left = sorted({(section << _APART) + offset for section, offset in spots if 0 <= offset < 1 << 64})
        found: dict[Spot, LinePlace] = {}
        for offset, unit in sorted(self._units.items()):
            for address, place in self._tables.run(offset, left, unit).items():
                if place is not None:
                    found.setdefault((address >> _APART, address & ((1 << _APART) - 1)), place)
        return dict(sorted(found.items()))

    def _open(self) -> None:
        symbols = Symbols(self._sections)
        order = byte_order(self._sections)
        line = self._relocated("line", symbols)
        if not line:
            return
        texts, line_texts = debug_part(self._sections, "str"), debug_part(self._sections, "line_str")
        offsets = (*self._relocated("str_offsets", symbols), Part(b""))[0]
        indirect = Indirect(texts, line_texts, offsets, Part(b""), order)
        self._tables = LineTables(
            line[0],
            indirect,
            order,
            self._sections.elf_class // 8,
            lambda place, value: self._laid_out(line[0], place, value),
        )
        self._units = dict.fromkeys(self._tables.offsets())
        abbreviations = debug_part(self._sections, "abbrev")
        left = _MOST_ABBREVIATIONS + 4 * len(self._sections.buffer)
        for info in self._relocated("info", symbols):
            units = Units(info, abbreviations, order, left)
            self._read_units(units)
            left = units.left

    def _relocated(self, name: str, symbols: Symbols) -> list[RelocatedPart]:
        named = (f".debug_{name}", f".zdebug_{name}")
        chosen = [section for section in self._sections.sections if section.name in named]
        if sum(section.size for section in chosen) > len(self._sections.buffer):
            raise ElfError(f"the sections named .debug_{name} overlap")
        return [RelocatedPart(self._sections, section, symbols) for section in chosen]

    def _laid_out(self, line: RelocatedPart, place: int, value: int) -> int | None:
        section = line.section_of(place)
        if section is None or section >= len(self._sections.sections):
            return None
        return (section << _APART) + value if self._sections.sections[section].flags & SHF_EXECINSTR else None

    def _read_units(self, units: Units) -> None:
        try:
            for header in units.headers():
                if header.has_code:
                    unit = units.read(header)
                    if unit.line_table in self._units:
                        self._units[unit.line_table] = self._units[unit.line_table] or unit
        except ElfError as error:
            self._problems.add(error.message)
