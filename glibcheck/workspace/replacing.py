"""Several files replaced together: all of them or none, whatever fails on the way.

Everything that can fail for want of space is done first: the new contents are written beside the files, and each old
file gets a second name, a hard link, which takes no space (a copy, where the file system has no links). Then there are
only renames. Taking them back is a rename as well, which brings back the very file, with its times.

A process that is killed between two renames is what the `Log` is for: it knows of the exchange before the first file of
it is made, and until it is told that all is in place. The names of the helping files are made of the log's token, so
that a later process finds them.
"""

from __future__ import annotations

import contextlib
import errno
import os

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.workspace.stopping import stoppable
from glibcheck.workspace.wholefile import mode_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Protocol

    class Log(Protocol):
        """Who knows of the exchange; the functions raise OSError."""

        token: str

        def begin(self) -> None:
            """Write down, to stay, what is going to be done."""

        def commit(self) -> None:
            """Write down that it is done: either all of this happens or nothing."""

        def abandon(self) -> None:
            """Forget it: nothing is done. Also called when `begin` failed."""


class Replacement(Record):
    """What a file is to hold; None when it is to be removed.

    The path is absolute and no link. `mode` is for a file that is not there yet; None for what the umask gives.
    """

    path: str
    content: bytes | None
    mode: int | None = None


def replace_all(rows: Sequence[Replacement], log: Log) -> None:
    """Bring all files to their new contents or leave all as they are; permissions are kept.

    Raises: InputError with the file that cannot be written; it says so when, on top, one could not be put back.
    """
    made: list[str] = []
    clear(rows, log.token)
    old = {row.path for row in rows if os.path.lexists(row.path)}
    with stoppable() as hold:
        try:
            with _told():
                log.begin()
            for row in rows:
                with _told(row.path):
                    _prepare(row, log.token, made)
            for row in rows:
                with _told(row.path):
                    _exchange(row, log.token)
            for folder in dict.fromkeys(os.path.dirname(path) for path in (*(row.path for row in rows), *made)):
                if os.path.isdir(folder):  # not that of a file which was to be removed and is gone
                    with _told(folder):
                        sync_folder(folder)
            hold()
            with _told():
                log.commit()
        except BaseException as error:
            # A second signal that came before the first was answered is raised here, once it can do no harm.
            with contextlib.suppress(KeyboardInterrupt, SystemExit):
                hold()
            _take_back(rows, old, made, log, error)
            raise
        clear(rows, log.token)


def clear(rows: Iterable[Replacement], token: str) -> None:
    """Remove the helping files of an exchange, as far as they are there and can be."""
    for row in rows:
        for path in (_new(row.path, token), _old(row.path, token)):
            with contextlib.suppress(OSError):
                os.unlink(path)


def left_of(rows: Iterable[Replacement], token: str) -> list[str]:
    """List the helping files of an exchange that are there."""
    paths = [path for row in rows for path in (_new(row.path, token), _old(row.path, token))]
    return [path for path in paths if os.path.lexists(path)]


def write_synced(path: str, content: bytes, mode: int) -> None:
    """Make a new file that is on the disk when this returns; raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: str) -> None:
    """Bring the names in a folder to the disk; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # Some network file systems know no such thing.
            raise
    finally:
        os.close(descriptor)


def _new(path: str, token: str) -> str:
    return os.path.join(os.path.dirname(path), f".glibcheck-{token}-{os.path.basename(path)}.new")


def _old(path: str, token: str) -> str:
    return os.path.join(os.path.dirname(path), f".glibcheck-{token}-{os.path.basename(path)}.old")


def _prepare(row: Replacement, token: str, made: list[str]) -> None:
    mode = mode_of(row.path) if row.mode is None or os.path.lexists(row.path) else row.mode
    if row.content is not None:
        _make_folder(os.path.dirname(row.path), made)
        write_synced(_new(row.path, token), row.content, mode)
    if not os.path.lexists(row.path):
        return
    if row.content is not None:
        _keep_owner(row.path, _new(row.path, token))
    try:
        os.link(row.path, _old(row.path, token))
    except OSError:  # The file system has no links, or does not let us link a file of somebody else.
        with open(row.path, "rb") as stream:
            write_synced(_old(row.path, token), stream.read(), mode)


def _keep_owner(path: str, temporary: str) -> None:
    owner, ours = os.stat(path), os.stat(temporary)
    if (owner.st_uid, owner.st_gid) != (ours.st_uid, ours.st_gid):
        with contextlib.suppress(PermissionError):  # Only root may give files away.
            os.chown(temporary, owner.st_uid, owner.st_gid)
            os.chmod(temporary, owner.st_mode & 0o7777)  # chown(2) clears the set-user-ID bits


def _make_folder(folder: str, made: list[str]) -> None:
    if not os.path.isdir(folder):
        _make_folder(os.path.dirname(folder), made)
        made.append(folder)
        os.mkdir(folder)


def _exchange(row: Replacement, token: str) -> None:
    if row.content is not None:
        os.replace(_new(row.path, token), row.path)
    elif os.path.lexists(row.path):
        os.unlink(row.path)


def _take_back(
    rows: Sequence[Replacement], old: set[str], made: Sequence[str], log: Log, because: BaseException
) -> None:
    """Put every file back where it was, and forget the exchange if that succeeded for all of them."""
    left = [row.path for row in rows if not _is_put_back(row, row.path in old, log.token)]
    if left:
        what = str(because) or type(because).__name__
        text = f"could not be put back after a failure ({what}); try: glibcheck fix PROJECT --undo"
        raise InputError(", ".join(left), text) from because
    clear(rows, log.token)
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    with contextlib.suppress(OSError):
        log.abandon()


def _is_put_back(row: Replacement, was_there: bool, token: str) -> bool:
    """Put one file back if it was exchanged, which is seen from what is there; False when that fails."""
    try:
        if was_there:
            if _is_exchanged(row, token):
                os.replace(_old(row.path, token), row.path)
        elif _holds(row.path, row.content):
            os.unlink(row.path)
    except OSError:
        return False
    return True


def _is_exchanged(row: Replacement, token: str) -> bool:
    if row.content is None:
        return not os.path.lexists(row.path)
    return os.path.lexists(_old(row.path, token)) and not os.path.lexists(_new(row.path, token))


def _holds(path: str, content: bytes | None) -> bool:
    if not os.path.lexists(path):
        return False
    with open(path, "rb") as stream:
        return stream.read() == content


@contextlib.contextmanager
def _told(path: str | None = None) -> Iterator[None]:
    """Tell a user of this file when the system refuses something; without one, of the file that the error names."""
    try:
        yield
    except OSError as error:
        raise InputError(path or str(error.filename), f"cannot be written: {error.strerror}") from error
