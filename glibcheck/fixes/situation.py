"""What a fix may look at, and the form of its answer."""

from __future__ import annotations

from glibcheck.model.image import Linkage
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.plan import Declaration, Offence, Step
from glibcheck.model.record import Record
from glibcheck.model.target import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

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
    `blocked` those that no build file could spell, with the reason. `unread` says of each build file that cannot be
    read why.
    """

    target: Target
    files: tuple[BuiltFile, ...]
    own: frozenset[SymbolName] | None
    exports: Mapping[Soname, tuple[Export, ...]]
    done: tuple[Step, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    unread: tuple[str, ...] = ()


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
