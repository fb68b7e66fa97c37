"""`glibcheck fix --undo`: the last fix of a project is taken back. It needs nothing of what `fix` builds with."""

from __future__ import annotations

from glibcheck.cli.exits import OK
from glibcheck.cli.screen import show
from glibcheck.report.ink import printable
from glibcheck.workspace.applying import undo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(project: str, force: bool) -> int:
    """Undo the last fix and say which files are as before; raises InputError when there is none."""
    done = undo(project, force)
    what = "A fix that was interrupted is taken back" if done.interrupted else "The last fix is undone"
    words = (f"{what}.", _listed("Restored", done.restored), _listed("Removed", done.removed))
    show(f"{' '.join(word for word in words if word)}\n")
    return OK


def _listed(what: str, paths: Sequence[str]) -> str:
    return f"{what}: {', '.join(map(printable, paths))}." if paths else ""
