"""Which object file or archive member a piece of linked code came from, found by comparing the code itself.

Objects of a build tree are a claim: they may be of another build, of another file, or changed since. So a reference in
the linked file is said to come from an object only when the section around the object's reference stands there, byte
for byte but for what relocations fill in (see `elf.objectcode`). An inline function that several objects have in common
is in each of them, and the linker kept one copy: then all of them are named.

On machines whose code is not searched for references (`elf.references`) there are no addresses to compare at, and the
section's longest literal run is looked for instead.
"""

from __future__ import annotations

from glibcheck.elf.objectcode import object_code, stands_at
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glibcheck.elf.memory import Memory
    from glibcheck.elf.objectcode import ObjectCode
    from glibcheck.elf.objectrefs import ObjectReference
    from glibcheck.elf.sections import SectionTable
    from glibcheck.model.names import SymbolName

_LEAST = 8  # literal bytes that must agree; less could be anywhere
_LEAST_SEARCHED = 16
_MOST_PLACES = 8  # where a run that is looked for is found


class ObjectFile(Record):
    """An object or archive member, and its references to the symbols in question, in the order of its relocations."""

    path: str
    member: str | None
    table: SectionTable
    references: tuple[ObjectReference, ...]

    @property
    def name(self) -> str:
        """Name it as the linker does: 'libfoo.a(bar.o)'."""
        return self.path if self.member is None else f"{self.path}({self.member})"


class Placed(Record):
    """A reference of an object that was found in the linked file, and where."""

    address: int
    file: ObjectFile
    reference: ObjectReference


def place(
    objects: Iterable[ObjectFile], addresses: Mapping[SymbolName, Iterable[int]], memory: Memory
) -> Iterator[Placed]:
    """Find the references of objects in the linked file; `addresses` are where that one refers to each symbol.

    An object comes with all references of each of its sections that was found, in the order of the objects; one that
    is not found at all gives nothing.
    """
    for file in objects:
        sections: dict[int, list[ObjectReference]] = {}
        for reference in file.references:
            sections.setdefault(reference.section_number, []).append(reference)
        for number, references in sections.items():
            base = _base(file, number, references, addresses, memory)
            if base is not None:
                yield from (Placed(base + row.offset, file, row) for row in references)


def _base(
    file: ObjectFile,
    number: int,
    references: Iterable[ObjectReference],
    addresses: Mapping[SymbolName, Iterable[int]],
    memory: Memory,
) -> int | None:
    """Give the address at which a section of an object stands in the linked file, None when it does not."""
    try:
        code = object_code(file.table, number)
    except ElfError:
        return None
    if code.known < _LEAST:
        return None
    for base in _candidates(code, references, addresses, memory):
        if stands_at(code, memory, base):
            return base
    return None


def _candidates(
    code: ObjectCode,
    references: Iterable[ObjectReference],
    addresses: Mapping[SymbolName, Iterable[int]],
    memory: Memory,
) -> Iterator[int]:
    """Give the addresses where the section may stand: where its references would be those of the linked file."""
    searched = True
    for row in references:
        for address in addresses.get(row.symbol, ()):
            searched = False
            yield address - row.offset
    if searched:
        start, end = code.literal[0]
        if end - start >= _LEAST_SEARCHED:
            yield from (found - start for found in memory.find(code.content[start:end], _MOST_PLACES))
