"""Private folders that go when they are done with, also those of a process that was killed.

The folder is locked (flock(2)) for as long as it is in use, which ends with the process whatever happens. Whoever makes
the next one removes those beside it that nobody has locked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = ".glibcheck-scratch-"


@contextlib.contextmanager
def scratch_folder(parent: str) -> Iterator[str]:
    """Make a folder below `parent`, for this user alone; it is removed with all in it when the block ends.

    Raises: OSError when it cannot be made.
    """
    import shutil  # slow to load
    import tempfile

    for path in _abandoned(parent):
        shutil.rmtree(path, ignore_errors=True)
    while True:
        folder = tempfile.mkdtemp(dir=parent, prefix=_PREFIX)
        if (lock := _locked(folder, wait=True)) is not None:
            break  # else another process took it for an abandoned one, just now
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _abandoned(parent: str) -> Iterator[str]:
    """Find the folders that nobody uses."""
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            if not entry.name.startswith(_PREFIX) or not entry.is_dir(follow_symlinks=False):
                continue
            if entry.stat(follow_symlinks=False).st_uid != os.geteuid():
                continue
            lock = _locked(entry.path, wait=False)
            if lock is not None:
                yield entry.path
                os.close(lock)


def _locked(folder: str, wait: bool) -> int | None:
    """Lock a folder and give what holds the lock; None when somebody else has it, or it is gone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), os.lstat(folder)):
            return descriptor
    except OSError:
        if wait and os.path.isdir(folder):  # a file system without locks: then nobody takes it away
            return descriptor
    os.close(descriptor)
    return None
