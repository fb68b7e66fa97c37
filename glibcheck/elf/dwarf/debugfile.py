"""Where the debug information of a stripped file is: a separate file, found by name or by build ID, and proven to fit.

GDB's manual, "Debugging Information in Separate Files". Two ways, of which the build ID is tried first: a note
NT_GNU_BUILD_ID that both files have (LSB), filed as `.build-id/xx/rest.debug`; and `.gnu_debuglink`, a file name
with the CRC-32 of that whole file. A file that does not match is worse than none, for its lines would be wrong.
`.gnu_debugaltlink` (dwz) names a further file with what several debug files share; it is told and not followed.
"""

from __future__ import annotations

import struct
import zlib

from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.buffer import Buffer
    from glibcheck.elf.sections import Section

ROOTS = ("/usr/lib/debug",)
_SHT_NOTE, _NT_GNU_BUILD_ID = 7, 3
_MOST_NOTES, _MOST_OF_ALL_NOTES = 1 << 16, 1 << 22  # bytes of a section, and of all
_READ_AT_ONCE = 1 << 20
_SHORTEST_BUILD_ID = 2  # bytes; the first is the folder


class DebugLinks(Record):
    """What a file says of its separate debug information.

    `name` and `crc` are those of `.gnu_debuglink`, `build_id` is in hexadecimal, `shared` the name in
    `.gnu_debugaltlink`; each is None when the file does not have it.
    """

    name: str | None = None
    crc: int | None = None
    build_id: str | None = None
    shared: str | None = None


def read_debug_links(sections: SectionTable) -> DebugLinks:
    """Read what a file says; damaged sections say nothing."""
    name, crc = _debug_link(sections)
    shared = _content(sections, ".gnu_debugaltlink").partition(b"\0")[0].decode("utf-8", "surrogateescape")
    return DebugLinks(name, crc, _build_id(sections), shared or None)


def candidates(path: str, links: DebugLinks, roots: tuple[str, ...] = ROOTS) -> tuple[str, ...]:
    """Give the paths where the debug file of `path` may be, in GDB's order; `path` is absolute and resolved."""
    folder = path.rpartition("/")[0]
    found = []
    if links.build_id is not None and len(links.build_id) > 2 * (_SHORTEST_BUILD_ID - 1):
        found += [f"{root}/.build-id/{links.build_id[:2]}/{links.build_id[2:]}.debug" for root in roots]
    if links.name is not None:
        found += [f"{folder}/{links.name}", f"{folder}/.debug/{links.name}"]
        found += [f"{root}{folder}/{links.name}" for root in roots]
    return tuple(candidate for candidate in dict.fromkeys(found) if candidate != path)


def matches(debug: Buffer, links: DebugLinks) -> bool:
    """Say whether a file is the debug file that was meant: by the build ID when both have one, else by its CRC-32."""
    try:
        build_id = _build_id(SectionTable(debug))
    except ElfError:
        return False
    if links.build_id is not None and build_id is not None:
        return links.build_id == build_id
    return links.crc is not None and _crc(debug) == links.crc


def _debug_link(sections: SectionTable) -> tuple[str | None, int | None]:
    """Read `.gnu_debuglink`: a name, zeros up to a multiple of four, and the CRC-32."""
    data = _content(sections, ".gnu_debuglink")
    stop = data.find(b"\0")
    place = (stop + 4) // 4 * 4
    name = data[: max(stop, 0)].decode("utf-8", "surrogateescape")
    # It is the name of a file; a path would lead anywhere.
    if not name or "/" in name or place + 4 > len(data):
        return None, None
    return name, struct.unpack_from(f"{sections.order}I", data, place)[0]


def _build_id(sections: SectionTable) -> str | None:
    head = struct.Struct(f"{sections.order}III")
    left = _MOST_OF_ALL_NOTES
    for section in sections.sections:
        if section.type != _SHT_NOTE or section.size > _MOST_NOTES:
            continue
        left -= section.size + head.size
        if left < 0:
            return None
        data, place = _read(sections, section), 0
        while place + head.size <= len(data):
            name_size, size, kind = head.unpack_from(data, place)
            start = place + head.size + -(-name_size // 4) * 4
            if kind == _NT_GNU_BUILD_ID and data[place + head.size : place + head.size + 4] == b"GNU\0":
                return data[start : start + size].hex() if 0 < size <= len(data) - start else None
            place = start + -(-size // 4) * 4
    return None


def _content(sections: SectionTable, name: str) -> bytes:
    section = sections.named(name)
    return b"" if section is None or section.size > _MOST_NOTES else _read(sections, section)


def _read(sections: SectionTable, section: Section) -> bytes:
    try:
        return sections.content(section)
    except ElfError:
        return b""


def _crc(debug: Buffer) -> int:
    crc = 0
    for start in range(0, len(debug), _READ_AT_ONCE):
        crc = zlib.crc32(debug[start : start + _READ_AT_ONCE], crc)
    return crc
