"""How a fix went, from the first build to the last."""

from __future__ import annotations

from glibcheck.model.finding import ScannedFile
from glibcheck.model.plan import Edit, Offence, Plan
from glibcheck.model.record import Record
from glibcheck.model.target import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # smoke test: its modules were imported, and the script succeeded. scan: not even the project as it is imports.
    Proof = Literal["smoke test", "import", "scan"]


class Breakage(Record):
    """The changed project did not build, or its result could not be imported: what failed, and what it printed."""

    message: str
    output: str


class Attempt(Record):
    """One rebuild with further steps, by the names of their fixes; `breakage` is None when all went well."""

    fixes: tuple[str, ...]
    breakage: Breakage | None


class Outcome(Record):
    """A project, what was wrong with it, what was changed, and what came of it.

    `offences` and `before` are of the project as it is; `after` is of the last good build with `edits`, None when there
    was none (nothing to change, or no proof was wanted). `plan` holds the steps that the edits are made of, and what
    the last scan left unresolved; `attempts` are all rebuilds, in order. `proof` says what was done with the result
    beyond a scan.
    """

    project: str
    target: Target
    before: tuple[ScannedFile, ...]
    offences: tuple[Offence, ...]
    plan: Plan
    edits: tuple[Edit, ...]
    attempts: tuple[Attempt, ...]
    after: tuple[ScannedFile, ...] | None
    proof: Proof
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Say whether nothing is left to do: everything is answered."""
        return not self.plan.unresolved

    @property
    def held(self) -> bool:
        """Say whether the changed project was built and scanned, and is within the target."""
        return self.complete and self.after is not None
