"""Writes 64-bit ELF files out of nothing but sections, of any number and any lie: several may be the same bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

ET_REL, ET_DYN = 1, 3
PROGBITS, SYMTAB, STRTAB, RELA, NOTE = 1, 2, 3, 4, 7
ALLOC, CODE, COMPRESSED = 2, 6, 0x800


@dataclass(frozen=True, slots=True)
class Part:
    """A section; `content` that is the number of an earlier part stands for the same bytes as that one's."""

    name: str
    content: bytes | int
    type: int = PROGBITS
    flags: int = 0
    address: int = 0
    link: int = 0
    info: int = 0


def sectioned(parts: Iterable[Part], kind: int = ET_REL, machine: int = 62) -> bytes:
    """Write a file; its sections are numbered from 1, in the order of the parts, and their names stand in the last."""
    rows = [*parts]
    names, known = b"\0", dict[str, int]()
    for part in rows:
        if part.name not in known:
            known[part.name] = len(names)
            names += part.name.encode() + b"\0"
    body, places = b"", list[tuple[int, int]]()
    pieces: list[bytes] = []
    offset = 64
    for part in (*rows, Part("", names, STRTAB)):
        if isinstance(part.content, int):
            places.append(places[part.content - 1])
            continue
        places.append((offset, len(part.content)))
        pieces.append(part.content + bytes(-len(part.content) % 8))
        offset += len(pieces[-1])
    body = b"".join(pieces)
    headers = [bytes(64)]
    for part, (start, size) in zip((*rows, Part("", names, STRTAB)), places, strict=True):
        name = known.get(part.name, 0)
        values = (name, part.type, part.flags, part.address, start, size, part.link, part.info, 1, 0)
        headers.append(struct.pack("<IIQQQQIIQQ", *values))
    count = len(headers)
    if count >= 0xFF00:  # the numbers stand in the first header
        headers[0] = struct.pack("<IIQQQQIIQQ", 0, 0, 0, 0, 0, count, count - 1, 0, 0, 0)
    numbers = (0, 0xFFFF) if count >= 0xFF00 else (count, count - 1)
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", kind, machine, 1, 0, 0, offset, 0, 64, 0, 0, 64, *numbers)
    return head + body + b"".join(headers)


def symbol(name: int, section: int = 0, value: int = 0, size: int = 0, info: int = 0x12) -> bytes:
    """Write a row of a symbol table."""
    return struct.pack("<IBBHQQ", name, info, 0, section, value, size)


def relocation(offset: int, row: int, kind: int = 4, addend: int = -4) -> bytes:
    """Write a row of a relocation table; 4 is R_X86_64_PLT32."""
    return struct.pack("<QQq", offset, row << 32 | kind, addend)
