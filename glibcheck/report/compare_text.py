"""A comparison for people: what became newer and by which symbols, what that costs, what became older."""

from __future__ import annotations

from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.compare import Comparison, FileChange, Need, Step

_SHOWN = 12


def render(found: Comparison, ink: Ink) -> str:
    """Show a headline, then each file that changed."""
    lines = [ink.bad("needs more than before") if found.newer else ink.good("needs nothing newer than before")]
    lines += [f"  {line}" for line in systems(found)]
    for file in found.files:
        lines += ["", *_file(file, ink)]
    count = len(found.files)
    lines += ["", f"{count} {'file' if count == 1 else 'files'} changed, {found.unchanged} as before"]
    return "\n".join(lines) + "\n"


def systems(found: Comparison) -> Iterator[str]:
    """Say what the change costs or gains: 'no longer on Debian 11; now from Debian 12 on'."""
    before, after = found.systems
    if before is None or after is None:
        return
    now = dict(after)
    for family, release in before:
        if family not in now:
            yield f"ran from {family} {release} on, now on none known here"
        elif now[family] != release:
            yield f"ran from {family} {release} on, now from {family} {now[family]} on"


def headline(step: Step) -> str:
    """Say what became of one family: 'GLIBC_2.17 -> GLIBC_2.34'."""
    old, new = (f"{step.family}_{found.number}" if found else "none" for found in (step.old, step.new))
    return f"{old} -> {new}"


def _file(file: FileChange, ink: Ink) -> list[str]:
    lines = [f"{ink.strong(printable(file.name))}" + (f"  {file.kind}" if file.kind != "changed" else "")]
    for step in file.steps:
        mark = ink.bad if step.newer and file.kind != "removed" else ink.good
        lines.append(f"  {mark(printable(headline(step)))}")
    lines += _needs("+", file.gained, ink) + _needs("-", file.lost, ink)
    come, gone = file.libraries
    lines += [f"  {sign} DT_NEEDED {printable(name)}" for sign, names in (("+", come), ("-", gone)) for name in names]
    return lines


def _needs(sign: str, needs: Iterable[Need], ink: Ink) -> list[str]:
    together: dict[tuple[str, str], list[str]] = {}
    for need in needs:
        together.setdefault((need.version, need.library), []).append(need.symbol or "(no symbol)")
    lines = []
    for (version, library), symbols in together.items():
        head = f"  {sign} {printable(version)} of {printable(library)}: "
        more = [f"{len(symbols) - _SHOWN} more"] if len(symbols) > _SHOWN else []
        lines.append(head + wrap([*ink.symbols(symbols[:_SHOWN]), *more], 6, ink.width, len(head)))
    return lines
