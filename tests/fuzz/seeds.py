"""What is damaged: real libraries of this system, compiled ones, written ones of every class and byte order, wheels.

Real files have what nobody would think of writing; written ones exist for machines whose libraries are not at hand.
Which real files there are depends on the system, so a failure is kept with its bytes.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import product

from glibcheck.errors import ElfError
from glibcheck.model.image import Verdef, Vernaux, Verneed
from glibcheck.model.names import Soname, VersionName
from tests.elf.build import File, Symbol, build
from tests.fuzz.mutate import Seed, elf_seed, zip_seed

_FOLDERS = ("/usr/lib", "/usr/lib64")
_LARGEST = 200_000
_LARGEST_INSIDE = 40_000
_REAL = 48

_SOURCE = """
#include <math.h>
#include <stdio.h>
__asm__(".symver old, entry@V_1"); int old(void) { return puts("1"); }
__asm__(".symver new, entry@@V_2"); int new(double x) { return pow(x, 2) > 1 && puts("2"); }
extern int absent(void) __attribute__((weak)); int ask(void) { return absent && absent(); }
"""
_SCRIPT = "V_1 { global: ask; local: *; }; V_2 { } V_1;\n"
_PROGRAM = '#include <stdio.h>\nint main(int n, char **words) { return printf("%d %s", n, words[0]); }\n'


def elf_seeds() -> tuple[Seed, ...]:
    """Gather the ELF files: always the same ones on the same system."""
    return (*_written(), *_compiled(), *_real())


def zip_seeds(elf: tuple[Seed, ...]) -> tuple[Seed, ...]:
    """Write small wheels around some of the ELF files: stored, deflated, mixed, wider, and one with bytes in front."""
    inside = tuple(seed for seed in elf if len(seed.data) <= _LARGEST_INSIDE)
    made = []
    for number, seed in enumerate(inside[:: max(1, len(inside) // 12)]):
        made += [
            (f"{seed.name} by {method}", _wheel(seed.data, method, stream=number % 4 == 3))
            for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        ]
    made += [(f"wide {name}", _widened(data)) for name, data in made[::5]]
    return tuple(zip_seed(name, data, inside) for name, data in made)


def _written() -> Iterator[Seed]:
    """Write files of both classes and byte orders; 22 is s390x, whose hash tables are wider than others'."""
    for elf_class, order, hash_table, tail in product((64, 32), "<>", ("gnu", "sysv", "none"), (False, True)):
        file = File(
            elf_class=elf_class,
            order=order,
            machine=62 if order == "<" else 22,
            soname="libfuzz.so.1",
            needed=("libm.so.6", "libc.so.6"),
            runpath="$ORIGIN/lib",
            interp="/lib64/ld-linux-x86-64.so.2" if tail else None,
            verdef=(_definition("libfuzz.so.1", 1, True), _definition("FUZZ_1", 2), _definition("FUZZ_2", 3)),
            verneed=(
                _need("libm.so.6", ("GLIBC_2.29", 4)),
                _need("libc.so.6", ("GLIBC_2.2.5", 5), ("GLIBC_2.34", 6), ("GLIBC_ABI_DT_RELR", 7)),
            ),
            symbols=(
                *(Symbol(f"wanted{number}", number) for number in (1, 4, 5, 6)),
                Symbol("perhaps", 5, binding=2),
                Symbol("own", 2, defined=True),
                Symbol("own_old", 0x8003, defined=True),
                Symbol("copied", 5, defined=True, type=1),
            ),
            hash=hash_table,
            stack=6,
            build_id=b"\xab" * 20,
            properties=((0xC0008002, 2), (0xC0000002, 3)),
            dynamic=((30, 8), (36, 0)),
        )
        yield elf_seed(f"written-{elf_class}{order}{hash_table}{'-tail' if tail else ''}", build(file).data)


def _definition(name: str, number: int, base: bool = False) -> Verdef:
    return Verdef(VersionName(name), number, base)


def _need(library: str, *versions: tuple[str, int]) -> Verneed:
    return Verneed(Soname(library), tuple(Vernaux(VersionName(name), number, False) for name, number in versions))


def _compiled() -> Iterator[Seed]:
    """Compile a library with versions, a program and an object; none without gcc."""
    if shutil.which("gcc") is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("lib.c", _SOURCE), ("main.c", _PROGRAM), ("lib.map", _SCRIPT)):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
        library = ("-shared", "-fPIC", "-s", "lib.c", "-Wl,--version-script=lib.map", "-lm")
        commands = {
            "compiled-gnu": (*library, "-Wl,--hash-style=gnu"),
            "compiled-sysv": (*library, "-Wl,--hash-style=sysv"),
            "compiled-program": ("main.c",),
            "compiled-object": ("-c", "-g", "main.c"),
        }
        for name, words in commands.items():
            subprocess.run(["gcc", "-O1", *words, "-o", name], cwd=folder, check=True)
            with open(os.path.join(folder, name), "rb") as binary:
                yield elf_seed(name, binary.read())


def _real() -> Iterator[Seed]:
    """Take libraries of this system, from the smallest to the largest that is small."""
    found = []
    for folder in _FOLDERS:
        for parent, _, names in os.walk(folder):
            paths = (os.path.join(parent, name) for name in names if ".so" in name)
            found += [(os.path.getsize(path), path) for path in paths if os.path.isfile(path)]
    chosen = sorted({(size, path) for size, path in found if 0 < size <= _LARGEST and not os.path.islink(path)})
    for _, path in chosen[:: max(1, len(chosen) // _REAL)]:
        with open(path, "rb") as file:
            data = file.read()
        try:
            seed = elf_seed(path, data)
        except ElfError:
            continue
        if data.startswith(b"\x7fELF") and "dynamic" in seed.fields:
            yield seed


def _wheel(library: bytes, method: int, stream: bool) -> bytes:
    """Write a wheel of several members, one of them ELF; as a `stream`, sizes follow the data."""
    target: io.BytesIO = _Forward() if stream else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in (
            ("pkg/__init__.py", b"from pkg._native import *\n" * 5),
            ("pkg/_native.so", library),
            ("pkg-1.dist-info/METADATA", b"Metadata-Version: 2.1\nName: pkg\nVersion: 1\n"),
            ("pkg-1.dist-info/RECORD", b"pkg/_native.so,,\n"),
        ):
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


class _Forward(io.BytesIO):
    """A file that cannot go back, so that zipfile sets the flag for sizes that follow."""

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        raise io.UnsupportedOperation

    def seekable(self) -> bool:
        return False


def _widened(data: bytes) -> bytes:
    """Rewrite the directory of an archive as if it had over 4 GiB: all numbers in ZIP64 fields and records."""
    end = len(data) - 22
    count, size, start = struct.unpack_from("<HII", data, end + 10)
    directory, place = b"", start
    while place < end:
        entry = bytearray(data[place : place + 46 + struct.unpack_from("<H", data, place + 28)[0]])
        place += len(entry) + struct.unpack_from("<H", data, place + 30)[0]
        compressed, plain = struct.unpack_from("<II", entry, 20)
        (header,) = struct.unpack_from("<I", entry, 42)
        full = 0xFFFFFFFF
        struct.pack_into("<II", entry, 20, full, full)
        struct.pack_into("<H", entry, 30, 28)
        struct.pack_into("<I", entry, 42, full)
        directory += entry + struct.pack("<HHQQQ", 1, 24, plain, compressed, header)
    size, place = len(directory), start + len(directory)
    wide = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<IIQI", 0x07064B50, 0, place, 1)
    last = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:start] + directory + wide + locator + last
