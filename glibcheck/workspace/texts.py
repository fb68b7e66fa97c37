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
        with open(path, "rb") as stream:
            content = stream.read(largest + 1)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    if len(content) > largest:
        raise InputError(path, f"is larger than the {largest} bytes that are read of such a file")
    return content


def write_whole(path: str, text: str) -> None:
    """Put a text where `path` is, or leave what was there; see `write_bytes_whole`."""
    write_bytes_whole(path, text.encode("utf-8"))


def write_bytes_whole(path: str, content: bytes) -> None:
    """Put a content where `path` is, or leave what was there; see `wholefile.written_whole`. Raises InputError."""
    from glibcheck.workspace.wholefile import written_whole  # slow to load

    with written_whole(path) as stream:
        stream.write(content)
