"""All that can be found out about where one linked file refers to symbols: the file, its build tree, maps, debug files.

Each clue is looked for where it usually is, or where the user said; what is missing, damaged or of another build is
told in a sentence and the rest still counts. Nothing is run but `debuginfod-find`, and that only when asked for.
"""

from __future__ import annotations

import os

from glibcheck.elf.dwarf.callsites import Calls
from glibcheck.elf.dynamic import DynamicFile
from glibcheck.elf.functions import Functions
from glibcheck.elf.memory import Memory
from glibcheck.elf.references import SEARCHED, find_references
from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError, InputError
from glibcheck.model.names import SymbolName
from glibcheck.sites import Clues, Found, find_sites
from glibcheck.sourcelines import SourceLines
from glibcheck.workspace.buildfolders import beside
from glibcheck.workspace.buildtree import read_tree
from glibcheck.workspace.content import whole
from glibcheck.workspace.debugfiles import debug_sections
from glibcheck.workspace.linkeroutput import read_maps, read_mentions
from glibcheck.workspace.runtimes import static_runtimes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.elf.buffer import Buffer
    from glibcheck.elf.dwarf.callsites import CallSite
    from glibcheck.elf.references import CodeReference
    from glibcheck.workspace.hints import Hints

_DEBUG_FILES = "/usr/lib/debug"


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
    link_map, reasons = read_maps(path, hints.maps, sections, notes)
    folders = (*hints.debug_folders, _DEBUG_FILES)
    debug = debug_sections(path, sections, folders, hints.debuginfod, notes) if sections else None
    lines = SourceLines(debug or sections)
    functions = _functions(sections, file, debug, notes)
    clues = Clues(
        references=references,
        memory=Memory(buffer, file, sections),
        functions=functions.at,
        lines=lines.at,
        object_lines=lines.of_objects,
        objects=tree.objects,
        link_map=link_map,
        reasons=reasons,
        mentions=read_mentions(hints.linker_output, notes),
        calls=_calls(debug or sections, references, notes),
    )
    found = find_sites(symbols, clues)
    if (hints.runtimes or not hints.objects) and any(site.object is None for site in found.sites):
        found = _with_runtimes(found, clues, file)
    notes += [*tree.notes, *found.notes, *functions.problems, *lines.problems]
    return Found(found.sites, tuple(dict.fromkeys([*notes, *_unknown(found, path, file, debug or sections)])))


def _sections(buffer: Buffer, notes: list[str]) -> SectionTable | None:
    """Read the section headers, without which a file runs all the same."""
    try:
        table = SectionTable(buffer)
    except ElfError as error:
        notes.append(f"the section headers are damaged, so names of functions and lines are not known: {error.message}")
        return None
    return table if table.sections else None


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


def _with_runtimes(found: Found, clues: Clues, file: DynamicFile) -> Found:
    """Look for what no object explains in the compiler's static libraries: -static-libstdc++ leaves no other trace."""
    left = {site.symbol for site in found.sites if site.object is None and site.evidence != ("dynamic symbols",)}
    objects = read_tree(static_runtimes(file), left).objects if left else ()
    if not objects:
        return found
    # That most of their members are not in the file is no news, so the notes stay as they were.
    again = find_sites({site.symbol for site in found.sites}, clues._replace(objects=(*clues.objects, *objects)))
    return found._replace(sites=again.sites)


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
