"""Objects and archives of them: what they define, and an archive of them with its index."""

from __future__ import annotations

from glibcheck.elf.archive import ArchiveMember, write_archive
from glibcheck.elf.objecttables import SHN_UNDEF, STB_LOCAL, ObjectTables
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glibcheck.elf.objecttables import SymbolRow
    from glibcheck.model.names import SymbolName


def definitions(member: ArchiveMember) -> Iterator[SymbolRow]:
    """Give the rows of a member's symbol table that others can bind to; nothing when it is no object.

    Raises: ElfError, with the member's name.
    """
    if member.data[:4] != b"\x7fELF":
        return
    try:
        for row in ObjectTables(member.data).symbols():
            if row.binding != STB_LOCAL and row.section != SHN_UNDEF:
                yield row
    except ElfError as error:
        raise ElfError(f"{member.name}: {error.message}", error.offset) from error


def archive_of(objects: Mapping[SymbolName, bytes]) -> bytes:
    """Write an archive of objects, in their order; the names get '.o'."""
    members = [ArchiveMember(f"{name}.o", data) for name, data in objects.items()]
    return write_archive(members, ([row.name for row in definitions(member)] for member in members))
