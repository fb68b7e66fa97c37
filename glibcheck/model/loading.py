"""What the loader asks of a file when it relocates the closure: what the file looks up, and what others find in it.

gABI chapter 5 ("Relocation", "Symbol Table"), and glibc's elf/dl-lookup.c where that is silent: it tells three ways of
looking up apart, and a definition may count for one and not for another.
"""

from __future__ import annotations

from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    # A call goes through the PLT (or is for thread-local storage); a copy is R_*_COPY; all else takes an address.
    Way = Literal["address", "call", "copy"]


class Lookup(Record):
    """A symbol that the loader looks up for a relocation of a file, once for each way.

    `own` says that the file defines it, too, and may yet get another's; `protected`, that it does and never will.
    """

    name: SymbolName
    version: VersionName | None
    way: Way
    weak: bool
    own: bool
    protected: bool


class Definition(Record):
    """What a symbol of a file is to those who look its name up.

    `version` is None when it has none, also for the base version. `hidden` ones are for who asks by version. `early` is
    one of no version or the file's first: only those are what a reference without a version was linked with. A `stub`
    is undefined and yet has an address, the PLT entry that stands for a function in a program that is no PIE. A
    `unique` one is the same for the whole process (STB_GNU_UNIQUE).
    """

    version: VersionName | None
    hidden: bool
    early: bool
    stub: bool
    unique: bool


class Loading(Record):
    """All lookups of a file, sorted, and its definitions by name, in the order of the symbol table.

    `symbolic` (DT_SYMBOLIC, DF_SYMBOLIC) looks into itself first; `no_defaults` (DF_1_NODEFLIB) does not want libraries
    of the default directories.
    """

    lookups: tuple[Lookup, ...]
    definitions: Mapping[SymbolName, tuple[Definition, ...]]
    symbolic: bool = False
    no_defaults: bool = False


class Damaged(Record):
    """A file that is there and cannot be read as a program or library, and why.

    `machine` and `elf_class` are None when it is no ELF file. `whole` says that it is not damaged at all, but
    of another kind: an object, a static program, or no ELF file.
    """

    reason: str
    machine: str | None = None
    elf_class: int | None = None
    whole: bool = False
