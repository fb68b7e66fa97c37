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
    from collections.abc import Mapping, Sequence

    from glibcheck.elf.buffer import Buffer

EXAMPLES = 8  # names without a version in a brief look


def read(buffer: Buffer, brief: bool = False, unordered: bool = False) -> ElfImage:
    """Read the dynamic facts of one file.

    A `brief` look leaves out what a text for people leaves out, too, and takes half the time: most of the names without
    a version (`ElfImage.unread` counts them), and which symbols are weak. Nothing may be judged by it. An `unordered`
    one leaves the names without a version as they stand in the symbol table, where one may stand twice.

    Raises: ElfError when the bytes are no linked ELF file, or contradict themselves.
    """
    file = DynamicFile(buffer)
    return _image(file, SymbolTable(file), read_verneed(file), brief, unordered)


def read_linkage(buffer: Buffer) -> Linkage:
    """Read a file with every symbol that it defines and wants; raises ElfError as `read` does."""
    file = DynamicFile(buffer)
    return linkage(file, SymbolTable(file))


def linkage(file: DynamicFile, table: SymbolTable) -> Linkage:
    """Read what `read_linkage` gives of a file whose dynamic section and symbol table have been read."""
    needs = read_verneed(file)
    image = _image(file, table, needs)
    return Linkage(image, read_exports(table, image.verdef, needs), read_references(table, needs))


def _image(
    file: DynamicFile, table: SymbolTable, needs: tuple[Verneed, ...], brief: bool = False, unordered: bool = False
) -> ElfImage:
    numbers = {aux.other for need in needs for aux in need.aux if aux.other > GLOBAL}
    unversioned, unread = table.unversioned(EXAMPLES if brief else None)
    soname, interp = _string(file, DT_SONAME), file.interpreter()
    needed = tuple(Soname(name) for name in file.strings.names(file.needed))
    # In the order of the fields: to make a Record by names takes ten times as long.
    return ElfImage(
        file.machine,
        file.elf_class,
        None if soname is None else Soname(soname),
        needed,
        _string(file, DT_RPATH),
        _string(file, DT_RUNPATH),
        interp,
        read_verdef(file),
        _requirements(needs, table.wanted(numbers)),
        tuple(unversioned) if unordered else _sorted(unversioned),
        frozenset() if brief else frozenset(table.weak(numbers)),
        read_traits(file, interp, needed, soname),
        unread,
    )


def _string(file: DynamicFile, tag: int) -> str | None:
    return file.strings.name(file.tags[tag]) if tag in file.tags else None


def _requirements(needs: tuple[Verneed, ...], wanted: Mapping[int, list[SymbolName]]) -> tuple[Requirement, ...]:
    """Sort the wanted symbols by what they ask for; a version that no symbol asks for is kept, empty.

    A version may stand in several entries; it is weak when all of them are.
    """
    found: dict[tuple[Soname, VersionName], Requirement] = {}
    for library, entries in needs:
        for version, other, weak in entries:
            row = Requirement._make((library, version, weak, _sorted(wanted.get(other, ()))))
            before = found.get((library, version))
            if before is not None:
                symbols = _sorted([*before.symbols, *row.symbols])
                row = Requirement(library, version, weak and before.weak, symbols)
            found[library, version] = row
    return tuple(sorted(found.values(), key=_by_library))


def _sorted(names: Sequence[SymbolName]) -> tuple[SymbolName, ...]:
    """Sort names, each once."""
    return tuple(sorted({*names}) if len(names) > 1 else names)


def _by_library(need: Requirement) -> tuple[Soname, tuple[str, tuple[int, ...], str]]:
    return need.library, order(need.version)
