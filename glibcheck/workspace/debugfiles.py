"""The separate debug file of a stripped file: looked for where GDB looks, and taken only when it proves to fit."""

from __future__ import annotations

import os

from glibcheck.debuginfod import find_debug_file
from glibcheck.elf.dwarf.debugfile import candidates, matches, read_debug_links
from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError, InputError
from glibcheck.workspace.content import whole_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.dwarf.debugfile import DebugLinks


def debug_sections(
    path: str, sections: SectionTable, folders: tuple[str, ...], ask_servers: bool, notes: list[str]
) -> SectionTable | None:
    """Open the separate debug file of a file that has no line table of its own; None when there is none.

    `folders` are laid out as /usr/lib/debug. One that is there and does not fit is told in the notes.
    """
    if sections.named(".debug_line") or sections.named(".zdebug_line"):
        return None
    links = read_debug_links(sections)
    for candidate in candidates(os.path.realpath(path), links, folders):
        if os.path.isfile(candidate):
            found = _opened(candidate, links, notes)
            if found is not None:
                return found
    if ask_servers:
        return _from_servers(links, notes)
    return None


def _opened(candidate: str, links: DebugLinks, notes: list[str]) -> SectionTable | None:
    try:
        content = whole_file(candidate)
        sections = SectionTable(content)
        if matches(content, links):
            return sections
        notes.append(f"{candidate} is not used: it is of another build, or was changed")
    except ElfError as error:
        notes.append(f"{candidate} cannot be read: {error.message}")
    except InputError as error:
        notes.append(str(error))
    return None


def _from_servers(links: DebugLinks, notes: list[str]) -> SectionTable | None:
    if links.build_id is None:
        notes.append("debuginfod was not asked: the file has no build id")
        return None
    if not os.environ.get("DEBUGINFOD_URLS", "").strip():
        notes.append("debuginfod was not asked: DEBUGINFOD_URLS names no server")
        return None
    found = find_debug_file(links.build_id)
    if found is None:
        notes.append(f"no debuginfod server has the debug file of build id {links.build_id}")
        return None
    return _opened(found, links, notes)
