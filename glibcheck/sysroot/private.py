"""A static C++ runtime that stays private: a copy of the compiler's libstdc++.a, all of whose symbols are hidden.

A file that takes its libstdc++ with it must not show it to others: two copies in one process take symbols from each
other, and `cout << 1` of the second fails (STB_GNU_UNIQUE symbols, which a process has once, make it worse).
`-Wl,--exclude-libs,ALL` does it for who remembers it; here the archive itself does, for any linker and build system: a
symbol whose definition is STV_HIDDEN is local to the file (gABI chapter 4, "Symbol Visibility"). References to other
libraries, and to what the project defines itself, stay as they are.

Trap: glibc before 2.21 corrupts its heap when the sixteenth module with thread-local storage comes into a process
with threads (glibc bug 13862), and each copy of the runtime has some: what `__cxa_get_globals` keeps. So for older
targets the member that has it is left out, and one of the compat functions, which keeps it under a pthread key, takes
its place.
"""

from __future__ import annotations

from glibcheck.elf.archive import ArchiveMember, read_archive, write_archive
from glibcheck.sysroot.objects import definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

_STV_HIDDEN, _VISIBILITY = 2, 3
TLS_LIMIT = (2, 21)  # the release of glibc whose loader has the fix


def private_archive(data: bytes, without: Container[bytes] = ()) -> bytes:
    """Copy an archive with every definition hidden, and without the members that define a symbol of `without`.

    Raises: ElfError when it is no archive, or a member is damaged.
    """
    members, index = [], []
    for member in read_archive(data):
        hidden, defined = _hidden(member)
        if not any(name in without for name in defined):
            members.append(hidden)
            index.append(defined)
    return write_archive(members, index)


def _hidden(member: ArchiveMember) -> tuple[ArchiveMember, list[bytes]]:
    """Hide what a member defines for others; gives also the names."""
    data, names = bytearray(member.data), []
    for row in definitions(member):
        data[row.place] = row.other & ~_VISIBILITY | _STV_HIDDEN
        names.append(row.name)
    return ArchiveMember(member.name, bytes(data)), names
