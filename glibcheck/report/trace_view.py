"""What a trace shows, in all its forms: the files that were traced, what was asked, and what is too new.

One file gives one `Root`; a wheel gives one for each of its extension modules, each with the closure that it has after
installation. Trap: a name such as libfoo.so may mean two files in two closures, so names never leave their `Root`.
"""

from __future__ import annotations

from glibcheck.model.closure import Closure, Trace
from glibcheck.model.names import Soname, VersionName
from glibcheck.model.record import Record
from glibcheck.model.versions import newest, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.image import Requirement

_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")


class Root(Record):
    """One traced file: its closure, the traces to show, and all that were found (() means: those to show are all)."""

    path: str
    closure: Closure
    shown: tuple[Trace, ...]
    found: tuple[Trace, ...] = ()

    @property
    def every(self) -> tuple[Trace, ...]:
        """All traces of the file."""
        return self.found or self.shown


class View(Record):
    """A whole trace. `path` is what the user named: a file, or the wheel or folder that the roots are in.

    `asked` is the version or symbol that the trace is about, None when it is about all. `target` is the name of the
    target, and `too_new` has the (holder, version) pairs that it does not allow; both are empty without a target.
    Paths of sources and objects inside the folder `base` are shown relative to it; '' shows them as they are.
    """

    path: str
    roots: tuple[Root, ...]
    asked: str | None = None
    target: str | None = None
    too_new: frozenset[tuple[Soname, VersionName]] = frozenset()
    base: str = ""

    def is_too_new(self, trace: Trace) -> bool:
        """Say whether the target does not allow it."""
        return (trace.holder, trace.requirement.version) in self.too_new

    def pressing(self, root: Root) -> tuple[Trace, ...]:
        """Give the traces that a reader came for.

        With a target they are those that it does not allow; for a question, its answer; else those of the newest
        version of glibc and of each family of the compiler's libraries that the file or a library it brings needs:
        this system's own libraries stay out.
        """
        if self.target is not None:
            return tuple(trace for trace in root.every if self.is_too_new(trace))
        return root.shown if self.asked is not None else brought(root)


def brought(root: Root) -> tuple[Trace, ...]:
    """Keep the traces of the newest version of each family among what the file and the libraries it brings need."""
    of_system = {library.name for library in root.closure.libraries if library.of_system}
    own = tuple(trace for trace in root.every if trace.holder not in of_system)
    named = told(trace.requirement.version for trace in own) or [trace.requirement.version for trace in own]
    top = set(newest(named).values())
    return tuple(trace for trace in own if release(trace.requirement.version) in top)


def told(versions: Iterable[VersionName]) -> tuple[VersionName, ...]:
    """Keep the versions of glibc and of the compiler's libraries, which differ most from system to system."""
    return tuple(version for version in versions if (found := release(version)) and found.family in _FAMILIES)


def heading(need: Requirement) -> str:
    """Name what is needed: 'GLIBC_2.34 of libc.so.6'; for a symbol without a version (see `trace`) where it is here."""
    if need.version:
        return f"{need.version} of {need.library}"
    return f"no version, here of {need.library}" if need.library else "no version, and no library here has it"


def relative(path: str, base: str) -> str:
    """Show a path inside the folder `base` as seen from there, any other as it is."""
    folder = base.rstrip("/") + "/"
    return path[len(folder) :] if base and path.startswith(folder) and len(path) > len(folder) else path


def one_file(path: str, closure: Closure, shown: Iterable[Trace]) -> View:
    """Make the view of one file, without a target."""
    return View(path, (Root(path, closure, tuple(shown)),))
