"""All that can be found out about where one linked file refers to symbols: the file, its build tree, maps, debug files.

Each clue is looked for where it usually is, or where the user said; what is missing, damaged or of another build is
told in a sentence and the rest still counts. Nothing is run but `debuginfod-find`, and that only when asked for.
"""

from __future__ import annotations

import glob
import os

from glibcheck.elf.dwarf.callsites import Calls
from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.functions import Functions
from glibcheck.elf.memory import Memory
from glibcheck.elf.references import find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError, InputError, MapError
from glibcheck.linkmap import read_map
from glibcheck.linkmap.inclusions import read_why_extract
from glibcheck.linkmap.misfit import misfit
from glibcheck.linkmap.tracesymbol import read_trace
from glibcheck.loader import default_directories
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record
from glibcheck.sites import Clues, Found, find_sites
from glibcheck.workspace.buildtree import beside, read_tree
from glibcheck.workspace.content import whole
from glibcheck.workspace.debugfiles import debug_sections
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glibcheck.elf.buffer import Buffer
    from glibcheck.elf.dwarf.callsites import CallSite
    from glibcheck.elf.references import CodeReference
    from glibcheck.linkmap.pieces import Inclusion, LinkMap
    from glibcheck.linkmap.tracesymbol import Mention
    from glibcheck.model.site import Source
    from glibcheck.placing import Placed

# Static libraries of a compiler, by the shared ones in whose place they are linked.
_RUNTIMES = {
    "libstdc++.": ("libstdc++", "libsupc++", "libstdc++fs"),
    "libgcc_s.": ("libgcc_eh", "libgcc"),
    "libgomp.": ("libgomp",),
    "libgfortran.": ("libgfortran",),
}
_CXX_SIGN = b"St9exception\0"  # the name of std::exception's type, which is in every C++ runtime
_LARGEST_MAP = 1 << 29  # characters


class Hints(Record):
    """Where the user said that more is known; () means that the usual places are tried.

    `objects` are folders, archives and object files; `maps` linkers' maps, or what lld wrote for --why-extract;
    `linker_output` texts with the output of --trace-symbol; `debug_folders` roots of separate debug files.
    """

    objects: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    linker_output: tuple[str, ...] = ()
    debug_folders: tuple[str, ...] = ("/usr/lib/debug",)
    debuginfod: bool = False


def sites_in(path: str, wanted: Iterable[SymbolName], hints: Hints) -> Found:
    """Find the sites of symbols in one file, which may be a member of a wheel.

    What else cannot be read becomes a note. Raises InputError when the file is no ELF file.
    """
    symbols = tuple(sorted(set(wanted)))
    notes: list[str] = []
    buffer = whole(path)
    try:
        file = DynamicFile(buffer)
        sections = _sections(buffer, notes)
        references = find_references(file, symbols, sections)
    except ElfError as error:
        raise InputError(path, error.message, error.offset) from error
    tree = read_tree(hints.objects or beside(path), symbols)
    link_map, reasons = _maps(path, hints.maps or _maps_beside(path), sections, bool(hints.maps), notes)
    debug = debug_sections(path, sections, hints.debug_folders, hints.debuginfod, notes) if sections else None
    lines = _lines(debug or sections, notes)
    functions = _functions(sections, file, debug, notes)
    clues = Clues(
        references=references,
        memory=Memory(buffer, file, sections),
        functions=functions.at,
        lines=lambda addresses: _sources(lines, addresses),
        object_lines=_object_lines,
        objects=tree.objects,
        link_map=link_map,
        reasons=reasons,
        mentions=_mentions(hints.linker_output),
        calls=_calls(debug or sections, references, notes),
    )
    found = find_sites(symbols, clues)
    if not hints.objects and any(site.object is None for site in found.sites):
        found = _with_runtimes(found, clues, file)
    notes += [*tree.notes, *found.notes, *functions.problems, *(lines.problems if lines else ())]
    return Found(found.sites, tuple(dict.fromkeys([*notes, *_without_lines(found, path, debug or sections)])))


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


def _mentions(names: Iterable[str]) -> tuple[Mention, ...]:
    return tuple(row for name in names for row in read_trace(require_text(name, _LARGEST_MAP)))


def _functions(
    sections: SectionTable | None, file: DynamicFile, debug: SectionTable | None, notes: list[str]
) -> Functions:
    """Read the names of functions; of a damaged symbol table none."""
    try:
        return Functions(sections, file, debug)
    except ElfError as error:
        notes.append(f"names of functions are not known, the symbol table cannot be read: {error.message}")
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
        return Calls(sections).of(symbols)
    except ElfError as error:
        notes.append(f"the debug information cannot be read: {error.message}")
        return ()


def _sources(lines: Lines | None, addresses: Iterable[int]) -> Mapping[int, Source]:
    return {} if lines is None else {address: _tidy(row.source) for address, row in lines.at(addresses).items()}


def _tidy(source: Source) -> Source:
    """Leave out the steps on the spot that compilers write down, `/build/./src/a.c`."""
    return source._replace(path=source.path.replace("/./", "/").removeprefix("./"))


def _object_lines(rows: Iterable[Placed]) -> Mapping[int, Source]:
    """Read the lines of references out of the objects' own debug information, each object once."""
    from glibcheck.elf.dwarf.objectlines import ObjectLines

    found: dict[int, Source] = {}
    together: dict[str, list[Placed]] = {}
    for row in rows:
        together.setdefault(row.file.name, []).append(row)
    for placed in together.values():
        spots = {(row.reference.section_number, row.reference.offset): row.address for row in placed}
        lines = ObjectLines(placed[0].file.table).at(spots)
        found |= {spots[spot]: _tidy(row.source) for spot, row in lines.items()}
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


def _without_lines(found: Found, path: str, sections: SectionTable | None) -> Iterator[str]:
    """Say why no site has a line of source, when none has."""
    if not found.sites or any(site.source for site in found.sites):
        return
    name = os.path.basename(path)
    if sections is not None and (sections.named(".debug_line") or sections.named(".zdebug_line")):
        yield f"no line of source is known: the debug information of {name} does not cover these places"
    else:
        yield (
            f"no line of source is known: {name} has no debug information (compiled without -g, or stripped); "
            "--build-dir names the objects, --debug-dir the separate debug files"
        )
