"""A system that refuses the nth call of a kind: a full disk, an interruption at the worst time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CALLS = ("open", "write", "fsync", "fchmod", "mkdir", "link", "replace")
FULL = OSError(28, "No space left on device")


@contextlib.contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, call: str, number: int, error: BaseException = FULL, forever: bool = False
) -> Iterator[Callable[[], int]]:
    """Let the nth call of a function of `os` fail, and with `forever` all after it; gives how many calls there were."""
    original: Callable[..., Any] = getattr(os, call)
    calls = 0

    def refuse(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number or (forever and calls > number):
            raise error
        return original(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        yield lambda: calls
