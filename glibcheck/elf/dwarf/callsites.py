"""Calls that the compiler noted: which function calls a wanted one, and the address behind the call.

DWARF 5 3.4 "Call Site Entries and Parameters", and GNU's form of it for DWARF 4. Optimising compilers write one entry
for a call, for the sake of debuggers; it names the function that is called by the entry of its declaration. So a file
tells who calls `pthread_create` without a look at its code, on any machine. It is no proof of absence: without
optimisation there are none, clang notes some of them only, and calls through pointers name nobody.

Units that do not mention a wanted name are not walked. Names are texts in `.debug_str` that linkers merge, also as the
end of longer ones; a unit that holds the offset of none of them, nor the text itself, cannot name it. With -flto the
name may be in another unit, and all are walked.
"""

from __future__ import annotations

from bisect import bisect_right

from glibcheck.elf.dwarf.entries import walk
from glibcheck.elf.dwarf.forms import FORM_REF_ADDR, TEXT_INDICES
from glibcheck.elf.dwarf.functions import (
    AT_ABSTRACT_ORIGIN,
    AT_LINKAGE_NAME,
    AT_MIPS_LINKAGE_NAME,
    AT_SPECIFICATION,
    TAG_SUBPROGRAM,
    Functions,
)
from glibcheck.elf.dwarf.lookup import code_ranges
from glibcheck.elf.dwarf.reader import Cursor, byte_order, debug_part
from glibcheck.elf.dwarf.units import AT_LOW_PC, AT_NAME
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.dwarf.entries import Entry, EntryTable
    from glibcheck.elf.dwarf.units import Unit, UnitHeader
    from glibcheck.elf.sections import SectionTable

_TAG_CALL_SITE, _TAG_GNU_CALL_SITE = 0x48, 0x4109
_AT_CALL_RETURN_PC, _AT_CALL_ORIGIN, _AT_CALL_PC = 0x7D, 0x7F, 0x81
_CALLS = frozenset({_TAG_CALL_SITE, _TAG_GNU_CALL_SITE})
_TAGS = _CALLS | {TAG_SUBPROGRAM}
_REFERENCES = frozenset({AT_ABSTRACT_ORIGIN, AT_SPECIFICATION, _AT_CALL_ORIGIN})
_MOST_SITES = 1 << 18
_MOST_SEARCHES = 1 << 24
_NEVER = 1 << 100  # above all addresses
_MOST_NAMES = 1 << 12  # places of one name in .debug_str


class CallSite(Record):
    """A call of `symbol` in `function`; `return_address` is that behind it, also of a jump in place of a call.

    It is None where the compiler noted the place of such a jump only. `address` lies inside of the instruction that
    calls, which is what to look up the line of.
    """

    address: int
    return_address: int | None
    symbol: SymbolName
    function: SymbolName | None


class Calls:
    """The call sites of a linked file, or of the separate file with its debug information."""

    def __init__(self, sections: SectionTable) -> None:
        """Open the debug sections; raises ElfError when one cannot be inflated."""
        self._order = byte_order(sections)
        self._texts = debug_part(sections, "str")
        self._functions = Functions(sections)
        self._code = code_ranges(sections)
        self.problems = self._functions.problems

    def of(self, wanted: frozenset[SymbolName]) -> tuple[CallSite, ...]:
        """Give the calls of the wanted symbols, by their address."""
        self._functions.allow()
        found: set[CallSite] = set()
        mention = self._mentions(wanted)
        for header in self._functions.headers:
            if not header.has_code:
                continue
            try:
                for site in self._in_unit(header, mention):
                    if site.symbol in wanted:
                        found.add(site)
                        if len(found) > _MOST_SITES:
                            raise ElfError(f"more than {_MOST_SITES} calls are not told")
            except ElfError as error:
                self.problems = (*self.problems[:20], f"the unit at {header.offset:#x} of .debug_info: {error.message}")
        return (*sorted(found, key=lambda site: (site.address, site.symbol)),)

    def _mentions(self, wanted: frozenset[SymbolName]) -> tuple[bytes, ...]:
        """Give what stands in a unit that names a wanted symbol: its text, or an offset of it."""
        texts, needles = self._texts.read(0, self._texts.size), []
        for name in wanted:
            text = name.encode("utf-8", "surrogateescape") + b"\0"
            needles.append(text)
            place = texts.find(text)
            for _ in range(_MOST_NAMES):
                if place < 0:
                    break
                needles.append(place.to_bytes(8, self._order)[slice(0, 4) if self._order == "little" else slice(4, 8)])
                place = texts.find(text, place + 1)
        # Looking for very many in very many units takes longer than walking them, and b"" is in each.
        return (*needles,) if len(needles) * len(self._functions.headers) <= _MOST_SEARCHES else (b"",)

    def _in_unit(self, header: UnitHeader, mention: tuple[bytes, ...]) -> Iterator[CallSite]:
        table = self._functions.table(header)
        if not table.has(_CALLS):
            return
        data = self._functions.content(header)
        if not self._elsewhere(table) and not any(needle in data for needle in mention):
            return
        unit, start = self._functions.unit(header), header.entry - header.offset
        for place, parent, tag in walk(data, start, table, _TAGS, self._order):
            if tag in _CALLS:
                _, entry = table.read(Cursor(data, place, self._order))
                function = None if parent is None else header.offset + parent
                yield from self._site(unit, entry, function)
        if len(data) < header.end - header.offset:
            raise ElfError("it is cut off")

    def _is_code(self, address: int) -> bool:
        index = bisect_right(self._code, (address, _NEVER)) - 1
        return index >= 0 and address < self._code[index][1]

    def _elsewhere(self, table: EntryTable) -> bool:
        """Say whether names may stand in another unit, or behind an index."""
        names = table.forms(frozenset({AT_NAME, AT_LINKAGE_NAME, AT_MIPS_LINKAGE_NAME}))
        return FORM_REF_ADDR in table.forms(_REFERENCES) or bool(names & TEXT_INDICES)

    def _site(self, unit: Unit, entry: Entry, function: int | None) -> Iterator[CallSite]:
        origin = self._functions.reference(unit, entry, (_AT_CALL_ORIGIN, AT_ABSTRACT_ORIGIN))
        after = self._functions.address(unit, entry, (_AT_CALL_RETURN_PC, AT_LOW_PC))
        jump = self._functions.address(unit, entry, (_AT_CALL_PC,))
        address = after - 1 if after else jump
        if origin is None or address is None or not self._is_code(address):
            return
        symbol = self._functions.name(origin)
        if symbol is not None:
            yield CallSite(address, after, symbol, None if function is None else self._functions.name(function))
