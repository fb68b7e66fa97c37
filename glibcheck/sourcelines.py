"""Lines of source for the places of a linked file: from its own debug information, and from that of its objects.

A line of a header says little to the one who wrote the program, so it comes with the lines that it was inlined at. To
find those, the entries of a unit are gone through one by one; so only lines of another file than the one that was
compiled are asked for, and only so many.
"""

from __future__ import annotations

import posixpath

from glibcheck.elf.dwarf.inlined import Inlined
from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.dwarf.objectlines import ObjectLines
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.elf.dwarf.linetables import LinePlace
    from glibcheck.elf.sections import SectionTable
    from glibcheck.model.site import Source
    from glibcheck.placing import Placed
    from glibcheck.sites import Stack

_MOST_INLINED = 200  # addresses


class SourceLines:
    """The lines of one linked file; what cannot be read becomes a problem, one sentence each."""

    def __init__(self, sections: SectionTable | None) -> None:
        """Take the sections with debug information, those of a separate file where it has them; None for none."""
        self._sections = sections
        self._problems: list[str] = []
        self._lines: Lines | None = None
        try:
            self._lines = Lines(sections) if sections else None
        except ElfError as error:
            self._problems.append(f"the debug information cannot be read: {error.message}")

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far."""
        return (*self._problems, *(self._lines.problems if self._lines else ()))

    def at(self, addresses: Iterable[int]) -> dict[int, Stack]:
        """Give the line of each address, and those that it was inlined at; addresses of no known line are absent."""
        found = {} if self._lines is None else self._lines.at(addresses)
        stacks: dict[int, Stack] = {address: (_tidy(row.source),) for address, row in found.items()}
        for address, calls in self._calls([address for address, row in sorted(found.items()) if _is_header(row)]):
            stacks[address] += calls
        return stacks

    def of_objects(self, rows: Iterable[Placed]) -> dict[int, Stack]:
        """Read the lines of references out of the objects' own debug information, each object once, by address."""
        found: dict[int, Stack] = {}
        together: dict[int, list[Placed]] = {}
        for row in rows:  # members of an archive may have the same name
            together.setdefault(id(row.file.table), []).append(row)
        for placed in together.values():
            spots = {(row.reference.section_number, row.reference.offset): row.address for row in placed}
            lines = ObjectLines(placed[0].file.table)
            found |= {spots[spot]: (_tidy(row.source),) for spot, row in lines.at(spots).items()}
            self._problems += (f"{placed[0].file.name}: {problem}" for problem in lines.problems)
        return found

    def _calls(self, headers: list[int]) -> Iterable[tuple[int, Stack]]:
        if not headers or self._sections is None:
            return
        try:
            inlined = Inlined(self._sections)
        except ElfError as error:
            self._problems.append(f"the debug information cannot be read: {error.message}")
            return
        for address in headers[:_MOST_INLINED]:
            calls = (frame.call for frame in inlined.at(address))
            yield address, tuple(_tidy(call) for call in calls if call is not None)


def _is_header(row: LinePlace) -> bool:
    return row.unit is None or posixpath.basename(row.unit) != posixpath.basename(row.source.path)


def _tidy(source: Source) -> Source:
    """Leave out the steps on the spot that compilers write down, `/build/./src/a.c`."""
    return source._replace(path=source.path.replace("/./", "/").removeprefix("./"))
