"""A trace for people: who brought the newest versions, then every library with why it is there."""

from __future__ import annotations

from itertools import groupby

from glibcheck.model.versions import order
from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.closure import Binding, Closure, Library, Trace
    from glibcheck.model.image import ElfImage

_ARROW = " -> "
_SYMBOLS_SHOWN = 4


def render(closure: Closure, shown: Iterable[Trace], ink: Ink) -> str:
    """Show the chosen traces, newest first, and all libraries in load order."""
    return f"{render_traces(closure, shown, ink)}\n{_libraries(closure, ink)}"


def render_traces(closure: Closure, shown: Iterable[Trace], ink: Ink) -> str:
    """Show what the file and the libraries it brings need, then what this system's own libraries need.

    Each version stands once, and under it the chain to every library that needs it, with the symbols.
    """
    of_system = {library.name for library in closure.libraries if library.of_system}
    rows = tuple(shown)
    lines = _traces((trace for trace in rows if trace.holder not in of_system), ink)
    others = _traces((trace for trace in rows if trace.holder in of_system), ink)
    if others:
        lines += ["", "Needed by libraries of this system; another system has its own copies of these", *others]
    return "\n".join(lines) + "\n"


def _traces(shown: Iterable[Trace], ink: Ink) -> list[str]:
    lines = []
    groups = groupby(shown, lambda trace: (trace.requirement.version, trace.requirement.library))
    for (version, library), traces in groups:
        lines.append(f"{ink.strong(printable(version))} of {printable(library)}")
        for trace in traces:
            symbols = wrap(ink.symbols(trace.requirement.symbols), 6, ink.width) or "(no symbol names it)"
            lines.append(f"  {_ARROW.join(map(printable, trace.chain))}\n      {symbols}")
    return lines


def _libraries(closure: Closure, ink: Ink) -> str:
    lines = ["Libraries, in load order"]
    for library in closure.libraries:
        lines += _library(library, closure, ink)
    return "\n".join(lines) + "\n"


def _library(library: Library, closure: Closure, ink: Ink) -> list[str]:
    lines = [f"  {ink.strong(printable(library.name))}  {ink.aside(_place(library, ink))}"]
    if len(library.chain) > 1:
        lines.append(f"      chain {_ARROW.join(map(printable, library.chain))}")
    lines += [
        f"      {_why(binding, library, ink)}"
        for binding in closure.bindings
        if binding.provider == library.name and binding.user != library.name
    ]
    if library.tried:
        lines.append(f"      looked in {wrap(map(printable, library.tried), 10, ink.width, 16)}")
    if library.linkage:
        lines += [f"      needs {line}" for line in _needs(library.linkage.image, ink)]
    return lines


def _place(library: Library, ink: Ink) -> str:
    problem = f"; {printable(library.problem)}" if library.problem else ""
    if library.path is None:
        return ink.bad(f"{printable(library.found_by)}{problem}")
    found = printable(f"{library.path} ({library.found_by})")
    return f"{found}{ink.bad(problem)}" if problem else found


def _why(binding: Binding, library: Library, ink: Ink) -> str:
    user = printable(binding.user)
    if library.linkage is None:
        return f"needed by {user}"
    if not binding.symbols:
        return ink.bad(f"unused by {user}, which names it in DT_NEEDED")
    symbols = tuple(dict.fromkeys(binding.symbols))
    shown = ink.symbols(symbols[:_SYMBOLS_SHOWN])
    more = len(symbols) - _SYMBOLS_SHOWN
    words = [*shown, *([f"{more} more"] if more > 0 else [])]
    return f"used by {user}: {wrap(words, 10, ink.width, 6 + len(f'used by {user}: '))}"


def _needs(image: ElfImage, ink: Ink) -> list[str]:
    """Give the versions needed of each library, newest first: 'libm.so.6: GLIBC_2.35, GLIBC_2.2.5'."""
    versions: dict[str, list[str]] = {}
    for need in image.requirements:
        versions.setdefault(need.library, []).append(need.version)
    lines = []
    for library, names in versions.items():
        newest_first = map(printable, sorted(names, key=order, reverse=True))
        start = 6 + len(f"needs {printable(library)}: ")
        lines.append(f"{printable(library)}: {wrap(newest_first, 10, ink.width, start)}")
    return lines
