"""Two folders change places at once: renameat2(2) with RENAME_EXCHANGE, which Python has no name for."""

from __future__ import annotations

import os

_AT_FDCWD = -100
_EXCHANGE = 2


def exchange(one: str, other: str) -> None:
    """Let two paths change places, as one step where the system can, else as renames through a third name.

    Raises: OSError; then both are where they were.
    """
    if not _in_one_step(one, other):
        # What a file system cannot do it refuses by several names; what is really wrong is wrong in renames, too.
        _one_after_the_other(one, other)


def _in_one_step(one: str, other: str) -> bool:
    try:
        import ctypes  # slow to load

        call = ctypes.CDLL(None).renameat2
    except (ImportError, OSError, AttributeError):  # older than glibc 2.28, another libc, a Python without it
        return False
    return bool(call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0)


def _one_after_the_other(one: str, other: str) -> None:
    third = f"{one}.third"
    os.rename(other, third)
    try:
        os.rename(one, other)
    except OSError:
        os.rename(third, other)
        raise
    os.rename(third, one)
