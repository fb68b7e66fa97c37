"""What a change to a target becomes in a `Makefile.am`.

    MakeStatic       lib_LTLIBRARIES = x.la       noinst_LTLIBRARIES, a convenience library; no -version-info
    LinkArchive      x_la_LIBADD, LIBS            the archive named once, and none of those that it has inside
    PrivateRuntime   x_la_LINK, x_la_LDFLAGS      linked by $(CC), the archive of libstdc++ by name
    ForceInclude     x_la_CPPFLAGS                -include $(top_srcdir)/HEADER; and HEADER in EXTRA_DIST
    AddSources       x_la_SOURCES                 each file that is not there yet
    AddIncludeDirs   x_la_CPPFLAGS                -I$(top_srcdir)/DIRECTORY
    AddCompileFlags  x_la_CFLAGS, x_la_CXXFLAGS   of the languages of its sources
    AddLinkFlags     x_la_LDFLAGS                 the flags, unless they stand there in a row
    DropLibrary      x_la_LIBADD, LIBS            without -lX

A target without a variable of its own is compiled with the common one (`AM_CPPFLAGS`), which its own then begins with.

Why x_la_LINK: libtool links C++ with -nostdlib and names -lstdc++ itself, so that -static-libstdc++ has no effect. With
the C compiler it names nothing, and the archive comes from x_la_LDFLAGS: backquotes in LIBADD would end up in the list
of dependencies. -lm is named because the C compiler does not.
"""

from __future__ import annotations

import posixpath

from glibcheck.buildfiles.automake.declared import of_place, targets
from glibcheck.buildfiles.automake.editing import append, edited, grow, new_line, newline, set_variable, without
from glibcheck.buildfiles.splice import Splice, insertion, removal
from glibcheck.errors import RewriteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glibcheck.buildfiles.automake.declared import Target
    from glibcheck.buildfiles.automake.makefile import Assignment, Makefile, Word

_VERSIONS = ("-version-info", "-version-number", "-release")  # of a library that is installed; each has a value
_ARCHIVE = "`$(CXX) -print-file-name=libstdc++.a`"
_LINK = (
    "$(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link \\\n"
    "\t$(CC) $(CFLAGS) $({flags}) $(LDFLAGS) -o $@"
)
_WHY = "# libtool ignores -static-libstdc++ and would link the shared library; by the C compiler it links none."
_PRIVATE = "-Wl,--exclude-libs,libstdc++.a"
_CXX = (".cc", ".cpp", ".cxx", ".C", ".c++")


def make_static(makefile: Makefile, target: Target, known: Mapping[str, str]) -> Makefile:
    """Make a library a convenience library: not installed, and inside of what links it."""
    if target.form == "archive":
        return makefile
    _refuse_twice(makefile, target, known)
    makefile = _drop_versions(makefile, target)
    (target,) = (row for row in targets(makefile, known) if row.name == target.name)
    listing, word = target.listing, target.word
    level = [row for row in makefile.of("noinst_LTLIBRARIES") if row.conditions == listing.conditions]
    alone = len(listing.words) == 1 and len(makefile.of(listing.name)) == 1
    if alone and not level:
        return edited(makefile, _renamed(listing))
    # Another assignment may add to the list with +=, so its first one must stay, if empty.
    taken = without(makefile, listing, word)
    if level:
        return edited(makefile, taken, append(makefile, level[-1], [word.text]))
    if makefile.of("noinst_LTLIBRARIES"):
        line = makefile.of("noinst_LTLIBRARIES")[0].line
        message = f"noinst_LTLIBRARIES is set in a conditional only; put {word.text} into one by hand"
        raise RewriteError(makefile.path, line, message)
    return edited(makefile, taken, new_line(makefile, listing, f"noinst_LTLIBRARIES = {word.text}"))


def link_archive(
    makefile: Makefile, target: Target, library: str, inside: Sequence[str], known: Mapping[str, str]
) -> Makefile:
    """Name a library once among what the target links, and none of those that it has inside."""
    seen = False
    for name in ("LIBS", *target.adds):
        for text in [word.text for row in makefile.of(name) for word in row.words]:
            places = of_place(makefile, text, known)
            doubled = library in places and seen
            seen = seen or library in places
            unwanted = [name for name in places if name and (name in inside or (doubled and name == library))]
            if unwanted and len(unwanted) < len(places):
                row, word = _find(makefile, name, text)
                message = f"{word.text} in {name} holds {', '.join(unwanted)}, which must not be linked twice; and more"
                raise RewriteError(makefile.path, row.line, f"{message}: take it apart by hand")
            if unwanted:
                row, word = _find(makefile, name, text, last=doubled)
                makefile = edited(makefile, without(makefile, row, word))
    return makefile


def private_runtime(makefile: Makefile, target: Target) -> Makefile:
    """Link the archive of libstdc++ into the target, and hide what is in it."""
    name = target.variable("LINK")
    own = makefile.of(name)
    if own and not any(word.text == "--tag=CC" for word in own[0].words):
        raise RewriteError(makefile.path, own[0].line, f"{name} is the project's own; link libstdc++.a there by hand")
    makefile = grow(makefile, target, "LDFLAGS", [_ARCHIVE, "-lm", _PRIVATE], "AM_LDFLAGS")
    if own:
        return makefile
    return set_variable(makefile, target, "LINK", _LINK.format(flags=target.variable("LDFLAGS")), _WHY)


def force_include(makefile: Makefile, target: Target, header: str) -> Makefile:
    """Make the compiler read a header first; where it is shipped from is the top makefile's business."""
    return grow(makefile, target, "CPPFLAGS", ["-include", f"$(top_srcdir)/{header}"], "AM_CPPFLAGS")


def ship(makefile: Makefile, file: str) -> Makefile:
    """Put a file, named from the top folder, into what `make dist` packs."""
    folder = posixpath.dirname(makefile.path)
    name = file if not folder else f"$(top_srcdir)/{file}"
    rows = makefile.of("EXTRA_DIST")
    if any(word.text == name for row in rows for word in row.words):
        return makefile
    # Also what stands in a conditional is always packed ("What Goes in a Distribution" in the automake manual).
    plain = [row for row in rows if not row.conditions] or list(rows)
    if plain:
        return edited(makefile, append(makefile, plain[-1], [name]))
    behind = [row for row in makefile.assignments if not row.conditions] or list(makefile.assignments)
    if not behind:
        return edited(makefile, insertion(len(makefile.text), f"EXTRA_DIST = {name}{newline(makefile)}"))
    return edited(makefile, new_line(makefile, behind[-1], f"EXTRA_DIST = {name}"))


def add_sources(makefile: Makefile, target: Target, sources: Sequence[str]) -> Makefile:
    """Add source files, which are named from the top folder."""
    folder = posixpath.dirname(makefile.path)
    for source in sources:
        if not makefile.of(target.variable("SOURCES")):
            message = f"{target.variable('SOURCES')} is not set; add {source} to the sources by hand"
            raise RewriteError(makefile.path, target.listing.line, message)
        makefile = grow(makefile, target, "SOURCES", [posixpath.relpath(source, folder or ".")])
    return makefile


def add_compile_flags(makefile: Makefile, target: Target, flags: Sequence[str], sources: Sequence[str]) -> Makefile:
    """Add flags for the languages of the target's sources; for both where they are not known."""
    cxx = any(source.endswith(_CXX) for source in sources) or not sources
    c = any(source.endswith(".c") for source in sources) or not sources
    for ending, wanted in (("CFLAGS", c), ("CXXFLAGS", cxx)):
        makefile = grow(makefile, target, ending, flags, f"AM_{ending}") if wanted else makefile
    return makefile


def drop_library(makefile: Makefile, target: Target, library: str) -> Makefile:
    """Take -lX out of what the target links."""
    word = f"-l{library}"
    for name in ("LIBS", *target.adds):
        while any(found.text == word for row in makefile.of(name) for found in row.words):
            row, found = _find(makefile, name, word)
            makefile = edited(makefile, without(makefile, row, found))
    return makefile


def _find(makefile: Makefile, name: str, text: str, last: bool = False) -> tuple[Assignment, Word]:
    found = [(row, word) for row in makefile.of(name) for word in row.words if word.text == text]
    return found[-1 if last else 0]


def _drop_versions(makefile: Makefile, target: Target) -> Makefile:
    """Take away what libtool does not let a convenience library have; an empty variable goes as a whole."""
    for option in _VERSIONS:
        for row in makefile.of(target.variable("LDFLAGS")):
            texts = [word.text for word in row.words]
            if option in texts[:-1]:
                makefile = edited(makefile, *_without_option(makefile, row, texts.index(option)))
                return _drop_versions(makefile, target)
    return makefile


def _without_option(makefile: Makefile, row: Assignment, index: int) -> tuple[Splice, ...]:
    option, value = row.words[index], row.words[index + 1]
    if len(row.words) == 2:
        return (removal(row.start, row.end),)
    if index > 0:
        return (removal(row.words[index - 1].end, value.end),)
    return (removal(option.start, row.words[2].start),)


def _renamed(listing: Assignment) -> Splice:
    """Give a list of installed libraries the name of one that is not installed."""
    return Splice(listing.name_start, listing.name_start + len(listing.name), "noinst_LTLIBRARIES")


def _refuse_twice(makefile: Makefile, target: Target, known: Mapping[str, str]) -> None:
    """Raise RewriteError when several lists, or branches, name the target: only its author knows which counts."""
    rows = [
        row
        for row in makefile.assignments
        if row.name.endswith("_LTLIBRARIES") and any(word.text == target.word.text for word in row.words)
    ]
    if len(rows) > 1:
        message = f"{target.word.text} is listed twice, as in line {rows[0].line}; make it noinst_LTLIBRARIES by hand"
        raise RewriteError(makefile.path, rows[1].line, message)
