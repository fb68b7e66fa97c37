"""The content of an object's section as the linker keeps it: the bytes between the relocations.

A linker copies a section as it is and changes what relocations point at, so what lies between them can be found again
in the linked file. That tells whether an object is really in a file, and where, on any machine and without a map.

Linkers also rewrite instructions around some relocations ("relaxation"): on x86-64 a load from the GOT becomes a `lea`,
and a call of __tls_get_addr becomes something shorter; psABI x86-64, appendix B, and "ELF Handling For Thread-Local
Storage". Those bytes count as the relocation's. On RISC-V and LoongArch linkers take bytes out, and a section that lost
some does not fit its object any more.
"""

from __future__ import annotations

import struct
from bisect import bisect_right

from glibcheck.elf.sections import SHT_RELA, SectionTable
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.memory import Memory

# Bytes before and behind r_offset that may differ, by relocation type.
_X86_64 = {
    1: (0, 8),  # 64
    9: (3, 4), 41: (3, 4), 42: (3, 4),  # GOTPCREL, GOTPCRELX, REX_GOTPCRELX
    17: (0, 8), 18: (0, 8), 24: (0, 8), 25: (0, 8), 29: (0, 8),  # those of 64 bits
    19: (4, 12), 20: (3, 9),  # TLSGD, TLSLD: the call behind it is rewritten, too
    22: (3, 4), 34: (3, 4), 35: (0, 2),  # GOTTPOFF, GOTPC32_TLSDESC, TLSDESC_CALL
}  # fmt: skip
_KNOWN = {"x86_64": (_X86_64, (0, 4)), "aarch64": ({257: (0, 8), 260: (0, 8)}, (0, 4))}
_CAREFUL = (4, 8)  # for other machines: whole instructions on both sides


class ObjectCode(Record):
    """A section's bytes, and the literal ones among them: pairs of start and end, in their order."""

    content: bytes
    literal: tuple[tuple[int, int], ...]

    @property
    def known(self) -> int:
        """Count the literal bytes."""
        return sum(end - start for start, end in self.literal)

    @property
    def longest(self) -> tuple[int, int]:
        """The longest literal run, (0, 0) when there is none."""
        return max(self.literal, key=lambda run: run[1] - run[0], default=(0, 0))

    def literal_bytes(self, start: int, end: int) -> bytes | None:
        """Give the bytes from `start` to `end` when all of them are literal, None when not."""
        number = bisect_right(self.literal, (start, len(self.content))) - 1
        if start < 0 or number < 0 or end > self.literal[number][1]:
            return None
        return self.content[start:end]


def object_code(table: SectionTable, number: int) -> ObjectCode:
    """Read one section of an object; raises ElfError when it is cut off."""
    section = table.sections[number]
    content = table.content(section)
    literal, place = [], 0
    for start, end in sorted(_masked(table, number)):
        if start > place:
            literal.append((place, min(start, len(content))))
        place = max(place, end)
    if place < len(content):
        literal.append((place, len(content)))
    return ObjectCode(content, tuple(literal))


def _masked(table: SectionTable, number: int) -> Iterator[tuple[int, int]]:
    special, usual = _KNOWN.get(table.machine, ({}, _CAREFUL))
    for offset, kind in _relocations(table, number):
        before, behind = special.get(kind, usual)
        yield max(offset - before, 0), offset + behind


def _relocations(table: SectionTable, number: int) -> Iterator[tuple[int, int]]:
    """Give r_offset and type of each relocation of a section."""
    wide = table.elf_class == 64
    mask = 0xFFFFFFFF if wide else 0xFF
    for section in table.relocations_of(number):
        words = ("QQq" if wide else "IIi")[: 3 if section.type == SHT_RELA else 2]
        layout = struct.Struct(table.order + words)
        content = table.content(section)
        for offset, info, *_ in layout.iter_unpack(content[: len(content) // layout.size * layout.size]):
            yield offset, info & mask


def stands_at(code: ObjectCode, memory: Memory, address: int) -> bool:
    """Say whether the linked file has this section at an address, all its literal bytes compared."""
    if address < 0:
        return False
    found = memory.read(address, len(code.content))
    if len(found) < len(code.content):
        return False
    content = code.content
    return all(found[start:end] == content[start:end] for start, end in code.literal)
