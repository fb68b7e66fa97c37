"""A trace for people: who brought the newest versions, then every library with why it is there.

Where somebody looked into the code, each symbol is followed by the places that refer to it, the best known first.
"""

from __future__ import annotations

from itertools import groupby

from glibcheck.model.versions import order
from glibcheck.report.ink import Ink, printable, wrap
from glibcheck.report.site_words import broken, by_symbol, distinct, untold
from glibcheck.report.trace_view import heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.closure import Binding, Closure, Library, Trace
    from glibcheck.model.image import ElfImage
    from glibcheck.model.names import SymbolName
    from glibcheck.model.site import Site
    from glibcheck.report.trace_view import View

_ARROW = " -> "
_SYMBOLS_SHOWN = 4
_SITES_SHOWN = 5  # of one symbol


def render_view(view: View, ink: Ink) -> str:
    """Show each file of a view under its path, or the only one without; for a question, the traces alone."""
    pieces = []
    for root in view.roots:
        if view.asked is not None and not root.shown:
            continue
        title = f"{ink.strong(printable(root.path))}\n" if len(view.roots) > 1 else ""
        show = render if view.asked is None else render_traces
        pieces.append(title + show(root.closure, root.shown, ink, view.base))
    return "\n".join(pieces)


def render(closure: Closure, shown: Iterable[Trace], ink: Ink, base: str = "") -> str:
    """Show the chosen traces, newest first, and all libraries in load order."""
    told = render_traces(closure, shown, ink, base)
    return f"{told}\n{_libraries(closure, ink)}" if told.strip() else _libraries(closure, ink)


def render_traces(closure: Closure, shown: Iterable[Trace], ink: Ink, base: str = "") -> str:
    """Show what the file and the libraries it brings need, then what this system's own libraries need.

    Each version stands once, and under it the chain to every library that needs it, with the symbols and where the code
    refers to them; paths inside the folder `base` are shown from there.
    """
    of_system = {library.name for library in closure.libraries if library.of_system}
    rows = tuple(shown)
    lines = _traces((trace for trace in rows if trace.holder not in of_system), ink, base)
    others = _traces((trace for trace in rows if trace.holder in of_system), ink, base)
    if others:
        lines += ["", "Needed by libraries of this system; another system has its own copies of these", *others]
    return "\n".join(lines).lstrip("\n") + "\n"


def _traces(shown: Iterable[Trace], ink: Ink, base: str) -> list[str]:
    lines: list[str] = []
    told: set[tuple[str, str]] = set()
    groups = groupby(shown, lambda trace: (trace.requirement.version, trace.requirement.library))
    for (version, _), rows in groups:
        traces = [*rows]
        said = printable(heading(traces[0].requirement))
        shown_version = printable(version)
        lines.append(ink.strong(shown_version) + said.removeprefix(shown_version) if version else said)
        for trace in traces:
            lines.append(f"  {_ARROW.join(map(printable, trace.chain))}")
            lines += _symbols(trace, ink, base)
            lines += (f"      {ink.aside(note)}" for note in untold(trace, told))
    return lines


def _symbols(trace: Trace, ink: Ink, base: str) -> list[str]:
    """Show the symbols with their sites, then those without any in one paragraph."""
    sites = by_symbol(trace)
    lines = [line for name, found in sites.items() for line in _symbol(name, found, trace, ink, base)]
    rest = tuple(name for name in trace.requirement.symbols if name not in sites)
    if rest or not sites:
        lines.append(f"      {wrap(ink.symbols(rest), 6, ink.width) or '(no symbol names it)'}")
    return lines


def _symbol(name: SymbolName, sites: list[Site], trace: Trace, ink: Ink, base: str) -> list[str]:
    found = distinct(sites, base, ink)
    lines = [f"      {ink.symbols([name])[0]}"]
    for site in found[:_SITES_SHOWN]:
        first, *others = broken(site, ink, ink.width - 10)
        lines += [f"          {first}", *(f"              {other}" for other in others)]
    more = len(found[_SITES_SHOWN:]) + trace.left_out.get(name, 0)
    return lines + ([f"          {more} more"] if more > 0 else [])


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
