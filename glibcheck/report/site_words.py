"""Sites in words: the line of source, the function, the place in an object, and how each is known.

Every form of a trace says it with these, so that a line found in one can be searched for in another. Nothing is said
that the site does not know; the last word is always its evidence.
"""

from __future__ import annotations

from glibcheck.model.record import Record
from glibcheck.model.site import rank
from glibcheck.report.ink import MANGLED, printable
from glibcheck.report.trace_view import relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.model.closure import Trace
    from glibcheck.model.names import SymbolName
    from glibcheck.model.site import Pull, Site, Source
    from glibcheck.report.ink import Ink


_BECAUSE = " is in the file because "
_UNNAMED = "(anonymous namespace)"
_LONGEST = 72  # characters of a function's name; templates have names of thousands
_TWINS_SHOWN = 3


class Words(Record):
    """What is known of a site: each a text that can be shown, '' when it is not known. `more` are sentences.

    `whole` is the name of the function as it is, which `function` may show shortened.
    """

    source: str  # 'src/worker.c:41'
    function: str  # 'start_workers'
    place: str  # 'libfoo.a(bar.o):(.text.p+0x36)'
    evidence: str  # 'relocation, debug information'
    more: tuple[str, ...]
    whole: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Give what is known in reading order, evidence last and in brackets."""
        where = " in ".join(filter(None, (self.source, self.function)))
        if self.function and not self.source:
            where = f"in {self.function}"
        return (*filter(None, (where, self.place)), f"({self.evidence})")


def words(site: Site, base: str, ink: Ink) -> Words:
    """Put a site into words; paths inside the folder `base` are shown from there."""
    source = "" if site.source is None else _line(site.source, base)
    if site.callers:
        source += f", inlined at {_line(_nearest(site.callers, base), base)},"
    whole = "" if site.function is None else ink.symbols([site.function])[0]
    evidence = ", ".join(site.evidence)
    return Words(printable(source), shortened(whole), _place(site, base), evidence, _more(site, base, ink), whole)


def shortened(name: str, most: int = _LONGEST) -> str:
    """Show a name of C++ in at most `most` characters: without what is inside of <>, then of (), then cut.

    A name as the file has it is left whole, for it is there to be searched for.
    """
    if name.startswith(MANGLED):
        return name
    if len(name) > most:
        name = name.replace(_UNNAMED, "{anonymous}")  # as gcc writes it; it has no arguments
    for opening, closing in ("<>", "()"):
        if len(name) > most:
            name = _without_inside(name, opening, closing)
    return name if len(name) <= most else f"{name[: most - 3]}..."


def _without_inside(name: str, opening: str, closing: str) -> str:
    """Put three dots for what stands in brackets; the signs of `operator<<`, `operator()` and `->` are none."""
    kept: list[str] = []
    depth = 0
    for place, sign in enumerate(name):
        before = name[max(place - 9, 0) : place]
        if sign == opening and not before.endswith(("operator", f"operator{opening}")):
            kept += [f"{opening}...{closing}"] if depth == 0 else []
            depth += 1
        elif sign == closing and depth > 0 and not before.endswith("-"):
            depth -= 1
        elif depth == 0:
            kept.append(sign)
    return "".join(kept)


def _line(source: Source, base: str) -> str:
    return f"{relative(source.path, base)}:{source.line}"


def _nearest(callers: Sequence[Source], base: str) -> Source:
    """Choose the innermost line inside of the folder `base`, which is the reader's own; else the outermost."""
    own = [caller for caller in callers if relative(caller.path, base) != caller.path]
    return own[0] if own else callers[-1]


def _place(site: Site, base: str) -> str:
    """Give the place as the linker prints it; the address when there is no better one."""
    shown = site.place if site.object is None else site._replace(object=relative(site.object, base)).place
    return printable(shown or ("" if site.address is None else f"at {site.address:#x}"))


def _more(site: Site, base: str, ink: Ink) -> tuple[str, ...]:
    twins = [f"or {printable(relative(twin, base))}, which has the same code" for twin in site.twins[:_TWINS_SHOWN]]
    more = len(site.twins) - _TWINS_SHOWN
    return (*twins, *([f"or {more} more with the same code"] if more > 0 else []), *_pulls(site, base, ink))


def _pulls(site: Site, base: str, ink: Ink) -> list[str]:
    """Say why the member is in the file, from the member outwards."""
    inner, told = site.member or (site.object and relative(site.object, base)) or "it", []
    for pull in site.pulls:
        told.append(f"{printable(inner)}{_BECAUSE}{_wants(pull, base, ink)}")
        inner = relative(pull.by, base)
    return told


def _wants(pull: Pull, base: str, ink: Ink) -> str:
    by = printable(relative(pull.by, base))
    return f"{by} wants something of it" if pull.symbol is None else f"{by} wants {ink.symbols([pull.symbol])[0]}"


def by_symbol(trace: Trace) -> dict[SymbolName, list[Site]]:
    """Give the sites of each symbol that has some, in the order of the symbols; those with the best evidence first.

    A site that says no more than the requirement does is none for people.
    """
    found: dict[SymbolName, list[Site]] = {}
    for site in trace.sites:
        if site.place or site.source or site.function:
            found.setdefault(site.symbol, []).append(site)
    ordered = [name for name in trace.requirement.symbols if name in found]
    return {name: sorted(found[name], key=rank) for name in ordered}


def distinct(sites: Iterable[Site], base: str, ink: Ink) -> list[Words]:
    """Put sites into words; those that read alike, as the calls of one inlined line do, stand once.

    Why a member is in the file is told with its first site only.
    """
    told: set[str] = set()
    found = []
    for site in dict.fromkeys(words(site, base, ink) for site in sites):
        found.append(site._replace(more=tuple(sentence for sentence in site.more if sentence not in told)))
        told.update(sentence for sentence in site.more if _BECAUSE in sentence)
    return found


def broken(site: Words, ink: Ink, width: int, first: str = "") -> list[str]:
    """Show a site behind `first`, in one line when it fits into `width` columns; else break it between its parts.

    The lines after the first, also those of the further sentences, are to be indented by whoever shows them; they are
    given 4 columns for that.
    """
    *known, evidence = site.parts
    lines, room = [first], width - len(first)
    for part, shown in (*((part, part) for part in known), (evidence, ink.aside(evidence))):
        gap = 2 if lines[-1] else 0
        if lines[-1] and len(part) + gap > room:
            lines.append(shown)
            room = width - 4 - len(part)
        else:
            lines[-1] += " " * gap + shown
            room -= len(part) + gap
    return lines + [ink.aside(sentence) for sentence in site.more]


def untold(trace: Trace, told: set[tuple[str, str]]) -> list[str]:
    """Give the notes that no other version of the same file came with; `told` holds (file, note), and grows."""
    rows = [note for note in trace.notes if (trace.holder, note) not in told]
    told.update((trace.holder, note) for note in rows)
    return [printable(note) for note in rows]
