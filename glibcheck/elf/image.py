"""A buffer becomes an ElfImage: the facts of a scan, read as the loader would read them.

This is the hot path; it costs what is asked for. `read` looks only at the rows that name a needed version
or no version, `read_linkage` reads the whole symbol table, for binding.
"""

from __future__ import annotations

from glibcheck.elf.dynamic import DT_RPATH, DT_RUNPATH, DT_SONAME, DynamicFile
from glibcheck.elf.symbols import GLOBAL, SymbolTable, read_exports, read_references
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
    requirements, unversioned = _requirements(table, needs)
    soname = _string(file, DT_SONAME)
    return ElfImage(
        machine=file.machine,
        elf_class=file.elf_class,
        soname=None if soname is None else Soname(soname),
        needed=tuple(Soname(file.strings.name(index)) for index in file.needed),
        rpath=_string(file, DT_RPATH),
        runpath=_string(file, DT_RUNPATH),
        interp=file.interpreter(),
        verdef=read_verdef(file),
        requirements=requirements,
        unversioned=unversioned,
    )


def _string(file: DynamicFile, tag: int) -> str | None:
    return file.strings.name(file.tags[tag]) if tag in file.tags else None


def _requirements(
    table: SymbolTable, needs: tuple[Verneed, ...]
) -> tuple[tuple[Requirement, ...], tuple[SymbolName, ...]]:
    """Sort the wanted symbols by what they ask for; a version that no symbol asks for is kept, empty."""
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
    for number, name, _ in table.wanted(needed):
        groups[number].add(SymbolName(name))
    found = [
        Requirement(library, version, weak[library, version], tuple(sorted(names)))
        for (library, version), names in symbols.items()
    ]
    found.sort(key=lambda need: (need.library, order(need.version)))
    return tuple(found), tuple(sorted(unversioned))
