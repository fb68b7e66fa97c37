"""What removes an offence: one module a fix, one row in `FIXES`, in order of preference.

To add a fix, write a module with `propose(file, offences, situation) -> Answer`: it looks at all open offences of one
built file, claims some with a Step, and says of every other why it cannot help. Add its row below, a test file, and a
project under fixtures/projects that needs it. What a fix adds to the project as a file of its own, `own_files` writes
for all steps together. A fix says what to change (`model.plan.Change`), never how a build file spells it.
"""

from __future__ import annotations

from glibcheck.fixes import (
    compat_source,
    compile_flag,
    convenience,
    drop_unused,
    old_home,
    older_version,
    static_runtime,
)
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from glibcheck.fixes.situation import Answer, BuiltFile, Situation
    from glibcheck.model.plan import Offence

    Propose = Callable[[BuiltFile, tuple[Offence, ...], Situation], Answer]


class Fix(Record):
    """A fix by name."""

    name: str
    propose: Propose


FIXES = (
    Fix(drop_unused.NAME, drop_unused.propose),
    Fix(convenience.NAME, convenience.propose),
    Fix(static_runtime.NAME, static_runtime.propose),
    Fix(compile_flag.NAME, compile_flag.propose),
    Fix(older_version.NAME, older_version.propose),
    Fix(old_home.NAME, old_home.propose),
    Fix(compat_source.NAME, compat_source.propose),
)
