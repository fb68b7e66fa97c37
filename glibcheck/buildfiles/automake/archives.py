"""How a shared library becomes a convenience library in a `Makefile.am`, and how it is linked then.

    MakeStatic       lib_LTLIBRARIES = x.la       noinst_LTLIBRARIES, a convenience library; no -version-info
    LinkArchive      x_la_LIBADD, LIBS            the archive named once, and none of those that it has inside

libtool warns of -version-info and -release on a convenience library, and passes over -no-undefined and
-export-symbols in silence, so those stay. What automake takes of two lists in conditionals ("Conditionals" in its
manual) decides between `=` and `+=`: one list may not be set twice where both hold, nor grow where it was not set.
"""

from __future__ import annotations

import re

from glibcheck.buildfiles.automake.declared import link_flags, of_place, refuse_shared, targets
from glibcheck.buildfiles.automake.editing import append, edited, excludes, find, holds, new_line, without
from glibcheck.buildfiles.splice import Splice, removal
from glibcheck.errors import RewriteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glibcheck.buildfiles.automake.declared import Target
    from glibcheck.buildfiles.automake.makefile import Assignment, Makefile

_LIST = "noinst_LTLIBRARIES"
_VERSIONS = ("-version-info", "-version-number", "-release")  # of a library that is installed; each has a value


def make_static(makefile: Makefile, target: Target, known: Mapping[str, str]) -> Makefile:
    """Make a library a convenience library: not installed, and inside of what links it.

    Raises: RewriteError where several lists name it, another place uses its list, or no list can take it.
    """
    if target.form == "archive":
        return makefile
    if "-rpath" in link_flags(makefile, target.canonical, known):
        message = f"{target.word.text} has an -rpath, with which libtool makes it a shared one; take that out by hand"
        raise RewriteError(makefile.path, target.listing.line, message)
    _refuse_twice(makefile, target)
    _refuse_used(makefile, target)
    makefile = _drop_versions(makefile, target)
    (target,) = (row for row in targets(makefile, known) if row.name == target.name)
    listing, word = target.listing, target.word
    level = [row for row in makefile.of(_LIST) if row.conditions == listing.conditions]
    # Another assignment may add to the list with +=, so its first one must stay, if empty.
    goes = len(listing.words) == 1 and (len(makefile.of(listing.name)) == 1 or listing.operator == "+=")
    if level and goes and listing.operator == "+=":
        return edited(makefile, removal(listing.start, listing.end), append(makefile, level[-1], [word.text]))
    if level:
        return edited(makefile, without(makefile, listing, word), append(makefile, level[-1], [word.text]))
    sign = _sign(makefile, target)
    if goes:
        return edited(makefile, *_renamed(makefile, listing, sign))
    line = new_line(makefile, listing, f"{_LIST} {sign} {word.text}")
    return edited(makefile, without(makefile, listing, word), line)


def link_archive(
    makefile: Makefile, target: Target, library: str, inside: Sequence[str], known: Mapping[str, str]
) -> Makefile:
    """Name a library once among what the target links, and none of those that it has inside.

    Raises: RewriteError where one of them is part of a longer list, or also taken from other targets.
    """
    seen = False
    for name in ("LIBS", *target.adds):
        for text in [word.text for row in makefile.of(name) for word in row.words]:
            places = of_place(makefile, text, known)
            doubled = library in places and seen
            seen = seen or library in places
            unwanted = [name for name in places if name and (name in inside or (doubled and name == library))]
            if not unwanted:
                continue
            row, word = find(makefile, name, text, last=doubled)
            if len(unwanted) < len(places):
                message = f"{text} in {name} holds {', '.join(unwanted)}, which must not be linked twice; and more"
                raise RewriteError(makefile.path, row.line, f"{message}: take it apart by hand")
            if name == "LIBS" and not doubled:
                refuse_shared(makefile, target, row, text, known)
            makefile = edited(makefile, without(makefile, row, word))
    return makefile


def _sign(makefile: Makefile, target: Target) -> str:
    """Say how the list of convenience libraries is set beside the others of that name, none of which is at its level.

    Raises: RewriteError when automake would take neither sign.
    """
    clashing = [row for row in makefile.of(_LIST) if not excludes(row, target.listing)]
    if not clashing:
        return "="
    if any(row.start < target.listing.start and holds(row, target.listing) for row in clashing):
        return "+="
    first = clashing[0]
    where = "set in a conditional only" if first.conditions else "set further down"
    raise RewriteError(makefile.path, first.line, f"{_LIST} is {where}; put {target.word.text} into one by hand")


def _renamed(makefile: Makefile, listing: Assignment, sign: str) -> tuple[Splice, ...]:
    """Give a list of installed libraries the name of one that is not installed."""
    name = Splice(listing.name_start, listing.name_start + len(listing.name), _LIST)
    if listing.operator == sign:
        return (name,)
    place = makefile.text.index(listing.operator, name.end)
    return (name, Splice(place, place + len(listing.operator), sign))


def _drop_versions(makefile: Makefile, target: Target) -> Makefile:
    """Take away what libtool does not let a convenience library have; an empty variable goes as a whole."""
    for option in _VERSIONS:
        for row in makefile.of(target.variable("LDFLAGS")):
            texts = [word.text for word in row.words]
            if option in texts[:-1]:
                makefile = edited(makefile, *_without_option(makefile, target, row, texts.index(option)))
                return _drop_versions(makefile, target)
    return makefile


def _without_option(makefile: Makefile, target: Target, row: Assignment, index: int) -> tuple[Splice, ...]:
    option, value = row.words[index], row.words[index + 1]
    # An empty variable still keeps the common flags away, and another assignment may add to it.
    alone = len(makefile.of(row.name)) == 1 and not makefile.of("AM_LDFLAGS") and not makefile.includes
    if len(row.words) == 2 and (alone or row.operator == "+="):
        return (removal(row.start, row.end),)
    if index > 0:
        return (removal(row.words[index - 1].end, value.end),)
    if len(row.words) > 2:
        return (removal(option.start, row.words[2].start),)
    return (removal(makefile.text.index("=", row.name_start) + 1, value.end),)


def _refuse_twice(makefile: Makefile, target: Target) -> None:
    """Raise RewriteError when several lists, or branches, name the target: only its author knows which counts."""
    rows = [
        row
        for row in makefile.assignments
        for word in row.words
        if row.name.endswith("_LTLIBRARIES") and word.text == target.word.text
    ]
    if len(rows) > 1:
        message = f"{target.word.text} is listed twice, as in line {rows[0].line}; make it {_LIST} by hand"
        raise RewriteError(makefile.path, rows[1].line, message)


def _refuse_used(makefile: Makefile, target: Target) -> None:
    """Raise RewriteError when the list is used somewhere: what is taken out of it would be missing there."""
    name = target.listing.name
    used = re.search(rf"^[^#\n]*?\$[({{]{re.escape(name)}\b", makefile.text, re.MULTILINE)
    if used:
        line = makefile.text.count("\n", 0, used.end()) + 1
        message = f"$({name}) is used here, and would not hold {target.word.text} any more; name that here first"
        raise RewriteError(makefile.path, line, message)
