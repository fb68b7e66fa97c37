"""Objects before the link: what they want is what nm says, and damage is an ElfError, soon and in little memory."""

from __future__ import annotations

import io
import os
import struct
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.elf.objects import RelocatableObject, read_object
from glibcheck.elf.sections import is_relocatable
from glibcheck.errors import ElfError
from tests.tools import need, output

SECONDS = 2.0

SOURCES = {
    "nothing": "",
    "calls": '#include <stdio.h>\nint f(void) { puts("x"); return getchar(); }\n',
    "weak": "__attribute__((weak)) int maybe(void);\nint f(void) { return maybe ? maybe() : 0; }\n",
    "data": "extern int there; extern const char *const names[]; const char *f(void) { return names[there]; }\n",
    "local-and-static": "static int own(int x) { return x + 1; }\nint (*f)(int) = own;\nstatic int kept = 3;\n",
    "common": "int shared[100]; extern int other; int *f(void) { return shared + other; }\n",
    "thread-local": "extern _Thread_local int here; int f(void) { return here; }\n",
    "symver": '__asm__(".symver pow,pow@GLIBC_2.2.5"); double pow(double, double);\n'
    "double f(double x) { return pow(x, 3.5); }\n",
    "long-names": f"int {'a' * 5000}(void); int f(void) {{ return {'a' * 5000}(); }}\n",
}
OPTIONS = {
    "plain": (),
    "pic": ("-fPIC", "-O2"),
    "debug": ("-g", "-fPIC"),
    "sections": ("-ffunction-sections", "-fdata-sections"),
}


def compiled(folder: Path, source: str, *options: str, compiler: str = "gcc", suffix: str = ".c") -> bytes:
    path = folder / f"unit{suffix}"
    path.write_text(source)
    output(compiler, *options, "-c", "-o", str(folder / "unit.o"), str(path))
    return (folder / "unit.o").read_bytes()


def undefined_by_nm(path: Path) -> set[str]:
    return {line.split()[-1] for line in output("nm", "-u", str(path)).splitlines()}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_undefined_names_are_those_of_nm(source: str, options: tuple[str, ...], tmp_path: Path) -> None:
    need("nm")
    found = read_object(io.BytesIO(compiled(tmp_path, source, *options)))
    assert found == RelocatableObject(os.uname().machine, frozenset(found.undefined))
    assert found.undefined == undefined_by_nm(tmp_path / "unit.o")


def test_undefined_names_of_c_plus_plus_are_those_of_nm(tmp_path: Path) -> None:
    source = (
        "#include <iostream>\n#include <vector>\nvoid f(std::vector<int> &v) { v.push_back(1); std::cout << v[0]; }\n"
    )
    found = read_object(io.BytesIO(compiled(tmp_path, source, compiler="g++", suffix=".cpp")))
    assert found.undefined == undefined_by_nm(tmp_path / "unit.o")
    assert "_ZSt4cout" in found.undefined


def test_the_position_of_the_stream_does_not_matter(tmp_path: Path) -> None:
    stream = io.BytesIO(compiled(tmp_path, SOURCES["calls"]))
    stream.seek(18)
    assert {"puts", "getchar"} <= read_object(stream).undefined


def test_an_object_with_code_beside_that_for_lto_tells_what_it_wants(tmp_path: Path) -> None:
    both = compiled(tmp_path, SOURCES["calls"], "-flto", "-ffat-lto-objects")
    assert read_object(io.BytesIO(both)) == read_object(io.BytesIO(compiled(tmp_path, SOURCES["calls"])))


def test_an_object_for_lto_alone_does_not_tell_what_it_wants(tmp_path: Path) -> None:
    data = compiled(tmp_path, SOURCES["calls"], "-flto", "-fno-fat-lto-objects")
    with pytest.raises(ElfError, match="compiled with -flto, only the linked file tells what it uses"):
        read_object(io.BytesIO(data))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(b"\x7fELF\x02\x01".ljust(16, b"\0") + b"\x01\x00", True, id="little-endian"),
        pytest.param(b"\x7fELF\x02\x02".ljust(16, b"\0") + b"\x00\x01", True, id="big-endian"),
        pytest.param(b"\x7fELF\x02\x01".ljust(16, b"\0") + b"\x03\x00", False, id="shared-object"),
        pytest.param(b"\x7fELF\x02\x02".ljust(16, b"\0") + b"\x01\x00", False, id="type-256"),
        pytest.param(b"\x7fELF", False, id="magic-alone"),
        pytest.param(b"", False, id="empty"),
        pytest.param(b"!<arch>\n".ljust(18), False, id="archive"),
    ],
)
def test_is_relocatable(head: bytes, expected: bool) -> None:
    assert is_relocatable(head) is expected


def test_a_linked_file_is_no_object(tmp_path: Path) -> None:
    compiled(tmp_path, SOURCES["calls"], "-fPIC")
    output("gcc", "-shared", "-o", str(tmp_path / "a.so"), str(tmp_path / "unit.o"))
    with (tmp_path / "a.so").open("rb") as stream, pytest.raises(ElfError, match=r"^not a relocatable object$"):
        read_object(stream)


# Damage. The object has every kind of row: local, weak, undefined, a directive.


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    source = "".join(SOURCES[name] for name in ("calls", "symver")).replace("int f(", "int g(")
    return compiled(tmp_path_factory.mktemp("object"), source)


def refused_or_read(data: bytes) -> ElfError | None:
    """Read bytes of an object; anything but an answer or an ElfError, or a long wait, fails the test."""
    start = time.process_time()
    try:
        read_object(io.BytesIO(data))
    except ElfError as error:
        return error
    finally:
        assert time.process_time() - start < SECONDS
    return None


def test_an_object_that_is_cut_short_anywhere_is_refused(whole: bytes) -> None:
    end_of_headers = section_headers(whole) + 64 * struct.unpack_from("<H", whole, 0x3C)[0]
    for length in range(end_of_headers):
        assert refused_or_read(whole[:length]) is not None, length


def section_headers(data: bytes) -> int:
    offset: int = struct.unpack_from("<Q", data, 0x28)[0]
    return offset


def patched(data: bytes, offset: int, layout: str, *values: int) -> bytes:
    result = bytearray(data)
    struct.pack_into(layout, result, offset, *values)
    return bytes(result)


def header_of(data: bytes, kind: int) -> int:
    """Find the section header of a type: 2 is SHT_SYMTAB, 3 SHT_STRTAB."""
    count = struct.unpack_from("<H", data, 0x3C)[0]
    places = (section_headers(data) + 64 * index for index in range(count))
    return next(place for place in places if struct.unpack_from("<I", data, place + 4)[0] == kind)


HUGE = (1 << 64) - 1
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "section-headers-of-no-size": lambda data: patched(data, 0x3A, "<HH", 0, 0xFFFF),
    "section-headers-without-end": lambda data: patched(
        patched(data, 0x3A, "<HH", 0, 0), section_headers(data) + 0x20, "<Q", 1 << 62
    ),
    "section-headers-outside": lambda data: patched(data, 0x28, "<Q", HUGE),
    "section-headers-at-the-start": lambda data: patched(data, 0x28, "<Q", 1),
    "no-section-headers": lambda data: patched(patched(data, 0x28, "<Q", 0), 0x3C, "<H", 0),
    "names-of-sections-outside": lambda data: patched(data, 0x3E, "<H", 0xFF00),
    "symbols-outside": lambda data: patched(data, header_of(data, 2) + 0x18, "<Q", HUGE),
    "symbols-without-end": lambda data: patched(data, header_of(data, 2) + 0x20, "<Q", HUGE),
    "symbols-of-no-size": lambda data: patched(data, header_of(data, 2) + 0x38, "<Q", 0),
    "symbols-of-one-byte": lambda data: patched(data, header_of(data, 2) + 0x38, "<Q", 1),
    "symbols-named-by-themselves": lambda data: patched(data, header_of(data, 2) + 0x28, "<I", 0),
    "symbols-named-by-no-section": lambda data: patched(data, header_of(data, 2) + 0x28, "<I", 0xFFFF),
    "names-outside": lambda data: patched(data, header_of(data, 3) + 0x18, "<Q", HUGE),
    "names-at-the-largest-offset-of-a-file": lambda data: patched(data, header_of(data, 3) + 0x18, "<Q", (1 << 63) - 1),
    "another-class": lambda data: patched(data, 4, "<B", 1),
    "another-byte-order": lambda data: patched(data, 5, "<B", 2),
    "class-of-7": lambda data: patched(data, 4, "<B", 7),
    "another-machine": lambda data: patched(data, 18, "<H", 0xBEEF),
    "core-file": lambda data: patched(data, 16, "<H", 4),
    "text": lambda data: b"not an object\n" * 100,
    "empty": lambda data: b"",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_object_is_refused_or_read_but_never_more(damage: Callable[[bytes], bytes], whole: bytes) -> None:
    error = refused_or_read(damage(whole))
    assert len(str(error)) < 200


@given(st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=12))
@settings(database=None, deadline=None, max_examples=400)
def test_bytes_changed_at_random_are_refused_or_read(whole: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(whole)
    for place, value in changes:
        data[place % len(data)] = value
    refused_or_read(bytes(data))


def overlapping_tables(size: int) -> bytes:
    """Make an object whose thousands of symbol tables all are the whole file, and whose names are as long as it."""
    count = size // 128
    start = (size - 64 * count) // 24 * 24 + 64
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 1, 62, 1, 0, 0, start, 0, 64, 0, 0, 64, count, 0)
    table = struct.pack("<IIQQQQIIQQ", 1, 2, 0, 0, 64, start - 64, 1, 0, 1, 24)
    strings = struct.pack("<IIQQQQIIQQ", 1, 3, 0, 0, 64, start - 64, 0, 0, 1, 0)
    return header.ljust(start, b"a") + strings * 2 + table * (count - 2)


def test_tables_that_overlap_cost_no_more_than_their_file() -> None:
    assert str(refused_or_read(overlapping_tables(1 << 17))) == "damaged relocatable object: its tables overlap"


def test_tables_that_overlap_take_no_more_memory_than_their_file_allows() -> None:
    data = overlapping_tables(1 << 16)
    tracemalloc.start()
    try:
        with pytest.raises(ElfError):
            read_object(io.BytesIO(data))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * len(data)
