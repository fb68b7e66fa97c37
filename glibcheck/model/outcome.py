"""How a fix went, from the first build to the last."""

from __future__ import annotations

from glibcheck.model.finding import ScannedFile
from glibcheck.model.plan import Edit, Offence, Plan
from glibcheck.model.record import Record
from glibcheck.model.target import Target


class Breakage(Record):
    """The changed project did not build, or its result could not be imported: what failed, and what it printed."""

    message: str
    output: str


class Outcome(Record):
    """A project, what was wrong with it, what was changed, and what came of it.

    `offences` and `before` are of the project as it is; `after` is of the last build with `edits`, None when there
    was none (nothing to change, or no proof was wanted). `plan` holds the steps of all rounds, and what the last scan
    left unresolved.
    """

    project: str
    target: Target
    before: tuple[ScannedFile, ...]
    offences: tuple[Offence, ...]
    plan: Plan
    edits: tuple[Edit, ...]
    after: tuple[ScannedFile, ...] | None
    breakage: Breakage | None

    @property
    def complete(self) -> bool:
        """Say whether nothing is left to do: everything is answered, and where it was tried, it works."""
        return not self.plan.unresolved and self.breakage is None

    @property
    def held(self) -> bool:
        """Say whether the changed project was built, scanned and imported, and is within the target."""
        return self.complete and self.after is not None
