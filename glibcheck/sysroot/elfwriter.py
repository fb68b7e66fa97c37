"""A stub library becomes an ELF file that linkers take for the real one.

    header | program headers | .hash .dynsym .dynstr .gnu.version .gnu.version_d .dynamic .shstrtab | section headers

Linkers read a shared library by its section headers; loaders never see this one. Code and data are NOBITS sections at
far addresses, so that each symbol has a place and the file has none of it. gABI chapters 4 and 5, LSB symbol
versioning.

Trap: where data of a library is copied into a program (R_*_COPY), linkers take all symbols at the same address for
one object, and align the copy as that address is aligned. So no two symbols share a place unless they are aliases,
and every place is a multiple of 32. One of the aliases is global and the others are weak, as in glibc: BFD's linker
moves the weak ones along with the other.
"""

from __future__ import annotations

import struct
from itertools import accumulate

from glibcheck.model.record import Record
from glibcheck.sysroot.machines import MACHINES, Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.model.names import SymbolName
    from glibcheck.sysroot.stub import StubLibrary, StubSymbol

_BASE, _TEXT, _BSS = 0x10000, 0x0100_0000, 0x0200_0000  # addresses: of the file, of code, of data
_ALIGN, _PAGE, _PLACE = 16, 0x10000, 32
_HIDDEN = 0x8000  # of versym: name@VERSION, not name@@VERSION
_BASE_VERSION, _FIRST_VERSION = 1, 2  # version numbers: no version, the first node
_GLOBAL_OBJECT, _WEAK_OBJECT, _GLOBAL_FUNCTION = 0x11, 0x21, 0x12  # st_info
_WRITE, _ALLOC, _EXEC = 1, 2, 4  # sh_flags
_LOAD, _DYNAMIC = 1, 2  # p_type
_READ = 4  # p_flags; execute is 1, write is 2

# What the file holds, in its order, and the sections that hold nothing of it.
_PARTS = (".hash", ".dynsym", ".dynstr", ".gnu.version", ".gnu.version_d", ".dynamic", ".shstrtab")
_SECTIONS = ("", *_PARTS, ".text", ".bss")
_NUMBER = {name: number for number, name in enumerate(_SECTIONS)}


class _Header(Record):
    """A section header, but for sh_name; `info` is what the type wants it to be, `entry` the size of a row."""

    type: int
    flags: int = 0
    address: int = 0
    offset: int = 0
    size: int = 0
    link: int = 0
    info: int = 0
    align: int = 1
    entry: int = 0


def write(library: StubLibrary, machine: str) -> bytes:
    """Write the file; its symbols stand in the order of the library's."""
    return _Writer(library, MACHINES[machine]).file()


def elf_hash(name: bytes) -> int:
    """Hash the name of a version as vd_hash does (gABI chapter 5, "Hash Table")."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        value = (value ^ (value >> 24 & 0xF0)) & 0x0FFFFFFF
    return value


class _Strings:
    """A string table that grows: each text once."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")
        self._places = {"": 0}

    def place(self, text: str) -> int:
        found = self._places.get(text)
        if found is None:
            found = self._places[text] = len(self.data)
            self.data += text.encode("utf-8", "surrogateescape") + b"\0"
        return found


class _Writer:
    """Writes one file, part by part."""

    def __init__(self, library: StubLibrary, machine: Machine) -> None:
        self._library = library
        self._machine = machine
        self._wide = machine.elf_class == 64
        self._strings = _Strings()
        self._code, self._data, self._places = _places(library)

    def file(self) -> bytes:
        names = _Strings()
        for name in _SECTIONS:
            names.place(name)
        parts = {
            ".hash": self._hash(),
            ".dynsym": self._dynsym(),
            ".gnu.version": self._versym(),
            ".gnu.version_d": self._verdef(),
            ".shstrtab": bytes(names.data),
        }
        parts[".dynamic"] = self._dynamic(
            {}, len(self._strings.data)
        )  # its size; what it says comes when all is placed
        parts[".dynstr"] = bytes(self._strings.data)
        offsets, end = _laid_out({name: len(parts[name]) for name in _PARTS}, self._size_of_headers())
        parts[".dynamic"] = self._dynamic(offsets, len(parts[".dynstr"]))
        data = bytearray(self._header(end) + self._segments(offsets, parts))
        for name, offset in offsets.items():
            data += bytes(offset - len(data)) + parts[name]
        data += bytes(end - len(data))
        for name, header in self._sections(offsets, parts).items():
            data += self._pack("IIWWWWIIWW", names.place(name), *header)
        return bytes(data)

    def _pack(self, layout: str, *values: int) -> bytes:
        """Pack values in the byte order of the machine; W in a layout is a word of its class."""
        return struct.pack(self._machine.order + layout.replace("W", "Q" if self._wide else "I"), *values)

    def _hash(self) -> bytes:
        """Write a DT_HASH of one bucket: nobody looks a name up by it, but it tells how many there are."""
        count = len(self._library.symbols) + 1
        chain = [0, *range(2, count), 0][:count]
        word = "I" if self._machine.hash_word == 4 else "Q"
        return self._pack(word * (3 + count), 1, count, int(count > 1), *chain)

    def _dynsym(self) -> bytes:
        rows = [bytes(24 if self._wide else 16)]
        pack = struct.Struct(self._machine.order + ("IBBHQQ" if self._wide else "IIIBBH")).pack
        for symbol in self._library.symbols:
            name, value, size = self._strings.place(symbol.name), self._places[symbol.name], symbol.size or 0
            info, section = _info(symbol), _NUMBER[".text" if symbol.size is None else ".bss"]
            rows.append(
                pack(name, info, 0, section, value, size) if self._wide else pack(name, value, size, info, 0, section)
            )
        return b"".join(rows)

    def _versym(self) -> bytes:
        numbers = {version: number for number, version in enumerate(self._library.versions, _FIRST_VERSION)}
        rows = (
            (numbers[row.version] if row.version is not None else _BASE_VERSION) | (0 if row.default else _HIDDEN)
            for row in self._library.symbols
        )
        return self._pack("H" * (1 + len(self._library.symbols)), 0, *rows)

    def _verdef(self) -> bytes:
        """Write the nodes, each with one Verdaux behind it; the first (VER_FLG_BASE) has the soname."""
        names = (self._library.soname, *self._library.versions)
        data = b""
        for number, name in enumerate(names, _BASE_VERSION):
            following = 28 if number < len(names) else 0
            data += self._pack("HHHH", 1, int(number == _BASE_VERSION), number, 1)
            data += self._pack("III", elf_hash(name.encode()), 20, following)
            data += self._pack("II", self._strings.place(name), 0)
        return data

    def _dynamic(self, offsets: Mapping[str, int], strings: int) -> bytes:
        tables = ((4, ".hash"), (5, ".dynstr"), (6, ".dynsym"), (0x6FFFFFF0, ".gnu.version"))
        entries = [(14, self._strings.place(self._library.soname)), (10, strings), (11, 24 if self._wide else 16)]
        entries += [(tag, _BASE + offsets.get(name, 0)) for tag, name in (*tables, (0x6FFFFFFC, ".gnu.version_d"))]
        entries += [(0x6FFFFFFD, 1 + len(self._library.versions)), (0, 0)]
        return b"".join(self._pack("WW", *entry) for entry in entries)

    def _size_of_headers(self) -> int:
        return 64 + 4 * 56 if self._wide else 52 + 4 * 32

    def _header(self, sections: int) -> bytes:
        ident = (
            b"\x7fELF" + bytes([self._machine.elf_class // 32, 1 if self._machine.order == "<" else 2, 1]) + bytes(9)
        )
        size, segment, section = (64, 56, 64) if self._wide else (52, 32, 40)
        kinds = self._pack("HHIWWW", 3, self._machine.number, 1, 0, size, sections)
        sizes = (size, segment, 4, section, len(_SECTIONS), _NUMBER[".shstrtab"])
        return ident + kinds + self._pack("IHHHHHH", self._machine.flags, *sizes)

    def _segments(self, offsets: Mapping[str, int], parts: Mapping[str, bytes]) -> bytes:
        end = offsets[".dynamic"] + len(parts[".dynamic"])
        rows = (
            (_LOAD, _READ | 2, 0, _BASE, end, end, _PAGE),
            (_LOAD, _READ | 1, 0, _TEXT, 0, self._code, _PAGE),
            (_LOAD, _READ | 2, 0, _BSS, 0, self._data, _PAGE),
            (_DYNAMIC, _READ | 2, offsets[".dynamic"], _BASE + offsets[".dynamic"], *2 * (len(parts[".dynamic"]),), 8),
        )
        return b"".join(
            self._pack("IIWWWWWW", kind, flags, offset, address, address, size, memory, align)
            if self._wide
            else self._pack("IIIIIIII", kind, offset, address, address, size, memory, flags, align)
            for kind, flags, offset, address, size, memory, align in rows
        )

    def _sections(self, offsets: Mapping[str, int], parts: Mapping[str, bytes]) -> dict[str, _Header]:
        """Describe the sections; .dynsym has one local symbol (row 0), which is its sh_info."""
        dynstr, dynsym = _NUMBER[".dynstr"], _NUMBER[".dynsym"]
        row, pair, word = (24, 16, self._machine.hash_word) if self._wide else (16, 8, 4)
        kinds = {
            ".hash": _Header(5, _ALLOC, link=dynsym, align=8, entry=word),
            ".dynsym": _Header(11, _ALLOC, link=dynstr, info=1, align=8, entry=row),
            ".dynstr": _Header(3, _ALLOC),
            ".gnu.version": _Header(0x6FFFFFFF, _ALLOC, link=dynsym, align=2, entry=2),
            ".gnu.version_d": _Header(0x6FFFFFFD, _ALLOC, link=dynstr, info=1 + len(self._library.versions), align=8),
            ".dynamic": _Header(6, _ALLOC | _WRITE, link=dynstr, align=8, entry=pair),
            ".shstrtab": _Header(3),
        }
        placed = {
            name: kind._replace(
                offset=offsets[name], size=len(parts[name]), address=_BASE + offsets[name] if kind.flags else 0
            )
            for name, kind in kinds.items()
        }
        text = _Header(8, _ALLOC | _EXEC, _TEXT, 0, self._code, align=_PLACE)
        bss = _Header(8, _ALLOC | _WRITE, _BSS, 0, self._data, align=_PLACE)
        return {"": _Header(0, align=0), **placed, ".text": text, ".bss": bss}


def _places(library: StubLibrary) -> tuple[int, int, dict[SymbolName, int]]:
    """Give each name its address, the same for all its versions; also the sizes of code and data."""
    code, data = 0, 0
    places: dict[SymbolName, int] = {}
    aliases: dict[SymbolName, SymbolName] = {}
    for symbol in library.symbols:
        if symbol.alias is not None:
            aliases[symbol.name] = symbol.alias
        elif symbol.name not in places and symbol.size is None:
            places[symbol.name] = _TEXT + code
            code += _PLACE
        elif symbol.name not in places:
            places[symbol.name] = _BSS + data
            data += _aligned(max(symbol.size or 0, 1), _PLACE)
    return code, data, places | {name: places[other] for name, other in aliases.items()}


def _info(symbol: StubSymbol) -> int:
    if symbol.size is None:
        return _GLOBAL_FUNCTION
    return _GLOBAL_OBJECT if symbol.alias is None else _WEAK_OBJECT


def _laid_out(sizes: Mapping[str, int], start: int) -> tuple[dict[str, int], int]:
    """Give each part its offset behind `start`, in order, and the end of them all; all aligned."""
    ends = list(accumulate(map(_aligned, sizes.values()), initial=_aligned(start)))
    return dict(zip(sizes, ends, strict=False)), ends[-1]


def _aligned(size: int, to: int = _ALIGN) -> int:
    return -(-size // to) * to
