"""What the loader would load for a file, and what binds to what."""

from __future__ import annotations

from glibcheck.model.image import Linkage, Requirement
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.record import Record
from glibcheck.model.site import Site


class Library(Record):
    """One object of the closure, the scanned file itself first.

    `name` is how DT_NEEDED asks for it (the path, for the scanned file), `chain` the names from the scanned
    file to this one, both included: the way on which the loader met it first. `path` and `linkage` are None
    when it was not found; `found_by` then says where it was looked for, else which rule of ld.so(8) found it.
    """

    name: Soname
    path: str | None
    found_by: str
    chain: tuple[Soname, ...]
    linkage: Linkage | None

    @property
    def of_system(self) -> bool:
        """Say whether the system provides it: another system has its own copy, with needs of its own."""
        return self.found_by in ("ld.so.cache", "ld.so.conf", "default directory")


class Binding(Record):
    """The symbols of `user` that the loader would take from `provider`, sorted; () for a needed but unused one."""

    user: Soname
    provider: Soname
    symbols: tuple[SymbolName, ...]


class Trace(Record):
    """One requirement, who has it, the chain of libraries that brought that one in, and where its code asks for it.

    `sites` are sorted by symbol and address; empty when nobody looked. `notes` are sentences on what could not be
    known of them, and why.
    """

    requirement: Requirement
    holder: Soname
    chain: tuple[Soname, ...]
    sites: tuple[Site, ...] = ()
    notes: tuple[str, ...] = ()


class Closure(Record):
    """Everything that loading one file brings.

    `libraries` are in load order (breadth first). `bindings` hold a row for each DT_NEEDED of each library,
    also where nothing binds, and for each other pair that binds; sorted by load order. `unresolved` are the
    references that no library of the closure satisfies and that are not weak, by user: for an extension, the
    symbols of the interpreter.
    """

    libraries: tuple[Library, ...]
    bindings: tuple[Binding, ...]
    unresolved: tuple[Binding, ...]
