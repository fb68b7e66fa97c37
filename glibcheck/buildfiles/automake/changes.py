"""What a change to a target becomes in a `Makefile.am`; those that make archives are told in `archives`.

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
of dependencies. -lm is named because the C compiler does not. The flags of C++ stay, as -fopenmp may be among them.

Why -export-symbols-regex: with --exclude-libs, templates of libstdc++ that stand in the extension's own objects and in
convenience libraries would still be exported, and taken from another copy of libstdc++ where the process has one.
"""

from __future__ import annotations

import posixpath

from glibcheck.buildfiles import stdcxx
from glibcheck.buildfiles.automake.declared import refuse_shared
from glibcheck.buildfiles.automake.editing import (
    edited,
    find,
    grow,
    grown,
    newline,
    set_variable,
    with_line,
    without,
)
from glibcheck.buildfiles.automake.expansion import expanded
from glibcheck.buildfiles.splice import insertion
from glibcheck.errors import RewriteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glibcheck.buildfiles.automake.declared import Target
    from glibcheck.buildfiles.automake.makefile import Assignment, Makefile

_ARCHIVE = "`$(CXX) -print-file-name=libstdc++.a`"
_LINK = (
    "$(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link \\\n\t$(CC) {flags} $(LDFLAGS) -o $@"
)
_WHY = "# libtool ignores -static-libstdc++ and would link the shared library; by the C compiler it links none."
_HIDDEN_ARCHIVE = "-Wl,--exclude-libs,libstdc++.a"
_CXX = (".cc", ".cpp", ".cxx", ".C", ".c++")


def private_runtime(makefile: Makefile, target: Target, sources: Sequence[str] | None) -> Makefile:
    """Link the archive of libstdc++ into the target, and hide what is in it.

    Raises: RewriteError where the project links the target in a way of its own.
    """
    name = target.variable("LINK")
    own = makefile.of(name)
    if own and not any(word.text == "--tag=CC" for word in own[0].words):
        raise RewriteError(makefile.path, own[0].line, f"{name} is the project's own; link libstdc++.a there by hand")
    makefile = _without_shared_runtime(makefile, target)
    if not any(_ARCHIVE in _texts(row) for row in makefile.of(target.variable("LDFLAGS"))):
        makefile = grow(makefile, target, "LDFLAGS", [_ARCHIVE, "-lm", *_hiding(makefile, target)], "AM_LDFLAGS")
    if own:
        return makefile
    flags = f"{_language_flags(makefile, target, sources)} $({target.variable('LDFLAGS')})"
    return set_variable(makefile, target, "LINK", _LINK.format(flags=flags), _WHY)


def _hiding(makefile: Makefile, target: Target) -> list[str]:
    """Give what hides libstdc++; of an extension also the templates of it that its own objects are full of."""
    if target.form != "extension" or "py" not in target.listing.name.lower():
        return [_HIDDEN_ARCHIVE]  # what others of its symbols must be seen is not known
    common = "AM_LDFLAGS" if not makefile.of(target.variable("LDFLAGS")) else target.variable("LDFLAGS")
    named = any(text.startswith("-export-symbols") for row in makefile.of(common) for text in _texts(row))
    return [] if named else ["-export-symbols-regex", "'^PyInit_'"]


def _language_flags(makefile: Makefile, target: Target, sources: Sequence[str] | None) -> str:
    """Give the compiler's flags that automake would link with: those of C++ where there is such a source."""
    language = "CFLAGS" if sources and not any(source.endswith(_CXX) for source in sources) else "CXXFLAGS"
    for name in (target.variable(language), f"AM_{language}"):
        if makefile.of(name):
            return f"$({name}) $({language})"
    return f"$(AM_{language}) $({language})" if makefile.includes else f"$({language})"


def _without_shared_runtime(makefile: Makefile, target: Target) -> Makefile:
    """Take out an -lstdc++ of the target's own, which would name the shared library again."""
    for name in (*target.adds, target.variable("LDFLAGS")):
        while any(stdcxx.NAMED in _texts(row) for row in makefile.of(name)):
            makefile = edited(makefile, without(makefile, *find(makefile, name, stdcxx.NAMED)))
    return makefile


def _texts(row: Assignment) -> list[str]:
    return [word.text for word in row.words]


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
        return grown(makefile, plain[-1], [name])
    behind = [row for row in makefile.assignments if not row.conditions] or list(makefile.assignments)
    if not behind:
        return edited(makefile, insertion(len(makefile.text), f"EXTRA_DIST = {name}{newline(makefile)}"))
    return with_line(makefile, behind[-1], f"EXTRA_DIST = {name}")


def add_sources(makefile: Makefile, target: Target, sources: Sequence[str]) -> Makefile:
    """Add source files, which are named from the top folder."""
    folder = posixpath.dirname(makefile.path)
    for source in sources:
        # Sources that are made, as SWIG does, are in a list of their own: the file is then the first that is shipped.
        if not any(makefile.of(name) for name in (target.variable("SOURCES"), f"nodist_{target.variable('SOURCES')}")):
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


def drop_library(makefile: Makefile, target: Target, library: str, known: Mapping[str, str]) -> Makefile:
    """Take -lX out of what the target links, and a variable that stands for nothing else.

    Raises: RewriteError where that would take it from other targets, too, or is part of a longer list.
    """
    unwanted = f"-l{library}"
    for name in ("LIBS", *target.adds):
        for row in makefile.of(name):
            for text in _texts(row):
                parts = set(expanded(makefile, text, known))
                if unwanted not in parts:
                    continue
                if parts != {unwanted}:
                    message = f"{text} in {name} holds {unwanted} and more; take it apart by hand"
                    raise RewriteError(makefile.path, row.line, message)
                if name == "LIBS":
                    refuse_shared(makefile, target, row, unwanted, known)
                makefile = edited(makefile, without(makefile, *find(makefile, name, text)))
    return makefile
