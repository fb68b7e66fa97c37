"""A buffer becomes an ElfImage: the facts of a scan, read as the loader would read them.

This is the hot path; it costs what is asked for. `read` looks only at the rows that name a needed version
or no version, `read_linkage` reads the whole symbol table, for binding.
"""

from __future__ import annotations

from glibcheck.elf.dynamic import DT_RPATH, DT_RUNPATH, DT_SONAME, DynamicFile
from glibcheck.elf.symbols import GLOBAL, SymbolTable, read_exports, read_references
from glibcheck.elf.traits import read_traits
from glibcheck.elf.versions import read_verdef, read_verneed
from glibcheck.model.image import ElfImage, Linkage, Requirement, Verneed
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.versions import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.buffer import Buffer


def read(buffer: Buffer) -> ElfImage:
    """Read the dynamic facts of one file.

    Raises: ElfError when the bytes are no linked ELF file, or contradict themselves.
    """
    file = DynamicFile(buffer)
    return _image(file, SymbolTable(file), read_verneed(file))


def read_linkage(buffer: Buffer) -> Linkage:
    """Read a file with every symbol that it defines and wants; raises ElfError as `read` does."""
    file = DynamicFile(buffer)
    table, needs = SymbolTable(file), read_verneed(file)
    image = _image(file, table, needs)
    return Linkage(image, read_exports(table, image.verdef, needs), read_references(table, needs))


def _image(file: DynamicFile, table: SymbolTable, needs: tuple[Verneed, ...]) -> ElfImage:
    requirements, unversioned, weak = _requirements(table, needs)
    soname, interp = _string(file, DT_SONAME), file.interpreter()
    needed = tuple(Soname(name) for name in file.strings.names(file.needed))
    return ElfImage(
        machine=file.machine,
        elf_class=file.elf_class,
        soname=None if soname is None else Soname(soname),
        needed=needed,
        rpath=_string(file, DT_RPATH),
        runpath=_string(file, DT_RUNPATH),
        interp=interp,
        verdef=read_verdef(file),
        requirements=requirements,
        unversioned=unversioned,
        weak_symbols=weak,
        traits=read_traits(file, interp, needed, soname),
    )


def _string(file: DynamicFile, tag: int) -> str | None:
    return file.strings.name(file.tags[tag]) if tag in file.tags else None


def _requirements(
    table: SymbolTable, needs: tuple[Verneed, ...]
) -> tuple[tuple[Requirement, ...], tuple[SymbolName, ...], frozenset[SymbolName]]:
    """Sort the wanted symbols by what they ask for; a version that no symbol asks for is kept, empty.

    Gives the requirements, the symbols without a version, and those of either that are weak.
    """
    symbols: dict[tuple[Soname, VersionName], set[SymbolName]] = {}
    weak: dict[tuple[Soname, VersionName], bool] = {}
    groups: dict[int, set[SymbolName]] = {}
    for need in needs:
        for aux in need.aux:
            key = (need.file, aux.name)
            weak[key] = weak.get(key, True) and aux.weak
            groups[aux.other] = symbols.setdefault(key, set())
    needed = {number for number in groups if number > GLOBAL}
    unversioned = groups[GLOBAL] = set()
    weak_symbols: set[SymbolName] = set()
    for number, name, is_weak in table.wanted(needed):
        groups[number].add(SymbolName(name))
        if is_weak:
            weak_symbols.add(SymbolName(name))
    found = [
        Requirement(library, version, weak[library, version], tuple(sorted(names)))
        for (library, version), names in symbols.items()
    ]
    found.sort(key=lambda need: (need.library, order(need.version)))
    return tuple(found), tuple(sorted(unversioned)), frozenset(weak_symbols)
