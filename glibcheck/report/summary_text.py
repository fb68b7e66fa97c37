"""Many files in one line: how many there are, the newest version of each family, and how many files need it."""

from __future__ import annotations

from glibcheck.model.versions import Release
from glibcheck.report.ink import Ink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What decides where a program runs; other families are counted in the reports of their files.
_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")


def render(newest: Sequence[Mapping[str, Release]], unread: int, passed: int, ink: Ink) -> str:
    """Sum up: `newest` holds a mapping for each file read, `unread` and `passed` count the others."""
    words = [ink.strong(_count(len(newest), "file"))]
    for family in _FAMILIES:
        needed = [found[family] for found in newest if family in found]
        if needed:
            top = max(needed)
            words.append(f"newest {ink.strong(f'{family}_{top.number}')} in {needed.count(top)}")
    if passed:
        words.append(ink.aside(f"{passed} not linked (objects, static programs)"))
    if unread:
        words.append(ink.bad(f"{unread} could not be read"))
    return ", ".join(words) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
