"""Two folders change places at once: renameat2(2) with RENAME_EXCHANGE, which Python has no name for."""

from __future__ import annotations

import ctypes
import os

_AT_FDCWD = -100
_EXCHANGE = 2


def exchange(one: str, other: str) -> None:
    """Let two paths change places, as one step where the system can, else as renames through a third name.

    Raises: OSError; then both are where they were.
    """
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # musl, and glibc before 2.28
        _one_after_the_other(one, other)
        return
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
        return
    # What the file system cannot do it may refuse by several names; what is really wrong is wrong in renames, too.
    _one_after_the_other(one, other)


def _one_after_the_other(one: str, other: str) -> None:
    third = f"{one}.third"
    os.rename(other, third)
    try:
        os.rename(one, other)
    except OSError:
        os.rename(third, other)
        raise
    os.rename(third, one)
