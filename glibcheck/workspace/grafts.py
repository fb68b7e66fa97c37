"""Libraries of this system that a wheel would bring along: what each asks for is asked for by the wheel.

auditwheel copies them in as they are, built for this system, and says of one that is too new no more than that. So they
are found before, as the loader finds them (ld.so(8)), and judged as the wheel's own files are; and so is what they need
in turn.
"""

from __future__ import annotations

import os
import zipfile

from glibcheck.workspace.judging import judged
from glibcheck.workspace.system import load_closure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.names import Soname
    from glibcheck.model.verdict import Finding

TO_BE_BROUGHT = "GC010"  # the rule: a library that the target does not promise


def grafts(
    wheel: str, files: Iterable[str], brought: Iterable[Soname], target: str, folder: str
) -> Iterator[tuple[str, Finding]]:
    """Judge the libraries `brought` that the files of a wheel need, and those they need; gives the path of each.

    The wheel is unpacked into `folder`, so that what it finds by $ORIGIN is found. A library that is not on this system
    is left to auditwheel to complain of.
    """
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    found = _paths(os.path.join(folder, name) for name in files)
    wanted = sorted(set(brought))
    seen = set(wanted)
    while wanted:
        path = found.get(wanted.pop(0))
        if path is None:
            continue
        findings = [row for file in judged([path], target).files for row in file.findings]
        more = {row.library for row in findings if row.code == TO_BE_BROUGHT and row.library} - seen
        seen |= more
        wanted += sorted(more)
        yield from ((path, row) for row in findings if row.code != TO_BE_BROUGHT)


def _paths(files: Iterable[str]) -> dict[str, str]:
    """Map the names of all libraries in the closures of files to where they are on this system."""
    around = os.environ.get("LD_LIBRARY_PATH", "")
    libraries = (library for file in files for library in load_closure(file, around).libraries)
    return {library.name: library.path for library in libraries if library.path is not None}
