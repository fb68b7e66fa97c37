"""Texts and other contents of the disk: read when they are of a bearable size, written whole or not at all."""

from __future__ import annotations

import os

from glibcheck.errors import InputError

_LARGEST = 1 << 24  # bytes; what people write, or keep for a gate, is far smaller


def require_text(path: str, largest: int = _LARGEST) -> str:
    """Read one file of at most `largest` bytes, with its line endings as they are; raises InputError."""
    try:
        return require_bytes(path, largest).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(path, "is not UTF-8 text", error.start) from error


def require_bytes(path: str, largest: int = _LARGEST) -> bytes:
    """Read one file of at most `largest` bytes; raises InputError."""
    try:
        if not os.path.isfile(path):
            raise InputError(path, "is not a regular file" if os.path.exists(path) else "does not exist")
        if os.path.getsize(path) > largest:
            raise InputError(path, f"is larger than the {largest} bytes that are read of such a file")
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error


def write_whole(path: str, text: str) -> None:
    """Put a text where `path` is, or leave what was there; see `write_bytes_whole`."""
    write_bytes_whole(path, text.encode("utf-8"))


def write_bytes_whole(path: str, content: bytes) -> None:
    """Put a content where `path` is, or leave what was there: a new file beside it is renamed over it.

    The permissions of the old file are kept, and a symbolic link is written through. What is no regular file is
    refused: the new one would take the place of a device such as /dev/null.

    Raises: InputError.
    """
    import tempfile  # slow to load

    target = os.path.realpath(path)
    if os.path.lexists(target) and not os.path.isfile(target):
        raise InputError(path, "cannot be written: it is not a regular file")
    try:
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".glibcheck-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, _mode(target))
            os.replace(temporary, target)
        except BaseException:
            _remove(temporary)
            raise
    except OSError as error:
        raise InputError(path, f"cannot be written: {error.strerror}") from error


def _remove(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def _mode(path: str) -> int:
    """Give the permissions that a file has, or that a new one gets."""
    try:
        return os.stat(path).st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
