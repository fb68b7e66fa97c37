"""A fix for people: what is too new, the plan with its reasons, the diff, and before against after."""

from __future__ import annotations

import difflib
import re
from itertools import groupby

from glibcheck.needs import newest_needed
from glibcheck.report.ink import Ink, printable, wrap
from glibcheck.report.site_words import distinct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glibcheck.model.finding import ScannedFile
    from glibcheck.model.outcome import Attempt, Outcome, Proof
    from glibcheck.model.plan import Edit, Offence, Step, Unresolved

_OUTPUT_LINES = 25
_SYMBOLS_SHOWN = 8
_PLACES_SHOWN = 5
_NEW_LINES = 30
_KINDS = {
    "too new": "",
    "unversioned": " (asked for without a version)",
    "misplaced": " (must be in DT_NEEDED)",
    "unused": " (in DT_NEEDED, and nothing is used of it)",
}
_PROOFS: Mapping[Proof, tuple[str, ...]] = {
    "smoke test": ("the built modules import here, and the smoke test passes",),
    "import": ("the built modules import here",),
    "scan": (),
}


def render(outcome: Outcome, ink: Ink) -> str:
    """Tell the whole story of a fix, in order."""
    parts = [_heading(outcome, ink)]
    if outcome.notes:
        parts += [_section("Note", map(printable, outcome.notes), ink)]
    if outcome.offences:
        parts += [_section("Too new for the target", _offences(outcome.offences, ink), ink)]
    if outcome.plan.steps:
        parts += [_section("Plan", _steps(outcome.plan.steps, ink), ink)]
    if outcome.edits:
        parts += [_section("Diff", [line for edit in outcome.edits for line in _shown(edit, ink)], ink)]
    if outcome.attempts:
        parts += [_section("Tried", _attempts(outcome, ink), ink)]
    if outcome.after is not None:
        parts += [_section("Rebuilt", _comparison(outcome, ink), ink)]
    if outcome.plan.unresolved:
        parts += [_section("Left, and why", _unresolved(outcome.plan.unresolved, outcome.project, ink), ink)]
    return "\n".join(parts)


def diff(edit: Edit) -> list[str]:
    """Make the unified diff of one file, as `patch -p1` takes it; lines without their ends."""
    before = "" if edit.before is None else edit.before
    old = "/dev/null" if edit.before is None else f"a/{edit.path}"
    lines = difflib.unified_diff(_lines(before), _lines(edit.after), old, f"b/{edit.path}")
    return [part for line in lines for part in _ended(line)]


def _shown(edit: Edit, ink: Ink) -> list[str]:
    """Show the diff of one file; of a long new one, which is ours, its beginning only."""
    lines = diff(edit)
    more = len(lines) - _NEW_LINES
    if edit.before is not None or more <= 1:
        return [_coloured(line, ink) for line in lines]
    told = ink.aside(f"({more} more lines of {printable(edit.path)}; --format diff shows all)")
    return [*(_coloured(line, ink) for line in lines[:_NEW_LINES]), told]


def patch(outcome: Outcome) -> str:
    """Give all edits as one patch; empty when there are none."""
    return "".join(f"{line}\n" for edit in outcome.edits for line in diff(edit))


def _lines(text: str) -> list[str]:
    """Split as patch(1) does, at line feeds alone: `splitlines` knows ten other ends, form feeds among them."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _ended(line: str) -> list[str]:
    if line.endswith("\n"):
        return [line[:-1]]
    return [line, "\\ No newline at end of file"]


def _heading(outcome: Outcome, ink: Ink) -> str:
    numbers = {family: ".".join(map(str, limit)) or "none" for family, limit in outcome.target.limits.items()}
    limits = ", ".join(f"{family} {number}" for family, number in numbers.items())
    name = ink.strong(printable(outcome.project))
    return f"{name}, target {outcome.target.name}\n  {ink.aside(f'newest allowed: {limits}')}\n"


def _section(title: str, lines: Iterable[str], ink: Ink) -> str:
    return "\n".join([ink.strong(title), *(f"  {line}" if line else "" for line in lines)]) + "\n"


def _offences(offences: Iterable[Offence], ink: Ink) -> list[str]:
    """Give a line for each file, version and library, with the symbols."""
    lines = []
    rows = groupby(offences, lambda row: (row.file, row.kind, row.version, row.library))
    for (file, kind, version, library), group in rows:
        symbols = _shortened([row.symbol for row in group if row.symbol is not None], _SYMBOLS_SHOWN, ink)
        lines.append(f"{printable(file)}: {_what(version, library, ink)}{_KINDS[kind]}")
        lines += [f"    {wrap(symbols, 6, ink.width)}" if symbols else "    (no symbol names it)"] if version else []
    return lines


def _what(version: str, library: str, ink: Ink) -> str:
    """Name what an offence is about; a library that nothing is used of has no version."""
    return f"{ink.bad(printable(version))} of {printable(library)}" if version else ink.bad(printable(library))


def _steps(steps: Iterable[Step], ink: Ink) -> list[str]:
    lines = []
    for number, step in enumerate(steps, 1):
        symbols = dict.fromkeys(row.symbol for row in step.offences if row.symbol is not None)
        lines.append(f"{number}. {ink.strong(step.fix)} for {printable(step.extension)}")
        lines.append(f"     answers {wrap(_shortened(list(symbols), 3, ink), 9, ink.width)}")
        lines.append(f"     because {printable(step.why)}")
        for found in step.directives:
            home = f", which is in {found.home} there" if found.home else ""
            lines.append(ink.aside(printable(f"     {found.symbol} -> {found.version}{home}")))
    return lines


def _shortened(names: Sequence[str], most: int, ink: Ink) -> Sequence[str]:
    """Show the first names, and how many more there are; one more name is as short as saying so."""
    if len(names) <= most + 1:
        return ink.symbols(names)
    return [*ink.symbols(names[:most]), f"{len(names) - most} more"]


def _coloured(line: str, ink: Ink) -> str:
    text = printable(line.rstrip("\r").replace("\t", "    "))
    if line.startswith("+"):
        return ink.good(text)
    return ink.bad(text) if line.startswith("-") else text


def _comparison(outcome: Outcome, ink: Ink) -> list[str]:
    """Give a line for each file and version family of the rebuilt wheel: the newest before and after."""
    before, after = _newest(outcome.before), _newest(outcome.after or ())
    rebuilt = {file.path for file in outcome.after or ()}
    rows = []
    for path, family in sorted({*before, *after}, key=lambda key: (key[0], key[1] != "GLIBC", key[1])):
        if path in rebuilt:
            old, new = before.get((path, family)), after.get((path, family))
            allowed = new is None or outcome.target.allows(f"{family}_{new}")
            shown = (ink.good if allowed else ink.bad)(new or "none")
            rows.append(f"{printable(path)}  {family} {old or 'none'} -> {shown}")
    gone = sorted({file.path for file in outcome.before} - rebuilt)
    rows += [f"{printable(path)}  {ink.good('not built any more')}" for path in gone]
    return [*rows, *_PROOFS[outcome.proof]]


def _newest(files: Iterable[ScannedFile]) -> dict[tuple[str, str], str]:
    return {(file.path, family): found.number for file in files for family, found in newest_needed(file.image).items()}


def _unresolved(left: Iterable[Unresolved], project: str, ink: Ink) -> list[str]:
    lines = []
    key = lambda row: (row.offence.file, row.offence.version, row.offence.library, row.offence.kind, row.reason)  # noqa: E731
    for (file, version, library, kind, reason), group in groupby(sorted(left, key=key), key):
        rows = [*group]
        symbols = ink.symbols([row.offence.symbol for row in rows if row.offence.symbol is not None])
        lines.append(f"{printable(file)}: {_what(version, library, ink)}{_KINDS[kind]}")
        lines += [f"    {wrap(symbols, 6, ink.width)}"] if symbols else []
        lines.append(f"      {ink.aside(printable(reason))}")
        lines += _places(rows, project, ink)
    return lines


def _places(left: Sequence[Unresolved], project: str, ink: Ink) -> list[str]:
    """Say where the symbols of one reason are asked for: the first places, each line once."""
    sites = distinct((site for row in left for site in row.sites), project, ink)
    told = [f"      at {'  '.join(site.parts[:-1])}" for site in sites if len(site.parts) > 1]
    more = len(told) - _PLACES_SHOWN
    return told if more <= 1 else [*told[:_PLACES_SHOWN], f"      and at {more} more places"]


def _attempts(outcome: Outcome, ink: Ink) -> list[str]:
    """Tell each rebuild in a line; of the last one that failed, what it printed as well."""
    failed = [row for row in outcome.attempts if row.breakage is not None]
    lines = []
    for number, row in enumerate(outcome.attempts, 1):
        lines += _attempt(number, row, row in failed[-1:], ink)
    return lines


def _attempt(number: int, attempt: Attempt, whole: bool, ink: Ink) -> list[str]:
    name = printable(f"{number}. {', '.join(attempt.fixes)}")
    if attempt.breakage is None:
        return [f"{name}: {ink.good('works')}"]
    output = attempt.breakage.output.splitlines()[-_OUTPUT_LINES:] if whole else []
    return [
        f"{name}: {ink.bad('fails')}: {printable(attempt.breakage.message)}",
        *(f"     {printable(line)}" for line in output),
    ]
