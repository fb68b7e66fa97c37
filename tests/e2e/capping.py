"""Make a library look older: the versions it defines above a cap are taken out of reach, and the rest stays.

The loader's check of versions compares the hash and the name of what a file needs with those that the library defines
(glibc's elf/dl-version.c, match_symbol). So a version above the cap gets another name and the hash of that name: its
string in .dynstr loses its first letter to an `X` (`GLIBC_2.29` becomes `XLIBC_2.29`). Who needs the real name is
refused by the loader's own words. The libraries and programs of the same root need each other's newer versions; their
needs are renamed alike, so the root as a whole still works, and files remain well-formed.

That leaves names looked up without a version, by an unversioned reference or by dlsym(3): these find the default
version of a symbol (elf/dl-lookup.c, check_match). Symbols above the cap are therefore marked hidden, as compat symbols
are, and the newest version at or below the cap becomes the default again: `pow` is pow@GLIBC_2.2.5 under a cap of 2.28.

What this cannot show: the code is still that of the newer release, with its corrections and its faults; names that were
removed between the cap and that release stay away.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from typing import Any

from elftools.elf.elffile import ELFFile
from elftools.elf.hash import ELFHashTable

Beyond = Callable[[str], bool]  # is this version name above the cap?

_HIDDEN = 0x8000
_INDEX = 0x7FFF
_FIRST = 2  # the indexes below this stand for "no version"


class Capped:
    """An ELF file in memory, to be edited in place."""

    def __init__(self, content: bytes) -> None:
        """Read the tables of sections; files of distributions have them."""
        self.content = bytearray(content)
        file = ELFFile(io.BytesIO(content))
        self._order = "<" if file.little_endian else ">"
        self._sections: dict[str, Any] = {section["sh_type"]: section for section in file.iter_sections()}
        dynsym = self._sections.get("SHT_DYNSYM")
        self._strings: int = file.get_section(dynsym["sh_link"])["sh_offset"] if dynsym else 0

    def cap(self, beyond: Beyond) -> bool:
        """Rename and hide what is beyond; say whether anything was."""
        capped = {index for index, name in self._definitions() if beyond(name)}
        kept = {index for index, name in self._definitions() if not beyond(name) and not name.endswith("_PRIVATE")}
        if capped:
            self._hide(capped, kept)
        return bool(self._rename(beyond))

    def _rename(self, beyond: Beyond) -> int:
        """Rename each version, defined or needed, wherever its string and its hash stand."""
        found = [row for row in (*self._verdef(), *self._verneed()) if beyond(self._string(row[1]))]
        names = {row[1]: self._string(row[1]) for row in found}
        for offset, name in names.items():
            self.content[self._strings + offset] = ord("X")
            names[offset] = f"X{name[1:]}"
        for hash_at, offset, _ in found:
            if hash_at is not None:
                self._pack("I", hash_at, ELFHashTable.elf_hash(names[offset]))
        return len(found)

    def _hide(self, capped: set[int], kept: set[int]) -> None:
        """Hide the symbols of capped versions; the newest kept version takes the place of a default."""
        rows = [row for row in self._symbols() if row[2] in capped | kept]
        older: dict[str, tuple[int, int]] = {}  # a name: its newest version that is kept, and where its entry stands
        for name, at, index, _ in rows:
            if index in kept:
                older[name] = max(older.get(name, (0, 0)), (index, at))  # indexes rise as releases do
        for name, at, index, hidden in rows:
            if index in capped and not hidden:
                self._pack("H", at, index | _HIDDEN)
                if name in older:
                    self._pack("H", older[name][1], older[name][0])

    def _symbols(self) -> Iterator[tuple[str, int, int, bool]]:
        """Give each defined symbol that has a version: its name, where its versym entry is, the index, is it hidden."""
        dynsym, versym = self._sections["SHT_DYNSYM"], self._sections["SHT_GNU_versym"]
        for number in range(dynsym.num_symbols()):
            at = versym["sh_offset"] + 2 * number
            (value,) = self._unpack("H", at)
            symbol = dynsym.get_symbol(number)
            if symbol["st_shndx"] != "SHN_UNDEF" and value & _INDEX >= _FIRST:
                yield symbol.name, at, value & _INDEX, bool(value & _HIDDEN)

    def _definitions(self) -> list[tuple[int, str]]:
        return [(index, self._string(name)) for hash_at, name, index in self._verdef() if hash_at is not None]

    def _verdef(self) -> Iterator[tuple[int | None, int, int]]:
        """Give where the hash is, the name's offset and the index, of each verdef; of its parents, no hash."""
        section = self._sections.get("SHT_GNU_verdef")
        at = section["sh_offset"] if section else 0
        while section:
            _, flags, index, count, _, first, step = self._unpack("HHHHIII", at)
            aux = at + first
            for number in range(count):
                name, following = self._unpack("II", aux)
                if not flags & 1:  # VER_FLG_BASE: the name of the file
                    yield (None if number else at + 8), name, index
                aux += following
            at += step
            if not step:
                return

    def _verneed(self) -> Iterator[tuple[int | None, int, int]]:
        """Give where the hash is, the name's offset and the index, of each version that is needed."""
        section = self._sections.get("SHT_GNU_verneed")
        at = section["sh_offset"] if section else 0
        while section:
            _, count, _, first, step = self._unpack("HHIII", at)
            aux = at + first
            for _ in range(count):
                _, _, other, name, following = self._unpack("IHHII", aux)
                yield aux, name, other
                aux += following
            at += step
            if not step:
                return

    def _string(self, offset: int) -> str:
        start = self._strings + offset
        return self.content[start : self.content.index(0, start)].decode()

    def _unpack(self, form: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(self._order + form, self.content, at)

    def _pack(self, form: str, at: int, value: int) -> None:
        struct.pack_into(self._order + form, self.content, at, value)
