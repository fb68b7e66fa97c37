"""From addresses of a linked file to lines of source: what addr2line says, for many addresses at once.

DWARF 5 6.1.2 and 6.2. The unit of an address is found by `.debug_aranges`, which gcc writes and clang does not; else by
the ranges of the units; and where neither is known the tables of all units that might have it are run. So are all
tables when `.debug_info` is missing or damaged. A file that was stripped may have all of this in a separate file (see
`debugfile`), whose section headers are those of the stripped file, so that it is read in the same way.

Damaged parts are noted in `problems`, and what was decoded is kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from glibcheck.elf.dwarf.indirect import Indirect
from glibcheck.elf.dwarf.linetables import LinePlace, LineTables
from glibcheck.elf.dwarf.ranges import RangeReader, read_aranges
from glibcheck.elf.dwarf.reader import Part, byte_order, debug_part
from glibcheck.elf.dwarf.units import Units
from glibcheck.elf.sections import SHF_ALLOC, SHF_EXECINSTR
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.elf.dwarf.ranges import Arange, Range
    from glibcheck.elf.dwarf.reader import ByteOrder
    from glibcheck.elf.dwarf.units import Unit
    from glibcheck.elf.sections import SectionTable

    Plan = dict[int, tuple[Unit | None, set[int] | list[int]]]  # which addresses to ask of the table at which offset

_NEVER = 1 << 100  # above all addresses
_MOST_UNITS = 1 << 18
_MOST_ASKED = 1 << 22  # addresses, each counted for every unit that may have it

__all__ = ["LinePlace", "Lines"]


class Lines:
    """The line tables of a linked file, or of the separate file with its debug information."""

    def __init__(self, sections: SectionTable) -> None:
        """Open the debug sections; damaged ones are problems, not errors."""
        order = byte_order(sections)
        self._sections = sections
        self._failed: list[str] = []
        texts, line_texts = self._part("str"), self._part("line_str")
        indirect = Indirect(texts, line_texts, self._part("str_offsets"), self._part("addr"), order)
        self._code = code_ranges(sections)
        self._tables = LineTables(
            self._part("line"), indirect, order, sections.elf_class // 8, lambda _, address: self._live(address)
        )
        self._units = Units(self._part("info"), self._part("abbrev"), order)
        self._ranges = RangeReader(self._part("ranges"), self._part("rnglists"), indirect, order)
        self._aranges = self._read_aranges(self._part("aranges"), order)
        self._listed = {arange.unit for arange in self._aranges}
        self._all_units_read = False

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far, one sentence each."""
        return (*self._failed, *self._tables.problems.all)

    def at(self, addresses: Iterable[int]) -> dict[int, LinePlace]:
        """Give the place in the source of each address; those whose line is not known are absent."""
        self._tables.allow()
        self._ranges.allow()
        left = sorted({address for address in addresses if self._live(address) is not None})
        found: dict[int, LinePlace | None] = {}
        for plan in (self._by_aranges, self._by_units, self._by_tables):
            for offset, (unit, wanted) in sorted(plan(left).items()):
                # All tables may have one list in common, which is sorted.
                rows = wanted if isinstance(wanted, list) else sorted(wanted)
                found.update(self._tables.run(offset, rows, unit))
            left = [address for address in left if address not in found]
            if not left:
                break
        return {address: place for address, place in sorted(found.items()) if place is not None}

    def _by_aranges(self, left: list[int]) -> Plan:
        """Plan by `.debug_aranges`, of which the nearest row before an address decides."""
        starts = [arange.start for arange in self._aranges]
        units: dict[int, list[int]] = {}
        for address in left:
            index = bisect_right(starts, address) - 1
            if index >= 0 and address < self._aranges[index].end:
                units.setdefault(self._aranges[index].unit, []).append(address)
        plan: Plan = {}
        for offset, wanted in units.items():
            try:
                _add(plan, self._units.read(self._units.header(offset)), wanted)
            except ElfError as error:
                self._tables.problems.add(error.message)
        return plan

    def _by_units(self, left: list[int]) -> Plan:
        """Plan by the ranges of the units that `.debug_aranges` does not name; one without may have every address."""
        plan: Plan = {}
        asked = 0
        for unit in self._unlisted():
            ranges = self._ranges.read(unit)
            wanted = left if ranges is None else [*self._within(ranges, left)]
            asked += len(wanted)
            if asked > _MOST_ASKED:
                self._tables.problems.add("too many units say that they have too many of the addresses")
                self._all_units_read = True  # so that not all tables are run, which would be as much
                break
            if wanted:
                _add(plan, unit, wanted)
        return plan

    def _by_tables(self, left: list[int]) -> Plan:
        """Plan to run all tables, when not all units could be read."""
        if self._all_units_read:
            return {}
        return dict.fromkeys(self._tables.offsets(), (None, left))

    def _unlisted(self) -> Iterator[Unit]:
        self._all_units_read = False
        count = 0
        try:
            for header in self._units.headers():
                count += 1
                if header.has_code and header.offset not in self._listed:
                    yield self._units.read(header)
                if count > _MOST_UNITS:
                    raise ElfError(f".debug_info has more than {_MOST_UNITS} units")
        except ElfError as error:
            self._tables.problems.add(error.message)
        else:
            self._all_units_read = count > 0

    def _within(self, ranges: tuple[Range, ...], left: list[int]) -> Iterator[int]:
        reached = 0  # ranges may overlap, and an address is asked for once
        for start, end in sorted(ranges):
            if self._live(start) is not None:
                stop = bisect_left(left, end)
                yield from left[max(bisect_left(left, start), reached) : stop]
                reached = max(reached, stop)

    def _live(self, address: int) -> int | None:
        """Give an address that is one of code back; None for others, such as linkers give to what they discard."""
        index = bisect_right(self._code, (address, _NEVER)) - 1
        return address if index >= 0 and address < self._code[index][1] else None

    def _part(self, name: str) -> Part:
        try:
            return debug_part(self._sections, name)
        except ElfError as error:
            self._failed.append(error.message)
            return Part(b"")

    def _read_aranges(self, part: Part, order: ByteOrder) -> tuple[Arange, ...]:
        found: list[Arange] = []
        try:
            found.extend(arange for arange in read_aranges(part, order) if self._live(arange.start) is not None)
        except ElfError as error:
            self._failed.append(f".debug_aranges: {error.message}")
        return (*sorted(found),)


def _add(plan: Plan, unit: Unit, wanted: Iterable[int]) -> None:
    if unit.line_table is not None:
        _, asked = plan.setdefault(unit.line_table, (unit, set()))
        if isinstance(asked, set):
            asked.update(wanted)


def code_ranges(sections: SectionTable) -> tuple[Range, ...]:
    """Give where the code of a linked file is, sorted; where no section is executable, all that is loaded."""
    loaded = [section for section in sections.sections if section.flags & SHF_ALLOC and section.size]
    code = [section for section in loaded if section.flags & SHF_EXECINSTR] or loaded
    return (*sorted((section.address, section.address + section.size) for section in code),)
