"""Writes notes: records of an owner's name, a number and a descriptor, as PT_NOTE segments hold them.

gABI chapter 5, "Note Section"; "Linux Extensions to gABI" for property notes, whose parts are padded to the word of
their class, 8 bytes in 64-bit files.
"""

from __future__ import annotations

import struct

NT_GNU_ABI_TAG, NT_GNU_BUILD_ID, NT_GNU_PROPERTY_TYPE_0 = 1, 3, 5
X86_FEATURE_1_AND, X86_ISA_1_NEEDED, X86_ISA_1_USED = 0xC0000002, 0xC0008002, 0xC0010002
BASELINE, V2, V3, V4 = 1, 2, 4, 8


def note(order: str, kind: int, descriptor: bytes, owner: bytes = b"GNU\0", align: int = 4) -> bytes:
    """Write one note; `order` is struct's byte order mark."""
    head = struct.pack(f"{order}III", len(owner), len(descriptor), kind) + owner
    return _padded(_padded(head, align) + descriptor, align)


def properties(order: str, elf_class: int, *values: tuple[int, int]) -> bytes:
    """Write a property note of (pr_type, 32-bit value) pairs."""
    align = elf_class // 8
    parts = (_padded(struct.pack(f"{order}III", kind, 4, value), align) for kind, value in values)
    return note(order, NT_GNU_PROPERTY_TYPE_0, b"".join(parts), align=align)


def _padded(data: bytes, align: int) -> bytes:
    return data + bytes(-len(data) % align)
