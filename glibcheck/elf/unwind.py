"""How far each function reaches, by the unwind tables, which a file keeps when it is stripped.

LSB Core, "Exception Frames": `.eh_frame_hdr` lists the start of each function in order, for a binary search, and its
FDE in `.eh_frame`; that has the length, in a form which its CIE names. All linkers write the list in one form
(DW_EH_PE_datarel | DW_EH_PE_sdata4), and no other is read here. A function is what the compiler made one range of: the
cold part of one is a range of its own.
"""

from __future__ import annotations

import struct
import sys
from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.elf.memory import Memory

_FORM, _COUNT_FORM, _TABLE_FORM = 0x0F, 0x03, 0x3B
_SIZES = {1: 0, 2: 2, 3: 4, 4: 8, 9: 0, 10: 2, 11: 4, 12: 8}  # bytes of DW_EH_PE_*; of LEB128 it is not known
_ALIGNED, _OMITTED = 0x50, 0xFF
_LONG = 0xFFFFFFFF  # as a length: the real one follows, in 8 bytes
_LONGEST_CIE = 1 << 10  # bytes that are looked at: its augmentation stands first


class UnwindTable:
    """The ranges of a file's functions; empty when the list is damaged or in another form."""

    def __init__(self, memory: Memory, address: int, order: str, word: int) -> None:
        """Read the list, `.eh_frame_hdr`, at an address; `word` is the size of an address, in bytes."""
        self._memory, self._address, self._order, self._word = memory, address, order, word
        self._forms: dict[int, int] = {}  # of each CIE, by its address
        table = self._read()
        self._starts, self._entries = table[::2], table[1::2]

    def range_at(self, address: int) -> tuple[int, int] | None:
        """Give the (start, size) of the range that holds an address; None when none does."""
        number = bisect_right(self._starts, address - self._address) - 1
        if number < 0:
            return None
        start = self._address + self._starts[number]
        size = self._size(self._address + self._entries[number])
        return (start, size) if size is not None and start <= address < start + size else None

    def _read(self) -> Sequence[int]:
        """Give the list: start, place of the FDE, and so on, as distances from its own address."""
        head = self._memory.read(self._address, 4)
        if len(head) < 4 or head[0] != 1 or head[2] != _COUNT_FORM or head[3] != _TABLE_FORM:
            return ()
        place = self._address + 4 + self._pointer_size(head[1])
        count = self._number(place, 4) or 0
        data = self._memory.read(place + 4, 8 * count)
        data = data[: len(data) // 8 * 8]
        if self._order == ("<" if sys.byteorder == "little" else ">"):
            return memoryview(data).cast("i")
        return struct.unpack(f"{self._order}{len(data) // 4}i", data)

    def _size(self, entry: int) -> int | None:
        """Read the length of an FDE's range; None when it is damaged."""
        place = entry + (12 if self._number(entry, 4) == _LONG else 4)
        distance = self._number(place, 4)
        if not distance:
            return None
        form = self._forms.get(place - distance)
        if form is None:
            form = self._forms[place - distance] = self._form(place - distance)
        width = self._pointer_size(form)
        return self._number(place + 4 + width, width) if width else None

    def _form(self, place: int) -> int:
        """Read the form of addresses from the CIE at a place; DW_EH_PE_omit when it is damaged."""
        data = self._memory.read(place + (12 if self._number(place, 4) == _LONG else 4), _LONGEST_CIE)
        end = data.find(b"\0", 5)
        if end < 0 or data[:4] != bytes(4):
            return _OMITTED
        augmentation, at = data[5:end], end + 1
        if not augmentation.startswith(b"z"):
            return 0 if not augmentation else _OMITTED
        at = _behind_leb128(data, _behind_leb128(data, at))  # the two alignment factors
        at = at + 1 if data[4] == 1 else _behind_leb128(data, at)  # the return address register
        at = _behind_leb128(data, at)  # the length of what follows
        for letter in augmentation[1:]:
            if letter not in b"RPLSBG" or at >= len(data):
                return _OMITTED
            if letter in b"R":
                return data[at]
            if letter in b"P":
                if data[at] == _ALIGNED or not self._pointer_size(data[at]):
                    return _OMITTED
                at += self._pointer_size(data[at])
            at += letter in b"PL"
        return 0

    def _pointer_size(self, form: int) -> int:
        """Give the bytes of an encoded pointer; 0 when that is not known, or there is none."""
        return 0 if form == _OMITTED else _SIZES.get(form & _FORM, self._word if form & _FORM in (0, 8) else 0)

    def _number(self, address: int, size: int) -> int | None:
        data = self._memory.read(address, size)
        return int.from_bytes(data, "little" if self._order == "<" else "big") if len(data) == size else None


def _behind_leb128(data: bytes, place: int) -> int:
    while place < len(data) and data[place] & 0x80:
        place += 1
    return place + 1
