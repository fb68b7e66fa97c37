"""An ELF writer for tests: the description of a file becomes its bytes, and the places of its parts.

With it a test can say exactly which rows a file has, for machines and linkers that are not at hand, and can
then damage one known place (`Built.patched`). It writes what a loader reads and, if wanted, section headers;
there is no code in the files. gABI chapters 4 and 5, LSB symbol versioning; `test_pyelftools` holds the
result against pyelftools.

    header | phdr | interp | notes | dynamic | hash or gnu_hash | dynsym dynstr versym verdef verneed | shstrtab shdr

All of it is mapped by one PT_LOAD; with `tail`, the tables have a second one at a far address, which is what
patchelf leaves behind.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from glibcheck.model.image import Verdef, Verneed
from tests.elf.notes import NT_GNU_BUILD_ID, note, properties

STB_LOCAL, STB_GLOBAL, STB_WEAK = 0, 1, 2
STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_SECTION, STT_FILE = range(5)
STV_DEFAULT, STV_INTERNAL, STV_HIDDEN, STV_PROTECTED = range(4)
HIDDEN = 0x8000  # in `Symbol.version`: name@V instead of name@@V

BASE = 0x10000  # the address of the first byte of the file
TAIL = 0x5000_0000  # how much further the tables are, when they have a segment of their own
ALIGN = 8
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_STACK = 1, 2, 3, 4, 0x6474E551
PF_X, PF_W, PF_R = 1, 2, 4

# The parts that a dynamic tag points at, and how a section header calls them: tag, sh_name, sh_type, sh_link.
_TABLES: dict[str, tuple[int, str, int, str]] = {
    "hash": (4, ".hash", 5, "dynsym"),
    "gnu_hash": (0x6FFFFEF5, ".gnu.hash", 0x6FFFFFF6, "dynsym"),
    "dynsym": (6, ".dynsym", 11, "dynstr"),
    "dynstr": (5, ".dynstr", 3, ""),
    "versym": (0x6FFFFFF0, ".gnu.version", 0x6FFFFFFF, "dynsym"),
    "verdef": (0x6FFFFFFC, ".gnu.version_d", 0x6FFFFFFD, "dynstr"),
    "verneed": (0x6FFFFFFE, ".gnu.version_r", 0x6FFFFFFE, "dynstr"),
}
_SECTIONS = {name: row[1:] for name, row in _TABLES.items()}
_SECTIONS |= {"dynamic": (".dynamic", 6, "dynstr"), "interp": (".interp", 1, ""), "shstrtab": (".shstrtab", 3, "")}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A row of .dynsym and its .gnu.version entry; defined with the number of a verneed, it is a copy relocation."""

    name: str
    version: int = 1
    defined: bool = False
    binding: int = STB_GLOBAL
    type: int = STT_FUNC
    visibility: int = STV_DEFAULT


@dataclass(frozen=True, slots=True)
class File:
    """What to write. `hash` is "sysv", "gnu" or "none"; `versioned` False leaves .gnu.version away.

    `stack` are the p_flags of PT_GNU_STACK, `properties` the (pr_type, value) pairs of a property note, `notes` the
    (p_align, content) of further PT_NOTE segments, and `dynamic` further (d_tag, d_val) pairs.
    """

    elf_class: int = 64
    order: str = "<"
    machine: int = 62
    type: int = 3
    soname: str | None = None
    needed: tuple[str, ...] = ()
    rpath: str | None = None
    runpath: str | None = None
    interp: str | None = None
    verdef: tuple[Verdef, ...] = ()
    verneed: tuple[Verneed, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    versioned: bool = True
    hash: str = "gnu"
    sections: bool = True
    tail: bool = False
    stack: int | None = None
    build_id: bytes | None = None
    properties: tuple[tuple[int, int], ...] = ()
    notes: tuple[tuple[int, bytes], ...] = ()
    dynamic: tuple[tuple[int, int], ...] = ()

    def pack(self, layout: str, *values: int) -> bytes:
        """Pack values in the byte order of the file; W in a layout is a word of its class."""
        return struct.pack(self.order + layout.replace("W", "Q" if self.elf_class == 64 else "I"), *values)


@dataclass(frozen=True, slots=True)
class Built:
    """The bytes of a file, and the offset of each part; "DT_1" is the value of the first dynamic entry with tag 1."""

    data: bytes
    order: str
    places: dict[str, int]

    def patched(self, place: str, distance: int, layout: str, *values: int) -> bytes:
        """Overwrite the fields `layout` (of `struct`) that start `distance` bytes behind a place."""
        data = bytearray(self.data)
        struct.pack_into(self.order + layout, data, self.places[place] + distance, *values)
        return bytes(data)

    def with_table(self, entry: str, table: bytes) -> bytes:
        """Append a table, have the first segment (of a 64-bit file) map it and a dynamic entry point at it."""
        data = bytearray(self.data + bytes(-len(self.data) % ALIGN))
        struct.pack_into(self.order + "Q", data, self.places[entry], BASE + len(data))
        data += table
        struct.pack_into(self.order + "Q", data, self.places["phdr"] + 32, len(data))  # p_filesz
        return bytes(data)


def build(file: File) -> Built:
    """Write the file; a "gnu" hash table wants the symbols that it holds last, and gets them so."""
    if file.hash == "gnu":
        file = replace(file, symbols=tuple(sorted(file.symbols, key=lambda symbol: symbol.defined)))
    strings, names = _string_table(_names(file))
    entries = _dynamic_entries(file, names, len(strings))
    notes = _notes(file)
    segments = 2 + file.tail + (file.interp is not None) + (file.stack is not None) + len(notes)
    parts = {"header": bytes(64 if file.elf_class == 64 else 52), "phdr": bytes(segments * _phentsize(file))}
    if file.interp is not None:
        parts["interp"] = _bytes(file.interp) + b"\0"
    parts |= {name: content for name, (_, content) in notes.items()}
    parts["dynamic"] = bytes(len(entries) * len(file.pack("WW", 0, 0)))
    parts |= _tables(file, names, strings)
    headers = [name for name in parts if name in _SECTIONS] + ["shstrtab"] if file.sections else []
    if file.sections:
        parts["shstrtab"], section_names = _string_table([_SECTIONS[name][0] for name in headers])
        parts["shdr"] = bytes((1 + len(headers)) * _shentsize(file))

    places = _places(parts)
    parts["header"] = _header(file, places, segments, len(headers))
    parts["phdr"] = _program_headers(file, parts, places)
    parts["dynamic"] = b"".join(
        file.pack("WW", tag, _address(file, places, value) if isinstance(value, str) else value)
        for tag, value in entries
    )
    if file.sections:
        parts["shdr"] = _section_headers(file, parts, places, headers, section_names)

    data = bytearray()
    for name, part in parts.items():
        data += bytes(places[name] - len(data)) + part
    word = len(file.pack("W", 0))
    for number, (tag, _) in enumerate(entries):
        places.setdefault(f"DT_{tag}", places["dynamic"] + (2 * number + 1) * word)
    return Built(bytes(data), file.order, places)


def gnu_hash(name: str) -> int:
    """Hash a symbol name as DT_GNU_HASH does."""
    value = 5381
    for byte in _bytes(name):
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value


def _names(file: File) -> list[str]:
    """List all that the dynamic string table holds."""
    paths = [text for text in (file.soname, file.rpath, file.runpath) if text is not None]
    needs = [name for need in file.verneed for name in (need.file, *(aux.name for aux in need.aux))]
    own = [entry.name for entry in file.verdef]
    return [*file.needed, *paths, *(symbol.name for symbol in file.symbols), *own, *needs]


def _string_table(names: list[str]) -> tuple[bytes, dict[str, int]]:
    """Write a string table; gives also the place of each name in it."""
    data, places = bytearray(b"\0"), {"": 0}
    for name in names:
        if name not in places:
            places[name] = len(data)
            data += _bytes(name) + b"\0"
    return bytes(data), places


def _dynamic_entries(file: File, names: dict[str, int], strings_size: int) -> list[tuple[int, int | str]]:
    """List the dynamic entries; one that points at a table has the table's name as its value."""
    texts = ((14, file.soname), (15, file.rpath), (29, file.runpath))
    hashes = {"sysv": ["hash"], "gnu": ["gnu_hash"], "none": []}[file.hash]
    tables = [*hashes, "dynsym", "dynstr"] + ["versym"] * file.versioned
    entries: list[tuple[int, int | str]] = [(1, names[name]) for name in file.needed]
    entries += [(tag, names[text]) for tag, text in texts if text is not None]
    entries += [(_TABLES[table][0], table) for table in tables]
    entries += [(10, strings_size), (11, 24 if file.elf_class == 64 else 16)]
    if file.verdef:
        entries += [(_TABLES["verdef"][0], "verdef"), (0x6FFFFFFD, len(file.verdef))]
    if file.verneed:
        entries += [(_TABLES["verneed"][0], "verneed"), (0x6FFFFFFF, len(file.verneed))]
    return [*entries, *file.dynamic, (0, 0)]


def _notes(file: File) -> dict[str, tuple[int, bytes]]:
    """Write the content of each PT_NOTE, with its p_align."""
    notes = {f"note{number}": found for number, found in enumerate(file.notes)}
    if file.build_id is not None:
        notes["build_id"] = (4, note(file.order, NT_GNU_BUILD_ID, file.build_id))
    if file.properties:
        notes["properties"] = (file.elf_class // 8, properties(file.order, file.elf_class, *file.properties))
    return notes


def _tables(file: File, names: dict[str, int], strings: bytes) -> dict[str, bytes]:
    """Write the tables that the file has, in file order."""
    tables = {
        "hash": _hash(file) if file.hash == "sysv" else None,
        "gnu_hash": _gnu_hash(file) if file.hash == "gnu" else None,
        "dynsym": b"".join(_symbol(file, symbol, names) for symbol in (None, *file.symbols)),
        "dynstr": strings,
        "versym": b"".join(file.pack("H", number) for number in (0, *(symbol.version for symbol in file.symbols)))
        if file.versioned
        else None,
        "verdef": _verdef(file, names) if file.verdef else None,
        "verneed": _verneed(file, names) if file.verneed else None,
    }
    return {name: table for name, table in tables.items() if table is not None}


def _hash(file: File) -> bytes:
    """Write a DT_HASH of one bucket; its words have 64 bits on 64-bit s390x and Alpha."""
    word = "Q" if file.elf_class == 64 and file.machine in {22, 0x9026} else "I"
    count = len(file.symbols) + 1
    chain = [0, *range(2, count), 0][:count]
    return file.pack(word * (3 + count), 1, count, int(count > 1), *chain)


def _gnu_hash(file: File) -> bytes:
    """Write a DT_GNU_HASH of one bucket, with a bloom filter that lets everything through.

    When it holds nothing it is as GNU ld writes it: "symbols from row 1 on", and an empty bucket.
    """
    hashes = [gnu_hash(symbol.name) & ~1 for symbol in file.symbols if symbol.defined]
    if not hashes:
        return file.pack("IIIIWI", 1, 1, 1, 0, 0, 0)
    hashes[-1] |= 1
    first = 1 + len(file.symbols) - len(hashes)
    everything = (1 << file.elf_class) - 1
    return file.pack("IIIIWI" + "I" * len(hashes), 1, first, 1, 0, everything, first, *hashes)


def _symbol(file: File, symbol: Symbol | None, names: dict[str, int]) -> bytes:
    """Write a row of .dynsym; None is the row 0 of every table."""
    if symbol is None:
        return bytes(24 if file.elf_class == 64 else 16)
    name, value = names[symbol.name], BASE if symbol.defined else 0
    info = symbol.binding << 4 | symbol.type
    if file.elf_class == 64:
        return file.pack("IBBHQQ", name, info, symbol.visibility, int(symbol.defined), value, 0)
    return file.pack("IIIBBH", name, value, 0, info, symbol.visibility, int(symbol.defined))


def _verdef(file: File, names: dict[str, int]) -> bytes:
    """Write the Verdef records, each with one Verdaux behind it."""
    data = b""
    for entry in file.verdef:
        following = 0 if entry is file.verdef[-1] else 28
        data += file.pack("HHHHIII", 1, int(entry.base), entry.number, 1, 0, 20, following)
        data += file.pack("II", names[entry.name], 0)
    return data


def _verneed(file: File, names: dict[str, int]) -> bytes:
    """Write the Verneed records, each with its Vernaux records behind it."""
    data = b""
    for need in file.verneed:
        following = 0 if need is file.verneed[-1] else 16 * (1 + len(need.aux))
        data += file.pack("HHIII", 1, len(need.aux), names[need.file], 16, following)
        for aux in need.aux:
            step = 0 if aux is need.aux[-1] else 16
            data += file.pack("IHHII", 0, 2 * aux.weak, aux.other, names[aux.name], step)
    return data


def _places(parts: dict[str, bytes]) -> dict[str, int]:
    """Give each part its offset, aligned."""
    places, end = {}, 0
    for name, part in parts.items():
        places[name] = -(-end // ALIGN) * ALIGN
        end = places[name] + len(part)
    return places


def _address(file: File, places: dict[str, int], part: str) -> int:
    return BASE + places[part] + (TAIL if file.tail and part in _TABLES else 0)


def _header(file: File, places: dict[str, int], segments: int, sections: int) -> bytes:
    ident = b"\x7fELF" + bytes([file.elf_class // 32, 1 if file.order == "<" else 2, 1]) + bytes(9)
    size, shdr, count = 64 if file.elf_class == 64 else 52, places.get("shdr", 0), sections and sections + 1
    sizes = (size, _phentsize(file), segments, _shentsize(file), count, sections)
    return ident + file.pack("HHIWWWIHHHHHH", file.type, file.machine, 1, 0, places["phdr"], shdr, 0, *sizes)


def _program_headers(file: File, parts: dict[str, bytes], places: dict[str, int]) -> bytes:
    last = "verneed" if file.verneed else "verdef" if file.verdef else "versym" if file.versioned else "dynstr"
    end = places[last] + len(parts[last])
    tail = places["gnu_hash" if file.hash == "gnu" else "hash" if file.hash == "sysv" else "dynsym"]
    data = _segment(file, PT_LOAD, 0, tail if file.tail else end)
    if file.tail:
        data += _segment(file, PT_LOAD, tail, end - tail, BASE + TAIL)
    data += _segment(file, PT_DYNAMIC, places["dynamic"], len(parts["dynamic"]))
    if file.interp is not None:
        data += _segment(file, PT_INTERP, places["interp"], len(parts["interp"]))
    for name, (align, content) in _notes(file).items():
        data += _segment(file, PT_NOTE, places[name], len(content), align=align)
    if file.stack is not None:
        data += _segment(file, PT_GNU_STACK, 0, 0, flags=file.stack)
    return data


def _segment(
    file: File, kind: int, offset: int, size: int, base: int = BASE, flags: int = PF_R, align: int = ALIGN
) -> bytes:
    address = base + offset
    if file.elf_class == 64:
        return file.pack("IIQQQQQQ", kind, flags, offset, address, address, size, size, align)
    return file.pack("IIIIIIII", kind, offset, address, address, size, size, flags, align)


def _section_headers(
    file: File, parts: dict[str, bytes], places: dict[str, int], headers: list[str], names: dict[str, int]
) -> bytes:
    """Write a header for each of the parts `headers`, behind the empty one; sh_info counts version records."""
    row_sizes = {"dynsym": 24 if file.elf_class == 64 else 16, "dynamic": len(file.pack("WW", 0, 0)), "versym": 2}
    counts = {"dynsym": 1, "verdef": len(file.verdef), "verneed": len(file.verneed)}
    data = bytes(_shentsize(file))
    for part in headers:
        name, kind, link = _SECTIONS[part]
        address = 0 if part == "shstrtab" else _address(file, places, part)
        place = (names[name], kind, 2 if address else 0, address, places[part], len(parts[part]))
        linked = 1 + headers.index(link) if link else 0
        data += file.pack("IIWWWWIIWW", *place, linked, counts.get(part, 0), 1, row_sizes.get(part, 0))
    return data


def _phentsize(file: File) -> int:
    return 56 if file.elf_class == 64 else 32


def _shentsize(file: File) -> int:
    return 64 if file.elf_class == 64 else 40


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
