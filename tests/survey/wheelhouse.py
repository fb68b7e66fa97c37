"""Wheelhouses: small wheels of real ELF files in any number; and one of real wheels, as often as is wanted."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from tests.elf.compiled import GLIBC, caller, made_up

COUNT = 24  # wheels in the house that tests share
_SYMBOLS = (["puts"], ["puts", "dlopen"], ["memcpy"], ["chk", "dlopen"])


def wheelhouse(folder: Path, count: int) -> list[str]:
    """Make `count` wheels of four kinds, in two folders, and give their paths in the order of a survey."""
    libc = made_up(folder, "libc.so.6", GLIBC)
    libraries = [
        caller(folder / f"_it{number}.so", symbols, libc).read_bytes() for number, symbols in enumerate(_SYMBOLS)
    ]
    for name in ("house", "house/more"):
        (folder / name).mkdir()
    for number in range(count):
        place = folder / "house" / ("more" if number % 2 else "") / wheel_name(number)
        pack(place, {f"p{number}/_it.so": libraries[number % len(libraries)], f"p{number}/__init__.py": b""})
    inner = sorted(str(path) for path in (folder / "house" / "more").glob("*.whl"))
    return sorted(str(path) for path in (folder / "house").glob("*.whl")) + inner


def wheel_name(number: int) -> str:
    return f"p{number}-1.{number}-cp311-cp311-linux_x86_64.whl"


def pack(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def many(folder: str, wheels: list[str], count: int) -> str:
    """Make a folder with `count` names for real wheels, each a link to one of them in turn: no room is taken."""
    os.makedirs(folder)
    for number in range(count):
        source = wheels[number % len(wheels)]
        name, _, rest = os.path.basename(source).partition("-")
        os.link(source, os.path.join(folder, f"{name}_{number:05}-{rest}"))
    return folder


def large_wheels(folder: Path, count: int, members: int = 300) -> list[str]:
    """Make `count` wheels that are the same but for their names, each with so many libraries."""
    libc = made_up(folder, "libc.so.6", GLIBC)
    library = caller(folder / "_it.so", ["puts", "dlopen"], libc).read_bytes()
    pack(folder / "all.zip", {f"it/_it{number}.so": library for number in range(members)})
    (folder / "house").mkdir()
    paths = [str(folder / "house" / f"p{number:03}-1.0-cp311-cp311-linux_x86_64.whl") for number in range(count)]
    for path in paths:
        os.link(folder / "all.zip", path)
    return paths
