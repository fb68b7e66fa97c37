"""`Makefile.am`: what automake and libtool make of it, read and rewritten.

A target has the name of its folder in the project and its own: `src/libspartan.la`. Files that a makefile includes are
not read: what they say belongs to another folder in a way that only automake knows (`%D%`), so a target there is
nobody's, and `unread` says so.

Where configure's record (`config.status`) is among the texts, variables that configure sets are known from it; it is
never rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from glibcheck.buildfiles.automake import archives
from glibcheck.buildfiles.automake import changes as spelled
from glibcheck.buildfiles.automake import makefile as files
from glibcheck.buildfiles.automake.declared import Target, declaration, riddles, targets
from glibcheck.buildfiles.automake.editing import grow
from glibcheck.buildfiles.automake.expansion import substitutions
from glibcheck.buildfiles.automake.makefile import Makefile
from glibcheck.buildfiles.ownership import only_ours
from glibcheck.errors import RewriteError
from glibcheck.model.names import CONFIG_STATUS
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    Declared,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)

_NAME = "Makefile.am"


def reads(path: str) -> bool:
    """Say whether a file is one of this system's."""
    return path.rpartition("/")[2] == _NAME


def declarations(texts: Mapping[str, str]) -> Declared:
    """Tell the libraries and programs that the makefiles declare plainly."""
    known = substitutions(texts.get(CONFIG_STATUS, ""))
    made = [files.read(path, text) for path, text in sorted(texts.items()) if reads(path)]
    rows = (declaration(one, target, known) for one in made for target in targets(one, known))
    return Declared(tuple(rows), tuple(text for one in made for text in riddles(one)))


def rewrite(texts: Mapping[str, str], changes: Sequence[Change]) -> Mapping[str, str]:
    """Carry out the changes; `EXTRA_DIST` of the top makefile, where there is one, ships a new header.

    Raises: RewriteError when one of them cannot be done safely; then none is done.
    """
    known = substitutions(texts.get(CONFIG_STATUS, ""))
    written = dict(texts)
    # Which languages a target's flags are for is told by its sources, the new ones among them.
    for change in sorted(changes, key=lambda change: not isinstance(change, AddSources)):
        for path in [path for path in sorted(written) if reads(path)]:
            makefile = files.read(path, written[path])
            target = next((row for row in targets(makefile, known) if row.name == change.extension), None)
            if target is not None:
                written[path] = _changed(makefile, target, change, known).text
                if isinstance(change, ForceInclude):
                    top = files.read(_NAME, written[_NAME]) if _NAME in written else files.read(path, written[path])
                    written[top.path] = spelled.ship(top, change.header).text
    return only_ours(texts, written)


def _changed(makefile: Makefile, target: Target, change: Change, known: Mapping[str, str]) -> Makefile:
    match change:
        case MakeStatic():
            changed = archives.make_static(makefile, target, known)
        case LinkArchive():
            changed = archives.link_archive(makefile, target, change.library, change.inside, known)
        case PrivateRuntime():
            changed = spelled.private_runtime(makefile, target, declaration(makefile, target, known).sources)
        case ForceInclude():
            changed = spelled.force_include(makefile, target, change.header)
        case AddSources():
            changed = spelled.add_sources(makefile, target, change.sources)
        case AddIncludeDirs():
            words = [f"-I$(top_srcdir)/{name}" for name in change.directories]
            changed = grow(makefile, target, "CPPFLAGS", words, "AM_CPPFLAGS")
        case AddCompileFlags():
            sources = declaration(makefile, target, known).sources or ()
            changed = spelled.add_compile_flags(makefile, target, change.flags, sources)
        case AddLinkFlags():
            changed = grow(makefile, target, "LDFLAGS", change.flags, "AM_LDFLAGS")
        case DropLibrary():
            changed = spelled.drop_library(makefile, target, change.library, known)
        case DropExtension():
            message = f"{target.word.text} is built for its own sake; take it out by hand"
            raise RewriteError(makefile.path, target.listing.line, message)
        case _:
            assert_never(change)
    return changed
