"""Damage, chosen at random but not blindly: a seed file and a `Random` become a file that is a little, or much, wrong.

Bytes that are flipped anywhere hit code and text that nobody reads. So half of the changes hit fields: the places of
all headers and records of a seed are known, a table is picked first and a field of it then, so that the ten fields of
a version record are met as often as the thousands of a symbol table; what is written there are the numbers at which
arithmetic breaks, or another field's. The other half are what happens to files: cut off, repeated, overlapping.

The same seed and the same state of the `Random` give the same bytes; hypothesis can be that Random, too.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from glibcheck.elf.dynamic import (
    DT_GNU_HASH,
    DT_HASH,
    DT_STRTAB,
    DT_SYMTAB,
    DT_VERDEF,
    DT_VERNEED,
    DT_VERSYM,
    PT_DYNAMIC,
    PT_NOTE,
    DynamicFile,
)
from glibcheck.elf.symbols import SymbolTable
from glibcheck.errors import ElfError

LARGEST = 200_000  # bytes of a mutant; what would be longer is cut off
_WIDTHS = {"B": 1, "H": 2, "I": 4, "Q": 8}
_NUMBERS = (0, 1, 2, 3, 4, 8, 0xFF, 1 << 16, 1 << 24, 1 << 31, 1 << 32, 1 << 40, 1 << 62, 1 << 63, 1 << 64)
_INTERESTING = tuple(sorted({number + step for number in _NUMBERS for step in (-1, 0, 1) if number + step >= 0}))
_MOST_ROWS, _LONGEST_TABLE = 400, 4000  # rows and fields of one table; more would be more of the same

Fields = tuple[tuple[int, int], ...]  # (offset from the start of the file, width), both in bytes


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole file, the fields of each of its tables, and its byte order.

    `pairs` are the fields that a zip archive has twice: (offset in the directory, offset in front of the data, width).
    `inside` are the ELF files that a mutated archive may hold instead of its own.
    """

    name: str
    data: bytes
    order: str = "<"
    fields: Mapping[str, Fields] = field(default_factory=dict)
    pairs: tuple[tuple[int, int, int], ...] = ()
    inside: tuple[Seed, ...] = ()


def elf_seed(name: str, data: bytes) -> Seed:
    """Find the fields of an ELF file; one that is not dynamic has those of its header and sections only."""
    try:
        file = DynamicFile(data)
    except ElfError:
        return Seed(name, data, "<" if data[5:6] == b"\1" else ">", _header_fields(data))
    return Seed(name, data, file.order, _header_fields(data) | _table_fields(file))


def zip_seed(name: str, data: bytes, inside: tuple[Seed, ...] = ()) -> Seed:
    """Find the fields of a zip archive that is whole and has no comment."""
    end = len(data) - 22
    fields = {"end": _fields("IHHHHIIH", end)}
    if data[end - 20 : end - 16] == b"PK\x06\x07":
        fields |= {"locator": _fields("IIQI", end - 20), "end64": _fields("IQHHIIQQQQ", end - 76)}
    size, place = struct.unpack_from("<II", data, end + 12)
    if place == 0xFFFFFFFF:
        size, place = struct.unpack_from("<QQ", data, end - 76 + 40)
    found: dict[str, list[tuple[int, int]]] = {"entries": [], "headers": [], "content": [], "extras": []}
    pairs: list[tuple[int, int, int]] = []
    stop = place + size
    while place < stop:
        compressed, _, name_size, extra_size = struct.unpack_from("<IIHH", data, place + 20)
        (header,) = struct.unpack_from("<I", data, place + 42)
        extra = place + 46 + name_size
        if header == 0xFFFFFFFF:  # our own seeds have all three numbers in the ZIP64 field
            _, compressed, header = struct.unpack_from("<QQQ", data, extra + 4)
        found["entries"] += _fields("IHHHHHHIIIHHHHHII", place)
        found["extras"] += _fields("B" * extra_size, extra)
        found["headers"] += _fields("IHHHHHIIIHH", header)
        start = header + 30 + sum(struct.unpack_from("<HH", data, header + 26))
        found["content"] += _fields("B" * min(compressed, _LONGEST_TABLE), start)
        pairs += [(place + 8, header + 6, 2), (place + 10, header + 8, 2)]
        pairs += [(place + 16 + step, header + 14 + step, 4) for step in (0, 4, 8)]
        place = extra + extra_size
    fields |= {table: tuple(places) for table, places in found.items() if places}
    return Seed(name, data, "<", fields, tuple(pairs), inside)


def mutant(seed: Seed, random: Random) -> bytes:
    """Make a damaged file of a seed."""
    if seed.inside and random.random() < 0.3:
        archive = _repacked(seed, random)
        return archive if random.random() < 0.8 else bytes(_damaged(bytearray(archive), random)[:LARGEST])
    data = bytearray(seed.data)
    while True:
        kind = random.random()
        if kind < 0.5 and seed.fields:
            _overwrite_field(data, seed, random)
        elif kind < 0.6 and seed.pairs:
            _overwrite_pair(data, seed, random)
        else:
            data = _damaged(data, random)
        if random.random() < 0.6:
            return bytes(data[:LARGEST])


def _overwrite_field(data: bytearray, seed: Seed, random: Random) -> None:
    place, width = random.choice(seed.fields[random.choice(sorted(seed.fields))])
    if place + width <= len(data):
        data[place : place + width] = _number(data, place, width, seed, random)


def _overwrite_pair(data: bytearray, seed: Seed, random: Random) -> None:
    """Tell the same lie twice, which is what a liar does."""
    first, second, width = random.choice(seed.pairs)
    if max(first, second) + width <= len(data):
        data[first : first + width] = data[second : second + width] = _number(data, first, width, seed, random)


def _number(data: bytearray, place: int, width: int, seed: Seed, random: Random) -> bytes:
    """Choose what to write into a field: a number at a border, one near the old one, or another field's."""
    order: Literal["little", "big"] = "little" if seed.order == "<" else "big"
    old = int.from_bytes(data[place : place + width], order)
    kind = random.randrange(4)
    if kind == 0:
        value = old + random.choice((-24, -16, -8, -4, -1, 1, 4, 8, 16, 24))
    elif kind == 1:
        other, size = random.choice(seed.fields[random.choice(sorted(seed.fields))])
        value = random.choice((other, int.from_bytes(data[other : other + size], order)))
    elif kind == 2:
        value = len(data) + random.choice((-width, -1, 0, 1))
    else:
        value = random.choice(_INTERESTING)
    return (value % (1 << 8 * width)).to_bytes(width, order)


def _damaged(data: bytearray, random: Random) -> bytearray:
    """Do to the whole file what disks, downloads and editors do to it."""
    if not data:
        return data
    start = random.randrange(len(data))
    size = min(random.choice((1, 2, 4, 8, 16, 24, 56, 64, 256, 4096)), len(data) - start)
    kind = random.randrange(8)
    if kind == 0:
        return data[:start]
    if kind == 1:
        data[start] ^= 1 << random.randrange(8)
    elif kind == 2:
        data[start] = random.choice((0, 1, 0x7F, 0x80, 0xFF))
    elif kind == 3:  # repeated
        data[start:start] = data[start : start + size]
    elif kind == 4:  # lost
        del data[start : start + size]
    elif kind == 5:  # overlapping
        target = random.randrange(len(data) - size + 1)
        data[target : target + size] = data[start : start + size]
    elif kind == 6:
        data[start : start + size] = bytes([random.choice((0, 0x41, 0xFF))]) * size
    else:
        data[start : start + size] = random.randbytes(size)
    return data


def _repacked(seed: Seed, random: Random) -> bytes:
    """Write an archive that is in order, with a damaged ELF file in it: what is read after all checks have passed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(random.choice((1, 1, 2))):
            member = zipfile.ZipInfo(f"pkg/_{number}.so")
            method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
            archive.writestr(member, mutant(random.choice(seed.inside), random), method)
    return target.getvalue()


def _header_fields(data: bytes) -> dict[str, Fields]:
    """Give the fields of the ELF header and of the section headers."""
    if len(data) < 64 or data[4] not in (1, 2):
        return {}
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    fields = {"ident": ((4, 1), (5, 1), (6, 1)), "header": _fields("HHIWWWIHHHHHH", 16, wide)}
    (start,) = struct.unpack_from(order + ("Q" if wide else "I"), data, 40 if wide else 32)
    (count,) = struct.unpack_from(order + "H", data, 60 if wide else 48)
    if start and count:
        fields["sections"] = _fields("IIWWWWIIWW" * min(count, _MOST_ROWS), start, wide)
    return fields


def _table_fields(file: DynamicFile) -> dict[str, Fields]:
    """Give the fields of all that a loader reads behind the ELF header."""
    wide = file.elf_class == 64
    segments = sum(len(found) for found in file.segments.values())
    start = file.unpack(file.layout("Q" if wide else "I"), 32 if wide else 28)[0]
    dynamic = file.segments[PT_DYNAMIC][0]
    fields = {
        "segments": _fields(("IIQQQQQQ" if wide else "IIIIIIII") * segments, start),
        "dynamic": _fields("WW" * (dynamic.size // (16 if wide else 8)), dynamic.offset, wide),
        "notes": tuple(
            place
            for note in file.segments.get(PT_NOTE, ())
            for place in _fields("I" * min(note.size // 4, _MOST_ROWS), note.offset)
        ),
    }
    rows = min(SymbolTable(file).count, _MOST_ROWS)
    tables = (
        ("symbols", DT_SYMTAB, ("IBBHQQ" if wide else "IIIBBH") * rows),
        ("versym", DT_VERSYM, "H" * rows),
        ("hash", DT_HASH, "I" * 8),
        ("gnu_hash", DT_GNU_HASH, "I" * 16),
        ("strings", DT_STRTAB, "B" * 32),
    )
    for name, tag, layout in tables:
        place = file.table(tag)
        if place is not None:
            fields[name] = _fields(layout, place)
    fields["verneed"] = _record_fields(file, DT_VERNEED, "HHIII", "IHHII", 2)
    fields["verdef"] = _record_fields(file, DT_VERDEF, "HHHHIII", "II", 6)
    return {name: found for name, found in fields.items() if found}


def _record_fields(file: DynamicFile, tag: int, record: str, aux: str, count: int) -> Fields:
    """Give the fields of linked version records; `count` is the offset of the number of auxiliary ones in each."""
    place = file.table(tag)
    found: list[tuple[int, int]] = []
    while place is not None and len(found) < _LONGEST_TABLE:
        found += _fields(record, place)
        *_, first, following = file.unpack(file.layout(record), place)
        inner = place + first
        for _ in range(min(file.unpack(file.layout("H"), place + count)[0], _MOST_ROWS)):
            found += _fields(aux, inner)
            inner += file.unpack(file.layout(aux), inner)[-1]
        place = place + following if following else None
    return tuple(found)


def _fields(layout: str, start: int, wide: bool = True) -> Fields:
    """Give the places of packed fields, in the letters of `struct`; W is a word of 8 or 4 bytes."""
    found = []
    for letter in layout.replace("W", "Q" if wide else "I"):
        found.append((start, _WIDTHS[letter]))
        start += _WIDTHS[letter]
    return tuple(found)
