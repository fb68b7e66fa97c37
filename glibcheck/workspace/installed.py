"""The closures of a wheel, as they will be once it is installed; nothing is unpacked.

A library is looked for in the wheel where an rpath leads there, and else on this system. There is one closure for each
root, which is an ELF file that no other of the wheel loads: the extension modules, mostly, and the programs. Files are
read once for all of them.

What a package does in Python before is not known: libraries that it loads by `ctypes.CDLL`, or that an extension
imported earlier has loaded, need no rpath any more. So "not found" means "not by the loader alone".
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from glibcheck.archives import zip as zips
from glibcheck.archives.member import DEFAULT_LIMITS, BadMember
from glibcheck.elf.loading import loadable_or_damage
from glibcheck.errors import ArchiveError, ElfError, InputError
from glibcheck.installation import Installation
from glibcheck.loader import load
from glibcheck.model.closure import Closure, Library
from glibcheck.model.loading import Damaged
from glibcheck.model.names import Soname
from glibcheck.workspace.diskfile import open_buffer
from glibcheck.workspace.system import LibraryReader, system_search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.buffer import Buffer
    from glibcheck.model.image import Linkage

# How much work a wheel is worth. The largest that we met, torch, asks for 4,000 paths and 6 million lookups.
_MOST_PATHS = 1_000_000
_MOST_LOOKUPS = 30_000_000


def load_wheel_closures(path: str, library_path: str) -> tuple[Closure, ...]:
    """Load a closure for each root of the wheel at `path`, sorted by member; `library_path` is LD_LIBRARY_PATH.

    The first library of each is shown as `WHEEL:member`. A member that cannot be read is a closure, too, of that one.

    Raises: InputError when the wheel as a whole cannot be read.
    """
    try:
        with _opened(path) as buffer:
            wheel = _Wheel(path, buffer)
            search = system_search(library_path)
            found: dict[str, Closure] = {}
            loaded: set[str] = set()
            for member in wheel.in_order():
                if member not in loaded:
                    place, linkage = wheel.installation.path_of(member) or member, wheel.linkage(member)
                    closure = load(place, linkage, search, wheel) if linkage else wheel.unreadable(member)
                    wheel.count(closure)
                    loaded.update(wheel.members_of(closure))
                    found[member] = closure
    except (ArchiveError, ElfError) as error:
        raise InputError(path, error.message, error.offset) from error
    return tuple(wheel.shown(member, found[member]) for member in sorted(found) if member not in loaded)


@contextmanager
def _opened(path: str) -> Iterator[Buffer]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise InputError(path, f"cannot be opened: {error}") from error
    try:
        yield open_buffer(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


class _Wheel:
    """A wheel whose members have been listed; called, it reads what the loader asks for, each file once."""

    def __init__(self, path: str, buffer: Buffer) -> None:
        self._path, self._buffer = path, buffer
        members = list(zips.members(buffer, DEFAULT_LIMITS))
        self._members = {row.name: row for row in reversed(members)}  # of two of a name, the first counts
        self.installation = Installation(row.name for row in members)
        self._system = LibraryReader()
        self._paths = self._lookups = 0
        self._read: dict[str, Linkage | Damaged] = {}

    def __call__(self, path: str) -> Linkage | Damaged | None:
        """Read the file at a path of the installation or of this system."""
        self._paths += 1
        if self._paths > _MOST_PATHS:
            raise ArchiveError(
                f"its files name over {_MOST_PATHS} places to look for libraries; unpack it and name one"
            )
        if not self.installation.covers(path):
            return self._system(path)
        member = self.installation.member_at(path)
        return None if member is None else self._file(member)

    def count(self, closure: Closure) -> None:
        """Count the lookups that were bound; raises ArchiveError when no honest wheel has as many."""
        loadings = (library.linkage.loading for library in closure.libraries if library.linkage)
        self._lookups += sum(len(loading.lookups) for loading in loadings if loading)
        if self._lookups > _MOST_LOOKUPS:
            raise ArchiveError(f"its files look up over {_MOST_LOOKUPS} symbols together; unpack it and name one")

    def linkage(self, member: str) -> Linkage | None:
        """Give what was read of a member; None when it is damaged."""
        found = self._file(member)
        return None if isinstance(found, Damaged) else found

    def in_order(self) -> list[str]:
        """List the programs and libraries, those first that no other asks for by name, which are roots for sure."""
        files = [name for name in sorted(self._members) if self._is_file(name)]
        linkages = filter(None, map(self.linkage, files))
        wanted = {os.path.basename(name) for linkage in linkages for name in linkage.image.needed}
        return sorted(files, key=lambda name: self._names(name) & wanted != set())

    def members_of(self, closure: Closure) -> Iterator[str]:
        """Give the members that a closure loads, but for its own file."""
        for library in closure.libraries[1:]:
            if library.path is not None and self.installation.covers(library.path):
                yield self.installation.member_at(library.path) or ""

    def unreadable(self, member: str) -> Closure:
        """Make the closure of a member that cannot be read, which tells why."""
        found, name = self._file(member), Soname(os.path.basename(member))
        problem = f"is damaged: {found.reason}" if isinstance(found, Damaged) else None
        return Closure((Library(name, member, "the file itself", (name,), None, problem=problem),), (), ())

    def shown(self, member: str, closure: Closure) -> Closure:
        """Name the files of a closure as a person would."""
        first, *others = closure.libraries
        first = first._replace(path=f"{self._path}:{member}")
        return closure._replace(libraries=(first, *map(self._shown, others)))

    def _shown(self, library: Library) -> Library:
        shown = self.installation.shown
        if library.path is not None:
            member = self.installation.member_at(library.path) if self.installation.covers(library.path) else None
            return library._replace(path=shown(library.path), member=member and f"{self._path}:{member}")
        places = self.installation.named(os.path.basename(library.name))
        problem = f"it is in the wheel at {', '.join(places)}, but no rpath leads there" if places else library.problem
        return library._replace(tried=tuple(dict.fromkeys(map(shown, library.tried))), problem=problem)

    def _names(self, member: str) -> set[str]:
        linkage = self.linkage(member)
        return {os.path.basename(member)} | ({linkage.image.soname or ""} if linkage else set())

    def _is_file(self, member: str) -> bool:
        """Say whether a member is a program or library; one that cannot be read may be."""
        found = self._file(member)
        return not (isinstance(found, Damaged) and found.whole)

    def _file(self, member: str) -> Linkage | Damaged:
        if member not in self._read:
            self._read[member] = self._read_file(member)
        return self._read[member]

    def _read_file(self, name: str) -> Linkage | Damaged:
        member = self._members[name]
        if isinstance(member, BadMember):
            return Damaged(member.reason)
        try:
            if zips.starts_with_elf(self._buffer, member):
                return loadable_or_damage(zips.open_member(self._buffer, member, DEFAULT_LIMITS))
        except (ArchiveError, ElfError) as error:
            return Damaged(str(error))
        return Damaged("not an ELF file", whole=True)
