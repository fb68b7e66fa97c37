"""References in AArch64 code, found without a disassembler: branches, and pairs that make an address.

Arm ARM (DDI 0487) C4.1 for the encodings; "ELF for the Arm 64-bit Architecture" for what linkers fill in.

- BL and B hold the distance to a PLT entry, in instructions.
- ADRP gives a register the page (4 KiB) of an address; a load, store or ADD from that register has the rest of it. The
  linker fills in both. The second one says which address, so the reference is there. Compilers may put other
  instructions between the two, so the register is followed along the ways that the code can take, until it is written.

A PLT entry is ADRP x16, LDR x17, [x16], mostly ADD x16, and BR x17; it may start with BTI and authenticate before it
jumps. Code elsewhere has no reason to use x17 so. Where a BL may not reach, linkers put a veneer between, which is
ADRP x16, ADD x16 and BR x16. And lld makes ADRP and ADD one ADR where that reaches.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right

from glibcheck.elf.code_x86 import CodeHit, Stub
from glibcheck.elf.spans import PIECE, places, spans, upper_halves
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_BR_X16, _BR_X17, _BTI_C = 0xD61F0200, 0xD61F0220, 0xD503245F
_LDR_X17_X16, _ADD_X16_X16, _AUTIA1716 = 0xF9400211, 0x91000210, 0xD503219F
_PAGE = 1 << 12
_FURTHEST_PAGE = 8  # a load reaches 32 KiB from the page in the register, which with -fpic is that of the whole table
_MOST_PAGES = 64  # with more, every ADRP is looked at
# How far registers are followed, in instructions for each one of the code: real code takes a tenth of one.
_PATIENCE, _PATIENCE_AT_LEAST = 2, 1 << 20

_ADRP_MASK, _ADRP, _ADR = 0x9F000000, 0x90000000, 0x10000000
_BRANCH_REACH, _REACH, _ADR_UNIT = 1 << 27, 1 << 20, 1 << 13  # bytes
_LINK_REGISTERS = 19  # x0 to x18 belong to whom is called
_WORD = struct.Struct("<I")


def find_stubs(code: bytes, base: int, slots: Collection[int]) -> Iterator[Stub]:
    """Give the PLT entries of these slots, in order; `base` is the address of the code."""
    end = code.find(_WORD.pack(_BR_X17))
    while end >= 0:
        words = struct.unpack(f"<{min(end // 4, 5)}I", code[end - 4 * min(end // 4, 5) : end])
        found = _stub(words, base + end)
        if found is not None and found[1] in slots:
            yield Stub(found[0], base + end + 4, found[1], True)
        end = code.find(_WORD.pack(_BR_X17), end + 1)


def find_veneers(code: bytes, base: int, stubs: Collection[int]) -> Iterator[Stub]:
    """Give what is only there to reach these PLT entries, in order; `slot` is then the address of the entry."""
    end = code.find(_WORD.pack(_BR_X16), 8)
    while end >= 0:
        adrp, add = struct.unpack_from("<2I", code, end - 8)
        if add & 0xFFC003FF == _ADD_X16_X16 and adrp & 0x9F00001F == _ADRP | 16:
            start = base + end - 8
            target = _page_of(adrp, start) * _PAGE + (add >> 10 & 0xFFF)
            if target in stubs:
                yield Stub(start, base + end + 4, target, True)
        end = code.find(_WORD.pack(_BR_X16), end + 1)


def find_hits(code: bytes, base: int, targets: Collection[int]) -> Iterator[CodeHit]:
    """Give the instructions that lead to these addresses, in no order, some twice."""
    if base % 4 or not targets:
        return
    yield from _branches(code, base, targets)
    yield from _near(code, base, targets)
    pages = {target // _PAGE for target in targets}
    first = min(pages)
    pages |= {page - back for page in pages for back in range(1, _FURTHEST_PAGE) if page - back >= first}
    # What several ADRP give the same register and page is followed once.
    followed: dict[tuple[int, int], set[int]] = {}
    left = _PATIENCE_AT_LEAST + len(code) // 4 * _PATIENCE
    for place, page in _page_loads(code, base, pages):
        seen = followed.setdefault((code[place] & 31, page), set())
        before = len(seen)
        yield from _uses(code, base, place, page * _PAGE, targets, seen, left)
        left -= len(seen) - before


def _stub(words: Sequence[int], end: int) -> tuple[int, int] | None:
    """Give (start, slot) of the PLT entry whose last jump at `end` these words precede; None when it is none."""
    place = len(words) - 1
    if place >= 0 and words[place] == _AUTIA1716:
        place -= 1
    if place >= 0 and words[place] & 0xFF8003FF == _ADD_X16_X16:
        place -= 1
    if place < 1 or words[place] & 0xFFC003FF != _LDR_X17_X16 or words[place - 1] & 0x9F00001F != _ADRP | 16:
        return None
    start = end - 4 * (len(words) - place + 1)
    slot = _page_of(words[place - 1], start) * _PAGE + 8 * (words[place] >> 10 & 0xFFF)
    return start - 4 if place > 1 and words[place - 2] == _BTI_C else start, slot


def _branches(code: bytes, base: int, targets: Collection[int]) -> Iterator[CodeHit]:
    groups = spans(target for target in targets if base - _BRANCH_REACH <= target < base + len(code) + _BRANCH_REACH)
    for start in range(0, len(code), PIECE):
        end = min(start + PIECE, len(code))
        halves = upper_halves(groups, base + start, base + end, 4)
        needles = {(top | half & 0x3FF).to_bytes(2, "little") for half in halves for top in (0x9400, 0x1400)}
        for place in places(code, needles, start + 2, end - 1):
            word = place - 2
            if word % 4 == 0:
                (value,) = _WORD.unpack_from(code, word)
                target = base + word + 4 * _signed(value & 0x3FFFFFF, 26)
                if value >> 26 & 0x1F == 5 and target in targets:
                    yield CodeHit(base + word, target, "call")


def _near(code: bytes, base: int, targets: Collection[int]) -> Iterator[CodeHit]:
    """Find ADR, which reaches a megabyte; its third byte holds the distance in units of 8 KiB."""
    end = len(code)
    units = sorted({t // _ADR_UNIT for t in targets if base - _REACH <= t < base + end + _REACH})
    reach = _REACH // _ADR_UNIT + 1
    start = 0
    while units and start < end:
        here = (base + start) // _ADR_UNIT
        stop = min((here + 1) * _ADR_UNIT - base, end - 2)
        near = units[bisect_left(units, here - reach) : bisect_right(units, here + reach)]
        distances = {unit - here - less for unit in near for less in (0, 1)}
        tops = {(unit & 0xFF).to_bytes(1, "little") for unit in distances if -_REACH <= unit * _ADR_UNIT < _REACH}
        needles = {top + low for top in tops for low in (b"\x10", b"\x30", b"\x50", b"\x70")}
        for place in places(code, needles, start + 2, stop + 2):
            word = place - 2
            if word % 4 == 0 and word <= end - 4:
                (value,) = _WORD.unpack_from(code, word)
                target = base + word + _signed((value >> 5 & 0x7FFFF) << 2 | value >> 29 & 3, 21)
                if value & _ADRP_MASK == _ADR and target in targets:
                    yield CodeHit(base + word, target, "load")
        start += max(stop - start, 4)


def _page_loads(code: bytes, base: int, pages: Collection[int]) -> Iterator[tuple[int, int]]:
    """Give each ADRP of one of these pages: its place in the code, and the page's number."""
    if len(pages) > _MOST_PAGES:
        for number, (word,) in enumerate(_WORD.iter_unpack(code[: len(code) // 4 * 4])):
            if word & _ADRP_MASK == _ADRP and (page := _page_of(word, base + 4 * number)) in pages:
                yield 4 * number, page
        return
    start = 0
    while start < len(code):  # the distance is in pages, so it is the same from everywhere in a page
        here = (base + start) // _PAGE
        end = min((here + 1) * _PAGE - base, len(code))
        for page in pages:
            distance = page - here
            word = _ADRP | (distance & 3) << 29 | (distance >> 2 & 0x7FFFF) << 5
            for place in places(code, (word.to_bytes(4, "little")[1:],), start + 1, end - 2):
                if place % 4 == 1 and _page_of(_WORD.unpack_from(code, place - 1)[0], base + place) == page:
                    yield place - 1, page
        start = end


def _page_of(adrp: int, address: int) -> int:
    return address // _PAGE + _signed((adrp >> 5 & 0x7FFFF) << 2 | adrp >> 29 & 3, 21)


def _uses(
    code: bytes, base: int, adrp: int, page: int, targets: Collection[int], seen: set[int], left: int
) -> Iterator[CodeHit]:
    """Follow the register that an ADRP at a place has filled, and give what uses it with the rest of an address.

    `seen` are the places where it was followed before, and those of this time are added; raises ElfError when these
    are more than are `left`, which only happens when code was made for that.
    """
    register = code[adrp] & 31
    ways, most = [adrp + 4], len(seen) + left
    while ways:
        place = ways.pop()
        if place in seen or not 0 <= place <= len(code) - 4:
            continue
        seen.add(place)
        if len(seen) > most:
            raise ElfError("its code fills registers with addresses and goes on without an end")
        (word,) = _WORD.unpack_from(code, place)
        rest = _rest_of_address(word, register)
        if rest is not None and page + rest in targets:
            yield CodeHit(base + place, page + rest, "load")
        ways += _next(word, place, register)


def _rest_of_address(word: int, register: int) -> int | None:
    """Give what an ADD, load or store adds to the register, in bytes; None when the word does not do that."""
    if word >> 5 & 31 != register:
        return None
    offset = word >> 10 & 0xFFF
    if word & 0xFFC00000 == 0x91000000:  # ADD, 64-bit, immediate without a shift
        return offset
    if word & 0x3B000000 == 0x39000000:  # load or store, unsigned immediate, in units of what is loaded
        vector_of_16 = word & 0x04800000 == 0x04800000 and word >> 30 == 0
        return offset << (4 if vector_of_16 else word >> 30)
    return None


def _next(word: int, place: int, register: int) -> tuple[int, ...]:
    """Give where the code can go on with the register as it is; none when the word writes it, or returns."""
    behind = place + 4
    if word & 0xFC000000 == 0x14000000:  # B
        return (place + 4 * _signed(word & 0x3FFFFFF, 26),)
    if word & 0xFC000000 == 0x94000000 or word & 0xFFFFFC1F == 0xD63F0000:  # BL, BLR
        return () if register < _LINK_REGISTERS else (behind,)
    if word & 0xFE000000 == 0xD6000000:  # BR, RET and their like
        return ()
    if word & 0xFE000000 == 0x54000000 or word & 0x7E000000 == 0x34000000:  # B.cond, CBZ, CBNZ
        return behind, place + 4 * _signed(word >> 5 & 0x7FFFF, 19)
    if word & 0x7E000000 == 0x36000000:  # TBZ, TBNZ
        return behind, place + 4 * _signed(word >> 5 & 0x3FFF, 14)
    return () if _writes(word, register) else (behind,)


def _writes(word: int, register: int) -> bool:
    """Say whether an instruction that is no branch writes a general register, as far as compilers make use of it."""
    first, group = word & 31, word >> 25 & 0xF
    if group & 0b1110 == 0b1000 or group & 0b0111 == 0b0101:  # data processing, of an immediate or of registers
        # CCMP and CCMN have flags in the place of a register; so have RMIF and SETF, which share a group with ADC.
        only_flags = word & 0x1FE00000 == 0x1A400000 or (word & 0x1FE00000 == 0x1A000000 and word & 0xFC00)
        return first == register and not only_flags
    if group & 0b0101 != 0b0100:  # no load or store
        return False
    is_pair = word & 0x3A000000 == 0x28000000
    is_single = word & 0x3A000000 == 0x38000000
    writes_base = word & 0x00800000 if is_pair else word & 0x3B200400 == 0x38000400
    if writes_base and word >> 5 & 31 == register:
        return True
    loads = word & (0x00C00000 if is_single else 0x00400000) or word & 0x3B000000 == 0x18000000
    if not loads or word & 0x04000000:  # it stores, or fills a vector register
        return False
    return first == register or (is_pair and word >> 10 & 31 == register)


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value
