"""The objects of a build tree: files and archive members that refer to given symbols.

What is named is searched: a folder with all below it, an archive, an object. Without a word of the user the places are
tried where build systems keep the objects of a file: beside it (make, libtool's .libs), in FILE.p (meson), in
CMakeFiles/NAME.dir (CMake), in build/temp.* for build/lib.* (setuptools). Nothing of it is run.

A build tree may be large and may change while it is read. So files are mapped or read one at a time, only those that
refer to a symbol are kept, and what cannot be read is told and passed over.
"""

from __future__ import annotations

import os

from glibcheck.elf.archive import ArchiveMember, is_archive, members_by_offset, read_members
from glibcheck.elf.objectrefs import references
from glibcheck.elf.objectsymbols import is_bitcode
from glibcheck.elf.sections import SectionTable, is_relocatable
from glibcheck.errors import ElfError, InputError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record
from glibcheck.placing import ObjectFile
from glibcheck.workspace.content import whole_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.elf.buffer import Buffer

_MOST_FILES = 200_000
_MOST_TOLD = 5
_SUFFIXES = (".o", ".a", ".obj", ".lo", ".os", ".oS")


class BuildTree(Record):
    """What was found: objects that refer to the symbols, in the order of their names, and sentences on the others."""

    objects: tuple[ObjectFile, ...]
    notes: tuple[str, ...]


def read_tree(places: Iterable[str], wanted: Iterable[SymbolName]) -> BuildTree:
    """Find the objects under these folders, archives and files that refer to any of the symbols."""
    words = frozenset(os.fsencode(name) for name in wanted)
    objects: list[ObjectFile] = []
    unread, lto = _Told(_MOST_TOLD), _Told(1)
    for path in dict.fromkeys(_files(places, unread)):
        try:
            for member, data in _contents(path, unread):
                name = path if member is None else f"{path}({member})"
                try:
                    _read_object(path, member, data, words, objects, lto)
                except ElfError as error:
                    unread.append(f"{name} cannot be read: {error.message}")
        except ElfError as error:
            unread.append(f"{path} cannot be read: {error.message}")
        except InputError as error:
            unread.append(f"{path} {error.message}")
    return BuildTree(tuple(objects), (*_lto_note(lto), *_shortened(unread)))


def _read_object(
    path: str, member: str | None, data: bytes, words: frozenset[bytes], objects: list[ObjectFile], lto: _Told
) -> None:
    found = references(data, words)
    if found.lto is not None:
        lto.append(path if member is None else f"{path}({member})")
    if found.references:
        rows = tuple(row._replace(symbol=SymbolName(row.symbol.partition("@")[0])) for row in found.references)
        objects.append(ObjectFile(path, member, SectionTable(data), rows))


class _Told:
    """Sentences or names of which the first few are kept, and the others counted."""

    def __init__(self, most: int) -> None:
        self._most, self.first, self.count = most, list[str](), 0

    def append(self, text: str) -> None:
        self.count += 1
        if self.count <= self._most:
            self.first.append(text)


def _lto_note(lto: _Told) -> Iterator[str]:
    if lto.count:
        names = lto.first[0] + (f" and {lto.count - 1} more" if lto.count > 1 else "")
        yield (
            f"{names} hold code for -flto, which the linker compiled anew; only the linked file's own debug "
            "information tells its lines"
        )


def _shortened(unread: _Told) -> Iterator[str]:
    yield from unread.first
    if unread.count > _MOST_TOLD:
        yield f"{unread.count - _MOST_TOLD} more files of the build tree cannot be read"


def _files(places: Iterable[str], unread: _Told) -> Iterator[str]:
    left = _MOST_FILES
    for place in places:
        if not os.path.isdir(place):
            yield place
            continue
        for folder, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names):
                if name.endswith(_SUFFIXES):
                    if left == 0:
                        unread.append(f"{place} has more than {_MOST_FILES} objects; the others were not looked at")
                        return
                    left -= 1
                    yield os.path.join(folder, name)


def _contents(path: str, unread: _Told) -> Iterator[tuple[str | None, bytes]]:
    """Give the objects in a file: (member, content), with None for the file itself."""
    data = whole_file(path)
    head = data[:18]
    if is_archive(head):
        yield from _members(path, data, unread)
    elif is_relocatable(head) or is_bitcode(head):
        yield None, data[:]
    elif not path.endswith(_SUFFIXES):
        raise ElfError("neither an object nor an archive of objects")


def _members(path: str, data: Buffer, unread: _Told) -> Iterator[tuple[str, bytes]]:
    seen: set[tuple[str, int | None]] = set()
    archives: dict[str, dict[int, ArchiveMember]] = {}
    for member in read_members(data):
        if isinstance(member, ArchiveMember):
            if is_relocatable(member.data[:18]) or is_bitcode(member.data[:18]):
                yield member.name, member.data
            continue
        outer = os.path.realpath(os.path.join(os.path.dirname(path), member.name))
        if (outer, member.nested) in seen:  # a hostile one names the same large file a million times
            continue
        seen.add((outer, member.nested))
        try:
            if member.nested is None:
                yield member.name, whole_file(outer)[:]
                continue
            if outer not in archives:
                archives[outer] = members_by_offset(whole_file(outer))
            if member.nested not in archives[outer]:
                raise ElfError("no member of the archive begins here", member.nested)
            yield member.name, archives[outer][member.nested].data
        except (InputError, ElfError) as error:
            unread.append(f"{path} is a thin archive, and its member {member.name} is not as it says: {error.message}")


def beside(path: str) -> tuple[str, ...]:
    """List the places where build systems keep the objects of a linked file, as far as there are any."""
    folder, name = os.path.split(os.path.abspath(path))
    stem = name.partition(".")[0].removeprefix("lib")
    tried = [
        *_objects_in(folder),
        *_objects_in(os.path.join(folder, ".libs")),
        os.path.join(folder, f"{name}.p"),
        os.path.join(folder, "CMakeFiles", f"{stem}.dir"),
        os.path.join(folder, "CMakeFiles", f"lib{stem}.dir"),
        *_setuptools(folder),
    ]
    return tuple(place for place in tried if os.path.exists(place))


def _objects_in(folder: str) -> list[str]:
    """Give the objects and archives of a folder, but of none that holds a system's libraries."""
    if folder.startswith(("/usr/lib", "/lib", "/usr/local/lib")):
        return []
    try:
        return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith((".o", ".a")))
    except OSError:
        return []


def _setuptools(folder: str) -> list[str]:
    """Give build/temp.PLATFORM for a file in build/lib.PLATFORM."""
    while folder != os.path.dirname(folder):
        outer, name = os.path.split(folder)
        if name.startswith("lib.") and os.path.basename(outer) == "build":
            return [os.path.join(outer, f"temp.{name.removeprefix('lib.')}")]
        folder = outer
    return []
