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
    is not found at all gives nothing. Where several sections read alike, each is given for each of their places.
    `functions` gives the function around an address of the linked file.
    """
    linked = _Linked(_probes(addresses, memory), memory, functions)
    for part in _settled([*_parts(objects, linked)]):
        for base in part.bases:
            yield from (Placed(base + row.offset, part.file, row) for row in part.references)


class _Part(Record):
    """A section of an object that refers to something wanted, and the addresses at which its bytes stand, sorted."""

    file: ObjectFile
    references: tuple[ObjectReference, ...]
    bases: tuple[int, ...]


def _parts(objects: Iterable[ObjectFile], linked: _Linked) -> Iterator[_Part]:
    for file in objects:
        sections: dict[int, list[ObjectReference]] = {}
        for reference in file.references:
            sections.setdefault(reference.section_number, []).append(reference)
        for number, references in sections.items():
            bases = _bases(file, number, references, linked)
            if bases:
                yield _Part(file, tuple(references), bases)


def _settled(parts: list[_Part]) -> Iterator[_Part]:
    """Give the parts that are surely in the file.

    One that stands at a single place is. Destructors of two classes may differ in nothing but a relocation: then there
    are as many such sections as places, and which is which stays open. With fewer sections than places, some place is
    of an object that is not here, and none of them proves anything.
    """
    taken = {part.bases[0] for part in parts if len(part.bases) == 1}
    left = [part._replace(bases=tuple(base for base in part.bases if base not in taken)) for part in parts]
    alike: dict[tuple[int, ...], int] = {}
    for part in left:
        alike[part.bases] = alike.get(part.bases, 0) + 1
    for part, free in zip(parts, left, strict=True):
        if len(part.bases) == 1:
            yield part
        elif free.bases and len(free.bases) <= alike[free.bases]:
            yield free


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


def _bases(file: ObjectFile, number: int, references: Iterable[ObjectReference], linked: _Linked) -> tuple[int, ...]:
    """Give the addresses at which a section may stand: its bytes do, and of several those with the right function."""
    try:
        code = object_code(file.table, number)
        found = sorted({
            base
            for base in _candidates(code, references, linked)
            if stands_at(code, linked.memory, base)
            and (code.known >= _LEAST or _is_named(base, references, linked) or presence(file, linked.memory))
        })  # fmt: skip
    except ElfError:  # a section that is cut off proves nothing
        return ()
    named = [base for base in found if _is_named(base, references, linked)] if len(found) > 1 else []
    return tuple(named or found)


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
    """Say whether the linked file has the function of a reference just where the section would put it.

    A function may have several names, as constructors do; the section has one, too.
    """
    for row in references:
        function = linked.functions(base + row.offset)
        if function is not None and function.name is not None:
            return function.name == row.function or row.section.endswith(f".{function.name}")
    return False


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
    try:
        code = object_code(file.table, number)
    except ElfError:  # it is cut off
        return False
    bases = _search(code, memory, _LEAST_SEARCHED) if code.known >= _LEAST_ALONE else ()
    return any(stands_at(code, memory, base) for base in bases)
