"""The files that fixes add to a project: the `.symver` header, and the compat file; one of each, for all steps.

They are written anew from what all steps want, and from what an earlier fix wrote there: a project that was fixed
before keeps its directives and functions. Of a symbol the last word counts, as the target may be another one now.
"""

from __future__ import annotations

from glibcheck.fixes.compat_file import COMPAT_FILE, compat_text, contents_of, read_compat
from glibcheck.fixes.older_version import HEADER
from glibcheck.symver import header, read_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.model.plan import Step
    from glibcheck.model.target import Target

OWN_FILES = (HEADER, COMPAT_FILE)  # at the top of the project


def own_texts(steps: Iterable[Step], earlier: Mapping[str, str], target: Target, machine: str) -> dict[str, str]:
    """Write those of `OWN_FILES` that the steps change; `earlier` are the texts of the project as it is."""
    chosen = tuple(steps)
    contents = contents_of(chosen, read_compat(earlier.get(COMPAT_FILE, "")))
    found = sorted(row for step in chosen for row in step.directives)
    # One directive for a symbol: an assembler refuses two.
    directives = {row.symbol: row for row in (*read_header(earlier.get(HEADER, "")), *found)}
    redirected = {row.symbol for row in contents.redirects}
    texts: dict[str, str] = {}
    if any(step.functions or step.redirects for step in chosen):
        texts[COMPAT_FILE] = compat_text(contents.functions, contents.redirects, target, machine)
    if directives and (found or redirected):
        texts[HEADER] = header(tuple(directives.values()), target, machine, redirected)
    return texts
