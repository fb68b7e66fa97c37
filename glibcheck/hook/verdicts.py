"""The verdict on what a build has made: the gate's, with the places that its links have left behind.

Two rules do not count inside of a build: a library that the target does not promise is brought in by `auditwheel
repair` afterwards, and the tag is given by whoever repairs.
"""

from __future__ import annotations

import os
from functools import partial

from glibcheck.model.finding import ScannedFile
from glibcheck.provenance import with_origins
from glibcheck.workspace.grafts import TO_BE_BROUGHT
from glibcheck.workspace.judging import against_baseline, judged, waived
from glibcheck.workspace.targets import platform_tags, target_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glibcheck.linkwatch.journal import Journal
    from glibcheck.model.finding import Result
    from glibcheck.model.verdict import Finding, Verdict
    from glibcheck.workspace.buildrules import BuildRules

_LATER = frozenset({TO_BE_BROUGHT, "GC015", "GC016"})
_ELF = b"\x7fELF"


def verdict_on(paths: Sequence[str], rules: BuildRules, journal: Journal) -> Verdict:
    """Judge files, folders or a wheel by the rules of a build; raises as `judged` and `against_baseline` do."""
    names: dict[str, str | None] = {}
    found = judged(paths, rules.target, rules.settings.targets, watch=partial(_named, names))
    found = against_baseline(waived(_without_later(found), rules.settings), rules.settings)
    return with_origins(found, names, journal.known)._replace(notes=found.notes)


def tags_kept(paths: Sequence[str], rules: BuildRules, machine: str) -> tuple[tuple[str, ...], Finding | None]:
    """Give the platform tags of the target when what is judged keeps them all, else the first finding against them.

    A target that has no tag, such as one of musl, gives neither.
    """
    tags = platform_tags(target_for(rules.target, machine, rules.settings.targets), machine)
    if not tags:
        return (), None
    for target in dict.fromkeys((rules.target, tags[-1].removesuffix(f"_{machine}"))):
        verdict = judged(paths, target, rules.settings.targets)
        for finding in (row for file in verdict.files for row in file.findings if row.code not in {"GC015", "GC016"}):
            return (), finding
    return tags, None


def elf_files(paths: Iterable[str]) -> list[str]:
    """Choose the ELF files that are there among paths."""
    return [path for path in dict.fromkeys(paths) if os.path.isfile(path) and _starts(path) == _ELF]


def _starts(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(len(_ELF))


def _named(names: dict[str, str | None], results: Iterable[Result]) -> Iterator[Result]:
    """Hand the results on, and note the name under which each is in the journal."""
    for result in results:
        if isinstance(result, ScannedFile):
            names[result.path] = result.image.traits.build_id or os.path.basename(result.path.rpartition(":")[2])
        yield result


def _without_later(found: Verdict) -> Verdict:
    files = (
        file._replace(findings=tuple(row for row in file.findings if row.code not in _LATER)) for file in found.files
    )
    return found._replace(files=tuple(files))
