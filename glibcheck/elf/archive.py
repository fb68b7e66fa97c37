r"""Archives of objects (`libfoo.a`): their members, and writing one with its symbol index. ar(5), the GNU variant.

An archive starts with `!<arch>\n`; each member has a header of 60 bytes of text and starts at an even offset. A name
that ends in '/' is whole; '/123' stands at byte 123 of the member '//'; the member '/' (or '/SYM64/') is the index,
which BFD and gold need and lld and mold pass over. In a thin archive (`!<thin>\n`) members are names of files, and
there is nothing to read.
"""

from __future__ import annotations

import struct

from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAGIC = b"!<arch>\n"
_THIN = b"!<thin>\n"
_HEADER = 60
_INDEX = ("/", "/SYM64/")
_LONGEST = 15  # characters of a name that fits the header, with '/' behind it


class ArchiveMember(Record):
    """One file of an archive, in its order."""

    name: str
    data: bytes


def is_archive(head: bytes) -> bool:
    """Say whether a file that starts with these bytes (at least 8) is an archive of objects."""
    return head[:8] in (MAGIC, _THIN)


def read_archive(data: bytes) -> Iterator[ArchiveMember]:
    """Give the members of an archive, without its index; raises ElfError when it is none, thin, or damaged."""
    if data[:8] == _THIN:
        raise ElfError("a thin archive, which has only the names of its members")
    if data[:8] != MAGIC:
        raise ElfError("not an archive of objects", 0)
    place, long_names = len(MAGIC), b""
    while place < len(data):
        header = data[place : place + _HEADER]
        if len(header) < _HEADER or header[58:] != b"`\n":
            raise ElfError("damaged archive: a member's header is expected", place)
        size = _number(header[48:58], place)
        content = data[place + _HEADER : place + _HEADER + size]
        if len(content) < size:
            raise ElfError(f"damaged archive: a member of {size} bytes reaches behind its end", place)
        name = header[:16].rstrip().decode("utf-8", "surrogateescape")
        if name == "//":
            long_names = content
        elif name not in _INDEX:
            yield ArchiveMember(_name(name, long_names, place), content)
        place += _HEADER + size + size % 2


def write_archive(members: Iterable[ArchiveMember], index: Iterable[Iterable[bytes]]) -> bytes:
    """Write an archive; `index` gives for each member the symbols that it defines for others.

    Dates and owners are zero, so the same members give the same bytes.
    """
    rows = [(member, tuple(symbols)) for member, symbols in zip(members, index, strict=True)]
    names, words = _long_names([member.name for member, _ in rows])
    symbols = b"".join(name + b"\0" for _, defined in rows for name in defined)
    count = sum(len(defined) for _, defined in rows)
    place = len(MAGIC) + _padded(_HEADER + 4 + 4 * count + len(symbols))
    place += _padded(_HEADER + len(names)) if names else 0
    places: list[int] = []
    for member, defined in rows:
        places += [place] * len(defined)
        place += _padded(_HEADER + len(member.data))
    parts = [MAGIC, *_member("/", struct.pack(f">{1 + count}I", count, *places) + symbols)]
    if names:
        parts += _member("//", names)
    for (member, _), word in zip(rows, words, strict=True):
        parts += _member(word, member.data)
    return b"".join(parts)


def _number(field: bytes, place: int) -> int:
    text = field.strip()
    if not text.isdigit():
        raise ElfError("damaged archive: the size of a member is no number", place)
    return int(text)


def _name(word: str, long_names: bytes, place: int) -> str:
    if not word.startswith("/"):
        return word.removesuffix("/")
    start = _number(word[1:].encode("utf-8", "surrogateescape"), place)
    return long_names[start : long_names.find(b"\n", start)].decode("utf-8", "surrogateescape").removesuffix("/")


def _long_names(names: Iterable[str]) -> tuple[bytes, list[str]]:
    """Write the member '//' for names that do not fit a header; gives also the word for each header."""
    table, words = b"", []
    for name in names:
        if len(name.encode()) <= _LONGEST:
            words.append(f"{name}/")
        else:
            words.append(f"/{len(table)}")
            table += name.encode() + b"/\n"
    return table, words


def _member(word: str, data: bytes) -> tuple[bytes, bytes, bytes]:
    header = f"{word:<16}{0:<12}{0:<6}{0:<6}{644 if word not in ('/', '//') else 0:<8}{len(data):<10}`\n"
    return header.encode(), data, b"\n" * (len(data) % 2)


def _padded(size: int) -> int:
    return size + size % 2
