r"""Archives of objects (`libfoo.a`): their members, and writing one with its symbol index. ar(5), the GNU variant.

An archive starts with `!<arch>\n`; each member has a header of 60 bytes of text and starts at an even offset. A name
that ends in '/' is whole; '/123' stands at byte 123 of the member '//'; the member '/' (or '/SYM64/') is the index,
which BFD and gold need and lld and mold pass over. BSD's way, of clang on other systems, is read as well: '#1/20' has a
name of 20 bytes before its content, and the index is called '__.SYMDEF'.

In a thin archive (`!<thin>\n`) members are names of files, relative to the folder of the archive, and there is nothing
to read. A member of another archive is named '/123:456': the archive, and where in it the member's header stands.
"""

from __future__ import annotations

import struct

from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.elf.buffer import Buffer

MAGIC = b"!<arch>\n"
_THIN = b"!<thin>\n"
_HEADER = 60
_INDEX = ("/", "/SYM64/", "__.SYMDEF", "__.SYMDEF SORTED", "__.SYMDEF_64", "__.SYMDEF_64 SORTED")
_LONGEST_PATH = 4096  # bytes, as of Linux; the same long name could be that of each of a million members
_LONGEST = 15  # characters of a name that fits the header, with '/' behind it


class ArchiveMember(Record):
    """One file of an archive, in its order."""

    name: str
    data: bytes


class ThinMember(Record):
    """A member that a thin archive has only the name of.

    `name` is a path, relative to the archive's folder unless it begins with '/'. `nested` is None for a file; else
    `name` is another archive, and its member is the one whose header stands at that offset.
    """

    name: str
    nested: int | None


def is_archive(head: bytes) -> bool:
    """Say whether a file that starts with these bytes (at least 8) is an archive of objects."""
    return head[:8] in (MAGIC, _THIN)


def read_archive(data: bytes) -> Iterator[ArchiveMember]:
    """Give the members of an archive, without its index; raises ElfError when it is none, thin, or damaged."""
    if data[:8] == _THIN:
        raise ElfError("a thin archive, which has only the names of its members")
    for _, member in placed_members(data):
        if isinstance(member, ArchiveMember):
            yield member


def placed_members(data: Buffer) -> Iterator[tuple[int, ArchiveMember | ThinMember]]:
    """Give the members of an archive of either kind, without its index, each with the offset of its content.

    A thin member has no content, and its offset says nothing. Raises ElfError when this is no archive, or damaged.
    """
    thin = data[:8] == _THIN
    if not thin and data[:8] != MAGIC:
        raise ElfError("not an archive of objects", 0)
    place, long_names = len(MAGIC), b""
    while place < len(data):
        header = data[place : place + _HEADER]
        if len(header) < _HEADER or header[58:] != b"`\n":
            raise ElfError("damaged archive: a member's header is expected", place)
        size = _number(header[48:58], place)
        word = header[:16].rstrip().decode("utf-8", "surrogateescape")
        if thin and word not in ("/", "//", "/SYM64/"):  # these have content here, too
            yield place, _thin_member(word, long_names, place)
            place += _HEADER
            continue
        content = data[place + _HEADER : place + _HEADER + size]
        if len(content) < size:
            raise ElfError(f"damaged archive: a member of {size} bytes reaches behind its end", place)
        if word == "//":
            long_names = content
        elif word not in _INDEX:
            member = _member_of(word, content, long_names, place)
            if member.name not in _INDEX:
                yield place + _HEADER + size - len(member.data), member
        place += _HEADER + size + size % 2


def _member_of(word: str, content: bytes, long_names: bytes, place: int) -> ArchiveMember:
    if not word.startswith("#1/"):
        return ArchiveMember(_name(word, long_names, place), content)
    length = _number(word[3:].encode("utf-8", "surrogateescape"), place)
    if length > min(len(content), _LONGEST_PATH):
        raise ElfError("damaged archive: the name of a member is longer than the member", place)
    return ArchiveMember(_text(content[:length].rstrip(b"\0")), content[length:])


def _thin_member(word: str, long_names: bytes, place: int) -> ThinMember:
    word, _, offset = word.partition(":") if word.startswith("/") else (word, "", "")
    nested = _number(offset.encode("utf-8", "surrogateescape"), place) if offset else None
    return ThinMember(_name(word, long_names, place), nested)


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
        raise ElfError("damaged archive: a number in the header of a member is none", place)
    return int(text)


def _name(word: str, long_names: bytes, place: int) -> str:
    if not word.startswith("/"):
        return word.removesuffix("/")
    start = _number(word[1:].encode("utf-8", "surrogateescape"), place)
    end = long_names.find(b"\n", start, start + _LONGEST_PATH)
    if end < 0:
        raise ElfError("damaged archive: the name of a member is not in its table", place)
    return _text(long_names[start:end]).removesuffix("/")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


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
