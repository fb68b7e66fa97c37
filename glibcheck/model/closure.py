"""What the loader would load for a file, and what binds to what."""

from __future__ import annotations

from glibcheck.model.image import Linkage, Requirement
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.site import Site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# What Library.found_by says when the system provides a library.
CACHE, CONFIGURED, DEFAULT, LOADER = "ld.so.cache", "ld.so.conf", "default directory", "the loader itself"


class Library(Record):
    """One object of the closure, the scanned file itself first.

    `name` is how DT_NEEDED asks for it (the file's name, for the scanned file), `chain` the names from the scanned
    file to this one, both included: the way on which the loader met it first. `found_by` is the rule of ld.so(8) that
    found it, "not found", or "not looked for"; then `path` and `linkage` are None, and `tried` holds the directories
    where the loader would have looked, in order ("ld.so.cache" among them). `problem` says in half a sentence why a
    library that was found cannot be read ("is damaged: ..."), which leaves `linkage` None, or what else is known of one
    that was not found. `member` is 'WHEEL:name' where it comes with a wheel, and `path` where it will be.
    """

    name: Soname
    path: str | None
    found_by: str
    chain: tuple[Soname, ...]
    linkage: Linkage | None
    tried: tuple[str, ...] = ()
    problem: str | None = None
    member: str | None = None

    @property
    def of_system(self) -> bool:
        """Say whether the system provides it: another system has its own copy, with needs of its own."""
        return self.found_by in (CACHE, CONFIGURED, DEFAULT, LOADER)


class Binding(Record):
    """The symbols of `user` that the loader would take from `provider`, sorted; () for a needed but unused one.

    `versions` goes with `symbols`, one by one: the version that the symbol was asked for with, None for none. A symbol
    that is asked for with two versions stands there twice.
    """

    user: Soname
    provider: Soname
    symbols: tuple[SymbolName, ...]
    versions: tuple[VersionName | None, ...] = ()


class Trace(Record):
    """One requirement, who has it, the chain of libraries that brought that one in, and where its code asks for it.

    `sites` are sorted by symbol and address; empty when nobody looked. `notes` are sentences on what could not be
    known of them, and why. `left_out` has the symbols with more sites than those, and how many more were found.
    """

    requirement: Requirement
    holder: Soname
    chain: tuple[Soname, ...]
    sites: tuple[Site, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: Mapping[SymbolName, int] = {}


class Closure(Record):
    """Everything that loading one file brings.

    `libraries` are in load order (breadth first). `bindings` hold a row for each DT_NEEDED of each library,
    also where nothing binds, and for each other pair that binds, but not for what a library finds in itself; sorted by
    load order. `unresolved` are the references that no library of the closure satisfies and that are not weak, by user:
    for an extension, the symbols of the interpreter.
    """

    libraries: tuple[Library, ...]
    bindings: tuple[Binding, ...]
    unresolved: tuple[Binding, ...]

    @property
    def unused(self) -> tuple[Binding, ...]:
        """Give the rows of libraries that are named in DT_NEEDED, are there, and give the one that names them nothing.

        `ldd -u` tells those of the file itself. Of a library that was not found or cannot be read, it is not known.
        """
        known = {library.name for library in self.libraries if library.linkage}
        return tuple(row for row in self.bindings if not row.symbols and row.provider in known)
