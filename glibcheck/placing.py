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

from glibcheck.model.record import Record
from glibcheck.standing import Linked, ObjectFile, TooMuchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from glibcheck.elf.functions import Function
    from glibcheck.elf.memory import Memory
    from glibcheck.elf.objectrefs import ObjectReference
    from glibcheck.model.names import SymbolName

__all__ = ["ObjectFile", "Placed", "Placing"]

_MOST_ALIKE = 1 << 16  # pairs of a section and a place, of sections that all read alike
_MOST_ALIKE_IN_ALL = 1 << 18
_NAMED = 3  # objects in a note


class Placed(Record):
    """A reference of an object that was found in the linked file, and where."""

    address: int
    file: ObjectFile
    reference: ObjectReference


class _Part(Record):
    """A section of an object that refers to something wanted, and the addresses at which its bytes stand, sorted."""

    file: ObjectFile
    references: tuple[ObjectReference, ...]
    bases: tuple[int, ...]


class Placing:
    """Finds objects in one linked file; `addresses` are where that one refers to each symbol.

    `functions` gives the function around an address of the linked file.
    """

    def __init__(
        self,
        addresses: Mapping[SymbolName, Iterable[int]],
        memory: Memory,
        functions: Callable[[int], Function | None],
    ) -> None:
        """Take what is known of the linked file."""
        linked = Linked(addresses, memory, functions)
        self._linked, self.presence = linked, linked.presence
        self._passed: dict[str, None] = {}
        self._alike: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on the objects that were passed over so far."""
        notes = []
        if self._passed:
            notes.append(
                f"{_names(self._passed)} are not compared with the file whole: too much of its code reads alike"
            )
        if self._alike:
            notes.append(
                f"{_names(self._alike)} have code that reads alike and stands in the file too often to be told"
            )
        return tuple(notes)

    def place(self, objects: Iterable[ObjectFile]) -> Iterator[Placed]:
        """Find the references of objects in the linked file.

        An object comes with all references of each of its sections that was found, in the order of the objects; one
        that is not found at all gives nothing. Where several sections read alike, each is given for each of their
        places.
        """
        for part in self._settled([*self._parts(objects)]):
            for base in part.bases:
                yield from (Placed(base + row.offset, part.file, row) for row in part.references)

    def _parts(self, objects: Iterable[ObjectFile]) -> Iterator[_Part]:
        same: dict[tuple[int, ...], tuple[int, ...]] = {}
        for file in objects:
            sections: dict[int, list[ObjectReference]] = {}
            for reference in file.references:
                sections.setdefault(reference.section_number, []).append(reference)
            for number, references in sections.items():
                try:
                    bases = self._linked.bases(file, number, references)
                except TooMuchError:
                    self._passed[file.name] = None
                    continue
                if bases:
                    yield _Part(file, tuple(references), same.setdefault(bases, bases))

    def _settled(self, parts: list[_Part]) -> Iterator[_Part]:
        """Give the parts that are surely in the file.

        One that stands at a single place is. Destructors of two classes may differ in nothing but a relocation: then
        there are as many such sections as places, and which is which stays open. With fewer sections than places, some
        place is of an object that is not here, and none of them proves anything.
        """
        free = _free(parts)
        alike: dict[int, int] = {}
        for part in parts:
            bases = free[id(part.bases)]
            alike[id(bases)] = alike.get(id(bases), 0) + 1
        left = _MOST_ALIKE_IN_ALL
        for part in parts:
            bases = free[id(part.bases)]
            count = alike[id(bases)]
            if len(part.bases) == 1:
                yield part
            elif bases and len(bases) <= count:
                left -= len(bases)
                if len(bases) * count > _MOST_ALIKE or left < 0:
                    self._alike[part.file.name] = None
                else:
                    yield part._replace(bases=bases)


def _free(parts: Iterable[_Part]) -> dict[int, tuple[int, ...]]:
    """Give the addresses of each part that no part has for itself, by the identity of its tuple; equal ones are one."""
    taken = {part.bases[0] for part in parts if len(part.bases) == 1}
    found: dict[int, tuple[int, ...]] = {}
    same: dict[tuple[int, ...], tuple[int, ...]] = {}
    for part in parts:
        if id(part.bases) not in found:
            bases = tuple(base for base in part.bases if base not in taken)
            found[id(part.bases)] = same.setdefault(bases, bases)
    return found


def _names(names: Iterable[str]) -> str:
    rows = [*names]
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return ", ".join(rows[:_NAMED]) + more
