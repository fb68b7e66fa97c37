"""A fix written into the project, and taken back: the only two functions that change what is somebody else's.

Both replace all files or none (`replacing`), and both can be repeated after a kill, since what they change is in a
journal (`journal`) that outlives the process.
"""

from __future__ import annotations

import contextlib
import os
import secrets

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.workspace.applicable import real_path, require_applicable, require_finished, require_permission
from glibcheck.workspace.journal import (
    Backward,
    Forward,
    Journal,
    Shelf,
    Written,
    digest,
    locked,
    read_journal,
    shelf_of,
)
from glibcheck.workspace.projectfiles import encoded, is_as_read, on_disk
from glibcheck.workspace.replacing import Replacement, clear, left_of, replace_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.model.plan import Edit


class Undone(Record):
    """What an undo did, by paths in the project; `interrupted` when it took back a fix that was killed."""

    restored: tuple[str, ...]
    removed: tuple[str, ...]
    interrupted: bool


def apply(project: str, edits: Sequence[Edit], force: bool = False) -> None:
    """Write the edits into the project, all or none; what `force` is for is said in `applicable`.

    Raises: InputError, RewriteError or ToolError; then nothing was written.
    """
    if not edits:
        return
    require_applicable(project, [edit.path for edit in edits], force)
    top, shelf = os.path.realpath(project), shelf_of(project, os.environ)
    with locked(shelf):
        require_finished(project)
        _require_as_read(project, edits)
        contents = {real_path(project, edit.path): encoded(edit) for edit in edits}
        files = tuple(_written(top, path, content) for path, content in contents.items())
        journal = Journal(top, secrets.token_hex(4), files, _missing_folders(top, contents))
        rows = [Replacement(on_disk(top, path), content) for path, content in contents.items()]
        _tidy(shelf, top)
        replace_all(rows, Forward(shelf, journal))


def undo(project: str, force: bool = False) -> Undone:
    """Take the last fix back, all of it or nothing: its files are as before, and those that it made are gone.

    A fix that was killed while it wrote comes first. Files that changed since then are overwritten with `force` only.

    Raises: InputError when there is nothing to undo, or it cannot be done; then nothing was changed.
    """
    if not os.path.isdir(project):
        raise InputError(project, "is not a directory" if os.path.exists(project) else "does not exist")
    top, shelf = os.path.realpath(project), shelf_of(project, os.environ)
    with locked(shelf):
        _tidy(shelf, top)
        pending = read_journal(shelf.pending)
        journal = pending or read_journal(shelf.done)
        if journal is None:
            raise InputError(project, "there is no fix to undo: none was written here by this user, or it is undone")
        for row in journal.files:
            _require_inside(project, top, row.path)
        changed = [row.path for row in journal.files if not _is_ours(on_disk(top, row.path), row)]
        if changed and not force:
            names = ", ".join(changed)
            text = f"nothing was undone: {names} changed since the fix; to lose the changes, add --force"
            raise InputError(project, text)
        require_permission(project, (row.path for row in journal.files))
        replace_all(_rows(journal, top), Backward(shelf, journal))
        _tidy(shelf, top)
    return Undone(
        tuple(row.path for row in journal.files if row.before is not None),
        tuple(row.path for row in journal.files if row.before is None),
        pending is not None,
    )


def _require_as_read(project: str, edits: Iterable[Edit]) -> None:
    for edit in edits:
        if not is_as_read(project, edit):
            text = "changed while the fix was being proved; nothing was written, run it again"
            raise InputError(on_disk(project, edit.path), text)


def _written(top: str, path: str, after: bytes) -> Written:
    """Tell what the journal must know of one file, which is about to be written."""
    place = on_disk(top, path)
    if not os.path.lexists(place):
        return Written(path, None, None, digest(after))
    with open(place, "rb") as stream:
        return Written(path, stream.read(), os.fstat(stream.fileno()).st_mode & 0o7777, digest(after))


def _missing_folders(top: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Name the folders that these files need and that are not there, the outermost first."""
    found = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder and not os.path.lexists(on_disk(top, folder)):
            found.add(folder)
            folder = os.path.dirname(folder)
    return tuple(sorted(found))


def _require_inside(project: str, top: str, path: str) -> None:
    """Refuse a folder that became a link since then: what is behind it was never ours."""
    folder = os.path.dirname(on_disk(top, path))
    if os.path.realpath(folder) != folder or ".." in path.split("/"):
        raise InputError(on_disk(project, path), "is behind a link now; nothing was undone")


def _is_ours(path: str, row: Written) -> bool:
    """Say whether a file is as the fix left it, or still or again as it was before."""
    if not os.path.lexists(path):
        return row.before is None
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open(path, "rb") as stream:
        content = stream.read()
    return content == row.before or digest(content) == row.after


def _tidy(shelf: Shelf, top: str) -> None:
    """Remove what fixes that are done or undone may have left: a process that is killed, or refused, leaves it."""
    _clear_earlier(shelf.done, top)
    undone = _clear_earlier(shelf.undone, top)
    if undone is None:
        return
    for folder in reversed(undone.folders):
        with contextlib.suppress(OSError):  # It is gone, or has something else in it now.
            os.rmdir(on_disk(top, folder))
    if not left_of(_rows(undone, top), undone.token):
        with contextlib.suppress(OSError):
            os.unlink(shelf.undone)


def _clear_earlier(path: str, top: str) -> Journal | None:
    """Remove the helping files of the fix of a journal, and give it; None when there is none to be read."""
    try:
        earlier = read_journal(path)
    except InputError:
        return None  # who needs it says so
    if earlier is not None:
        clear(_rows(earlier, top), earlier.token)
    return earlier


def _rows(journal: Journal, top: str) -> list[Replacement]:
    return [Replacement(on_disk(top, row.path), row.before, row.mode) for row in journal.files]
