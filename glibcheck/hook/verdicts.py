"""The verdict on what a build has made: the gate's, with the places that its links have left behind.

Two rules do not count inside of a build: a library that the target does not promise is brought in by `auditwheel
repair` afterwards, and the tag is given by whoever repairs. Files are known by the names that they have in the wheel,
so that a baseline and the patterns of the settings mean the same here and at the gate.
"""

from __future__ import annotations

import os
from functools import partial

from glibcheck.model.finding import ScannedFile
from glibcheck.model.verdict import Finding
from glibcheck.provenance import recorded_sites, with_origins
from glibcheck.workspace.clues import sites_in
from glibcheck.workspace.grafts import TO_BE_BROUGHT
from glibcheck.workspace.hints import Hints
from glibcheck.workspace.judging import against_baseline, judged, waived
from glibcheck.workspace.siting import relative
from glibcheck.workspace.targets import platform_tags, target_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glibcheck.linkwatch.journal import Journal
    from glibcheck.model.finding import Result
    from glibcheck.model.verdict import Judged, Verdict
    from glibcheck.provenance import Recorded
    from glibcheck.workspace.buildrules import BuildRules

_LATER = frozenset({TO_BE_BROUGHT, "GC015", "GC016"})
_ELF = b"\x7fELF"
_ELSEWHERE = "was not linked in this build; if an earlier one has left it, remove that and build again"


def verdict_on(
    paths: Sequence[str], rules: BuildRules, journal: Journal, in_wheel: Callable[[str], str] = str
) -> Verdict:
    """Judge files, folders or a wheel by the rules of a build; raises as `judged` and `against_baseline` do.

    `in_wheel` tells the name 'NAME.whl:MEMBER' by which the settings know a file; it is shown as MEMBER.
    """
    identities: dict[str, str] = {}
    found = judged(paths, rules.target, rules.settings.targets, watch=partial(_identified, identities))
    found = _renamed(_without_later(found), in_wheel)
    found = against_baseline(waived(found, rules.settings), rules.settings)
    real = {in_wheel(path): path for path in identities}
    known_as: dict[str, str | None] = {name: identities[path] for name, path in real.items()}
    strangers = [file for file in found.files if not file.ok and known_as.get(file.path) not in journal.linked]
    known = {**journal.known, **dict(_looked_up(strangers, real, known_as))}
    notes = found.notes
    if rules.mode == "fix":
        notes += tuple(f"{_member(file.path)} {_ELSEWHERE}" for file in strangers)
    return _renamed(with_origins(found, known_as, known), _member)._replace(notes=notes)


def tags_kept(paths: Sequence[str], rules: BuildRules, machine: str) -> tuple[tuple[str, ...], Finding | None]:
    """Give the platform tags of the target when what is judged keeps them all, else the first finding against them.

    A target that has no tag, such as one of musl, gives neither.
    """
    tags = platform_tags(target_for(rules.target, machine, rules.settings.targets), machine)
    if not tags:
        return (), None
    for target in dict.fromkeys((rules.target, tags[-1].removesuffix(f"_{machine}"))):
        verdict = judged(paths, target, rules.settings.targets)
        for error in verdict.errors:  # what cannot be read keeps nothing
            message = f"{os.path.basename(_member(error.path))} cannot be judged: {error.message}"
            return (), Finding("GC012", message, "build it again, or leave it out")
        for finding in (row for file in verdict.files for row in file.findings if row.code not in {"GC015", "GC016"}):
            return (), finding
    return tags, None


def elf_files(paths: Iterable[str]) -> list[str]:
    """Choose the ELF files that are there among paths."""
    return [path for path in dict.fromkeys(paths) if os.path.isfile(path) and _starts(path) == _ELF]


def files_below(folder: str) -> list[str]:
    """List the ELF files of a folder."""
    return elf_files(os.path.join(place, name) for place, _, names in os.walk(folder) for name in sorted(names))


def _starts(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(len(_ELF))


def _identified(identities: dict[str, str], results: Iterable[Result]) -> Iterator[Result]:
    """Hand the results on, and note as what each is known in the journal."""
    for result in results:
        if isinstance(result, ScannedFile):
            identities[result.path] = result.image.traits.build_id or os.path.basename(_member(result.path))
        yield result


def _without_later(found: Verdict) -> Verdict:
    files = (
        file._replace(findings=tuple(row for row in file.findings if row.code not in _LATER)) for file in found.files
    )
    return found._replace(files=tuple(files))


def _renamed(found: Verdict, name: Callable[[str], str]) -> Verdict:
    return found._replace(files=tuple(file._replace(path=name(file.path)) for file in found.files))


def _member(path: str) -> str:
    return path.partition(".whl:")[2] or path


def _looked_up(
    files: Iterable[Judged], real: Mapping[str, str], known_as: Mapping[str, str | None]
) -> Iterator[tuple[str, Recorded]]:
    """Look for the sites of what was linked before this build, where a trace would look for them."""
    for file in files:
        symbols = {row.symbol for row in file.findings if row.symbol}
        identity = known_as.get(file.path)
        if symbols and identity is not None:
            found = sites_in(real[file.path], symbols, Hints())
            inside = found._replace(sites=tuple(relative(site, os.getcwd()) for site in found.sites))
            yield identity, recorded_sites(_member(file.path), identity, inside)
