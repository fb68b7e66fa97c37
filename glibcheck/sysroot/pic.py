"""Whether an archive may become part of a shared object: whether its code is position independent, by its relocations.

Without -fPIC a compiler puts absolute addresses into code, which a shared library cannot have without being written to
at each start (DT_TEXTREL), and linkers refuse most of them. The relocation types that say so are in the psABI of each
machine; where the code reaches data through the distance to itself (aarch64, s390x), the type alone does not tell, and
only references to symbols of other files count.
"""

from __future__ import annotations

from glibcheck.elf.archive import read_archive
from glibcheck.elf.objecttables import SHF_ALLOC, SHF_EXECINSTR, SHN_UNDEF, STB_LOCAL, ObjectTables
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.objecttables import RelocationRow, SymbolRow


class _Types(Record):
    """Relocation types of a machine that position independent code has not.

    `anywhere`: in no section that is loaded; `code`: in no executable one; `foreign`: in no executable one, for a
    symbol that another file has.
    """

    anywhere: frozenset[int] = frozenset()
    code: frozenset[int] = frozenset()
    foreign: frozenset[int] = frozenset()


_OWN_TABLE = b"_GLOBAL_OFFSET_TABLE_"  # which the linker makes, in the same file

# Named as in elf.h; a type that is not here is taken for harmless, and the linker has the last word.
_TYPES = {
    62: _Types(frozenset({10, 11}), foreign=frozenset({2})),  # R_X86_64_32, _32S; _PC32
    3: _Types(code=frozenset({1}), foreign=frozenset({2})),  # R_386_32; _PC32
    183: _Types(code=frozenset(range(263, 270)), foreign=frozenset({275, 276})),  # MOVW_UABS_*; ADR_PREL_PG_HI21*
    40: _Types(code=frozenset({2, 43, 44, 47, 48})),  # R_ARM_ABS32, MOVW_ABS_NC, MOVT_ABS and those of Thumb
    21: _Types(code=frozenset({3, 4, 5, 6})),  # R_PPC64_ADDR16, _LO, _HI, _HA
    22: _Types(frozenset({4}), foreign=frozenset({19})),  # R_390_32; _PC32DBL
    243: _Types(code=frozenset({26}), foreign=frozenset({23})),  # R_RISCV_HI20; _PCREL_HI20
    258: _Types(code=frozenset({67}), foreign=frozenset({71})),  # R_LARCH_ABS_HI20; _PCALA_HI20
}


def why_not_pic(data: bytes) -> str | None:
    """Name the member of an archive that is not position independent, and its symbol; None when all are.

    Raises: ElfError when it is no archive, or a member is damaged.
    """
    for member in read_archive(data):
        if member.data[:4] == b"\x7fELF":
            culprit = _culprit(ObjectTables(member.data))
            if culprit is not None:
                return f"{member.name} is not position independent: {culprit}"
    return None


def _culprit(tables: ObjectTables) -> str | None:
    types = _TYPES.get(tables.machine, _Types())
    suspects = types.anywhere | types.code | types.foreign
    rows = [row for row in tables.relocations() if row.type in suspects and row.flags & SHF_ALLOC]
    symbols = tuple(tables.symbols()) if rows else ()
    for row in rows:
        symbol = symbols[row.symbol] if row.symbol < len(symbols) else None
        if _is_wrong(row, symbol, types):
            name = symbol.name.decode("utf-8", "replace") if symbol is not None else ""
            return f"relocation {row.type}" + (f" against {name}" if name else "")
    return None


def _is_wrong(row: RelocationRow, symbol: SymbolRow | None, types: _Types) -> bool:
    if row.type in types.anywhere:
        return True
    if not row.flags & SHF_EXECINSTR:
        return False
    if row.type in types.code:
        return True
    if symbol is None or symbol.section != SHN_UNDEF or symbol.binding == STB_LOCAL or symbol.name == _OWN_TABLE:
        return False
    return symbol.other & 3 == 0  # A hidden symbol is in the same file, however undefined it is here.
