"""References in x86-64 code, found without a disassembler: by the 32 bits that lead to an address.

System V psABI for AMD64, "Procedure Linkage Table"; Intel SDM volume 2, chapter 2 (instruction format).

- A call or jump (E8, E9, 0F 80 to 0F 8F) ends with the distance from its end to a PLT entry.
- An operand in memory that is named by its distance has a byte ModRM before it whose bits say so (mod 0, r/m 5); an
  immediate operand of 1, 2 or 4 bytes may stand behind it, and the distance counts from the end of that.
- A program that is not position independent may name an address by its 32 bits.

That chance makes such 32 bits behind such bytes is rare: one address among the four gigabytes around. What stands
before an operand must be an operation that has one, and also says how long its immediate is. In 600,000 references of a
system's largest libraries two came from the middle of other instructions; both kinds are told apart below.

A PLT entry is `jmp *slot(%rip)`, with an `endbr64` before it where the processor is to check jumps, `bnd` before the
jump of older linkers, and with mold the number of the relocation, in r11. Trap: a function that is one tail call of
`-fno-plt` has the same bytes as an entry of .plt.got; only the section's name, or a lazy slot, tells them apart.
"""

from __future__ import annotations

import struct

from glibcheck.elf.spans import PIECE, places, spans, upper_halves
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Literal

    Kind = Literal["call", "load"]

_JUMP = b"\xff\x25"
_ENDBR, _BND, _TO_R11 = b"\xf3\x0f\x1e\xfa", 0xF2, b"\x41\xbb"
_BEHIND_STUB = (b"\x66\x90", b"\x66\x0f\x1f\x44\0\0", b"\x0f\x1f\x44\0\0", b"\xcc\xcc", b"\x68")
_BEFORE_STUB = b"\x90\0\xcc\xff"  # the end of a padding, or of the entry before
_CALL, _GOTO, _TWO_BYTES = 0xE8, 0xE9, 0x0F
_VEX_2, _VEX_3, _EVEX = 0xC5, 0xC4, 0x62
# Operations of one byte with a ModRM: with an immediate of 8 or 32 bits, and without one.
_IMMEDIATE_8 = frozenset({0x80, 0x83, 0xC0, 0xC1, 0xC6, 0x6B})
_IMMEDIATE_32 = frozenset({0x81, 0xC7, 0x69})
_WITH_MODRM = frozenset({*(byte for byte in range(0x40) if byte & 7 < 4), 0x63, *range(0x84, 0x8F)})
_WITH_MODRM |= {*range(0xD0, 0xD4), *range(0xD8, 0xE0), 0xF6, 0xF7, 0xFE, 0xFF}
_IMMEDIATE_IN_MAP_1 = frozenset({*range(0x70, 0x74), 0xA4, 0xAC, 0xBA, 0xC2, 0xC4, 0xC5, 0xC6})
_REACH = 1 << 31  # bytes
_DISTANCE = struct.Struct("<i")


class Stub(Record):
    """A PLT entry, from `start` to before `end` (addresses), and the slot that it jumps to.

    `certain` says that code elsewhere would not look like it.
    """

    start: int
    end: int
    slot: int
    certain: bool


class CodeHit(Record):
    """The address of the field that leads to `target`."""

    address: int
    target: int
    kind: Kind


def find_stubs(code: bytes, base: int, slots: Collection[int]) -> Iterator[Stub]:
    """Give all jumps through these slots, in order, as the PLT entries that they may be; `base` is code's address."""
    place = code.find(_JUMP)
    while place >= 0:
        end = place + 6
        if end <= len(code):
            slot = base + end + _DISTANCE.unpack_from(code, place + 2)[0]
            if slot in slots:
                start = _start_of_stub(code, place)
                stands_alone = not start or code[start - 1] in _BEFORE_STUB
                certain = stands_alone and (base + start) % 8 == 0 and code.startswith(_BEHIND_STUB, end)
                yield Stub(base + start, base + end, slot, certain)
        place = code.find(_JUMP, place + 1)


def find_hits(code: bytes, base: int, targets: Collection[int]) -> Iterator[CodeHit]:
    """Give the fields that lead to these addresses by a distance, in no order."""
    groups = spans(target for target in targets if base - _REACH <= target < base + len(code) + _REACH)
    if not groups:
        return
    near = {target - length for target in targets for length in (0, 1, 2, 4)}
    for start in range(0, len(code), PIECE):
        end = min(start + PIECE, len(code) - 3)
        halves = upper_halves(groups, base + start + 4, base + end + 8)
        needles = [half.to_bytes(2, "little") for half in halves]
        for place in places(code, needles, start + 2, end + 2):
            field = place - 2
            behind = base + field + 4 + _DISTANCE.unpack_from(code, field)[0]
            if behind in near:
                hit = _judge(code, field, behind, targets)
                if hit is not None:
                    yield CodeHit(base + field, *hit)


def find_absolute(code: bytes, base: int, targets: Collection[int]) -> Iterator[CodeHit]:
    """Give the fields of 32 bits that are one of these addresses, in no order."""
    low = {target for target in targets if target < 1 << 31}
    halves = {(target >> 16).to_bytes(2, "little") for target in low}
    for place in places(code, halves, 2, len(code) - 1):
        target = int.from_bytes(code[place - 2 : place + 2], "little")
        if target in low:
            yield CodeHit(base + place - 2, target, "load")


def _start_of_stub(code: bytes, jump: int) -> int:
    start = jump
    if start and code[start - 1] == _BND:
        start -= 1
    if code[max(start - 6, 0) : start][:2] == _TO_R11:
        start -= 6
    return start - 4 if code[max(start - 4, 0) : start] == _ENDBR else start


def _judge(code: bytes, field: int, behind: int, targets: Collection[int]) -> tuple[int, Kind] | None:
    """Say which target a field leads to, and how; None when the bytes before it are no instruction that does."""
    if not field:
        return None
    before, operation = code[field - 1], code[field - 2] if field > 1 else 0
    if before in (_CALL, _GOTO) or (before & 0xF0 == 0x80 and operation == _TWO_BYTES):
        return (behind, "call") if behind in targets and not _is_register_before_jump(code, field) else None
    if before & 0xC7 != 0x05 or _is_inside_another(code, field):
        return None
    for length in _lengths(code, field):
        if behind + length in targets:
            is_call = operation == 0xFF and before in (0x15, 0x25)
            return behind + length, "call" if is_call else "load"
    return None


def _is_register_before_jump(code: bytes, field: int) -> bool:
    """Say whether E8 is rather the registers of an instruction, and what follows it a jump to nearby."""
    if code[field - 1] != _CALL or code[field] not in (_CALL, _GOTO) or field + 5 > len(code):
        return False
    (distance,) = _DISTANCE.unpack_from(code, field + 1)
    return bool(0 <= field + 5 + distance < len(code))


def _is_inside_another(code: bytes, field: int) -> bool:
    """Say whether the bytes before a field are the distance of a 64-bit MOV or LEA, to what is in or near this code."""
    for other in range(max(field - 4, 3), field):
        is_move = code[other - 2] in (0x89, 0x8B, 0x8D) and code[other - 3] & 0xF8 == 0x48
        if is_move and code[other - 1] & 0xC7 == 0x05:
            (distance,) = _DISTANCE.unpack_from(code, other)
            return bool(-len(code) < other + 4 + distance < 3 * len(code))
    return False


def _lengths(code: bytes, field: int) -> tuple[int, ...]:
    """Give how long the immediate behind an operand may be, in bytes; nothing when no instruction has one here."""
    before = bytes(6) + code[max(field - 6, 0) : field]  # as if zeros stood in front of the code
    register, operation = before[-1] >> 3 & 7, before[-2]
    found: tuple[int, ...] = ()
    if before[-3] == _TWO_BYTES:
        found = (_length_in_map(operation, 1),)
    elif before[-4] == _TWO_BYTES and before[-3] in (0x38, 0x3A):
        found = (int(before[-3] == 0x3A),)
    elif before[-4] == _VEX_2:
        found = (_length_in_map(operation, 1),)
    elif before[-5] == _VEX_3:
        found = (_length_in_map(operation, before[-4] & 0x1F),)
    elif before[-6] == _EVEX:
        found = (_length_in_map(operation, before[-5] & 7),)
    # What looks like a prefix may be the end of the instruction before.
    if operation in _IMMEDIATE_8 or (operation == 0xF6 and register < 2):
        found += (1,)
    elif operation in _IMMEDIATE_32 or (operation == 0xF7 and register < 2):
        found += (2, 4) if 0x66 in before[-4:-2] else (4,)
    elif operation in _WITH_MODRM:
        found += (0,)
    return found


def _length_in_map(operation: int, number: int) -> int:
    """Give the length of the immediate of an operation of map 1 (0F), 2 (0F 38) or 3 (0F 3A)."""
    return int(number == 3 or (number == 1 and operation in _IMMEDIATE_IN_MAP_1))
