"""What a `Makefile.am` declares: libtool libraries and programs, and which of the project's libraries each links.

A target's variables have its name with other characters made underscores ("Canonicalization" in the automake manual):
`_spartan_wrap.la` has `_spartan_wrap_la_LIBADD`. A library that is not installed (`noinst_`, `check_`, `EXTRA_`) is a
convenience library, whose objects libtool puts into what links it; another one with `-module` is what Python loads.
"""

from __future__ import annotations

import posixpath
import re

from glibcheck.buildfiles.automake.expansion import expanded, place, words
from glibcheck.errors import RewriteError
from glibcheck.model.plan import Declaration
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glibcheck.buildfiles.automake.makefile import Assignment, Makefile, Word
    from glibcheck.model.plan import Form

_PRIMARY = re.compile(r"(?:(?:nobase|dist|nodist|notrans)_)*(\w+?)_(LTLIBRARIES|LIBRARIES|PROGRAMS)")
_NOT_INSTALLED = ("noinst", "check", "EXTRA")
_SOURCE = re.compile(r".*\.(c|cc|cpp|cxx|C|c\+\+|m|mm|S|s)")


class Target(Record):
    """A target: the list that names it, the word it is named by, and the variables that are its own."""

    name: str
    listing: Assignment
    word: Word
    canonical: str
    form: Form

    def variable(self, ending: str) -> str:
        """Give the name of one of its variables."""
        return f"{self.canonical}_{ending}"

    @property
    def adds(self) -> tuple[str, ...]:
        """The variables that name what it links, beside LIBS."""
        return (self.variable("LDADD" if self.form == "program" else "LIBADD"),)


def targets(makefile: Makefile, known: Mapping[str, str]) -> tuple[Target, ...]:
    """Give the targets that are named plainly, in file order, each once."""
    found: dict[str, Target] = {}
    for listing in makefile.assignments:
        primary = _PRIMARY.fullmatch(listing.name)
        for word in listing.words if primary else ():
            name = place(makefile.path, word.text)
            if primary and name is not None and (primary[2] == "PROGRAMS" or name.endswith((".la", ".a"))):
                canonical = re.sub(r"[^\w@]", "_", word.text)
                form = _form(makefile, primary[1], primary[2], canonical, known)
                if name not in found or found[name].listing.name.startswith("EXTRA_"):
                    found[name] = Target(name, listing, word, canonical, form)
    return tuple(found.values())


def declaration(makefile: Makefile, target: Target, known: Mapping[str, str]) -> Declaration:
    """Tell what is known of a target without running make."""
    linked = (*target.adds, "LIBS") if any(makefile.of(name) for name in target.adds) else _defaults(target)
    added = [word for name in linked for word in words(makefile, name, known)]
    places = (place(makefile.path, word) for word in added if word.endswith((".la", ".a")))
    return Declaration(
        name=target.name,
        path=makefile.path,
        line=target.listing.line,
        sources=_sources(makefile, target, known),
        include_dirs=None,
        libraries=tuple(dict.fromkeys(word[2:] for word in added if word.startswith("-l") and len(word) > 2)),
        extra_compile_args=None,
        form=target.form,
        links=tuple(dict.fromkeys(name for name in places if name is not None and name != target.name)),
    )


def riddles(makefile: Makefile) -> Iterator[str]:
    """Say of each place that may name more libraries where it stands, and why they are not read."""
    for line, file in makefile.includes:
        yield str(RewriteError(makefile.path, line, f"{file} is included, and targets in it are not read"))
    for listing in makefile.assignments:
        if listing.name.endswith("_LTLIBRARIES"):
            for word in listing.words:
                if place(makefile.path, word.text) is None:
                    message = f"{listing.name} names libraries by {word.text}, which is not read; name them plainly"
                    yield str(RewriteError(makefile.path, listing.line, message))


def refuse_shared(makefile: Makefile, target: Target, row: Assignment, text: str, known: Mapping[str, str]) -> None:
    """Raise RewriteError when a variable that all targets of a file link is to lose a word that others may need."""
    if any(other.name != target.name for other in targets(makefile, known)):
        message = f"{row.name} is linked into every target of this file; take {text} out by hand where it may go"
        raise RewriteError(makefile.path, row.line, message)


def of_place(makefile: Makefile, word: str, known: Mapping[str, str]) -> tuple[str | None, ...]:
    """Give the places of all that one word of a list stands for; None for what is no file of the project."""
    return tuple(
        place(makefile.path, part) if part.endswith((".la", ".a")) else None for part in expanded(makefile, word, known)
    )


def _defaults(target: Target) -> tuple[str, ...]:
    """Name what is linked where the target says nothing itself: LDADD is for programs alone."""
    return ("LDADD", "LIBS") if target.form == "program" else ("LIBS",)


def link_flags(makefile: Makefile, canonical: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Give the flags that a target is linked with: its own, or the common ones where it has none."""
    name = f"{canonical}_LDFLAGS"
    return words(makefile, name if makefile.of(name) else "AM_LDFLAGS", known)


def _form(makefile: Makefile, folder: str, kind: str, canonical: str, known: Mapping[str, str]) -> Form:
    if kind == "PROGRAMS":
        return "program"
    if kind == "LIBRARIES":
        return "archive"
    flags = link_flags(makefile, canonical, known)
    # libtool makes a convenience library of what has no -rpath, which automake gives to what is installed.
    if folder in _NOT_INSTALLED and "-rpath" not in flags:
        return "archive"
    return "extension" if "-module" in flags else "library"


def _sources(makefile: Makefile, target: Target, known: Mapping[str, str]) -> tuple[str, ...] | None:
    rows = [*_source_words(makefile, target, known)]
    if not rows:
        return None
    found = [place(makefile.path, word) for word in rows if _SOURCE.fullmatch(word) or "$" in word or "@" in word]
    return None if None in found else tuple(posixpath.normpath(name) for name in found if name is not None)


def _source_words(makefile: Makefile, target: Target, known: Mapping[str, str]) -> Iterator[str]:
    name = target.variable("SOURCES")
    for each in (name, f"nodist_{name}"):
        yield from words(makefile, each, known)
