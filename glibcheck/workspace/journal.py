"""What a fix wrote into a project, kept so that it can be undone: after a success, and after a kill in its middle.

A journal lies in the user's state folder (XDG Base Directory Specification), not in the project, one for a project:
`undo/NAME.json` of the last fix that was written, `undo/NAME.pending.json` while one is written or undone, and
`undo/NAME.undone.json` while what helped to undo one is removed. A rename of one to the other is what makes a fix done,
or undone. A pending one that nobody has locked is of a process that was killed.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.workspace.replacing import sync_folder, write_synced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SCHEMA = 1


class Written(Record):
    """One file that a fix wrote; `before` and `mode` are None when it made the file, `after` is a SHA-256."""

    path: str  # relative to the project, through no links
    before: bytes | None
    mode: int | None
    after: str


class Journal(Record):
    """The last fix of a project, an absolute path; the token is in the names of its helping files.

    `folders` are those that the fix made, the outermost first.
    """

    project: str
    token: str
    files: tuple[Written, ...]
    folders: tuple[str, ...] = ()


class Shelf(Record):
    """Where the journals of one project lie."""

    done: str
    pending: str
    undone: str


def digest(content: bytes) -> str:
    """Give the SHA-256 of a content, as in a journal."""
    return hashlib.sha256(content).hexdigest()


def undo_folder(around: Mapping[str, str]) -> str:
    """Name the folder of all journals; it may not be there yet."""
    base = around.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):  # to be ignored, says the specification
        base = os.path.join(around.get("HOME") or os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "glibcheck", "undo")


def shelf_of(project: str, around: Mapping[str, str]) -> Shelf:
    """Name the places of a project's journals."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(project))).hexdigest()[:32]
    path = os.path.join(undo_folder(around), name)
    return Shelf(f"{path}.json", f"{path}.pending.json", f"{path}.undone.json")


@contextlib.contextmanager
def locked(shelf: Shelf) -> Iterator[None]:
    """Wait until no other process writes a fix; the folder of the journals is made if need be.

    Raises: InputError when it cannot be made.
    """
    folder = os.path.dirname(shelf.done)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(folder, f"cannot be made, to keep what --undo needs: {error.strerror}") from error
    try:
        with contextlib.suppress(OSError):  # Some network file systems have no locks.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_journal(path: str) -> Journal | None:
    """Read a journal; None when there is none.

    Raises: InputError when it cannot be read, or is damaged.
    """
    try:
        with open(path, "rb") as stream:
            found = json.loads(stream.read())
        if found["schema"] != _SCHEMA:
            raise InputError(path, f"is a journal of another glibcheck: schema {found['schema']}")
        files = tuple(
            Written(
                row["path"],
                None if row["before"] is None else base64.b64decode(row["before"], validate=True),
                row["mode"],
                row["after"],
            )
            for row in found["files"]
        )
        return Journal(found["project"], found["token"], files, tuple(found["folders"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        text = "is a damaged journal of what --undo would restore; remove it to go on without"
        raise InputError(path, text) from error


class Forward:
    """The log of a fix that is being written (see `replacing.Log`)."""

    def __init__(self, shelf: Shelf, journal: Journal) -> None:
        self._shelf, self._journal, self.token = shelf, journal, journal.token

    def begin(self) -> None:
        """Put the pending journal there, whole."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._scratch)
        write_synced(self._scratch, _content(self._journal), 0o600)
        os.replace(self._scratch, self._shelf.pending)
        sync_folder(os.path.dirname(self._scratch))

    def commit(self) -> None:
        """Make the pending journal that of the last fix."""
        os.replace(self._shelf.pending, self._shelf.done)
        # After a power cut it may be pending again, and then it is undone on request: no reason to fail now.
        with contextlib.suppress(OSError):
            sync_folder(os.path.dirname(self._shelf.done))

    def abandon(self) -> None:
        """Remove the pending journal; that of an earlier fix is still there."""
        for path in (self._scratch, self._shelf.pending):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)

    @property
    def _scratch(self) -> str:
        return f"{self._shelf.pending}.new"


class Backward:
    """The log of a fix that is being undone, or of one that was killed and is cleared up."""

    def __init__(self, shelf: Shelf, journal: Journal) -> None:
        self._shelf, self.token = shelf, journal.token
        self._was_pending = os.path.lexists(shelf.pending)

    def begin(self) -> None:
        """Make the journal of the last fix the pending one."""
        if not self._was_pending:
            os.replace(self._shelf.done, self._shelf.pending)
            sync_folder(os.path.dirname(self._shelf.done))

    def commit(self) -> None:
        """Make it the journal of an undone fix, which goes when nothing of it is left."""
        os.replace(self._shelf.pending, self._shelf.undone)

    def abandon(self) -> None:
        """Put the journal back."""
        if not self._was_pending and not os.path.lexists(self._shelf.done):
            os.replace(self._shelf.pending, self._shelf.done)


def _content(journal: Journal) -> bytes:
    files = [
        {
            "path": row.path,
            "before": None if row.before is None else base64.b64encode(row.before).decode("ascii"),
            "mode": row.mode,
            "after": row.after,
        }
        for row in journal.files
    ]
    found = {"schema": _SCHEMA, **journal._asdict(), "files": files}
    return json.dumps(found, indent=1).encode("ascii")
