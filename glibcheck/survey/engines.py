"""Who does the work: this process, several of this machine, or the workers of a Dask scheduler.

Each gives the rows of all wheels in the order of their paths, however the work is shared, and never has more than a few
wheels for each worker under way; so what comes out does not depend on the engine, and the memory not on the number.
"""

from __future__ import annotations

from collections import deque

from glibcheck.errors import ToolError
from glibcheck.survey.wheels import survey_wheel, unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, Protocol

    from glibcheck.survey.rows import Row

    class Future(Protocol):
        """What both kinds of them can do."""

        def result(self) -> Any:
            """Wait for the rows, and give them; raises what the work raised."""


_AHEAD = 4  # wheels under way for each worker


def in_turn(paths: Iterable[str]) -> Iterator[tuple[Row, ...]]:
    """Survey one wheel after the other."""
    return map(survey_wheel, paths)


def by_processes(paths: Iterable[str], count: int) -> Iterator[tuple[Row, ...]]:
    """Survey with several processes; raises ToolError when one of them is killed."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        try:
            for _, future in _ahead(paths, lambda path: pool.submit(survey_wheel, path), count * _AHEAD):
                yield future.result()
        except BrokenProcessPool as error:
            raise ToolError("survey", "one of its processes was killed; with --jobs 1 there is none") from error


def by_dask(paths: Iterable[str], address: str) -> Iterator[tuple[Row, ...]]:
    """Survey on the workers of a scheduler, which gives the work of one that goes away to the others.

    A wheel that takes several workers with it is a row that says so. Raises: ToolError when there is no such scheduler.
    """
    try:
        import distributed
    except ImportError as error:
        raise ToolError("distributed", "is not installed; run: pip install 'glibcheck[dask]'") from error
    dask: Any = distributed
    try:
        client = dask.Client(address, timeout=20, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ToolError("dask", f"no scheduler answers at {address}") from error
    with client:
        workers = sum(client.nthreads().values()) or 1
        for path, future in _ahead(paths, lambda path: client.submit(survey_wheel, path, pure=False), workers * _AHEAD):
            try:
                yield future.result()
            except dask.KilledWorker as error:
                yield unread(path, f"each worker that read it went away ({error.task})")


def _ahead(paths: Iterable[str], submit: Callable[[str], Future], most: int) -> Iterator[tuple[str, Future]]:
    """Submit in order, and give back in order, with no more than `most` under way."""
    waiting: deque[tuple[str, Future]] = deque()
    for path in paths:
        waiting.append((path, submit(path)))
        if len(waiting) >= most:
            yield waiting.popleft()
    yield from waiting
