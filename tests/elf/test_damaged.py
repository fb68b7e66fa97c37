"""Damaged and hostile files: whatever the bytes, the reader answers or says ElfError, soon and in one line.

A scan reads files that nobody vouches for. Three nets, each with a finer mesh: damages that were thought of,
each by its name; files cut off at every single byte; bytes changed at random.
"""

from __future__ import annotations

import struct
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.elf.image import read, read_linkage
from glibcheck.elf.loading import read_loadable
from glibcheck.errors import ElfError
from tests.elf.build import BASE, Built, File, build
from tests.elf.test_image import FILES, LINKED, NO_EXPORTS, PLAIN, TRAITS, defined
from tests.tools import output

SECONDS = 2.0  # far above what any of these takes, far below what a loop without an end would

WHOLE = replace(PLAIN, interp="/lib64/ld.so", verdef=(defined("libplain.so.1", 1, base=True), defined("PLAIN_1", 6)))
GNU, SYSV, BARE = (build(replace(WHOLE, hash=kind)) for kind in ("gnu", "sysv", "none"))
WIDE = build(replace(WHOLE, hash="sysv", order=">", machine=22))
NARROW = build(replace(WHOLE, elf_class=32, machine=3))
FRONT = build(replace(PLAIN, sections=False))  # its last table ends the file

NEEDED, SONAME, SYMTAB, STRTAB, STRSZ = "DT_1", "DT_14", "DT_6", "DT_5", "DT_10"
VERSYM, VERDEF, VERNEED = f"DT_{0x6FFFFFF0}", f"DT_{0x6FFFFFFC}", f"DT_{0x6FFFFFFE}"
LOAD, DYNAMIC, INTERP = 0, 56, 112  # where the program headers stand in GNU, behind "phdr"
P_OFFSET, P_FILESZ = 8, 32
BIG, BIGGER = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
FRONT_END = BASE + len(FRONT.data)


def verneed_at_one_list(needs: int, aux: int) -> bytes:
    """Write Verneed records that all claim the same long list of Vernaux records."""
    records = b"".join(
        struct.pack("<HHIII", 1, 0xFFFF, 1, 16 * (needs - number), 16 if number < needs - 1 else 0)
        for number in range(needs)
    )
    return records + struct.pack("<IHHII", 0, 0, 2, 1, 16) * aux + bytes(16)


def overlapping_names() -> bytes:
    """Make every byte of a long name the start of another symbol: a megabyte that spells two gigabytes."""
    length = 65_000
    symbols = bytes(24) + b"".join(struct.pack("<IBBHQQ", 1 + n, 0x10, 0, 0, 0, 0) for n in range(length))
    strings = b"\0" + b"a" * length + b"\0"
    built = build(File(hash="sysv", sections=False, versioned=False))
    data = built.with_table(SYMTAB, symbols + strings)
    places = built.places
    result = bytearray(data)
    struct.pack_into("<Q", result, places[STRTAB], BASE + len(data) - len(strings))
    struct.pack_into("<Q", result, places[STRSZ], len(strings))
    struct.pack_into("<II", result, places["hash"], 1, length + 1)
    return bytes(result)


DAMAGED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "not an ELF file"),
    "text": (b"#!/bin/sh\necho hello\n" * 20, "not an ELF file"),
    "archive": (b"!<arch>\n" + bytes(100), "not an ELF file"),
    "magic-alone": (b"\x7fELF", "cut short, the file has 4 bytes"),
    "header-cut-short": (GNU.data[:51], "cut short, the file has 51 bytes"),
    "header-of-64-bit-cut-at-the-length-of-32-bit": (GNU.data[:52], "at offset 0x10: 48 bytes expected"),
    "class-of-7": (GNU.patched("header", 4, "B", 7), "unknown ELF class 7 or byte order 1"),
    "byte-order-of-9": (GNU.patched("header", 5, "B", 9), "unknown ELF class 2 or byte order 9"),
    "class-swapped": (GNU.patched("header", 4, "B", 1), "."),
    "byte-order-swapped": (GNU.patched("header", 5, "B", 2), "."),
    "program-headers-outside": (GNU.patched("header", 32, "Q", BIGGER), "0xffffffffffffffff: .* bytes expected"),
    "program-headers-outside-32-bit": (NARROW.patched("header", 28, "I", BIG), "0xffffffff: .* bytes expected"),
    "program-headers-too-many": (GNU.patched("header", 56, "H", 0xFFFE), "at offset 0x40: .* bytes expected"),
    "program-headers-counted-outside": (
        FRONT.patched("header", 40, "QIHHH", BIGGER, 0, 64, 56, 0xFFFF),
        "4 bytes expected",
    ),
    "program-headers-counted-as-2-32": (
        Built(GNU.patched("header", 56, "H", 0xFFFF), "<", GNU.places).patched("shdr", 44, "I", BIG),
        "at offset 0x40: 240518168520 bytes expected",
    ),
    "program-headers-of-1-byte": (GNU.patched("header", 54, "H", 1), "program headers of 1 bytes, at least 56"),
    "program-headers-of-0-bytes": (GNU.patched("header", 54, "H", 0), "program headers of 0 bytes, at least 56"),
    "no-program-headers": (GNU.patched("header", 56, "H", 0), "no dynamic section"),
    "relocatable-object": (GNU.patched("header", 16, "HHIQQQIHHH", 1, 62, *[0] * 8), "relocatable object"),
    "core-dump": (GNU.patched("header", 16, "HHIQQQIHHH", 4, 62, *[0] * 8), "a core dump"),
    "no-dynamic": (GNU.patched("phdr", DYNAMIC, "I", 6), "no dynamic section"),
    "dynamic-without-content-as-in-debug-files": (
        GNU.patched("phdr", DYNAMIC + P_FILESZ, "Q", 0),
        "no dynamic section .* debug file",
    ),
    "dynamic-outside": (GNU.patched("phdr", DYNAMIC + P_OFFSET, "Q", BIGGER), "bytes expected, the file ends"),
    "dynamic-too-long": (GNU.patched("phdr", DYNAMIC + P_FILESZ, "Q", BIGGER), "bytes expected, the file ends"),
    "interp-outside": (GNU.patched("phdr", INTERP + P_OFFSET, "Q", BIGGER), "bytes expected, the file ends"),
    "no-load-segment": (GNU.patched("phdr", LOAD, "I", 6), "no segment of the file holds address 0x"),
    "load-segment-without-content": (GNU.patched("phdr", LOAD + P_FILESZ, "Q", 0), "no segment of the file holds"),
    "load-segment-outside": (GNU.patched("phdr", LOAD + P_OFFSET, "Q", BIGGER - 0xFFFF), "bytes expected"),
    "dynstr-outside": (FRONT.patched(STRTAB, 0, "Q", FRONT_END), "no segment of the file holds address"),
    "dynstr-too-long": (GNU.patched(STRSZ, 0, "Q", BIGGER), "bytes expected, the file ends"),
    "dynstr-of-no-bytes": (GNU.patched(STRSZ, 0, "Q", 0), "name 0x.* lies outside the dynamic string table"),
    "dynstr-without-zero": (
        GNU.patched(STRSZ, 0, "Q", GNU.data.index(b"GLIBC_2.14") + 10 - GNU.places["dynstr"]),
        "name without an end in the dynamic string table",
    ),
    "needed-outside-dynstr": (GNU.patched(NEEDED, 0, "Q", BIGGER), "name 0xf.* lies outside"),
    "soname-outside-dynstr": (GNU.patched(SONAME, 0, "Q", 0x100000), "name 0x100000 lies outside"),
    "dynsym-outside": (GNU.patched(SYMTAB, 0, "Q", BIGGER), "no segment of the file holds address"),
    "dynsym-over-the-end": (FRONT.patched(SYMTAB, 0, "Q", FRONT_END - 8), "192 bytes expected, the file ends"),
    "symbol-name-outside-dynstr": (GNU.patched("dynsym", 24, "I", BIG), "name 0xffffffff lies outside"),
    "symbol-count-of-2-32": (SYSV.patched("hash", 4, "I", BIG), "103079215080 bytes expected"),
    "symbol-count-of-2-64": (WIDE.patched("hash", 8, "Q", BIGGER), "bytes expected, the file ends"),
    "symbol-count-over-the-end": (SYSV.patched("hash", 4, "I", 200), "4800 bytes expected"),
    "symbol-count-by-a-section-of-2-64-bytes": (
        BARE.patched("shdr", 64 * 3 + 32, "Q", BIGGER),
        "bytes expected, the file ends",
    ),
    "symbol-count-nowhere": (
        build(replace(WHOLE, hash="none", sections=False)).data,
        "the number of symbols cannot be told",
    ),
    "symbol-count-in-sections-outside": (BARE.patched("header", 40, "Q", BIGGER), "64 bytes expected"),
    "hash-outside": (SYSV.patched("DT_4", 0, "Q", BIGGER), "no segment of the file holds address"),
    "hash-over-the-end": (SYSV.data[: SYSV.places["hash"] + 6], "bytes expected"),
    "gnu-hash-outside": (GNU.patched(f"DT_{0x6FFFFEF5}", 0, "Q", BIGGER), "no segment of the file holds address"),
    "gnu-hash-with-huge-buckets": (GNU.patched("gnu_hash", 0, "I", BIG), "17179869180 bytes expected"),
    "gnu-hash-with-huge-bloom": (GNU.patched("gnu_hash", 8, "I", BIG), "bytes expected, the file ends"),
    "gnu-hash-with-huge-first-symbol": (
        GNU.patched("gnu_hash", 4, "I", BIG),
        "103079215080 bytes expected",
    ),
    "gnu-hash-with-huge-chain-start": (GNU.patched("gnu_hash", 24, "I", BIG), "4 bytes expected, the file ends"),
    "gnu-hash-chain-without-end": (
        GNU.with_table(f"DT_{0x6FFFFEF5}", struct.pack("<IIIIQI", 1, 1, 1, 0, 0, 1) + bytes(1 << 20)),
        "4 bytes expected, the file ends",
    ),
    "versym-outside": (GNU.patched(VERSYM, 0, "Q", BIGGER), "no segment of the file holds address"),
    "versym-over-the-end": (FRONT.patched(VERSYM, 0, "Q", FRONT_END - 2), "16 bytes expected, the file ends"),
    "verneed-outside": (GNU.patched(VERNEED, 0, "Q", 0), "no segment of the file holds address 0x0"),
    "verneed-points-past-end": (
        GNU.with_table(VERNEED, bytes(4)),
        "16 bytes expected, the file ends at",
    ),
    "vn-aux-points-past-end": (GNU.patched("verneed", 8, "I", BIG), "16 bytes expected, the file ends at"),
    "vn-file-outside-dynstr": (GNU.patched("verneed", 4, "I", BIG), "name 0xffffffff lies outside"),
    "vn-next-points-past-end": (GNU.patched("verneed", 12, "I", BIG), "16 bytes expected, the file ends at"),
    "vn-next-points-at-itself": (
        GNU.patched("verneed", 12, "I", 1),
        "version record of 1 bytes overlaps the next",
    ),
    "vna-next-points-at-itself": (
        # The list of libc.so.6 has three entries; the first points into itself.
        GNU.patched("verneed", 48 + 12, "I", 15),
        "version record of 15 bytes overlaps the next",
    ),
    "vna-name-outside-dynstr": (GNU.patched("verneed", 16 + 8, "I", BIG), "name 0xffffffff lies outside"),
    "vn-next-goes-on-through-the-file": (
        GNU.with_table(VERNEED, struct.pack("<HHIII", 1, 0, 1, 16, 16) * 60_000),
        "more than 32767 symbol versions",
    ),
    "vn-aux-all-point-at-one-long-list": (
        GNU.with_table(VERNEED, verneed_at_one_list(10_000, 30_000)),
        "more than 32767 symbol versions",
    ),
    "verdef-points-past-end": (GNU.with_table(VERDEF, bytes(4)), "20 bytes expected, the file ends at"),
    "vd-aux-points-past-end": (GNU.patched("verdef", 12, "I", BIG), "8 bytes expected, the file ends at"),
    "vd-next-points-at-itself": (GNU.patched("verdef", 16, "I", 8), "version record of 8 bytes overlaps the next"),
    "vd-next-goes-on-through-the-file": (
        GNU.with_table(VERDEF, struct.pack("<HHHHIII", 1, 0, 2, 1, 0, 0, 20) * 60_000),
        "more than 32767 symbol versions",
    ),
    "names-that-overlap": (overlapping_names(), "names overlap: together over 16 times the size of the file"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damage_is_told_in_one_line(damage: str) -> None:
    data, message = DAMAGED[damage]
    start = time.process_time()
    with pytest.raises(ElfError, match=message) as caught:
        read(data)
    assert time.process_time() - start < SECONDS
    assert str(caught.value).isprintable()
    with pytest.raises(ElfError, match=message):
        read_linkage(data)


# What the loader does not look at may be anything, as long as the count of symbols does not hang on it.
UNSEEN = {
    "section-headers-outside": GNU.patched("header", 40, "Q", BIGGER),
    "section-headers-without-size": GNU.patched("header", 58, "HHH", 0, 0xFFFF, 0xFFFF),
    "entry-point-and-flags": GNU.patched("header", 24, "Q", BIGGER),
    "verneed-count": GNU.patched(f"DT_{0x6FFFFFFF}", 0, "Q", BIGGER),
    "verdef-count": GNU.patched(f"DT_{0x6FFFFFFD}", 0, "Q", 0),
    "vna-hash": GNU.patched("verneed", 16, "I", BIG),
    "vn-count-greater-than-the-list": GNU.patched("verneed", 2, "H", 0xFFFF),
    "vn-count-less-than-the-list": GNU.patched("verneed", 32 + 2, "H", 1),  # libc.so.6 stands behind libm.so.6
    "vn-count-of-0": GNU.patched("verneed", 32 + 2, "H", 0),
    "bloom-filter-without-bits": GNU.patched("gnu_hash", 16, "Q", 0),
}


@pytest.mark.parametrize("damage", UNSEEN)
def test_what_the_loader_does_not_read_does_not_matter(damage: str) -> None:
    assert read_linkage(UNSEEN[damage]) == read_linkage(GNU.data)


def outcome_at_every_length(data: bytes) -> list[int]:
    """Read the file cut off at each length: it must read whole or be refused; gives the lengths that read."""
    whole = read_linkage(data)
    readable = []
    for length in range(len(data)):
        try:
            linkage = read_linkage(data[:length])
        except ElfError:
            continue
        assert linkage == whole, f"cut off at {length} it reads as something else"
        readable.append(length)
    return readable


@pytest.mark.parametrize(
    ("built", "last"),
    [
        pytest.param(GNU, "verneed", id="gnu-hash"),
        pytest.param(SYSV, "verneed", id="dt-hash"),
        pytest.param(NARROW, "verneed", id="32-bit"),
        pytest.param(WIDE, "verneed", id="s390x"),
        pytest.param(build(replace(WHOLE, tail=True)), "verneed", id="far-segment"),
        pytest.param(BARE, "shdr", id="no-hash-table"),
        pytest.param(build(NO_EXPORTS), "shdr", id="nothing-exported"),
    ],
)
def test_a_built_file_cut_off_anywhere_reads_whole_or_not_at_all(built: Built, last: str) -> None:
    """`last` is the last part of the file that reading it depends on."""
    assert min(outcome_at_every_length(built.data)) > built.places[last]


def test_a_compiled_library_cut_off_anywhere_reads_whole_or_not_at_all(tmp_path: Path) -> None:
    source, library = tmp_path / "small.c", tmp_path / "libsmall.so"
    source.write_text('#include <stdio.h>\nint small(void) { return fputs("", stdout); }\n')
    flat = ("-nostartfiles", "-s", "-Wl,-z,noseparate-code,-z,max-page-size=4096,-z,norelro,--build-id=none")
    output("gcc", "-shared", "-fPIC", "-O1", *flat, "-o", str(library), str(source))
    data = library.read_bytes()
    whole = read_linkage(data)
    assert [export.name for export in whole.exports] == ["small"]
    assert {reference.name for reference in whole.references} == {"fputs", "stdout"}
    assert outcome_at_every_length(data)


SAMPLES = [build(file).data for name, (file, _) in (FILES | TRAITS).items() if "600" not in name]
SAMPLES.append(build(LINKED).data)
WORDS = (0, 1, 2, 4, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)


def reads_or_refuses(data: bytes) -> None:
    for reader in (read, read_linkage, read_loadable):
        try:
            reader(data)
        except ElfError as error:
            assert str(error).isprintable()  # noqa: PT017 - whether it raises is open


def overwritten(data: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    result = bytearray(data)
    for place, new in changes:
        start = place % len(data)
        result[start : start + len(new)] = new[: len(data) - start]
    return bytes(result)


@settings(max_examples=300, deadline=SECONDS * 1000, database=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 1 << 12), st.binary(min_size=1, max_size=1)), min_size=1, max_size=20),
)
def test_random_bytes_change_the_answer_or_are_refused(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    reads_or_refuses(overwritten(data, changes))


@settings(max_examples=300, deadline=SECONDS * 1000, database=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 1 << 10), st.sampled_from(WORDS)), min_size=1, max_size=4),
    st.sampled_from("<>"),
)
def test_extreme_words_change_the_answer_or_are_refused(
    data: bytes, changes: list[tuple[int, int]], order: str
) -> None:
    reads_or_refuses(overwritten(data, [(4 * place, struct.pack(order + "I", word)) for place, word in changes]))


@settings(max_examples=100, deadline=SECONDS * 1000, database=None)
@given(st.binary(max_size=400))
def test_random_content_behind_the_magic_is_refused(content: bytes) -> None:
    reads_or_refuses(b"\x7fELF\x02\x01\x01" + content)
