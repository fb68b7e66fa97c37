"""ELF files for archives: a small library, and huge ones whose tables are where linkers or patchelf put them.

The huge ones are the small one with zeros in the middle, so that they compress to almost nothing; their images are
therefore those of the small ones.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from glibcheck.archives.member import DEFAULT_LIMITS, BadMember, Limits
from glibcheck.archives.zip import Member, members
from glibcheck.elf.image import read
from tests.elf.build import build
from tests.elf.test_image import PLAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.buffer import Buffer

SMALL = replace(PLAIN, sections=False)
LIBRARY = build(SMALL).data
IMAGE = read(LIBRARY)
# The records of a zip archive, by their first bytes (APPNOTE 4.3).
CENTRAL, LOCAL, END, END64, LOCATOR = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
P_OFFSET, PHENTSIZE = 8, 56  # of a 64-bit program header
SECOND_LOAD, DYNAMIC = 1, 1


def tables_in_front(size: int) -> Iterator[bytes]:
    """Write the library as a linker lays it out: tables, then all the rest, then the dynamic section.

    The file has `size` zeros in the middle.
    """
    built = build(SMALL)
    start = built.places["dynamic"]
    entries = built.data[start : built.places["gnu_hash"]]
    head = bytearray(built.data)
    struct.pack_into("<Q", head, built.places["phdr"] + PHENTSIZE * DYNAMIC + P_OFFSET, len(head) + size)
    head[start : start + len(entries)] = bytes(len(entries))
    yield bytes(head)
    yield from zeros(size)
    yield entries


def tables_behind(size: int) -> Iterator[bytes]:
    """Write the library as patchelf leaves it: the tables behind everything, `size` zeros in front of them."""
    built = build(replace(SMALL, tail=True))
    head = bytearray(built.data[: built.places["gnu_hash"]])
    place = len(head) + size
    struct.pack_into("<Q", head, built.places["phdr"] + PHENTSIZE * SECOND_LOAD + P_OFFSET, place)
    yield bytes(head)
    yield from zeros(size)
    yield built.data[len(head) :]


def zeros(size: int) -> Iterator[bytes]:
    piece = bytes(1 << 20)
    for _ in range(size >> 20):
        yield piece
    if size & 0xFFFFF:
        yield bytes(size & 0xFFFFF)


def zipped(
    files: Mapping[str, bytes | Iterable[bytes]], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    """Write a zip archive, with the fastest compression there is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as archive:
        archive.comment = comment
        for name, content in files.items():
            with archive.open(name, "w") as stream:
                for chunk in [content] if isinstance(content, bytes) else content:
                    stream.write(chunk)
    return target.getvalue()


def good(data: Buffer, limits: Limits = DEFAULT_LIMITS) -> list[Member]:
    """List the members, which must all be good."""
    found = list(members(data, limits))
    assert [member for member in found if isinstance(member, BadMember)] == []
    return [member for member in found if isinstance(member, Member)]


def bad(data: Buffer, limits: Limits = DEFAULT_LIMITS) -> list[BadMember]:
    """List the bad members."""
    return [member for member in members(data, limits) if isinstance(member, BadMember)]


def patched(data: bytes, record: bytes, distance: int, layout: str, *values: int) -> bytes:
    """Overwrite fields of the first record of a kind, some bytes behind its start."""
    changed = bytearray(data)
    struct.pack_into("<" + layout, changed, data.index(record) + distance, *values)
    return bytes(changed)
