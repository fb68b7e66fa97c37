"""A scan for people: what the file needs of a system, then every version with its symbols, newest first."""

from __future__ import annotations

from glibcheck.model.finding import Failure, Passed, ScannedFile
from glibcheck.model.record import Record
from glibcheck.model.versions import Release, order
from glibcheck.needs import meaning, newest_needed, runs_on
from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glibcheck.model.finding import Result
    from glibcheck.model.image import ElfImage, Requirement, Traits

_UNVERSIONED_SHOWN = 8
_MOST_KEPT, _MOST_IN_KEPT, _WIDEST_KEPT = 5_000, 100, 200  # frames, requirements of one, columns of its labels
_DISTRIBUTIONS = ("Debian", "Ubuntu", "RHEL")  # in one line; `glibcheck distros` shows the others


def render(results: Iterable[Result], ink: Ink) -> Iterator[str]:
    """Show each file as a paragraph, in the order of the results, and sum up when there is more than one."""
    newest: list[Mapping[str, Release]] = []
    unread = passed = 0
    frames = _Frames(ink)
    for result in results:
        match result:
            case ScannedFile():
                frame = frames.of(result.image)
                yield ("\n" if newest else "") + _paragraph(result, frame, ink)
                newest.append(frame.newest)
            case Failure():
                unread += 1
            case Passed():
                passed += 1
    if passed or len(newest) > 1:
        from glibcheck.report import summary_text

        yield ("\n" if newest else "") + summary_text.render(newest, unread, passed, ink)


def render_lines(results: Iterable[Result], ink: Ink) -> Iterator[str]:
    """Show each file as one line: its path and the newest version of each family."""
    for result in results:
        if isinstance(result, ScannedFile):
            needed = newest_needed(result.image)
            words = [f"{family}_{found.number}" for family, found in sorted(needed.items(), key=_glibc_first)]
            yield f"{ink.strong(printable(result.path))}: {' '.join(words) or _nothing(result.image)}\n"


def _glibc_first(item: tuple[str, Release]) -> tuple[bool, str]:
    return item[0] != "GLIBC", item[0]


class _Frame(Record):
    """What the paragraphs of all files share that need the same versions of the same libraries.

    `head` and `tail` hold whole lines. Between them, `rows` has a label for each requirement, with its place in the
    image, in reading order; the symbols stand behind the labels, in column `indent`.
    """

    newest: Mapping[str, Release]
    head: str
    rows: tuple[tuple[int, str], ...]
    indent: int
    tail: str


class _Frames:
    """Makes frames and keeps them: in a tree of a thousand files, every second one needs what another one needs."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._kept: dict[object, _Frame] = {}

    def of(self, image: ElfImage) -> _Frame:
        needs = image.requirements
        if len(needs) > _MOST_IN_KEPT:
            return _frame(image, self._ink)
        key = image.machine, image.traits.libc, tuple([need[:3] for need in needs])
        found = self._kept.get(key)
        if found is None:
            found = _frame(image, self._ink)
            # The names of hostile files must not fill the memory.
            if len(self._kept) < _MOST_KEPT and found.indent < _WIDEST_KEPT:
                self._kept[key] = found
        return found


def _frame(image: ElfImage, ink: Ink) -> _Frame:
    needed = newest_needed(image)
    lines = [f"  {_summary(image, needed, ink)}\n"]
    systems = runs_on(image, needed, _DISTRIBUTIONS)
    if systems is not None:
        lines.append(f"  {_systems(dict(systems))}\n")
    needs = image.requirements
    names = [printable(need.version) + (" (weak)" if need.weak else "") for need in needs]
    libraries = [printable(need.library) for need in needs]
    first, second = max(map(len, names), default=0), max(map(len, libraries), default=0)
    rows = [(place, f"  {names[place]:{first}}  {libraries[place]:{second}}  ") for place in _reading_order(needs)]
    private = any(need.version == "GLIBC_PRIVATE" for need in needs)
    tail = f"  {ink.bad('is private to one build of glibc (GLIBC_PRIVATE)')}\n" if private else ""
    return _Frame(needed, "".join(lines), tuple(rows), 2 + first + 2 + second + 2, tail)


def _paragraph(file: ScannedFile, frame: _Frame, ink: Ink) -> str:
    image = file.image
    needs, indent = image.requirements, frame.indent
    lines = [f"{ink.strong(printable(file.path))}  {ink.aside(image.machine)}\n{frame.head}"]
    # A line for each version and library: 'GLIBC_2.34   libc.so.6  dlsym, pthread_create'.
    for place, label in frame.rows:
        symbols = needs[place].symbols
        lines.append(f"{label}{ink.listing(symbols, indent) if symbols else ink.aside('(no symbol names it)')}\n")
    lines += [f"  {ink.bad(warning)}\n" for warning in _warnings(image.traits)]
    lines.append(frame.tail)
    if image.unversioned:
        lines.append(f"  {_unversioned(image, ink)}\n")
    return "".join(lines)


def _summary(image: ElfImage, needed: Mapping[str, Release], ink: Ink) -> str:
    words = meaning(image, needed)
    if words and image.traits.libc != "musl":
        return f"needs {ink.strong(' and '.join(words))}, or newer"
    return _nothing(image)


def _systems(oldest: Mapping[str, str]) -> str:
    """Say where the file runs: 'runs on Debian 13, Ubuntu 25.04 and newer, but on no RHEL known here'."""
    if not oldest:
        return f"runs on no {', '.join(_DISTRIBUTIONS[:-1])} or {_DISTRIBUTIONS[-1]} known here"
    without = " or ".join(family for family in _DISTRIBUTIONS if family not in oldest)
    found = ", ".join(f"{family} {release}" for family, release in oldest.items())
    return f"runs on {found} and newer{f', but on no {without} known here' if without else ''}"


def _nothing(image: ElfImage) -> str:
    """Say why there is no number: musl has no versions, so a file for it runs on no glibc system at all."""
    if image.traits.libc == "musl":
        return "is for musl, which has no symbol versions; it does not run on glibc"
    if image.requirements:
        return "needs no numbered GLIBC or GLIBCXX version"
    return "needs no symbol versions at all"


def _warnings(traits: Traits) -> list[str]:
    """Say what else may keep the file from running elsewhere."""
    found = []
    if traits.executable_stack:
        found.append("asks for an executable stack, which hardened systems refuse")
    if traits.text_relocations:
        found.append("has text relocations, which hardened systems refuse")
    if traits.python:
        found.append(f"needs {printable(traits.python)}, which an extension must not (the interpreter has it)")
    if traits.isa_level not in (None, "x86-64-baseline"):
        found.append(f"needs a processor of level {traits.isa_level}")
    return found


def _reading_order(needs: Sequence[Requirement]) -> list[int]:
    """Sort glibc first, then by family, newest first within each; names without numbers last. Gives places."""
    keys = [_sort_key(need) for need in needs]
    newest_first = sorted(range(len(needs)), key=lambda place: keys[place][1], reverse=True)
    return sorted(newest_first, key=lambda place: keys[place][0])


def _sort_key(need: Requirement) -> tuple[tuple[int, str], tuple[tuple[int, ...], str]]:
    """Give what sorts families, and what sorts the versions of one."""
    family, numbers, _ = order(need.version)
    return (0 if family == "GLIBC" else 1 if numbers else 2, family), (numbers, need.library)


def _unversioned(image: ElfImage, ink: Ink) -> str:
    shown, count = image.unversioned[:_UNVERSIONED_SHOWN], len(image.unversioned) + image.unread
    if count > _UNVERSIONED_SHOWN:
        names = wrap([*ink.symbols(shown), f"{count - _UNVERSIONED_SHOWN} more"], 4, ink.width)
    else:
        names = ink.listing(shown, 4)
    return f"{count} without a version:\n    {ink.aside(names)}"
