"""Verdicts on files of the disk: what `check` says of them, and what a build asks before it gives its wheel away."""

from __future__ import annotations

import os
from functools import cache

from glibcheck.check import judge
from glibcheck.errors import UsageError
from glibcheck.model.finding import ScannedFile
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options
from glibcheck.workspace.targets import target_for
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from glibcheck.model.finding import Result
    from glibcheck.model.names import SymbolName
    from glibcheck.model.target import Target
    from glibcheck.model.verdict import Verdict
    from glibcheck.rules.case import Group
    from glibcheck.settings import Settings
    from glibcheck.targets.custom import CustomTarget

    Watch = Callable[[Iterable[Result]], Iterable[Result]]


def judged(
    paths: Sequence[str],
    target: str | None,
    custom: Mapping[str, CustomTarget] = {},
    require_elf: bool = False,
    strict: bool = False,
    watch: Watch = iter,
) -> Verdict:
    """Judge what is at the paths by a target, wheels by their tags when it is None; `watch` sees the files pass.

    Raises: what `scan_paths` and `target_for` do.
    """

    @cache
    def resolve(text: str, machine: str) -> Target:
        """Find a target once for all files of a machine."""
        return target_for(text, machine, custom)

    def defined(group: Group) -> frozenset[SymbolName]:
        """Read again the files of a group, with the symbols that they define."""
        members = {file.path for file in group.files}
        again = scan_paths([group.wheel] if group.wheel else paths, Options(strict, exports=True))
        files = (row for row in again if isinstance(row, ScannedFile) and row.path in members)
        return frozenset(name for row in files for name in row.exports or ())

    # A verdict only looks up the names without a version, of which a wheel has tens of thousands: to sort them takes
    # about 2 % of its time.
    found = scan_paths(paths, Options(strict, unordered=True))
    return judge(watch(found), paths, target, resolve, defined, require_elf)


def waived(found: Verdict, settings: Settings) -> Verdict:
    """Leave out of a verdict what the settings do not ask for, or make an exception of."""
    if not settings.leave_out:
        return found
    import datetime

    from glibcheck.waivers import waive

    return waive(found, settings, datetime.date.today())


def against_baseline(found: Verdict, settings: Settings) -> Verdict:
    """Leave out of a verdict what the baseline of the settings knows.

    Raises: UsageError when the baseline is not there; InputError when it is none.
    """
    if settings.baseline is None:
        return found
    if not os.path.lexists(settings.baseline):
        raise UsageError(f"{settings.baseline}: there is no such baseline; --update-baseline makes it")
    from glibcheck.baseline import read_baseline, without_known

    return without_known(found, read_baseline(require_text(settings.baseline), settings.baseline))
