"""What a fix may look at, and the form of its answer."""

from __future__ import annotations

import posixpath

from glibcheck.model.image import Linkage
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.plan import Declaration, Offence, Step
from glibcheck.model.record import Record
from glibcheck.model.target import Target
from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from glibcheck.model.image import Export


class BuiltFile(Record):
    """An ELF file of the built wheel; `declaration` is None when no build file that we can edit declares it.

    `named_by` is a Python file of the wheel which has the file's name in a string, None when there is none.
    """

    path: str  # in the wheel
    linkage: Linkage
    declaration: Declaration | None
    named_by: str | None = None


class Blocked(Record):
    """A step that could not be written into the build files, and why."""

    step: Step
    reason: str


class Situation(Record):
    """One build of the project, and what was changed before it.

    `own` are the symbols that the project's own object files refer to, None when the build left no objects to look
    at; `exports` are those of the C library here, by soname. `done` are the steps that this build already has,
    `blocked` those that no build file could spell, with the reason. `declared` is all that the build files declare,
    and `unread` says of each that cannot be read why. `moved` names the libraries that earlier steps of the plan in
    the making turn into archives. `no_private_runtime` says why the toolchain's libstdc++.a cannot become part of a
    shared object (missing, not position independent), None when it can. `unfortified_allowed` is the user's consent to
    -U_FORTIFY_SOURCE. `objects` are the object files by their paths in the folder of the build, with what each refers
    to; () when they do not tell.
    """

    target: Target
    files: tuple[BuiltFile, ...]
    own: frozenset[SymbolName] | None
    exports: Mapping[Soname, tuple[Export, ...]]
    done: tuple[Step, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    unread: tuple[str, ...] = ()
    declared: tuple[Declaration, ...] = ()
    moved: frozenset[str] = frozenset()
    no_private_runtime: str | None = None
    unfortified_allowed: bool = False
    objects: tuple[tuple[str, frozenset[SymbolName]], ...] = ()

    def compiled_into(self, name: str) -> tuple[str, ...]:
        """Name the declarations whose objects are inside of what `name` declares: itself first, then its archives."""
        by_name = {row.name: row for row in self.declared}
        found = [name]
        for one in found:  # grows on the way
            links = by_name[one].links if one in by_name else ()
            inside = (by_name[link] for link in links if link in by_name)
            found += [row.name for row in inside if self._is_inside(row) and row.name not in found]
        return tuple(found)

    def using(self, name: str, symbols: Container[SymbolName]) -> tuple[str, ...]:
        """Choose those of `compiled_into` whose objects refer to one of the symbols, or may, and never none.

        Objects lie in the folder of their build file, or below it, where the build is made among its sources; those
        of a declaration without any there may refer to everything.
        """
        inside = self.compiled_into(name)
        paths = {row.name: posixpath.dirname(row.path) for row in self.declared}
        used: dict[str, list[bool]] = {}
        for path, names in self.objects:
            home = _nearest(path, paths.values())
            used.setdefault(home, []).append(any(symbol in symbols for symbol in names))
        return tuple(one for one in inside if any(used.get(paths.get(one, ""), [True]))) or inside

    def _is_inside(self, row: Declaration) -> bool:
        return row.form == "archive" or row.name in self.moved


def _nearest(path: str, folders: Iterable[str]) -> str:
    """Find the deepest of the folders that a file is in or below; '' is the top."""
    above = [folder for folder in folders if folder and path.startswith(f"{folder}/")]
    return max(above, key=len, default="")


class Refusal(Record):
    """Why a fix cannot help with an offence."""

    offence: Offence
    reason: str


class Answer(Record):
    """What a fix says to the offences of a file; those it neither claims nor refuses are not its subject."""

    step: Step | None = None
    refusals: tuple[Refusal, ...] = ()


def refuse(offences: tuple[Offence, ...], reason: str) -> Answer:
    """Say the same no to several offences."""
    return Answer(None, tuple(Refusal(offence, reason) for offence in offences))


def link_name(soname: str) -> str | None:
    """Give what stands after -l for a soname: 'spartan' for 'libspartan.so.1'; None when it is no lib*.so."""
    stem, so, _ = soname.partition(".so")
    return stem.removeprefix("lib") if so and stem.startswith("lib") else None


def is_numbered(version: str) -> bool:
    """Say whether a version is of a release of glibc: GLIBC_2.38, but not GLIBC_PRIVATE or GLIBC_ABI_DT_RELR."""
    found = release(version)
    return found is not None and found.family == "GLIBC"
