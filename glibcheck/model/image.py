"""What one ELF file says of itself, named as the specifications name it.

gABI chapter 5 (dynamic section), LSB Core "Symbol Versioning" (verneed, vernaux, verdef).
"""

from __future__ import annotations

from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.loading import Loading


class Vernaux(Record):
    """One version that is needed of a library: vna_name, vna_other, and VER_FLG_WEAK of vna_flags.

    `other` is the number by which `.gnu.version` refers to it. The loader does not fail when a weak one is
    missing, it only warns.
    """

    name: VersionName
    other: int
    weak: bool


class Verneed(Record):
    """One verneed entry: the library (vn_file) and the versions needed of it, in file order."""

    file: Soname
    aux: tuple[Vernaux, ...]


class Verdef(Record):
    """One version that the file defines: vd_ndx and the first verdaux name.

    `base` (VER_FLG_BASE) marks the entry that only repeats the file's own soname.
    """

    name: VersionName
    number: int
    base: bool


class Requirement(Record):
    """What a file needs: version `version` of `library`, for `symbols`.

    `symbols` are sorted; empty when the version is needed though no symbol refers to it (markers such as
    GLIBC_ABI_DT_RELR).
    """

    library: Soname
    version: VersionName
    weak: bool
    symbols: tuple[SymbolName, ...]


class Traits(Record):
    """What else a file asks of the system that runs it.

    `libc` is "glibc" or "musl", None when the file names neither; `python` the libpython in DT_NEEDED. An
    `executable_stack` of None means that the file does not say, and the kernel decides. `isa_level` is the x86-64
    level that the file says it needs ("x86-64-v3"); few files say. `build_id` is in hexadecimal.
    """

    libc: str | None = None
    python: Soname | None = None
    executable_stack: bool | None = None
    text_relocations: bool = False
    relr: bool = False
    isa_level: str | None = None
    build_id: str | None = None


class ElfImage(Record):
    """The dynamic facts of one file.

    `needed` is in file order, as the loader reads it; `requirements` are sorted by library and version,
    `unversioned` (undefined symbols that name no version) by name, but for an unordered look (see `elf.image.read`).
    `weak_symbols` are those among both that may stay unresolved (STB_WEAK). `soname` and `interp` are None when the
    file has none; `rpath` and `runpath` are None when absent, and unexpanded when present.

    `unread` is 0, but after a brief look (see `elf.image.read`): then so many more symbols have no version, and
    `weak_symbols` is empty whatever they are.
    """

    machine: str
    elf_class: int  # 32 or 64
    soname: Soname | None
    needed: tuple[Soname, ...]
    rpath: str | None
    runpath: str | None
    interp: str | None
    verdef: tuple[Verdef, ...]
    requirements: tuple[Requirement, ...]
    unversioned: tuple[SymbolName, ...]
    weak_symbols: frozenset[SymbolName] = frozenset()
    traits: Traits = Traits()
    unread: int = 0


class Export(Record):
    """A symbol that a file defines for others.

    `version` is None when it has none (also for the base version, VER_NDX_GLOBAL). `hidden` (the top bit of
    versym) means: not for new links, only for files that ask for this version by name: `name@V`, where the
    default is `name@@V`.
    """

    name: SymbolName
    version: VersionName | None
    hidden: bool


class Reference(Record):
    """A symbol that a file wants from others; `library` and `version` are None when it names none."""

    name: SymbolName
    version: VersionName | None
    library: Soname | None
    weak: bool


class Linkage(Record):
    """An image together with all that it defines and wants; `loading` only when it was read for a closure."""

    image: ElfImage
    exports: tuple[Export, ...]
    references: tuple[Reference, ...]
    loading: Loading | None = None
