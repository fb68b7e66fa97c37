"""Signals that stop a program, while it writes to somebody's project: first as an exception, then not at all.

Ctrl-C is an exception already (KeyboardInterrupt). SIGTERM and SIGHUP end a process without a word; here they become
SystemExit, so that what was begun is taken back. Once it is being taken back, or is done but for cleaning up, signals
wait until the end.
"""

from __future__ import annotations

import contextlib
import signal
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_AS_EXCEPTION = (signal.SIGTERM, signal.SIGHUP)
_STOPS = {signal.SIGINT, *_AS_EXCEPTION}


@contextlib.contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Turn signals into exceptions until the function that this gives is called; then they wait for the end.

    Outside of the main thread signals are left alone, as Python has them handled in the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    handlers = {number: signal.getsignal(number) for number in _AS_EXCEPTION}
    for number, handler in handlers.items():
        if handler is signal.SIG_DFL:  # not under nohup(1), which ignores SIGHUP
            signal.signal(number, _stop)
    try:
        yield _hold
    finally:
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)


def _hold() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
