"""References in a linked file: which code or data of it leads to a symbol of another library, and where.

The linker leaves no list of them. It leaves dynamic relocations (`elf.dynrelocs`), which say what the loader fills in:
slots of the global offset table, pointers in data, and copies of others' variables. Code calls a function through an
entry of the procedure linkage table, which jumps through a slot, or through the slot itself, and reads a variable's
address from a slot. So slots and copies are targets, PLT entries that lead to a slot are, and code is searched for what
leads to a target (`elf.code_x86`, `elf.code_aarch64`).

For other machines the slots themselves are given, as far as there are any, with the kind "slot"; and so is, for every
machine, a symbol to which nothing else leads, such as that of code for a large model, which counts from a register.

Trap: without section headers a function that does nothing but a tail call through a slot looks like a PLT entry. Then
its callers are named instead of it.
"""

from __future__ import annotations

from glibcheck.elf import code_aarch64, code_x86
from glibcheck.elf.dynamic import DT_FINI, DT_INIT, DT_RELR, PT_GNU_EH_FRAME
from glibcheck.elf.dynrelocs import EM_AARCH64, EM_LOONGARCH, EM_PPC64, EM_RISCV, EM_X86_64, DynamicRelocations
from glibcheck.elf.memory import Memory
from glibcheck.elf.sections import ET_EXEC
from glibcheck.elf.spans import places
from glibcheck.elf.unwind import UnwindTable
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from typing import Literal

    from glibcheck.elf.code_x86 import CodeHit, Stub
    from glibcheck.elf.dynamic import DynamicFile
    from glibcheck.elf.dynrelocs import SymbolRelocation
    from glibcheck.elf.memory import Area
    from glibcheck.elf.sections import SectionTable
    from glibcheck.model.names import SymbolName

    Kind = Literal["call", "load", "pointer", "slot"]

SEARCHED = (EM_X86_64, EM_AARCH64)  # e_machine of files whose code is searched
_GOT_LIKE_POINTERS = (EM_PPC64, EM_RISCV, EM_LOONGARCH)
# Code may refer to a part of a copied variable. Real ones are small: std::cout has 272 bytes.
_LONGEST_FINI = 64  # bytes
_MOST_SEARCHES = 1 << 24  # targets, each counted for every area
_MOST_OF_A_COPY, _MOST_OF_ALL_COPIES = 1 << 12, 1 << 16


class CodeReference(Record):
    """A place that leads to a symbol.

    `address` is the virtual address of the field that the linker filled in, as a relocation of the object file has it:
    of the 32 bits in x86-64 code, of the instruction in AArch64 code (of two that make an address, the second one), of
    the pointer in data, or of the slot. `section` is the name of the section that holds it, and `offset` counts bytes
    from its start; without section headers they are None and 0.
    """

    symbol: SymbolName
    address: int
    section: str | None
    offset: int
    kind: Kind


def find_references(
    file: DynamicFile, wanted: Collection[SymbolName], sections: SectionTable | None = None
) -> tuple[CodeReference, ...]:
    """Find what leads to these symbols, by address; none for a symbol that no relocation is about.

    `sections` are those of the same file, when it has any. Raises ElfError when a table lies outside of the file.
    """
    relocations = DynamicRelocations(file)
    found = relocations.about(frozenset(wanted))
    if not found:
        return ()
    memory = Memory(file.buffer, file, sections)
    rows = {(row.address, row.symbol, _kind(row, file, memory)) for row in found if row.role == "pointer"}
    known: set[SymbolName] = set()
    if file.machine_number in SEARCHED:
        rows.update(_in_code_and_data(file, memory, relocations, found))
        known = {symbol for _, symbol, _ in rows}
    rows |= {(row.address, row.symbol, "slot") for row in found if row.role != "pointer" and row.symbol not in known}
    return tuple(_reference(memory, *row) for row in sorted(rows))


def _kind(row: SymbolRelocation, file: DynamicFile, memory: Memory) -> Kind:
    """Tell a slot from a pointer where the relocation does not, by the name of the section."""
    section = memory.section_at(row.address) if file.machine_number in _GOT_LIKE_POINTERS else None
    return "slot" if section is not None and section.name == ".got" else "pointer"


def _reference(memory: Memory, address: int, symbol: SymbolName, kind: Kind) -> CodeReference:
    section = memory.section_at(address)
    if section is None:
        return CodeReference(symbol, address, None, 0, kind)
    return CodeReference(symbol, address, section.name, address - section.address, kind)


def _in_code_and_data(
    file: DynamicFile, memory: Memory, relocations: DynamicRelocations, found: Iterable[SymbolRelocation]
) -> Iterator[tuple[int, SymbolName, Kind]]:
    """Give (address, symbol, kind) of what leads to the slots, PLT entries and copies of an x86-64 or AArch64 file."""
    slots = {row.address: row for row in found if row.role in ("slot", "jump slot")}
    targets = {address: row.symbol for address, row in slots.items()}
    own = _copies(found)  # addresses of this file that stand for a symbol
    passed: set[int] = set()
    for stub in _stubs(file, memory, slots):
        own.setdefault(stub.start, slots[stub.slot].symbol)
        passed.update(range(stub.start, stub.end))
    for veneer in _veneers(file, memory, own):
        own.setdefault(veneer.start, own[veneer.slot])
        passed.update(range(veneer.start, veneer.end))
    targets |= own
    if len(targets) * len(memory.areas) > _MOST_SEARCHES:
        raise ElfError("it has too many areas of code, with too many slots")
    is_code = _code_test(file, memory)
    for area in memory.areas:
        if area.executable and not area.is_linkage_table:
            for address, target, kind in _hits(file, memory.content(area), area.address, targets, own):
                if address not in passed and is_code(address):
                    yield address, targets[target], kind
    for address, target in _pointers(file, memory, relocations, own):
        yield address, own[target], "pointer"


def _code_test(file: DynamicFile, memory: Memory) -> Callable[[int], bool]:
    """Tell code from read-only data in the same segment, of a file without section headers.

    In GNU ld's older layouts all code stands from `.init` to `.fini` (DT_INIT and DT_FINI), tables of the loader before
    it, and data and unwind tables behind it. What code there may be behind it is in these tables.
    """
    first, last = file.tags.get(DT_INIT, 0), file.tags.get(DT_FINI, 0)
    for table in () if memory.has_sections else file.segments.get(PT_GNU_EH_FRAME, ()):
        for area in memory.areas:
            if area.executable and area.address <= first < last < table.address < area.address + area.size:
                unwind = UnwindTable(memory, table.address, file.order, file.elf_class // 8)
                return lambda place: _stands_in_code(place, area, first, last, unwind)
    return lambda _: True


def _stands_in_code(place: int, area: Area, first: int, last: int, unwind: UnwindTable) -> bool:
    inside = area.address <= place < area.address + area.size
    return not inside or first <= place < last + _LONGEST_FINI or unwind.range_at(place) is not None


def _copies(found: Iterable[SymbolRelocation]) -> dict[int, SymbolName]:
    """Give all addresses of the variables that were copied into the file, and whose they are."""
    copies: dict[int, SymbolName] = {}
    for row in found:
        if row.role == "copy":
            size = min(row.size, _MOST_OF_A_COPY) if len(copies) < _MOST_OF_ALL_COPIES else 1
            copies |= dict.fromkeys(range(row.address, row.address + max(size, 1)), row.symbol)
    return copies


def _stubs(file: DynamicFile, memory: Memory, slots: Mapping[int, SymbolRelocation]) -> Iterator[Stub]:
    """Give the PLT entries of slots: all in the sections for them; elsewhere what is lazy, or looks like one."""
    find = code_x86.find_stubs if file.machine_number == EM_X86_64 else code_aarch64.find_stubs
    lazy = {address for address, row in slots.items() if row.role == "jump slot"}
    for area in memory.areas:
        if area.executable and area.is_linkage_table:
            for stub in find(memory.content(area), area.address, slots):
                lazy.discard(stub.slot)
                yield stub
    if memory.has_sections and not lazy:
        return
    for area in memory.areas:
        if area.executable and not area.is_linkage_table:
            for stub in find(memory.content(area), area.address, lazy if memory.has_sections else slots):
                if stub.slot in lazy or stub.certain:
                    yield stub


def _veneers(file: DynamicFile, memory: Memory, stubs: Collection[int]) -> list[Stub]:
    if file.machine_number != EM_AARCH64:
        return []
    code = [area for area in memory.areas if area.executable]
    return [stub for area in code for stub in code_aarch64.find_veneers(memory.content(area), area.address, stubs)]


def _hits(
    file: DynamicFile, code: bytes, base: int, targets: Collection[int], own: Collection[int]
) -> Iterator[CodeHit]:
    if file.machine_number == EM_AARCH64:
        yield from code_aarch64.find_hits(code, base, targets)
        return
    yield from code_x86.find_hits(code, base, targets)
    if file.type == ET_EXEC:
        yield from code_x86.find_absolute(code, base, own)


def _pointers(
    file: DynamicFile, memory: Memory, relocations: DynamicRelocations, own: Collection[int]
) -> Iterator[tuple[int, int]]:
    """Give the (address, target) of pointers to what is the file's own: only programs have such ones."""
    if not own or (file.type != ET_EXEC and file.interpreter() is None):
        return
    yield from relocations.pointing_at(own)
    if file.type == ET_EXEC or DT_RELR in file.tags:
        for area in memory.areas:
            if area.data:
                yield from _words(memory.content(area), area, own, file.elf_class // 8)


def _words(data: bytes, area: Area, targets: Collection[int], size: int) -> Iterator[tuple[int, int]]:
    """Give the (address, word) of words in memory that are one of the targets; both machines are little-endian."""
    needles = {(target >> 16).to_bytes(size - 2, "little") for target in targets if target >> 8 * size == 0}
    for place in places(data, needles, 2, len(data) - size + 3):
        word = int.from_bytes(data[place - 2 : place - 2 + size], "little")
        if (area.address + place - 2) % size == 0 and word in targets:
            yield area.address + place - 2, word
