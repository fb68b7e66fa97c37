"""The objects of a build tree: files and archive members that refer to given symbols.

What is named is searched: a folder with all below it, an archive, an object; a thin archive leads to the files that it
names. Nothing of it is run.

A build tree may be large and may change while it is read. So files are mapped or read one at a time, only those that
refer to a symbol are kept, large ones only as a place on the disk, and what cannot be read is told and passed over.
"""

from __future__ import annotations

import os

from glibcheck.elf.archive import ArchiveMember, is_archive, placed_members
from glibcheck.elf.objectrefs import references
from glibcheck.elf.objectsymbols import is_bitcode
from glibcheck.elf.sections import SectionTable, is_relocatable
from glibcheck.errors import ElfError, InputError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record
from glibcheck.placing import ObjectFile
from glibcheck.workspace.content import FilePart, whole_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.elf.archive import ThinMember

_MOST_FILES = 200_000
_MOST_KEPT = 1 << 28  # bytes of objects in memory
_MOST_UNREAD = 5  # files that are told
_SUFFIXES = (".o", ".a", ".obj", ".lo", ".os", ".oS")


class BuildTree(Record):
    """What was found: objects that refer to the symbols, in the order of their names, and sentences on the others."""

    objects: tuple[ObjectFile, ...]
    notes: tuple[str, ...]


def read_tree(places: Iterable[str], wanted: Iterable[SymbolName]) -> BuildTree:
    """Find the objects under these folders, archives and files that refer to any of the symbols."""
    reading = _Reading(frozenset(os.fsencode(name) for name in wanted))
    for path in _files(places, reading.unread):
        reading.read(path)
    return BuildTree(tuple(reading.objects), (*_lto_note(reading.lto), *_unread_notes(reading.unread)))


class _Some:
    """The first few of many sentences or names, and how many more there were: a hostile archive has a million."""

    def __init__(self, most: int) -> None:
        self.first: list[str] = []
        self.more = 0
        self._most = most

    def add(self, text: str) -> None:
        if len(self.first) < self._most:
            self.first.append(text)
        else:
            self.more += 1


class _Content(Record):
    """An object as it stands in a file: its bytes, which begin at `start`; `member` is its name in an archive."""

    path: str
    member: str | None
    data: bytes
    start: int

    @property
    def name(self) -> str:
        return self.path if self.member is None else f"{self.path}({self.member})"


class _Reading:
    """The objects that were found so far, sentences on what cannot be read, and the names of those with -flto only."""

    def __init__(self, words: frozenset[bytes]) -> None:
        self.objects: list[ObjectFile] = []
        self.unread, self.lto = _Some(_MOST_UNREAD), _Some(1)
        self._words = words
        self._seen: set[str] = set()
        self._room = _MOST_KEPT

    def read(self, path: str) -> None:
        """Read a file, and those that a thin archive names; each once."""
        left = [path]
        while left:
            path = left.pop()
            if path not in self._seen:
                self._seen.add(path)
                left += [*dict.fromkeys(self._read_file(path))][::-1]

    def _read_file(self, path: str) -> Iterator[str]:
        """Read the objects in a file; gives further files to read."""
        try:
            for content in _contents(path):
                if isinstance(content, str):
                    if os.path.exists(content):
                        yield content
                    else:
                        self.unread.add(f"{path} is a thin archive, and its member {content} is not there")
                else:
                    self._take(content)
        except ElfError as error:
            self.unread.add(f"{path} cannot be read: {error.message}")
        except InputError as error:
            self.unread.add(f"{path} {error.message}")

    def _take(self, content: _Content) -> None:
        try:
            found = references(content.data, self._words)
            table = SectionTable(content.data) if found.references else None
        except ElfError as error:
            self.unread.add(f"{content.name} cannot be read: {error.message}")
            return
        if found.lto == "only":
            self.lto.add(content.name)
        if table is not None:
            self._room -= len(content.data)
            if self._room < 0:
                table.buffer = FilePart(content.path, content.start, len(content.data))
            rows = tuple(row._replace(symbol=SymbolName(row.symbol.partition("@")[0])) for row in found.references)
            self.objects.append(ObjectFile(content.path, content.member, table, rows, found.lto is not None))


def _lto_note(lto: _Some) -> Iterator[str]:
    for name in lto.first:
        more = f" and {lto.more} more hold" if lto.more else " holds"
        yield (
            f"{name}{more} code for -flto, which the linker compiled anew; only the linked file's own debug "
            "information tells its lines"
        )


def _unread_notes(unread: _Some) -> Iterator[str]:
    yield from unread.first
    if unread.more:
        yield f"{unread.more} more files of the build tree cannot be read"


def _files(places: Iterable[str], unread: _Some) -> Iterator[str]:
    def complain(error: OSError) -> None:
        unread.add(f"{error.filename} cannot be read: {error.strerror}")

    left = _MOST_FILES
    for place in places:
        if not os.path.isdir(place):
            yield place
            continue
        for folder, folders, names in os.walk(place, onerror=complain):
            folders.sort()
            for name in sorted(names):
                if name.endswith(_SUFFIXES):
                    if left == 0:
                        unread.add(f"{place} has more than {_MOST_FILES} objects; the others were not looked at")
                        return
                    left -= 1
                    yield os.path.join(folder, name)


def _contents(path: str) -> Iterator[_Content | str]:
    """Give the objects in a file; of a thin archive the names of the files that it stands for."""
    data = whole_file(path)
    head = data[:18]
    if is_archive(head):
        for start, member in placed_members(data):
            if not isinstance(member, ArchiveMember):
                yield _beside(path, member)
            elif _is_object(member.data[:18]):
                yield _Content(path, member.name, member.data, start)
    elif _is_object(head):
        yield _Content(path, None, data[:], 0)
    elif not path.endswith(_SUFFIXES):
        raise ElfError("neither an object nor an archive of objects")


def _is_object(head: bytes) -> bool:
    return is_relocatable(head) or is_bitcode(head)


def _beside(path: str, member: ThinMember) -> str:
    """Give the path of a member of a thin archive; that of the whole archive when it is in another one."""
    named = os.path.join(os.path.dirname(path), member.name)
    short = os.path.normpath(named)  # which is another path when a folder is a symbolic link
    return short if os.path.exists(short) and os.path.samefile(short, named) else named
