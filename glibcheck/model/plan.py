"""What a fix wants changed, said so that any build file can spell it.

Fixes produce `Change`s, build files carry them out: N fixes and M build files are N + M modules. The union
is closed: each build file takes it apart with `match` and ends in `assert_never`, so that a new kind of
change makes the type checker name every build file that has to learn it.

`extension` is always the name of the declaration that changes. For setuptools that is the full module name,
`spartan._spartan_wrap`; for the others the folder of the build file in the project and the target's own name there,
`src/libspartan.la`, or the name alone at the top.
"""

from __future__ import annotations

from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.site import Site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # too new: the target lacks the version. unversioned: no version is asked for, and only a newer glibc has the
    # symbol. misplaced: the target has it in a library that the file does not name.
    # unused: DT_NEEDED names a library that nothing is used of, and that is too new for the target or not promised.
    OffenceKind = Literal["too new", "unversioned", "misplaced", "unused"]

    # extension: what Python loads. library: a shared library of the project. archive: a static one (of libtool: a
    # convenience library), whose objects are inside of what links it.
    Form = Literal["extension", "library", "archive", "program"]


class AddSources(Record):
    """Compile these files into the extension as well; paths are relative to the project, in order."""

    extension: str
    sources: tuple[str, ...]


class AddIncludeDirs(Record):
    """Search these directories (relative to the project) for headers when the extension is compiled."""

    extension: str
    directories: tuple[str, ...]


class AddCompileFlags(Record):
    """Pass these words, in this order, to every compilation of the extension."""

    extension: str
    flags: tuple[str, ...]


class AddLinkFlags(Record):
    """Pass these words, in this order, to the link of the extension."""

    extension: str
    flags: tuple[str, ...]


class ForceInclude(Record):
    """Make the compiler read `header` before each source of the extension, and ship it in the sdist."""

    extension: str
    header: str


class DropLibrary(Record):
    """Do not link the extension against `library`: as after `-l`, or the name of its declaration in the project."""

    extension: str
    library: str


class DropExtension(Record):
    """Do not build this extension any more: another one has taken in its sources."""

    extension: str


class MakeStatic(Record):
    """Make this shared library of the project an archive of position-independent objects, and install it no more."""

    extension: str


class LinkArchive(Record):
    """`library`, which the extension links, is an archive from now on: name it once.

    `inside` are the archives that it takes in itself, which must not be named again; both are names of declarations.
    """

    extension: str
    library: str
    inside: tuple[str, ...]


class PrivateRuntime(Record):
    """Link libstdc++ into the extension from its archive, and hide its symbols from everybody else."""

    extension: str


Change = (
    AddSources
    | AddIncludeDirs
    | AddCompileFlags
    | AddLinkFlags
    | ForceInclude
    | DropLibrary
    | DropExtension
    | MakeStatic
    | LinkArchive
    | PrivateRuntime
)


class Declaration(Record):
    """One extension as a build file declares it.

    The sequences are None where the build file computes them, so that they cannot be told without running
    it, and () where the argument is not given at all.
    """

    name: str
    path: str  # of the build file, relative to the project, with forward slashes
    line: int  # counted from 1
    sources: tuple[str, ...] | None
    include_dirs: tuple[str, ...] | None
    libraries: tuple[str, ...] | None
    extra_compile_args: tuple[str, ...] | None
    form: Form = "extension"
    links: tuple[str, ...] = ()  # the libraries and archives of the project that it links: names of declarations


class Declared(Record):
    """What the build files of a project declare; `unread` says where one cannot be read, or names nothing, and why."""

    rows: tuple[Declaration, ...]
    unread: tuple[str, ...] = ()


class Directive(Record):
    """Bind `symbol` to `version` of itself; `home` is the library that has it on the target.

    `home` is None when that is the library that has it here, too.
    """

    symbol: SymbolName
    version: VersionName
    home: Soname | None


class NoOlder(Record):
    """A symbol that has no usable older version, and why."""

    symbol: SymbolName
    version: VersionName
    reason: str


class Offence(Record):
    """One thing in one built file that the target does not meet.

    `file` is its path in the wheel, `version` the one it is bound to (for a symbol without a version: the one a
    new link would bind to, for an unused library ''), `symbol` None for a version that no symbol asks for.
    """

    file: str
    kind: OffenceKind
    library: Soname
    version: VersionName
    symbol: SymbolName | None


class Step(Record):
    """One fix at work on one extension: what it answers, why it is the right one, and what it changes.

    `directives` go into the project's `.symver` header; `functions` and `redirects` (older versions to jump to) into
    its compat file, complete with what they need in turn. `into` is the extension that takes in the code of the
    offending file, and with it its other needs; None when the file stays.
    """

    fix: str
    extension: str
    why: str
    offences: tuple[Offence, ...]
    changes: tuple[Change, ...]
    directives: tuple[Directive, ...] = ()
    into: str | None = None
    functions: tuple[SymbolName, ...] = ()
    redirects: tuple[Directive, ...] = ()


class Unresolved(Record):
    """An offence that no fix answers, what each said, and the places that ask for its symbol, best known first."""

    offence: Offence
    reason: str
    sites: tuple[Site, ...] = ()


class Plan(Record):
    """Steps in order, and what stays unresolved."""

    steps: tuple[Step, ...]
    unresolved: tuple[Unresolved, ...]


class Edit(Record):
    """A file of the project before and after; `before` is None when the file is new.

    `encoding` is the one that it was read in and is written in: "utf-8", or "latin-1" for what is no UTF-8.
    """

    path: str
    before: str | None
    after: str
    encoding: str = "utf-8"
