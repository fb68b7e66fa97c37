"""Files that are written whole or not at all: a new file is renamed over the place when it is complete.

Until then it has no name (O_TMPFILE in open(2)), so that nothing stays behind when the process is killed. For the
rename it gets one beside the place, always the same. The writer has the file locked (flock(2)), so that the next one
knows whether to wait, or to take away what a killed one left. Where the file system has no files without names, the
helping file has one from the start.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import contextmanager, suppress

from glibcheck.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_TRIES = 100  # for a name that other processes want at the same time
_LONGEST = 200  # bytes of a name that has something added: 255 is what file systems allow (NAME_MAX)
_OPEN_FILES = "/proc/self/fd"


@contextmanager
def written_whole(path: str, mode: int | None = None) -> Iterator[BinaryIO]:
    """Give a stream for what is to stand where `path` is; when the block raises, what was there is left.

    The new file has the permissions `mode`, of None those of the old file, or those that the umask gives. A symbolic
    link is written through. What is no regular file is refused: the new one would take the place of a device such as
    /dev/null.

    Raises: InputError.
    """
    target = os.path.realpath(path)
    if os.path.lexists(target) and not os.path.isfile(target):
        raise InputError(path, "cannot be written: it is not a regular file")
    try:
        descriptor, name = _helping_file(target)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                stream.flush()
                os.fchmod(descriptor, mode_of(target) if mode is None else mode)
                os.fsync(descriptor)
                if name is None:
                    _place(descriptor, target)
            if name is not None:
                os.replace(name, target)
        except BaseException:
            if name is not None:
                with suppress(FileNotFoundError):
                    os.unlink(name)
            raise
    except OSError as error:
        raise InputError(path, f"cannot be written: {error.strerror}") from error


def mode_of(path: str) -> int:
    """Give the permissions that a file has, or that a new one gets."""
    try:
        return os.stat(path).st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _helping_file(target: str) -> tuple[int, str | None]:
    """Open a file in the folder of the target; None for its name when it has none."""
    folder = os.path.dirname(target)
    if os.path.isdir(_OPEN_FILES):
        with suppress(OSError):  # not here, or something that the next lines tell as well
            return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600), None
    import tempfile  # slow to load

    return tempfile.mkstemp(dir=folder, prefix=".glibcheck-")


def _place(descriptor: int, target: str) -> None:
    """Give a file without a name that of the target."""
    folder, base = os.path.split(target)
    # Not with the target's ending: who looks for *.whl must not find it.
    beside = os.path.join(folder, f".glibcheck-{_short(base)}.new")
    with suppress(OSError):  # a file system without locks
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    for _ in range(_TRIES):
        try:
            # Only with a folder for the source does Python follow the link that stands for the open file (linkat(2)).
            os.link(f"{_OPEN_FILES}/{descriptor}", beside, src_dir_fd=descriptor)
        except FileExistsError:
            _await(beside)
            continue
        try:
            os.replace(beside, target)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(beside)
            raise
        return
    raise FileExistsError(errno.EEXIST, "other processes write the same file", beside)


def _await(path: str) -> None:
    """Wait until the writer of a helping file is done with it; that of one that was killed is removed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Nobody else removes it: whoever wants to has to have the lock, and to find this very file there.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.lstat(path)):
                os.unlink(path)
    finally:
        os.close(descriptor)


def _short(name: str) -> str:
    """Give the name, or what stands for it when more would be longer than a file system allows."""
    if len(os.fsencode(name)) <= _LONGEST:
        return name
    import hashlib  # slow to load

    return hashlib.sha256(os.fsencode(name)).hexdigest()
