"""A stub library: what a shared library exports, without what it does."""

from __future__ import annotations

from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record


class StubSymbol(Record):
    """A symbol of a stub; `version` None when it has none.

    `default` says that new links get this version (`name@@VERSION`). `size` is that of data, in bytes, None for a
    function. `alias` is the symbol whose place it shares, None when it has a place of its own: a program that copies
    `environ` into itself must move `__environ` with it.
    """

    name: SymbolName
    version: VersionName | None
    default: bool = True
    size: int | None = None
    alias: SymbolName | None = None


class StubLibrary(Record):
    """A shared library by its soname and symbols; `versions` are its version nodes, oldest first.

    A node without a symbol (GLIBC_ABI_DT_RELR) is one that linkers look for.
    """

    soname: Soname
    versions: tuple[VersionName, ...]
    symbols: tuple[StubSymbol, ...]
