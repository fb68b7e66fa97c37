"""What may come of damaged clues: sites and notes, or an error that the documentation names, and of placing no error.

A damaged linked file is held against the whole objects that went into it, a damaged object against the whole file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from glibcheck.elf.archive import ArchiveMember, is_archive, placed_members
from glibcheck.elf.dwarf.callsites import Calls, CallSite
from glibcheck.elf.dwarf.debugfile import candidates, matches, read_debug_links
from glibcheck.elf.dwarf.inlined import Inlined
from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.dwarf.objectlines import ObjectLines
from glibcheck.elf.dynamic import MAGIC, DynamicFile
from glibcheck.elf.functions import Functions
from glibcheck.elf.memory import Memory
from glibcheck.elf.objectcode import object_code
from glibcheck.elf.objectrefs import references
from glibcheck.elf.references import find_references
from glibcheck.elf.sections import SectionTable, is_relocatable
from glibcheck.errors import ElfError, MapError
from glibcheck.linkmap import read_map
from glibcheck.linkmap.inclusions import read_why_extract
from glibcheck.linkmap.misfit import misfit
from glibcheck.linkmap.pieces import LinkMap
from glibcheck.linkmap.tracesymbol import read_trace
from glibcheck.model.names import SymbolName
from glibcheck.model.site import Source
from glibcheck.placing import ObjectFile, Placed
from glibcheck.sites import Clues, find_sites
from tests.fuzz.judge import READ, REFUSED, WrongError, require_line
from tests.fuzz.traceseeds import WANTED, Linked, linked_files

_WORDS = frozenset(name.encode() for name in WANTED)
_SYMBOLS = tuple(SymbolName(name) for name in WANTED)
_MOST_INLINED = 4  # addresses


def judge_trace(data: bytes) -> str:
    """Read a clue by all of its readers and say what came of it; raises whatever is not documented."""
    if is_archive(data[:8]):
        return _refused_or_read(lambda: _archive(data))
    if not data.startswith(MAGIC):
        return _text(data.decode("utf-8", "surrogateescape"))
    if is_relocatable(data[:18]):
        return _refused_or_read(lambda: _object(data))
    return _refused_or_read(lambda: _linked(data))


def _refused_or_read(read: Callable[[], None]) -> str:
    try:
        read()
    except ElfError as error:
        require_line(str(error))
        return REFUSED
    return READ


def _object(data: bytes) -> None:
    """Read an object, and look for it in each linked file."""
    found = references(data, _WORDS)
    table = SectionTable(data)
    for section in table.sections:
        try:
            object_code(table, section.number)
        except ElfError as error:
            require_line(str(error))
    spots = [(row.section_number, row.offset) for row in found.references]
    _notes(_object_lines_of(table, spots)[1])
    file = ObjectFile("damaged.o", None, table, found.references)
    for whole in linked_files():
        if len(whole.library) and SectionTable(whole.library).machine == table.machine:
            _sites(whole.library, (file, *_objects(whole)[1:]), None)


def _linked(data: bytes) -> None:
    """Read a linked file, and look for whole objects in it."""
    whole = next((one for one in linked_files() if one.library[:20] == data[:20]), linked_files()[0])
    for linked in linked_files():
        if abs(len(linked.library) - len(data)) < abs(len(whole.library) - len(data)):
            whole = linked
    _sites(data, _objects(whole), read_map(whole.map))


def _sites(data: bytes, objects: tuple[ObjectFile, ...], link_map: LinkMap | None) -> None:
    """Do with a linked file what a trace does, in memory."""
    file = DynamicFile(data)
    sections: SectionTable | None = None
    try:
        sections = SectionTable(data)
    except ElfError as error:
        require_line(str(error))
    found = find_references(file, _SYMBOLS, sections)
    functions = Functions(sections, file)
    problems: list[str] = []
    lines = Lines(sections) if sections else None
    calls: tuple[CallSite, ...] = ()
    if sections is not None:
        links = read_debug_links(sections)
        candidates("/usr/lib/x.so", links)
        matches(data, links)
        try:
            read = Calls(sections)
            calls = read.of(frozenset(_SYMBOLS))
            problems += read.problems
            inlined = Inlined(sections)
            for row in found[:_MOST_INLINED]:
                inlined.at(row.address)
        except ElfError as error:
            require_line(str(error))
        if link_map is not None:
            misfit(link_map, sections.sections)
    clues = Clues(
        references=found,
        memory=Memory(data, file, sections),
        functions=functions.at,
        lines=lambda addresses: {} if lines is None else {a: (r.source,) for a, r in lines.at(addresses).items()},
        object_lines=_object_lines,
        objects=objects,
        link_map=link_map,
        calls=calls,
    )
    sites = _placing(clues)
    _notes((*problems, *sites, *(lines.problems if lines else ())))


def _placing(clues: Clues) -> tuple[str, ...]:
    """Find the sites; whatever the clues are, there is no error."""
    try:
        found = find_sites(_SYMBOLS, clues)
    except ElfError as error:
        raise WrongError(f"find_sites: {error}") from error
    if {site.symbol for site in found.sites} < {*_SYMBOLS}:
        raise WrongError("a symbol without a site")
    return found.notes


def _object_lines(rows: Iterable[Placed]) -> dict[int, tuple[Source, ...]]:
    found: dict[int, tuple[Source, ...]] = {}
    for row in rows:
        spot = (row.reference.section_number, row.reference.offset)
        lines, problems = _object_lines_of(row.file.table, [spot])
        _notes(problems)
        if spot in lines:
            found[row.address] = (lines[spot],)
    return found


def _object_lines_of(
    table: SectionTable, spots: list[tuple[int, int]]
) -> tuple[dict[tuple[int, int], Source], tuple[str, ...]]:
    lines = ObjectLines(table)
    return {spot: place.source for spot, place in lines.at(spots).items()}, lines.problems


@cache
def _objects(linked: Linked) -> tuple[ObjectFile, ...]:
    return tuple(
        ObjectFile(name, None, SectionTable(data), references(data, _WORDS).references) for name, data in linked.objects
    )


def _archive(data: bytes) -> None:
    for _, member in placed_members(data):
        if isinstance(member, ArchiveMember) and is_relocatable(member.data[:18]):
            try:
                references(member.data, _WORDS)
            except ElfError as error:
                require_line(str(error))


def _text(text: str) -> str:
    """Read a text as each of what linkers write; it is read when one of them is found in it."""
    mentions = read_trace(text)
    try:
        read_why_extract(text)
    except MapError as error:
        require_line(str(error))
    try:
        read_map(text)
    except MapError as error:
        require_line(str(error))
        return READ if mentions else REFUSED
    return READ


def _notes(sentences: tuple[str, ...]) -> None:
    for sentence in sentences:
        require_line(sentence)
