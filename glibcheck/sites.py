"""Sites: everything that is known of where a linked file refers to a symbol, put together.

The linked file is what counts, so its own references (`elf.references`) are the ground, and each becomes one Site. All
else adds to it what it can prove: objects whose code stands there, the linker's map, line tables, names of functions.
What was offered and does not belong to the file is told in a note and changes nothing.

Where the code is not searched (machines other than x86-64 and aarch64), the ground are the objects that were found in
the file, then the call sites that DWARF lists, and last the slot that the loader fills in.
"""

from __future__ import annotations

from itertools import groupby

from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record
from glibcheck.model.site import BEST_FIRST, Pull, Site, foremost
from glibcheck.placing import Placing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glibcheck.elf.dwarf.callsites import CallSite
    from glibcheck.elf.functions import Function
    from glibcheck.elf.memory import Memory
    from glibcheck.elf.references import CodeReference
    from glibcheck.linkmap.pieces import Inclusion, LinkMap, Piece
    from glibcheck.linkmap.tracesymbol import Mention
    from glibcheck.model.site import Evidence, Source
    from glibcheck.placing import ObjectFile, Placed

    Stack = tuple[Source, ...]  # a line of source, and those that it was inlined at, innermost first

_MOST_PULLS = 20  # steps outwards
_NAMED = 3  # objects in a note
_CALL = 8  # bytes; the longest instruction or pair of instructions that calls


class Clues(Record):
    """What there is to know of one linked file.

    `functions` gives the function around an address, `lines` the lines of source of addresses, where they are known,
    each with those that it was inlined at; `object_lines` those that the debug information of the objects has, by
    address. `reasons` are the inclusions of archive members by the name of the member. `calls` are needed only where
    `references` are but slots.
    """

    references: tuple[CodeReference, ...]
    memory: Memory
    functions: Callable[[int], Function | None]
    lines: Callable[[Iterable[int]], Mapping[int, Stack]]
    object_lines: Callable[[Iterable[Placed]], Mapping[int, Stack]]
    objects: tuple[ObjectFile, ...] = ()
    link_map: LinkMap | None = None
    reasons: Mapping[str, Inclusion] = {}
    mentions: tuple[Mention, ...] = ()
    calls: tuple[CallSite, ...] = ()


class Found(Record):
    """The sites of one file, by symbol and address, and sentences on what could not be known.

    `left_out` says of a symbol how many sites more there are, when they were cut (see `cut`).
    """

    sites: tuple[Site, ...]
    notes: tuple[str, ...]
    left_out: Mapping[SymbolName, int] = {}


def cut(found: Found, most: int) -> Found:
    """Keep the best sites of each symbol, at most `most`: libraries call malloc in thousands of places."""
    kept: list[Site] = []
    left_out: dict[SymbolName, int] = {}
    for symbol, group in groupby(found.sites, lambda site: site.symbol):
        rows = [*group]
        kept += rows if len(rows) <= most else sorted(foremost(rows, most), key=_in_file)
        if len(rows) > most:
            left_out[symbol] = len(rows) - most
    return Found(tuple(kept), found.notes, left_out)


def find_sites(wanted: Iterable[SymbolName], clues: Clues) -> Found:
    """Find every site of the wanted symbols; each symbol has at least one, if only to say that no more is known."""
    placing = Placing(_addresses(clues), clues.memory, clues.functions)
    placed = {key: _best_file_first(rows, placing, clues) for key, rows in _placed(clues, placing).items()}
    ground = {**_from_objects(placed), **_from_calls(clues, placed), **_from_code(clues)}
    rows = [ground[key] for key in sorted(ground)]
    addresses = [site.address for site in rows if site.address is not None and site.evidence != _SLOT]
    lines = clues.lines(addresses)
    own = clues.object_lines([first for (first, *_) in placed.values() if first.address not in lines])
    facts = _Facts(placed, lines, own)
    sites = [_told(site, facts, clues) for site in rows]
    sites = [*_without_slots(sites)]
    sites += _mentioned(sites, wanted, clues.mentions)
    sites += [Site(symbol, _SLOT) for symbol in sorted({*wanted} - {site.symbol for site in sites})]
    sites.sort(key=_in_file)
    return Found(tuple(sites), (*_notes(placed, sites, clues), *placing.notes))


def _in_file(site: Site) -> tuple[SymbolName, bool, int, str]:
    return site.symbol, site.address is None, site.address or 0, site.place


_SLOT: tuple[Evidence, ...] = ("dynamic symbols",)
_Key = tuple[SymbolName, int]


class _Facts(Record):
    """What was found out of the clues: references of objects by symbol and address, and lines by address."""

    placed: Mapping[_Key, list[Placed]]
    lines: Mapping[int, Stack]
    own: Mapping[int, Stack]


def _addresses(clues: Clues) -> dict[SymbolName, list[int]]:
    """Give where the file refers to each symbol."""
    addresses: dict[SymbolName, list[int]] = {}
    for row in clues.references:
        if row.kind != "slot":
            addresses.setdefault(row.symbol, []).append(row.address)
    return addresses


def _placed(clues: Clues, placing: Placing) -> dict[_Key, list[Placed]]:
    """Find the objects' references in the file, by symbol and address."""
    found: dict[_Key, list[Placed]] = {}
    for placed in placing.place(clues.objects):
        found.setdefault((placed.reference.symbol, placed.address), []).append(placed)
    return found


def _from_code(clues: Clues) -> dict[_Key, Site]:
    found = {}
    for row in clues.references:
        evidence: tuple[Evidence, ...] = _SLOT if row.kind == "slot" else ("code",)
        offset = None if row.section is None else row.offset
        found[row.symbol, row.address] = Site(row.symbol, evidence, None, None, row.section, offset, row.address)
    return found


def _from_objects(placed: Mapping[_Key, list[Placed]]) -> dict[_Key, Site]:
    return {key: Site(key[0], ("relocation",), address=key[1]) for key in placed}


def _from_calls(clues: Clues, placed: Iterable[_Key]) -> dict[_Key, Site]:
    """Take the call sites of DWARF, where none was found in code; those of placed references are known already.

    DWARF gives the end of a call, and an object's relocation the field in the middle of it.
    """
    slots = {row.symbol for row in clues.references if row.kind == "slot"}
    known = {(symbol, address + more) for symbol, address in placed for more in range(-_CALL, _CALL)}
    return {
        (row.symbol, row.address): Site(row.symbol, ("debug information",), address=row.address, function=row.function)
        for row in clues.calls
        if row.symbol in slots and (row.symbol, row.address) not in known
    }


def _told(site: Site, facts: _Facts, clues: Clues) -> Site:
    """Add to a site what each clue has of its address."""
    address = site.address
    if address is None or site.evidence == _SLOT:
        return site
    evidence: list[Evidence] = [*site.evidence]
    piece = clues.link_map.at(address) if clues.link_map else None
    # Another object with the same code is not what the linker took.
    rows = [row for row in facts.placed.get((site.symbol, address), ()) if piece is None or _is_of(row.file, piece)]
    around = clues.functions(address)
    source, *callers = facts.lines.get(address) or facts.own.get(address) or (None,)
    function = (around and around.name) or site.function
    site = site._replace(function=function, source=source, callers=tuple(callers))
    if address in facts.lines:
        evidence.append("debug information")
    if piece is not None:
        site = _in_piece(site, piece, address, clues)
        evidence.append("link map")
    if rows:
        site = _in_objects(site, rows, piece)
        evidence.append("relocation")
    return site._replace(evidence=_best_first(evidence))


def _in_piece(site: Site, piece: Piece, address: int, clues: Clues) -> Site:
    offset = address - piece.address
    pulls = tuple(_pulls(piece.object, piece.member, clues)) if piece.member else ()
    return site._replace(object=piece.object, member=piece.member, section=piece.section, offset=offset, pulls=pulls)


def _best_file_first(rows: list[Placed], placing: Placing, clues: Clues) -> list[Placed]:
    """Sort objects that have the same code: that of the map is first, or the one of which most is in the file."""
    if len(rows) == 1:
        return rows
    piece = clues.link_map.at(rows[0].address) if clues.link_map else None
    if piece is not None:
        return sorted(rows, key=lambda row: not _is_of(row.file, piece))
    # An archive has copies of objects, so an object that is there as well is named first.
    return sorted(rows, key=lambda row: (-placing.presence(row.file), row.file.member is not None))


def _in_objects(site: Site, rows: Sequence[Placed], piece: Piece | None) -> Site:
    """Name the first object, and without a map the others as its twins."""
    file, reference = rows[0].file, rows[0].reference
    here = {(row.reference.section, row.reference.offset) for row in rows if row.file == file}
    section, offset = (reference.section, reference.offset) if len(here) == 1 else (None, None)
    others = () if piece is not None else (row.file.name for row in rows if row.file != file)
    return site._replace(
        object=file.path,
        member=file.member,
        section=section,
        offset=offset,
        function=site.function or (reference.function if section else None),
        twins=tuple(name for name in dict.fromkeys(others) if name != file.name),
    )


def _is_of(file: ObjectFile, piece: Piece | None) -> bool:
    """Say whether a map names this object: linkers write paths as they were given to them, from wherever they ran."""
    if piece is None or piece.member != file.member:
        return False
    return _file_name(piece.object) == _file_name(file.path)


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]


def _pulls(path: str, member: str | None, clues: Clues) -> Iterator[Pull]:
    """Follow the map's reasons from a member outwards, to an object that was named on the command line.

    A made-up map may lead in a circle, and then the last one is the first that comes again.
    """
    name = f"{path}({member})"
    seen: set[str] = set()
    while name not in seen and len(seen) < _MOST_PULLS:
        seen.add(name)
        reason = clues.reasons.get(name)
        if reason is None:
            return
        yield Pull(reason.by, None if reason.symbol is None else SymbolName(reason.symbol))
        name = reason.by


def _without_slots(sites: Iterable[Site]) -> Iterator[Site]:
    """Leave out the slots of symbols of which a better site is known."""
    rows = [*sites]
    better = {site.symbol for site in rows if site.evidence != _SLOT}
    return (site for site in rows if site.evidence != _SLOT or site.symbol not in better)


def _mentioned(sites: Iterable[Site], wanted: Iterable[SymbolName], mentions: Iterable[Mention]) -> Iterator[Site]:
    """Give the objects that the linker named and that no site names yet."""
    known = {(site.symbol, site.member or _file_name(site.object)) for site in sites if site.object is not None}
    wanted = {*wanted}
    for row in mentions:
        symbol, name = SymbolName(row.symbol), row.member or _file_name(row.object)
        if symbol in wanted and not row.defines and (symbol, name) not in known:
            known.add((symbol, name))
            yield Site(symbol, ("linker trace",), row.object, row.member)


def _best_first(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted({*evidence}, key=BEST_FIRST.index))


def _notes(placed: Mapping[_Key, list[Placed]], sites: Sequence[Site], clues: Clues) -> Iterator[str]:
    """Say which objects refer to a symbol and are not in the file, where that leaves a site without an object."""
    if any(len(site.pulls) == _MOST_PULLS for site in sites):
        yield f"of the members that brought others in, the first {_MOST_PULLS} are told"
    used = {row.file.name for rows in placed.values() for row in rows}
    open_symbols = {site.symbol for site in sites if site.object is None}
    strangers = [
        file
        for file in clues.objects
        if file.name not in used and any(row.symbol in open_symbols for row in file.references)
    ]
    if strangers:
        more = f" and {len(strangers) - _NAMED} more" if len(strangers) > _NAMED else ""
        names = ", ".join(file.name for file in strangers[:_NAMED])
        open_symbols &= {row.symbol for file in strangers for row in file.references}
        symbols = " or ".join(sorted(open_symbols)[:_NAMED])
        others = " or others" * (len(open_symbols) > _NAMED)
        changed = "compiled anew for -flto" if any(file.lto for file in strangers) else "changed"
        yield (
            f"{names}{more} refer{'s' * (len(strangers) == 1)} to {symbols}{others}, but that code does not stand "
            f"in this file: of another build, {changed} by the linker, or left out by it"
        )
