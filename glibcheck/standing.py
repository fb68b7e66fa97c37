"""At which addresses of a linked file one section of an object stands: its literal bytes compared, within bounds.

`placing` asks this of every section that refers to something wanted. Where the section's references would be those of
the linked file, it may stand; of these addresses few are left when the bytes beside the reference are looked at first.

Code that repeats itself can be made so that every section fits nearly everywhere. So all comparing is counted, and when
a few seconds of it are spent, sections are passed over and named. Objects of real builds do not come near.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b

from glibcheck.elf.objectcode import object_code, stands_at
from glibcheck.elf.sections import SHF_EXECINSTR, SHF_GROUP
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glibcheck.elf.functions import Function
    from glibcheck.elf.memory import Memory
    from glibcheck.elf.objectcode import ObjectCode
    from glibcheck.elf.objectrefs import ObjectReference
    from glibcheck.elf.sections import SectionTable
    from glibcheck.model.names import SymbolName

_LEAST = 8  # literal bytes that must agree; less could be anywhere
_SURE = 32  # literal bytes that count for more than the name of a function, which may have several
_LEAST_SEARCHED = 16
_LEAST_ALONE = 64  # of a section that stands for its whole object
_MOST_OWN = 16  # sections of an object that are looked for
_FIELD, _PROBE = 4, 8  # bytes: what a linker fills in for a call, and what is looked at behind and before it
_BEFORE = 4  # bytes before a field that a linker may change
_MOST_PLACES = 8  # where a run that is looked for is found
_HEAD = 32  # bytes of the longest run that are compared first
_MANY = 1 << 12  # addresses; with so many tried and one found, the rarest reference has told them all
_MOST_NAMING = 8  # references that are asked for the function around them

# What comparing costs, in bytes compared; a step of Python takes as long as some hundred of them.
_STEP, _ALL = 1 << 9, 1 << 31
_MOST_LOOKED_THROUGH = 1 << 34  # bytes of code, for what is searched in all of it


class ObjectFile(Record):
    """An object or archive member, and its references to the symbols in question, in the order of its relocations.

    `lto` says that it holds code for -flto beside its own; nobody knows which of them the linker took.
    """

    path: str
    member: str | None
    table: SectionTable
    references: tuple[ObjectReference, ...]
    lto: bool = False

    @property
    def name(self) -> str:
        """Name it as the linker does: 'libfoo.a(bar.o)'."""
        return self.path if self.member is None else f"{self.path}({self.member})"


class TooMuchError(Exception):
    """All comparing that is done for one linked file has been done."""


class _Standing(Record):
    """Where code of the same bytes and references stands; `names` lists the addresses by reference and function."""

    known: int
    bases: tuple[int, ...]
    names: Mapping[int, Mapping[str, Sequence[int]]]


class Linked:
    """A linked file that sections are looked for in; `addresses` are where it refers to each symbol."""

    def __init__(
        self,
        addresses: Mapping[SymbolName, Iterable[int]],
        memory: Memory,
        functions: Callable[[int], Function | None],
    ) -> None:
        """Sort the addresses by the bytes beside them: of a thousand calls of memcpy, few go on in the same way."""
        self._memory, self._functions = memory, functions
        self._places = {symbol: tuple(places) for symbol, places in addresses.items()}
        self._behind = {name: self._sorted(places, _FIELD) for name, places in self._places.items()}
        self._before: dict[SymbolName, dict[bytes, list[int]]] = {}
        self._known: dict[bytes, _Standing] = {}
        self._present: dict[int, tuple[ObjectFile, int]] = {}
        self._code = sum(area.size for area in memory.areas if area.executable)
        self._left, self._left_to_search = _ALL, _MOST_LOOKED_THROUGH

    def bases(self, file: ObjectFile, number: int, references: Sequence[ObjectReference]) -> tuple[int, ...]:
        """Give the addresses at which a section may stand: its bytes do, and of several those with the right function.

        Sections that are alike get the same tuple. Raises TooMuchError.
        """
        try:
            found = self._standing(file, number, references)
            if not found.bases:
                return ()
            named = _named(found, references)
            if found.names and not named and found.known < _SURE:
                return ()  # little code that is alike, and of functions with other names
            if named or found.known >= _LEAST or self.presence(file):
                return named or found.bases
        except ElfError:  # a section that is cut off proves nothing
            pass
        return ()

    def presence(self, file: ObjectFile) -> int:
        """Count the largest sections of code of an object that stand in the linked file; those of groups do not count.

        A section of a group (an inline function) may be in the file for the sake of another object that has it, too.
        What can no longer be looked for does not count, either.
        """
        if id(file.table) not in self._present:
            own = [
                section
                for section in file.table.sections
                if section.flags & SHF_EXECINSTR and not section.flags & SHF_GROUP and section.size >= _LEAST_ALONE
            ]
            largest = sorted(own, key=lambda section: section.size, reverse=True)[:_MOST_OWN]
            count = sum(self._stands_somewhere(file, section.number) for section in largest)
            self._present[id(file.table)] = (file, count)
        return self._present[id(file.table)][1]

    def _stands_somewhere(self, file: ObjectFile, number: int) -> bool:
        try:
            code = self._read(file, number)
            return code.known >= _LEAST_ALONE and bool(self._standing_of(code, self._search(code)))
        except (ElfError, TooMuchError):
            return False

    def _standing(self, file: ObjectFile, number: int, references: Sequence[ObjectReference]) -> _Standing:
        code = self._read(file, number)
        key = _digest(code, references)
        found = self._known.get(key)
        if found is None:
            bases = tuple(sorted(self._matching(code, references)))
            need_names = len(bases) > 1 or code.known < _SURE
            names = self._names(bases, references) if need_names else {}
            found = self._known[key] = _Standing(code.known, bases, names)
        return found

    def _matching(self, code: ObjectCode, references: Sequence[ObjectReference]) -> set[int]:
        """Give the addresses where the references would be those of the linked file, and the bytes are the same."""
        lists = [*self._candidates(code, references)]
        if not lists:
            return self._standing_of(code, self._search(code))
        tried: set[int] = set()
        found: set[int] = set()
        for offset, places in sorted(lists, key=lambda row: len(row[1])):
            if found and len(tried) > _MANY:
                break
            self._spend(_STEP // 4 * (1 + len(places)))
            bases = {address - offset for address in places} - tried
            tried |= bases
            found |= self._standing_of(code, bases)
        return found

    def _candidates(
        self, code: ObjectCode, references: Sequence[ObjectReference]
    ) -> Iterator[tuple[int, Sequence[int]]]:
        """Give for each reference its offset, and the addresses of the linked file's that go on as it does."""
        for row in references:
            if row.symbol not in self._places:
                continue
            places: Sequence[int] = self._places[row.symbol]
            behind = code.literal_bytes(row.offset + _FIELD, row.offset + _FIELD + _PROBE)
            start = row.offset - _BEFORE - _PROBE
            before = code.literal_bytes(start, start + _PROBE) if behind is None else None
            if behind is not None:
                places = self._behind[row.symbol].get(behind, ())
            elif before is not None:
                places = self._sorted_before(row.symbol).get(before, ())
            yield row.offset, places

    def _sorted_before(self, symbol: SymbolName) -> dict[bytes, list[int]]:
        if symbol not in self._before:
            self._before[symbol] = self._sorted(self._places[symbol], -_BEFORE - _PROBE)
        return self._before[symbol]

    def _sorted(self, places: Iterable[int], distance: int) -> dict[bytes, list[int]]:
        found: dict[bytes, list[int]] = {}
        for address in places:
            found.setdefault(self._memory.read(address + distance, _PROBE), []).append(address)
        return found

    def _standing_of(self, code: ObjectCode, bases: Iterable[int]) -> set[int]:
        """Choose the addresses at which all literal bytes stand."""
        start, end = code.longest
        head = code.content[start : min(end, start + _HEAD)]
        whole = len(code.content) + _STEP // 2 * len(code.literal)
        found: set[int] = set()
        for base in bases:
            self._spend(_STEP)
            if base < 0 or not self._memory.read(base + len(code.content) - 1, 1):
                continue
            if self._memory.read(base + start, len(head)) == head:
                self._spend(whole)
                if stands_at(code, self._memory, base):
                    found.add(base)
        return found

    def _search(self, code: ObjectCode) -> Iterator[int]:
        """Give the addresses where the longest literal run stands, if it is long enough."""
        start, end = code.longest
        if end - start >= _LEAST_SEARCHED:
            self._left_to_search -= self._code
            if self._left_to_search < 0:
                raise TooMuchError
            yield from (found - start for found in self._memory.find(code.content[start:end], _MOST_PLACES))

    def _names(self, bases: Iterable[int], references: Sequence[ObjectReference]) -> dict[int, dict[str, list[int]]]:
        """Sort addresses by the first reference that would be in a function with a name, and by that name."""
        found: dict[int, dict[str, list[int]]] = {}
        for base in bases:
            for number, row in enumerate(references[:_MOST_NAMING]):
                self._spend(_STEP)
                function = self._functions(base + row.offset)
                if function is not None and function.name is not None:
                    found.setdefault(number, {}).setdefault(function.name, []).append(base)
                    break
        return found

    def _read(self, file: ObjectFile, number: int) -> ObjectCode:
        rows = sum(section.size for section in file.table.relocations_of(number))
        self._spend(_STEP + file.table.sections[number].size + rows * (_STEP // 16))
        return object_code(file.table, number)

    def _spend(self, amount: int) -> None:
        self._left -= amount
        if self._left < 0:
            raise TooMuchError


def _named(found: _Standing, references: Sequence[ObjectReference]) -> tuple[int, ...]:
    """Give the addresses that would put a reference into the function that it is in.

    A function may have several names, as constructors do; the section has one, too.
    """
    bases: set[int] = set()
    for number, names in found.names.items():
        for name in {references[number].function, *_ends(references[number].section)} - {None}:
            bases.update(names.get(name or "", ()))
    return tuple(sorted(bases))


def _ends(section: str) -> Iterator[str]:
    """Give what stands behind each dot of a section's name."""
    place = section.find(".")
    while place >= 0:
        yield section[place + 1 :]
        place = section.find(".", place + 1)


def _digest(code: ObjectCode, references: Iterable[ObjectReference]) -> bytes:
    """Give what only code of the same bytes has that refers to the same symbols in the same places."""
    digest = blake2b(code.content, digest_size=32)
    digest.update(array("Q", [place for run in code.literal for place in run]).tobytes())
    digest.update(repr([(row.symbol, row.offset) for row in references]).encode("utf-8", "surrogateescape"))
    return digest.digest()
