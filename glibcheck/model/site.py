"""Where in a file a symbol is referred to: object, section, function, line of source, and how each is known.

A Site never says more than its evidence does. What is not known is None, and the levels are, best first:

- relocation: an object file or archive member refers to the symbol, and its code stands in the linked file;
- link map: the linker's map says which object's section stands at the address of the reference;
- linker trace: the linker said (`--trace-symbol`) that the object refers to the symbol;
- debug information: DWARF of the linked file, or of its separate debug file, says what stands at the address;
- code: the reference was found in the code or the data of the linked file, through its PLT and GOT;
- dynamic symbols: the file refers to the symbol, and no more is known.
"""

from __future__ import annotations

from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    Evidence = Literal["relocation", "link map", "linker trace", "debug information", "code", "dynamic symbols"]

BEST_FIRST: tuple[Evidence, ...] = (
    "relocation", "link map", "linker trace", "debug information", "code", "dynamic symbols",
)  # fmt: skip


class Source(Record):
    """A line of source, counted from 1; `path` as the compiler noted it, with its folder where it noted that one."""

    path: str
    line: int


class Pull(Record):
    """Why the linker took a member out of an archive: `by` (an object, or archive(member)) wanted `symbol` of it.

    `symbol` is None when it is not known which.
    """

    by: str
    symbol: SymbolName | None


class Site(Record):
    """One place that refers to a symbol.

    `evidence` is everything that says so, best first, and never empty. `object` is the path of an object file, or of
    the archive whose `member` it is; `section` and `offset` (bytes from its start) are the object's, as the linker
    prints them, or without an object those of the linked file. `address` is the virtual address of the reference in
    the linked file, `function` the one around it. `twins` are further objects that have the very same code there, of
    which the linker kept one. Where `source` was inlined, `callers` are the lines that it was inlined at, from there
    outwards to the line of `function`. `pulls` say why the member is in the file, from the member outwards.
    """

    symbol: SymbolName
    evidence: tuple[Evidence, ...]
    object: str | None = None
    member: str | None = None
    section: str | None = None
    offset: int | None = None
    address: int | None = None
    function: SymbolName | None = None
    source: Source | None = None
    twins: tuple[str, ...] = ()
    pulls: tuple[Pull, ...] = ()
    callers: tuple[Source, ...] = ()

    @property
    def place(self) -> str:
        """Give the place as the linker prints it, `libfoo.a(bar.o):(.text.p+0x36)`; '' when none is known."""
        named = "" if self.object is None else self.object if self.member is None else f"{self.object}({self.member})"
        if self.section is None or self.offset is None:
            return named
        return f"{named}:({self.section}+{self.offset:#x})".lstrip(":")

    @property
    def stack(self) -> tuple[Source, ...]:
        """Give the line and those that it was inlined at, innermost first; empty when no line is known."""
        return () if self.source is None else (self.source, *self.callers)


def rank(site: Site) -> tuple[bool, int]:
    """Give what to sort by to have sites with a line of source first, then those with the best evidence."""
    return site.source is None, BEST_FIRST.index(site.evidence[0])


def foremost(sites: Iterable[Site], most: int) -> tuple[Site, ...]:
    """Choose at most `most` of the sites of one symbol, best first and in the order given among equals.

    One of each line of source, or of each function where lines are not known, comes before a second one of any.
    """
    rows = sorted(sites, key=rank)
    firsts: dict[object, Site] = {}
    further = [site for site in rows if firsts.setdefault(_spot(site), site) is not site]
    return (*firsts.values(), *further)[:most]


def _spot(site: Site) -> object:
    return site.source or site.function or site.section
