"""All that can be found out about where one linked file refers to symbols: the file, its build tree, maps, debug files.

Each clue is looked for where it usually is, or where the user said; what is missing, damaged or of another build is
told in a sentence and the rest still counts. Nothing is run but `debuginfod-find`, and that only when asked for.
"""

from __future__ import annotations

import glob
import os

from glibcheck.elf.dwarf.callsites import Calls
from glibcheck.elf.dwarf.inlined import Inlined
from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.functions import Functions
from glibcheck.elf.memory import Memory
from glibcheck.elf.references import SEARCHED, find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError, InputError, MapError
from glibcheck.linkmap import read_map
from glibcheck.linkmap.inclusions import read_why_extract
from glibcheck.linkmap.misfit import misfit
from glibcheck.linkmap.tracesymbol import read_trace
from glibcheck.loader import default_directories
from glibcheck.model.names import SymbolName
from glibcheck.sites import Clues, Found, find_sites
from glibcheck.workspace.buildfolders import beside
from glibcheck.workspace.buildtree import read_tree
from glibcheck.workspace.content import whole
from glibcheck.workspace.debugfiles import debug_sections
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glibcheck.elf.buffer import Buffer
    from glibcheck.elf.dwarf.callsites import CallSite
    from glibcheck.elf.dwarf.linetables import LinePlace
    from glibcheck.elf.references import CodeReference
    from glibcheck.linkmap.pieces import Inclusion, LinkMap
    from glibcheck.linkmap.tracesymbol import Mention
    from glibcheck.model.site import Source
    from glibcheck.placing import Placed
    from glibcheck.sites import Stack
    from glibcheck.workspace.hints import Hints

# Static libraries of a compiler, by the shared ones in whose place they are linked.
_RUNTIMES = {
    "libstdc++.": ("libstdc++", "libsupc++", "libstdc++fs"),
    "libgcc_s.": ("libgcc_eh", "libgcc"),
    "libgomp.": ("libgomp",),
    "libgfortran.": ("libgfortran",),
}
_CXX_SIGN = b"St9exception\0"  # the name of std::exception's type, which is in every C++ runtime
_MOST_INLINED = 200  # addresses; entries of a unit are gone through one by one
_DEBUG_FILES = "/usr/lib/debug"
_LARGEST_MAP = 1 << 29  # characters


def sites_in(path: str, wanted: Iterable[SymbolName], hints: Hints) -> Found:
    """Find the sites of symbols in one file, which may be a member of a wheel.

    What cannot be read becomes a note, and so does a damaged file: what it needs was read before, and stands. Raises
    InputError when a map or a linker's output that the user named is none.
    """
    symbols = tuple(sorted(set(wanted)))
    notes: list[str] = []
    try:
        buffer = whole(path)
        file = DynamicFile(buffer)
        sections = _sections(buffer, notes)
        references = find_references(file, symbols, sections)
    except (ElfError, InputError) as error:
        where = "" if isinstance(error, InputError) else f"{path}: "
        return Found((), (f"where the code refers to it is not known: {where}{error}",))
    tree = read_tree(hints.objects or beside(path), symbols)
    link_map, reasons = _maps(path, hints.maps or _maps_beside(path), sections, bool(hints.maps), notes)
    debug = (
        debug_sections(path, sections, (*hints.debug_folders, _DEBUG_FILES), hints.debuginfod, notes)
        if sections
        else None
    )
    lines = _lines(debug or sections, notes)
    functions = _functions(sections, file, debug, notes)
    clues = Clues(
        references=references,
        memory=Memory(buffer, file, sections),
        functions=functions.at,
        lines=lambda addresses: _stacks(lines, debug or sections, addresses),
        object_lines=lambda rows: _object_lines(rows, notes),
        objects=tree.objects,
        link_map=link_map,
        reasons=reasons,
        mentions=_mentions(hints.linker_output, notes),
        calls=_calls(debug or sections, references, notes),
    )
    found = find_sites(symbols, clues)
    if not hints.objects and any(site.object is None for site in found.sites):
        found = _with_runtimes(found, clues, file)
    notes += [*tree.notes, *found.notes, *functions.problems, *(lines.problems if lines else ())]
    return Found(found.sites, tuple(dict.fromkeys([*notes, *_unknown(found, path, file, debug or sections)])))


def _sections(buffer: Buffer, notes: list[str]) -> SectionTable | None:
    """Read the section headers, without which a file runs all the same."""
    try:
        table = SectionTable(buffer)
    except ElfError as error:
        notes.append(f"the section headers are damaged, so names of functions and lines are not known: {error.message}")
        return None
    return table if table.sections else None


def _maps_beside(path: str) -> tuple[str, ...]:
    """Name the map that a build may have left beside a file."""
    tried = (f"{path}.map", f"{os.path.splitext(path)[0]}.map")
    return tuple(name for name in tried if os.path.isfile(name))[:1]


def _maps(
    path: str, names: Iterable[str], sections: SectionTable | None, asked: bool, notes: list[str]
) -> tuple[LinkMap | None, dict[str, Inclusion]]:
    """Read the map that is of this link, and why members were taken; the others are told, those found by chance not."""
    chosen: LinkMap | None = None
    reasons: dict[str, Inclusion] = {}
    for name in names:
        try:
            text = require_text(name, _LARGEST_MAP)
            if text.startswith("reference\textracted\t"):
                rows = read_why_extract(text)
            else:
                read = read_map(text)
                wrong = misfit(read, sections.sections if sections else ())
                if wrong is not None:
                    notes.append(f"{name} is not the map of {path}: {wrong}")
                    continue
                chosen, rows = read, read.inclusions
                if read.lto:
                    notes.append(f"{name}: link time optimization made the objects, and their names say nothing")
            reasons |= {row.object if row.member is None else f"{row.object}({row.member})": row for row in rows}
        except (MapError, InputError) as error:
            if asked:
                raise InputError(name, error.message) from error
    return chosen, reasons


def _mentions(names: Iterable[str], notes: list[str]) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for name in names:
        rows = read_trace(require_text(name, _LARGEST_MAP))
        if not rows:
            notes.append(f"{name} has no line of --trace-symbol; only English is read, so run the linker with LC_ALL=C")
        found += rows
    return tuple(found)


def _functions(
    sections: SectionTable | None, file: DynamicFile, debug: SectionTable | None, notes: list[str]
) -> Functions:
    """Read the names of functions; when a symbol table is damaged, the dynamic symbols alone, or none."""
    for chosen in ((sections, file, debug), (None, file, None)):
        try:
            return Functions(*chosen)
        except ElfError as error:
            notes.append(f"names of functions are missing: {error.message}")
    return Functions()


def _lines(sections: SectionTable | None, notes: list[str]) -> Lines | None:
    try:
        return Lines(sections) if sections else None
    except ElfError as error:
        notes.append(f"the debug information cannot be read: {error.message}")
        return None


def _calls(
    sections: SectionTable | None, references: Iterable[CodeReference], notes: list[str]
) -> tuple[CallSite, ...]:
    """Read the call sites of the symbols whose calls were not found in the code."""
    symbols = frozenset(row.symbol for row in references if row.kind == "slot")
    if sections is None or not symbols:
        return ()
    try:
        calls = Calls(sections)
        found = calls.of(symbols)
        notes += calls.problems
        return found
    except ElfError as error:
        notes.append(f"the debug information cannot be read: {error.message}")
        return ()


def _stacks(lines: Lines | None, sections: SectionTable | None, addresses: Iterable[int]) -> Mapping[int, Stack]:
    """Look lines up; where one is of another file than the one that was compiled, also those that it was inlined at."""
    found = {} if lines is None else lines.at(addresses)
    stacks: dict[int, Stack] = {address: (_tidy(row.source),) for address, row in found.items()}
    headers = [address for address, row in sorted(found.items()) if _is_header(row)]
    if headers and sections is not None:
        inlined = Inlined(sections)
        for address in headers[:_MOST_INLINED]:
            calls = (frame.call for frame in inlined.at(address))
            stacks[address] += tuple(_tidy(call) for call in calls if call is not None)
    return stacks


def _is_header(row: LinePlace) -> bool:
    return row.unit is None or os.path.basename(row.unit) != os.path.basename(row.source.path)


def _tidy(source: Source) -> Source:
    """Leave out the steps on the spot that compilers write down, `/build/./src/a.c`."""
    return source._replace(path=source.path.replace("/./", "/").removeprefix("./"))


def _object_lines(rows: Iterable[Placed], notes: list[str]) -> Mapping[int, Stack]:
    """Read the lines of references out of the objects' own debug information, each object once."""
    from glibcheck.elf.dwarf.objectlines import ObjectLines

    found: dict[int, Stack] = {}
    together: dict[int, list[Placed]] = {}
    for row in rows:  # members of an archive may have the same name
        together.setdefault(id(row.file.table), []).append(row)
    for placed in together.values():
        spots = {(row.reference.section_number, row.reference.offset): row.address for row in placed}
        lines = ObjectLines(placed[0].file.table)
        found |= {spots[spot]: (_tidy(row.source),) for spot, row in lines.at(spots).items()}
        notes += (f"{placed[0].file.name}: {problem}" for problem in lines.problems)
    return found


def _with_runtimes(found: Found, clues: Clues, file: DynamicFile) -> Found:
    """Look for what no object explains in the compiler's static libraries: -static-libstdc++ leaves no other trace."""
    left = {site.symbol for site in found.sites if site.object is None and site.evidence != ("dynamic symbols",)}
    objects = read_tree(_runtimes(file), left).objects if left else ()
    if not objects:
        return found
    # That most of their members are not in the file is no news, so the notes stay as they were.
    again = find_sites({site.symbol for site in found.sites}, clues._replace(objects=(*clues.objects, *objects)))
    return found._replace(sites=again.sites)


def _runtimes(file: DynamicFile) -> Iterator[str]:
    """Name the static libraries of this system's compiler that a file may have inside: it needs no shared one."""
    triplet = os.path.basename(default_directories(file.machine)[0])
    needed = " ".join(file.strings.names(file.needed))
    cxx = file.buffer.find(_CXX_SIGN, 0, len(file.buffer)) >= 0
    for shared, archives in _RUNTIMES.items():
        if shared not in needed and (cxx or shared != "libstdc++."):
            for name in archives:
                yield from sorted(glob.glob(f"/usr/lib/gcc*/{triplet}/*/{name}.a"))


def _unknown(found: Found, path: str, file: DynamicFile, sections: SectionTable | None) -> Iterator[str]:
    """Say what is not known of any place, and why, when something is known of places at all."""
    placed = [site for site in found.sites if site.address is not None]
    if any(site.evidence == ("dynamic symbols",) for site in placed) and file.machine_number not in SEARCHED:
        yield f"code for {file.machine} is not searched: where no object or debug information tells, the slot is given"
    if not placed or any(site.source for site in placed):
        return
    name = os.path.basename(path)
    if sections is not None and (sections.named(".debug_line") or sections.named(".zdebug_line")):
        yield f"no line of source is known: the debug information of {name} does not cover these places"
    else:
        yield (
            f"no line of source is known: {name} has no debug information (compiled without -g, or stripped); "
            "--build-dir names the objects, --debug-dir the separate debug files"
        )
