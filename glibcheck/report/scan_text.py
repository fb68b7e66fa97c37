"""A scan for people: what the file needs of a system, then every version with its symbols, newest first."""

from __future__ import annotations

from glibcheck.model.finding import Scan, ScannedFile
from glibcheck.model.versions import order
from glibcheck.report.ink import Ink, all_printable, printable, wrap
from glibcheck.scan import meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.image import Requirement
    from glibcheck.model.names import VersionName

_UNVERSIONED_SHOWN = 8


def render(scan: Scan, ink: Ink) -> str:
    """Show each file as a paragraph, in the order of the scan."""
    return "\n".join(_paragraph(file, ink) for file in scan.files)


def _paragraph(file: ScannedFile, ink: Ink) -> str:
    image = file.image
    lines = [f"{ink.strong(printable(file.path))}  {ink.aside(image.machine)}", f"  {_summary(file, ink)}"]
    requirements = _reading_order(image.requirements)
    names = [printable(need.version) + (" (weak)" if need.weak else "") for need in requirements]
    versions = max(map(len, names), default=0)
    libraries = max((len(printable(need.library)) for need in requirements), default=0)
    indent = 2 + versions + 2 + libraries + 2
    for name, need in zip(names, requirements, strict=True):
        symbols = wrap(all_printable(need.symbols), indent, ink.width) or ink.aside("(no symbol names it)")
        lines.append(f"  {name:{versions}}  {printable(need.library):{libraries}}  {symbols}")
    if image.unversioned:
        lines.append(f"  {_unversioned(image.unversioned, ink)}")
    return "\n".join(lines) + "\n"


def _summary(file: ScannedFile, ink: Ink) -> str:
    words = meaning(file.image)
    if words:
        return f"needs {ink.strong(' and '.join(words))}, or newer"
    if file.image.requirements:
        return "needs no numbered GLIBC or GLIBCXX version"
    return "needs no symbol versions at all"


def _reading_order(needs: Iterable[Requirement]) -> list[Requirement]:
    """Sort glibc first, then by family, newest first within each; names without numbers last."""
    newest_first = sorted(needs, key=lambda need: (order(need.version)[1], need.library), reverse=True)
    return sorted(newest_first, key=lambda need: _family_order(need.version))


def _family_order(version: VersionName) -> tuple[int, str]:
    family, numbers, _ = order(version)
    return (0 if family == "GLIBC" else 1 if numbers else 2), family


def _unversioned(symbols: tuple[str, ...], ink: Ink) -> str:
    shown = [printable(name) for name in symbols[:_UNVERSIONED_SHOWN]]
    more = len(symbols) - len(shown)
    names = wrap([*shown, *([f"{more} more"] if more else [])], 4, ink.width)
    return f"{len(symbols)} without a version:\n    {ink.aside(names)}"
