"""Tar archives for tests: written by `tarfile`, or a header at a time to say what `tarfile` would not."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
from collections.abc import Callable, Iterable

from glibcheck.archives.member import DEFAULT_LIMITS, BadMember, Limits
from glibcheck.archives.tar import TarMember, members
from tests.archives.samples import LIBRARY
from tests.tools import missing

LONG = "directory/" * 30 + "lib.so"
FILES = {
    "./pkg/__init__.py": b"x = 1\n" * 20_000,
    "pkg/_ext.so": LIBRARY,
    "pkg/empty": b"",
    "pkg/tiny": b"\x7fEL",
    "pkg/whole-blocks": bytes(range(256)) * 256,
    "pkg/fünf": b"5",
    LONG: LIBRARY + bytes(100_000),
}
END = bytes(1024)
OCTAL = b"%011o\0"


def zstd(data: bytes) -> bytes:
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import compress
        else:
            from backports.zstd import compress
    except ImportError:
        missing("backports.zstd")
        raise
    return compress(data)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zstd": zstd,
}
FORMATS = {"gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def tarred(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT, others: Iterable[tarfile.TarInfo] = ()) -> bytes:
    """Write a plain tar archive: files, then members without content."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in others:
            archive.addfile(info)
    return target.getvalue()


def listed(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[TarMember]:
    """List the members, which must all be good."""
    found = list(members(io.BytesIO(data), limits))
    assert [member for member in found if isinstance(member, BadMember)] == []
    return [member for member in found if isinstance(member, TarMember)]


def bad(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    """List the reasons of the bad members."""
    return [member.reason for member in members(io.BytesIO(data), limits) if isinstance(member, BadMember)]


def header(size: bytes = b"00000000000\0", kind: bytes = b"0", name: bytes = b"lib.so") -> bytes:
    """Write the header of a member, with a right checksum."""
    block = bytearray(512)
    for place, content in ((0, name), (100, b"0000644\0"), (124, size), (156, kind)):
        block[place : place + len(content)] = content
    block[257:265] = b"ustar\x0000"
    return checked(block)


def checked(block: bytearray) -> bytes:
    """Put the right checksum into a header."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    return bytes(block)
