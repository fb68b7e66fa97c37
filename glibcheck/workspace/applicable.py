"""Whether a fix may write into a project, asked before the first build: a refusal after an hour would come late.

Three things cannot be forced: a file that this user may not write, a link that leads out of the project, a fix that was
killed while it wrote. What git could not give back is written with `force` only, and so is a file that will not stay as
it is written: one that git ignores, since something generates it, and one of another repository, such as a submodule.
"""

from __future__ import annotations

import os

from glibcheck.errors import InputError
from glibcheck.git import unsafe_files
from glibcheck.workspace.journal import read_journal, shelf_of, undo_folder
from glibcheck.workspace.projectfiles import on_disk
from glibcheck.workspace.scratch import require_writable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glibcheck.git import State

_ADVICE: Mapping[State, tuple[str, str]] = {
    "uncommitted": ("has uncommitted changes", "commit or stash them first"),
    "untracked": ("is not tracked by git, which could not give it back", "commit it first"),
    "ignored": ("is ignored by git, so it may be generated", "change what it is made from"),
}


def require_applicable(project: str, paths: Iterable[str], force: bool = False) -> None:
    """Check that these files of a project, which need not be there yet, may be written.

    Raises: InputError that names the files and what to do; ToolError when git has no answer. Nothing was written.
    """
    require_finished(project)
    real = [real_path(project, path) for path in dict.fromkeys(paths)]
    _require_state_folder()
    require_permission(project, real)
    if force:
        return
    refused = [*_of_other_repositories(project, real), *_not_safe(project, real)]
    if refused:
        raise InputError(project, f"nothing was written: {'; '.join(refused)}; or write all the same with --force")


def _require_state_folder() -> None:
    try:
        require_writable(undo_folder(os.environ))
    except InputError as error:
        text = f"{error.text}; what --undo needs is kept there, or in another place that XDG_STATE_HOME names"
        raise InputError(error.path, text) from error


def require_finished(project: str) -> None:
    """Check that no fix was killed while it wrote to the project; raises InputError."""
    pending = shelf_of(project, os.environ).pending
    if os.path.lexists(pending):
        journal = read_journal(pending)
        names = ", ".join(row.path for row in journal.files) if journal else "the project"
        text = f"a fix was interrupted while it wrote {names}; take it back first: glibcheck fix {project} --undo"
        raise InputError(project, text)


def require_permission(project: str, paths: Iterable[str]) -> None:
    """Check that files, given by their real paths in the project, can be replaced or made; raises InputError."""
    for path in paths:
        place = on_disk(os.path.realpath(project), path)
        shown = on_disk(project, path)
        if os.path.lexists(place) and not os.path.isfile(place):
            raise InputError(shown, "cannot be written: it is not a regular file")
        if os.path.lexists(place) and not os.access(place, os.W_OK):
            raise InputError(shown, "cannot be written: the file is read-only for this user")
        folder = os.path.dirname(place)
        while not os.path.lexists(folder):
            folder = os.path.dirname(folder)
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(shown, "cannot be written: its folder is read-only for this user")


def real_path(project: str, path: str) -> str:
    """Give the path of a file in the project, with all links followed.

    Raises: InputError when they lead out of it.
    """
    top = os.path.realpath(project)
    place = os.path.realpath(on_disk(project, path))
    if not place.startswith(os.path.join(top, "")):
        text = f"is a link out of the project, to {place}, and is not written; put a copy there instead"
        raise InputError(on_disk(project, path), text)
    return os.path.relpath(place, top).replace(os.sep, "/")


def _not_safe(project: str, paths: Sequence[str]) -> Iterator[str]:
    own = [path for path in paths if _repository_below(project, path) is None]
    for row in unsafe_files(project, own, os.environ):
        what, advice = _ADVICE[row.state]
        yield f"{row.path} {what} ({advice})"


def _of_other_repositories(project: str, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        folder = _repository_below(project, path)
        if folder is not None:
            yield f"{path} belongs to the repository in {folder}, a submodule or a clone (fix it where it comes from)"


def _repository_below(project: str, path: str) -> str | None:
    """Find the innermost folder between the project and a file that is a work tree of its own; None for none."""
    folder = os.path.dirname(path)
    while folder:
        if os.path.lexists(os.path.join(on_disk(os.path.realpath(project), folder), ".git")):
            return folder
        folder = os.path.dirname(folder)
    return None
