"""How a build for an older system went: what was too new before, how each was solved, what was lost, what is left."""

from __future__ import annotations

from glibcheck.model.finding import ScannedFile
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.target import Target
from glibcheck.model.verdict import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # older version: bound to one that the target has. former library: that, and in the library that had it then.
    # compat function: linked in. static runtime: in the private C++ runtime. not needed: nothing asks for it now.
    How = Literal["older version", "former library", "compat function", "static runtime", "not needed"]


class Solved(Record):
    """One symbol of one file that the plain build binds to a version above the target, and what became of it.

    `symbol` is None for a version that no symbol asks for. `now` says to what it is bound, '' when to nothing.
    """

    file: str
    library: Soname
    version: VersionName
    symbol: SymbolName | None
    how: How
    now: str


class Lost(Record):
    """What the plain build has and the lowered one has not; `what` is one line, and says it of the `names` if any."""

    file: str
    what: str
    names: tuple[SymbolName, ...] = ()


class Left(Record):
    """What keeps a file of the lowered build from the target, and who brought it, as far as objects tell."""

    file: str
    finding: Finding
    brought_by: tuple[str, ...]


class Lowering(Record):
    """A project built for a target; `wheel` is the path of the result, None when it was not good enough to be kept.

    `before` are the files of the plain build, None when there was none; `after` those of the lowered one. `runtime`
    says how C++ code gets its library; `tag` is the platform tag that the wheel got, None for a target without one.
    `grafted` are the libraries of this system that the wheel brings along. `failure` is what a last step said
    (repair, smoke test), None when all went well.
    """

    project: str
    target: Target
    runtime: Literal["private", "shared"]
    before: tuple[ScannedFile, ...] | None
    after: tuple[ScannedFile, ...]
    solved: tuple[Solved, ...]
    lost: tuple[Lost, ...]
    left: tuple[Left, ...]
    grafted: tuple[Soname, ...] = ()
    tag: str | None = None
    wheel: str | None = None
    failure: str | None = None

    @property
    def ok(self) -> bool:
        """Say whether there is a wheel that keeps what it promises."""
        return self.wheel is not None
