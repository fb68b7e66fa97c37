"""Which object file or archive member a piece of linked code came from, found by comparing the code itself.

Objects of a build tree are a claim: they may be of another build, of another file, or changed since. So a reference in
the linked file is said to come from an object only when the section around the object's reference stands there, byte
for byte but for what relocations fill in (see `elf.objectcode`). Of a section that is little more than one call, too
few bytes are left to prove anything; then the linked file must have a function of that name just there, or another
section of the object that is of no other. An inline function that several objects have in common is in each of them,
and the linker kept one copy: then all of them are named.

On machines whose code is not searched for references (`elf.references`) there are no addresses to compare at, and the
section's longest literal run is looked for instead.
"""

from __future__ import annotations

from glibcheck.elf.objectcode import object_code, stands_at
from glibcheck.elf.sections import SHF_EXECINSTR, SHF_GROUP
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from glibcheck.elf.functions import Function
    from glibcheck.elf.memory import Memory
    from glibcheck.elf.objectcode import ObjectCode
    from glibcheck.elf.objectrefs import ObjectReference
    from glibcheck.elf.sections import SectionTable
    from glibcheck.model.names import SymbolName

_LEAST = 8  # literal bytes that must agree; less could be anywhere
_LEAST_SEARCHED = 16
_LEAST_ALONE = 64  # of a section that stands for its whole object
_MOST_OWN = 16  # sections of an object that are looked for
_FIELD, _PROBE = 4, 8  # bytes: what a linker fills in for a call, and what is looked at behind it
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
    objects: Iterable[ObjectFile],
    addresses: Mapping[SymbolName, Iterable[int]],
    memory: Memory,
    functions: Callable[[int], Function | None] = lambda _: None,
) -> Iterator[Placed]:
    """Find the references of objects in the linked file; `addresses` are where that one refers to each symbol.

    An object comes with all references of each of its sections that was found, in the order of the objects; one that
    is not found at all gives nothing. `functions` gives the function around an address of the linked file.
    """
    linked = _Linked(_probes(addresses, memory), memory, functions)
    for file in objects:
        sections: dict[int, list[ObjectReference]] = {}
        for reference in file.references:
            sections.setdefault(reference.section_number, []).append(reference)
        for number, references in sections.items():
            base = _base(file, number, references, linked)
            if base is not None:
                yield from (Placed(base + row.offset, file, row) for row in references)


def _probes(addresses: Mapping[SymbolName, Iterable[int]], memory: Memory) -> dict[SymbolName, dict[bytes, list[int]]]:
    """Sort addresses by the bytes behind the reference: of a thousand calls of memcpy, few go on in the same way."""
    found: dict[SymbolName, dict[bytes, list[int]]] = {}
    for symbol, places in addresses.items():
        for address in places:
            behind = memory.read(address + _FIELD, _PROBE)
            found.setdefault(symbol, {}).setdefault(behind, []).append(address)
    return found


class _Linked(Record):
    """What the linked file has: where it refers to each symbol, by the bytes behind; its bytes, and its functions."""

    probes: Mapping[SymbolName, Mapping[bytes, list[int]]]
    memory: Memory
    functions: Callable[[int], Function | None]


def _base(file: ObjectFile, number: int, references: Iterable[ObjectReference], linked: _Linked) -> int | None:
    """Give the address at which a section of an object stands in the linked file, None when it does not."""
    try:
        code = object_code(file.table, number)
        for base in _candidates(code, references, linked):
            if stands_at(code, linked.memory, base) and (
                code.known >= _LEAST or _is_named(base, references, linked) or presence(file, linked.memory)
            ):
                return base
    except ElfError:  # a section that is cut off proves nothing
        return None
    return None


def _candidates(code: ObjectCode, references: Iterable[ObjectReference], linked: _Linked) -> Iterator[int]:
    """Give the addresses where the section may stand: where its references would be those of the linked file."""
    searched = True
    for row in references:
        probes = linked.probes.get(row.symbol)
        if probes is None:
            continue
        searched = False
        behind = code.literal_bytes(row.offset + _FIELD, row.offset + _FIELD + _PROBE)
        found = [address for some in probes.values() for address in some] if behind is None else probes.get(behind, ())
        yield from (address - row.offset for address in found)
    if searched:
        yield from _search(code, linked.memory, _LEAST_SEARCHED)


def _search(code: ObjectCode, memory: Memory, least: int) -> Iterator[int]:
    """Give the addresses where the longest literal run stands, if it has at least so many bytes."""
    start, end = code.longest
    if end - start >= least:
        yield from (found - start for found in memory.find(code.content[start:end], _MOST_PLACES))


def _is_named(base: int, references: Iterable[ObjectReference], linked: _Linked) -> bool:
    """Say whether the linked file has the section's function just where the section would begin."""
    function = linked.functions(base)
    names = {row.function for row in references if row.function is not None}
    return function is not None and function.start == base and function.name in names


def presence(file: ObjectFile, memory: Memory) -> int:
    """Count the largest sections of code of an object that stand in the linked file; those of groups do not count.

    A section of a group (an inline function) may be in the file for the sake of another object that has it, too.
    """
    own = [
        section
        for section in file.table.sections
        if section.flags & SHF_EXECINSTR and not section.flags & SHF_GROUP and section.size >= _LEAST_ALONE
    ]
    largest = sorted(own, key=lambda section: section.size, reverse=True)[:_MOST_OWN]
    return sum(_stands_somewhere(file, section.number, memory) for section in largest)


def _stands_somewhere(file: ObjectFile, number: int, memory: Memory) -> bool:
    code = object_code(file.table, number)
    bases = _search(code, memory, _LEAST_SEARCHED) if code.known >= _LEAST_ALONE else ()
    return any(stands_at(code, memory, base) for base in bases)
