"""Where the code and data of a relocatable object refer to given symbols: the best evidence for where a need is from.

A build tree has thousands of objects, and an archive like libcrypto.a a thousand members with 200,000 relocations, of
which a few are wanted. So an object whose bytes do not have the wanted names is not decoded at all; else one pass finds
the rows of the symbols, and the column of symbol numbers of each relocation table is gone through whole. gABI chapter
4, "Relocation".

Only sections that are in memory at run time count: what debug sections refer to, nobody needs. A name with a `.symver`
directive appears as the directive wrote it, `pow@GLIBC_2.2.5`, and is found when `pow` is wanted.

Trap: MIPS64 in little endian order writes r_info in a way of its own, and LLVM's packed CREL tables are an experiment;
neither is read.
"""

from __future__ import annotations

from glibcheck.elf.objectsymbols import LTO_SECTIONS, ObjectSymbols, is_bitcode, require_relocatable
from glibcheck.elf.sections import SHF_ALLOC, SHT_REL, SHT_RELA
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from glibcheck.elf.objectsymbols import LtoCode
    from glibcheck.elf.sections import Section

_MOST_SEARCHED = 64  # of more names, decoding the symbols is quicker than searching the bytes for each
_LTO_SIGNS = tuple(name.encode() for name in LTO_SECTIONS)


class ObjectReference(Record):
    """A relocation for a wanted symbol: at `offset` bytes into section number `section_number`, called `section`.

    `symbol` is the name as the object has it; `type` is the machine's number (R_X86_64_PLT32 is 4). `function` is the
    function around the offset; None when there is none, as in data, or when the object does not say its size.
    """

    symbol: SymbolName
    section: str
    section_number: int
    offset: int
    type: int
    function: SymbolName | None


class ObjectReferences(Record):
    """What one object refers to, of what was wanted: `references` in the order of its tables.

    `undefined` has all wanted names that it leaves to others, also those without a relocation. `lto` is None for an
    ordinary object; with "only", its code is for the linker plugin of its compiler, and what is not found here says
    nothing; with "also", it has such code beside the ordinary one, and nobody knows which of them was linked.
    """

    undefined: frozenset[SymbolName]
    references: tuple[ObjectReference, ...]
    lto: LtoCode | None


def references(data: bytes, wanted: frozenset[bytes]) -> ObjectReferences:
    """Find the references of an object to the wanted symbols that it does not define.

    An object without any of the names is not looked into. Raises ElfError when it is none or damaged.
    """
    if is_bitcode(data):
        return ObjectReferences(frozenset(), (), "only")
    require_relocatable(data)
    if len(wanted) <= _MOST_SEARCHED and not any(word in data for word in (*wanted, *_LTO_SIGNS)):
        return ObjectReferences(frozenset(), (), None)
    symbols = ObjectSymbols(data)
    names = symbols.wanted(wanted)
    rows = [*_relocations(symbols, names)] if names else []
    functions = symbols.functions({section.number for section, _, _, _ in rows})
    found = tuple(
        ObjectReference._make((
            names[symbol], section.name, section.number, offset, kind, symbols.around(functions[section.number], offset)
        ))
        for section, offset, symbol, kind in rows
    )  # fmt: skip
    return ObjectReferences(frozenset(names.values()), found, symbols.lto)


def _relocations(symbols: ObjectSymbols, wanted: Container[int]) -> Iterator[tuple[Section, int, int, int]]:
    """Give the relocations about these rows of .symtab: section that is changed, r_offset, row, type."""
    sections, left = symbols.table.sections, len(symbols.table.buffer)
    for table in sections:
        if table.type not in (SHT_REL, SHT_RELA) or table.link != symbols.number or table.info >= len(sections):
            continue
        section = sections[table.info]
        if section.flags & SHF_ALLOC:
            left -= table.size
            if left < 0:
                raise ElfError("damaged object: its relocation tables overlap", table.offset)
            for offset, symbol, kind in _picked(symbols, table, wanted):
                yield section, offset, symbol, kind


def _picked(symbols: ObjectSymbols, table: Section, wanted: Container[int]) -> Iterator[tuple[int, int, int]]:
    words, addend = symbols.words(symbols.table.content(table)), table.type == SHT_RELA
    if symbols.table.elf_class == 32:
        width = 3 if addend else 2
        for row, info in enumerate(words[1 : len(words) // width * width : width]):
            if info >> 8 in wanted:
                yield words[row * width], info >> 8, info & 0xFF
        return
    # r_offset and r_info have two words each; the upper one of r_info is the symbol, the lower one the type.
    width, upper = 6 if addend else 4, 1 if symbols.table.order == "<" else 0
    for row, symbol in enumerate(words[2 + upper : len(words) // width * width : width]):
        if symbol in wanted:
            place = row * width
            yield words[place + upper] << 32 | words[place + 1 - upper], symbol, words[place + 3 - upper]
