"""A scan for people: what the file needs of a system, then every version with its symbols, newest first."""

from __future__ import annotations

from glibcheck.model.finding import Failure, Passed, ScannedFile
from glibcheck.model.versions import Release, order
from glibcheck.needs import meaning, newest_needed, runs_on
from glibcheck.report.ink import Ink, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glibcheck.model.finding import Result
    from glibcheck.model.image import ElfImage, Requirement

_UNVERSIONED_SHOWN = 8
_DISTRIBUTIONS = ("Debian", "Ubuntu", "RHEL")  # in one line; `glibcheck distros` shows the others


def render(results: Iterable[Result], ink: Ink) -> Iterator[str]:
    """Show each file as a paragraph, in the order of the results, and sum up when there is more than one."""
    newest: list[dict[str, Release]] = []
    unread = passed = 0
    for result in results:
        match result:
            case ScannedFile():
                needed = newest_needed(result.image)
                yield ("\n" if newest else "") + _paragraph(result, needed, ink)
                newest.append(needed)
            case Failure():
                unread += 1
            case Passed():
                passed += 1
    if len(newest) + passed > 1:
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


def _paragraph(file: ScannedFile, needed: Mapping[str, Release], ink: Ink) -> str:
    image = file.image
    lines = [f"{ink.strong(printable(file.path))}  {ink.aside(image.machine)}", f"  {_summary(image, needed, ink)}"]
    systems = runs_on(image, needed, _DISTRIBUTIONS)
    if systems is not None:
        lines.append(f"  {_systems(dict(systems))}")
    lines += _requirements(image.requirements, ink)
    lines += [f"  {ink.bad(warning)}" for warning in _warnings(image)]
    if image.unversioned:
        lines.append(f"  {_unversioned(image, ink)}")
    return "\n".join(lines) + "\n"


def _requirements(needs: Iterable[Requirement], ink: Ink) -> list[str]:
    """Write a line for each version and library: 'GLIBC_2.34   libc.so.6  dlsym, pthread_create'."""
    rows = _reading_order(needs)
    names = [printable(need.version) + (" (weak)" if need.weak else "") for need in rows]
    libraries = [printable(need.library) for need in rows]
    first, second = max(map(len, names), default=0), max(map(len, libraries), default=0)
    indent = 2 + first + 2 + second + 2
    return [
        f"  {name:{first}}  {library:{second}}  "
        f"{wrap(ink.symbols(need.symbols), indent, ink.width) if need.symbols else ink.aside('(no symbol names it)')}"
        for name, library, need in zip(names, libraries, rows, strict=True)
    ]


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


def _warnings(image: ElfImage) -> list[str]:
    """Say what else may keep the file from running elsewhere."""
    traits, found = image.traits, []
    if traits.executable_stack:
        found.append("asks for an executable stack, which hardened systems refuse")
    if traits.text_relocations:
        found.append("has text relocations, which hardened systems refuse")
    if traits.python:
        found.append(f"needs {printable(traits.python)}, which an extension must not (the interpreter has it)")
    if traits.isa_level not in (None, "x86-64-baseline"):
        found.append(f"needs a processor of level {traits.isa_level}")
    if any(need.version == "GLIBC_PRIVATE" for need in image.requirements):
        found.append("is private to one build of glibc (GLIBC_PRIVATE)")
    return found


def _reading_order(needs: Iterable[Requirement]) -> list[Requirement]:
    """Sort glibc first, then by family, newest first within each; names without numbers last."""
    newest_first = sorted(needs, key=_age, reverse=True)
    return sorted(newest_first, key=_family) if any(_family(need) != _GLIBC for need in newest_first) else newest_first


def _age(need: Requirement) -> tuple[tuple[int, ...], str]:
    return order(need.version)[1], need.library


_GLIBC = 0, "GLIBC"


def _family(need: Requirement) -> tuple[int, str]:
    family, numbers, _ = order(need.version)
    return (0 if family == "GLIBC" else 1 if numbers else 2), family


def _unversioned(image: ElfImage, ink: Ink) -> str:
    shown = ink.symbols(image.unversioned[:_UNVERSIONED_SHOWN])
    count = len(image.unversioned) + image.unread
    names = wrap(
        [*shown, *([f"{count - _UNVERSIONED_SHOWN} more"] if count > _UNVERSIONED_SHOWN else [])], 4, ink.width
    )
    return f"{count} without a version:\n    {ink.aside(names)}"
