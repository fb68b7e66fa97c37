"""Files that are written whole or not at all: a new file beside the place is renamed over it when it is complete."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager

from glibcheck.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


@contextmanager
def written_whole(path: str) -> Iterator[BinaryIO]:
    """Give a stream for what is to stand where `path` is; when the block raises, what was there is left.

    The permissions of the old file are kept, and a symbolic link is written through. What is no regular file is
    refused: the new one would take the place of a device such as /dev/null.

    Raises: InputError.
    """
    target = os.path.realpath(path)
    if os.path.lexists(target) and not os.path.isfile(target):
        raise InputError(path, "cannot be written: it is not a regular file")
    try:
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".glibcheck-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, mode_of(target))
            os.replace(temporary, target)
        except BaseException:
            _remove(temporary)
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


def _remove(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)
