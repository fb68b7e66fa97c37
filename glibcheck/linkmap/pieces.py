"""What a linker's map says: which section of which object stands at which address of the file.

A piece is an input section, or what is left of it, in the linked file. Only what has an address and a size is one:
debug sections, discarded ones and empty ones are left out, and so is what the linker made itself (its PLT and GOT, the
merged strings of all objects, fill), since no object stands behind it.

Trap: `.tbss` has addresses, but takes no space there; the sections behind it have the same addresses. It is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    Linker = Literal["bfd", "gold", "lld", "mold"]

# Objects that link time optimization left: of gcc, of LLVM's plugin, and of lld itself in its older and newer releases.
_LTO = re.compile(r"\.ltrans\d*+(\.ltrans)?\.o$|^lto-llvm-")  # of a name in its folder that ends in .o

_PARENTHESIS = re.compile("[()]")
_LONGEST_NAME = 1 << 16  # characters; no path is longer, and no demangled symbol that a person would read


class Piece(Record):
    """An input section in the linked file: `section` of `object` stands at `address`, in the section `output`.

    `size` is in bytes. `object` is the path as the linker wrote it, of an object file or of the archive whose `member`
    it is; bfd writes members of thin archives as files of their own.
    """

    section: str
    output: str
    address: int
    size: int
    object: str
    member: str | None


class Inclusion(Record):
    """Why a member of an archive is in the file: `by` referred to `symbol`.

    `by` is an object, or archive(member), as the linker wrote it; '' or '<internal>' when the linker itself wanted the
    symbol, as its command said (`-u`, `-e`). `symbol` is demangled when the linker did that; None when it said nothing.
    `member` is None for a member of a thin archive as bfd writes it.
    """

    object: str
    member: str | None
    by: str
    symbol: str | None


class Output(Record):
    """A section of the linked file, as the map has it: its name, address, and size in bytes."""

    name: str
    address: int
    size: int


class LinkMap(Record):
    """A linker's map: `pieces` by address, `outputs` and `inclusions` in the order of the map."""

    linker: Linker
    pieces: tuple[Piece, ...]
    outputs: tuple[Output, ...]
    inclusions: tuple[Inclusion, ...]

    @property
    def lto(self) -> bool:
        """Whether link time optimization made some of the objects, which are gone, and whose names say nothing."""
        return any(map(made_by_lto, {piece.object for piece in self.pieces}))

    def at(self, address: int) -> Piece | None:
        """Give the piece that an address of the linked file lies in; None when the map has none there."""
        index = bisect_right(self.pieces, address, key=_address)
        piece = self.pieces[index - 1] if index else None
        return piece if piece is not None and address < piece.address + piece.size else None


class Builder:
    """Collects the rows of a map in their order and makes a LinkMap of them."""

    def __init__(self, linker: Linker) -> None:
        """Begin a map of a linker."""
        self._linker = linker
        self._outputs: list[Output] = []
        self._pieces: list[Piece] = []
        self._current: Output | None = None
        # A map says the same few names a million times; each is split and kept once.
        self._objects: dict[str, tuple[str, str | None]] = {}
        self._sections: dict[str, str] = {}

    def output(self, name: str, address: int, size: int) -> None:
        """Begin an output section; one without an address is not in memory, and its pieces are passed over."""
        self._current = Output(name, address, size) if address and name != ".tbss" else None
        if address:
            self._outputs.append(Output(name, address, size))

    def piece(self, section: str, address: int, size: int, origin: str) -> None:
        """Add an input section of `origin`, which is an object or archive(member), to the current output section."""
        output = self._current
        if output is None or not size or address < output.address or address + size > output.address + output.size:
            return
        named = self._objects.get(origin)
        if named is None:
            named = self._objects[origin] = split_member(origin)
        section = self._sections.setdefault(section, section)
        self._pieces.append(Piece._make((section, output.name, address, size, *named)))

    def finished(self, inclusions: Iterable[Inclusion] = ()) -> LinkMap:
        """Give the map; its pieces are sorted."""
        pieces = tuple(sorted(self._pieces, key=_address))
        return LinkMap(self._linker, pieces, tuple(self._outputs), tuple(inclusions))


def made_by_lto(path: str) -> bool:
    """Say whether an object of this name was made by link time optimization, of all objects together."""
    name = path.rpartition("/")[2]
    return path == "lto.tmp" or (name.endswith(".o") and (".lto." in name or _LTO.search(name) is not None))


def split_member(text: str) -> tuple[str, str | None]:
    """Split `archive(member)`; the member is None when the text is an object.

    Both may have parentheses of their own, `my (dir)/libx.a(b (1).o)`, so the last ')' is paired.
    """
    opening = opening_of_last(text)
    return (text[:opening], text[opening + 1 : -1]) if opening > 0 else (text, None)


def opening_of_last(text: str) -> int:
    """Give the place of the '(' that the ')' at the end of a text belongs to; -1 when there is no such pair."""
    if not text.endswith(")") or len(text) > _LONGEST_NAME:
        return -1
    depth = 0
    for parenthesis in reversed([*_PARENTHESIS.finditer(text)]):
        depth += 1 if parenthesis[0] == ")" else -1
        if depth == 0:
            return parenthesis.start()
    return -1


def _address(piece: Piece) -> int:
    return piece.address
