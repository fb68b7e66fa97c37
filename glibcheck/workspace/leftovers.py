"""What a build leaves behind in its folder: objects and archives, and what each refers to.

An object that the project ships is there as well as one that was compiled; what only a compiler's folder has
(libstdc++.a) is not.
"""

from __future__ import annotations

import io
import os

from glibcheck.elf.archive import is_archive, read_archive
from glibcheck.elf.objects import read_object
from glibcheck.elf.sections import is_relocatable
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.model.names import SymbolName

    References = tuple[tuple[str, frozenset[SymbolName]], ...]


def own_objects(folder: str) -> References | None:
    """Collect what the object files refer to, by their paths in the folder; None as `Build.objects` says."""
    try:
        found = [
            (os.path.relpath(path, folder), read_object(io.BytesIO(data)).undefined)
            for path, data in _files(folder, (".o", ".os"))
            if is_relocatable(data)
        ]
    except ElfError:
        return None
    return tuple(sorted(found)) or None


def archived_objects(folder: str) -> References:
    """Collect what the members of archives refer to, as the linker names them: 'lib/libx.a(y.o)'.

    They only help to say who brought a name, so what cannot be read is passed over.
    """
    return tuple(sorted(row for path, data in _files(folder, (".a",)) for row in _members(path, data, folder)))


def _members(path: str, data: bytes, folder: str) -> Iterator[tuple[str, frozenset[SymbolName]]]:
    try:
        for member in read_archive(data) if is_archive(data) else ():
            if is_relocatable(member.data):
                place = f"{os.path.relpath(path, folder)}({member.name})"
                yield place, read_object(io.BytesIO(member.data)).undefined
    except ElfError:
        return


def _files(folder: str, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for place, _, names in os.walk(folder):
        for path in (os.path.join(place, name) for name in names if name.endswith(endings)):
            if os.path.isfile(path):
                with open(path, "rb") as stream:
                    yield path, stream.read()
