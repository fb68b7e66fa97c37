"""What else a file asks of the system that runs it: its libc, stack, relocations, processor; and its build-id.

Sources: PT_GNU_STACK and DT_RELR, LSB and gABI chapter 5; .note.gnu.property, "Linux Extensions to gABI"; the x86-64
psABI, "Micro-Architecture Levels", for GNU_PROPERTY_X86_ISA_1_NEEDED; NT_GNU_BUILD_ID, LSB.
"""

from __future__ import annotations

from glibcheck.elf.dynamic import (
    DF_TEXTREL,
    DT_FLAGS,
    DT_RELR,
    DT_TEXTREL,
    PF_X,
    PT_GNU_STACK,
    PT_NOTE,
    DynamicFile,
)
from glibcheck.model.image import Traits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.model.names import Soname

NT_GNU_BUILD_ID, NT_GNU_PROPERTY_TYPE_0 = 3, 5
_OF_MUSL, _OF_GLIBC = ("libc.musl-", "ld-musl-"), ("libc.so.6", "ld-linux", "ld64.so", "ld.so.1")
_LIBC_NAMES = (*_OF_MUSL, *_OF_GLIBC, "libc.so")
_X86_MACHINES = frozenset({3, 62})  # other processors give the same number another meaning
_X86_ISA_1_NEEDED = 0xC0008002
_LEVELS = {1: "x86-64-baseline", 2: "x86-64-v2", 4: "x86-64-v3", 8: "x86-64-v4"}
# The notes of a file are a few dozen bytes. What goes beyond is not read, not even in turns: a hostile file has
# thousands of segments that all show the same notes.
_MOST_NOTES = 1 << 16


def read_traits(file: DynamicFile, interp: str | None, needed: tuple[Soname, ...], soname: str | None) -> Traits:
    """Read the traits of a file; damaged notes are passed over, as the loader passes them over."""
    notes = dict(_gnu_notes(file))
    stack = file.segments.get(PT_GNU_STACK)
    python = [name for name in needed if name.startswith(("libpython2", "libpython3"))]
    executable_stack = None if stack is None else bool(stack[0].flags & PF_X)
    text_relocations = DT_TEXTREL in file.tags or bool(file.tags.get(DT_FLAGS, 0) & DF_TEXTREL)
    isa_level = _isa_level(file, notes.get(NT_GNU_PROPERTY_TYPE_0, b""))
    build_id = notes[NT_GNU_BUILD_ID].hex() if NT_GNU_BUILD_ID in notes else None
    relr, first_python = DT_RELR in file.tags, python[0] if python else None
    # In the order of the fields, which is ten times as quick as by name.
    return Traits(
        _libc(interp, needed, soname), first_python, executable_stack, text_relocations, relr, isa_level, build_id
    )


def _libc(interp: str | None, needed: tuple[Soname, ...], soname: str | None) -> str | None:
    """Tell the C library by its names; musl's is libc.so, or libc.musl-MACHINE.so.1 on Alpine."""
    names = [*needed, soname or "", interp.rpartition("/")[2] if interp else ""]
    found = None
    for name in names:
        if name.startswith(_LIBC_NAMES):
            if name == "libc.so" or name.startswith(_OF_MUSL):
                return "musl"
            if name.startswith(_OF_GLIBC):
                found = "glibc"
    return found


def _gnu_notes(file: DynamicFile) -> Iterator[tuple[int, bytes]]:
    """Give (n_type, descriptor) of each note of the owner GNU (gABI chapter 5, "Note Section")."""
    head, left = file.layout("III"), _MOST_NOTES
    for segment in file.segments.get(PT_NOTE, ()):
        data = file.buffer[segment.offset : segment.offset + min(segment.size, left)]
        left -= len(data)
        # 8 for notes of properties in 64-bit files; the gABI's 4 for all others, whatever else p_align says.
        step = 8 if segment.align == 8 else 4
        place = 0
        while place + head.size <= len(data):
            name_size, size, kind = head.unpack_from(data, place)
            start = -(-(place + head.size + name_size) // step) * step
            if start + size > len(data):
                break
            if data[place + head.size : place + head.size + name_size] == b"GNU\0":
                yield kind, data[start : start + size]
            place = -(-(start + size) // step) * step


def _isa_level(file: DynamicFile, properties: bytes) -> str | None:
    """Find the x86-64 level that the file says it needs; None when it says nothing, as nearly all do."""
    if file.machine_number not in _X86_MACHINES:
        return None
    head, word, place = file.layout("II"), file.layout("I"), 0
    step = file.elf_class // 8
    while place + head.size <= len(properties):
        kind, size = head.unpack_from(properties, place)
        place += head.size
        if kind == _X86_ISA_1_NEEDED and size == 4 and place + 4 <= len(properties):
            (bits,) = word.unpack_from(properties, place)
            return _LEVELS.get(1 << (bits.bit_length() - 1)) if bits else None
        place += -(-size // step) * step
    return None
