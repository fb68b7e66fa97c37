"""Runs many damaged files through the readers, in worker processes that are watched from outside.

Case `n` of a kind is made from the seed of the campaign and n alone, so a worker that hangs, or dies, need not tell
what it was at: the number is in shared memory, and whoever watches makes the same bytes again.

CPU time is measured, which a busy machine does not stretch; a file that takes no CPU and does not end is caught by the
watch. Memory is bounded twice: the address space of a worker, so that a leap becomes a MemoryError at the file that is
to blame, and the peak of what was resident. Both count from where the worker was before its first file.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from random import Random
from typing import Any

from tests.fuzz.judge import judge_elf, judge_zip
from tests.fuzz.mutate import Seed, mutant
from tests.fuzz.seeds import elf_seeds, zip_seeds
from tests.fuzz.traceseeds import trace_seeds
from tests.fuzz.tracing import judge_trace

MOST_SECONDS = 1.0  # of CPU time, for one file
HANGS_AFTER = 20.0  # seconds by the clock; the machine may be busy
MOST_MEMORY = 200 << 20  # bytes above what the worker had before
_TOLD_EVERY = 50  # cases
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Case:
    """One damaged file: `kind` is "elf", "zip" or "trace", `number` counts from 0."""

    kind: str
    number: int

    def bytes(self, seeds: dict[str, tuple[Seed, ...]], seed: str) -> tuple[str, bytes]:
        """Make the file again; gives the name of what it was made of, too."""
        random = Random(f"{seed}:{self.kind}:{self.number}")  # noqa: S311 - chance, no secret
        chosen = random.choice(seeds[self.kind])
        return chosen.name, mutant(chosen, random)


@dataclass(frozen=True, slots=True)
class Violation:
    """A file that broke a promise, how, and where its bytes are kept."""

    case: Case
    reason: str
    kept: str = ""


@dataclass(slots=True)
class Tally:
    """What came of the cases so far; `peak` is in bytes above the start, `slowest` in seconds of CPU time."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    slowest: tuple[float, Case] = (0.0, Case("elf", 0))
    peak: int = 0
    largest: int = 0
    violations: list[Violation] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add what another worker found."""
        self.outcomes += other.outcomes
        self.slowest = max(self.slowest, other.slowest, key=lambda pair: pair[0])
        self.peak = max(self.peak, other.peak)
        self.largest = max(self.largest, other.largest)
        self.violations += other.violations

    def count(self, kind: str) -> int:
        """Count the cases of a kind that were judged."""
        return sum(number for (of, _), number in self.outcomes.items() if of == kind)

    def share(self, kind: str, outcome: str) -> float:
        """Give the share of an outcome among the cases of a kind."""
        return self.outcomes[kind, outcome] / max(1, self.count(kind))


def judge(case: Case, data: bytes, path: str) -> str:
    """Judge a file as what it was made from."""
    if case.kind == "trace":
        return judge_trace(data)
    return judge_elf(data) if case.kind == "elf" else judge_zip(data, path)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many cases of each kind, the seed of chance, the time box in seconds, where to keep what fails.

    A case that takes more than `patience`, in seconds by the clock, hangs. `judge` can be changed to test the watch.
    """

    elf: int
    zip: int
    seed: str
    seconds: float
    keep: str
    workers: int = 2
    patience: float = HANGS_AFTER
    judge: Callable[[Case, bytes, str], str] = judge
    trace: int = 0

    def cases(self, first: int) -> Iterator[tuple[int, Case]]:
        """List the cases of the worker that starts at `first`, with their places among all."""
        for place in range(first, self.elf + self.zip + self.trace, self.workers):
            yield place, self.case(place)

    def case(self, place: int) -> Case:
        """Give a case by its place; the kinds are spread among each other, so that a time box cuts all alike."""
        is_trace, place = _spread(place, self.trace, self.elf + self.zip + self.trace)
        if is_trace:
            return Case("trace", place)
        is_zip, place = _spread(place, self.zip, self.elf + self.zip)
        return Case("zip" if is_zip else "elf", place)


def _spread(place: int, some: int, total: int) -> tuple[bool, int]:
    """Say whether a place of `total` is one of `some` that are spread evenly, and which of them or of the others."""
    before = place * some // total
    is_one = (place + 1) * some // total > before
    return is_one, before if is_one else place - before


class _Worker:
    """A process, from one case on; it tells its tally now and then, and its place all the time."""

    def __init__(self, plan: Plan, seeds: dict[str, tuple[Seed, ...]], first: int, until: float) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would have the memory of whoever forks
        self.place = context.RawValue(ctypes.c_longlong, -1)
        self.since = context.RawValue(ctypes.c_double, 0.0)
        self.tally = Tally()
        self.done = False
        self._patience = plan.patience
        self._pipe, other = context.Pipe(duplex=False)
        arguments = (plan, seeds, first, until, self.place, self.since, other)
        self.process: SpawnProcess = context.Process(target=_work, args=arguments, daemon=True)
        self.process.start()
        other.close()

    def listen(self) -> None:
        """Take what the worker has told."""
        try:
            while self._pipe.poll():
                self.tally, self.done = self._pipe.recv()
        except EOFError:
            return

    def trouble(self) -> str | None:
        """Say what is wrong with the worker, None when it works or is done."""
        since = float(self.since.value)  # read once: it may become 0 at any time
        if since and time.monotonic() - since > self._patience:
            return f"hangs: no result after {self._patience:.0f} seconds"
        if not self.process.is_alive():
            self.listen()
            return None if self.done else f"the process died with {self.process.exitcode}"
        return None


def run(plan: Plan) -> Tally:
    """Run the campaign, until all cases are judged or the time is over."""
    until = time.monotonic() + plan.seconds
    elf = elf_seeds()
    seeds = {"elf": elf, "zip": zip_seeds(elf), "trace": trace_seeds() if plan.trace else ()}
    workers = [_Worker(plan, seeds, first, until) for first in range(plan.workers)]
    total = Tally()
    try:
        while workers:
            time.sleep(0.05)
            for worker in list(workers):
                worker.listen()
                trouble = worker.trouble()
                if trouble is not None:
                    place = int(worker.place.value)
                    worker.tally.violations.append(Violation(plan.case(max(place, 0)), trouble))
                    worker.process.kill()
                    if place >= 0:
                        workers.append(_Worker(plan, seeds, place + plan.workers, until))
                if trouble is not None or worker.done:
                    worker.process.join()
                    workers.remove(worker)
                    total.add(worker.tally)
    finally:
        for worker in workers:
            worker.process.kill()
    total.violations = [_kept(found, plan, seeds) for found in total.violations]
    return total


def _work(
    plan: Plan, seeds: dict[str, tuple[Seed, ...]], first: int, until: float, place: Any, since: Any, pipe: Connection
) -> None:
    tally, told = Tally(), 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fuzz-1-py3-none-any.whl")
        for kind, found in seeds.items():
            for seed in found if kind == "trace" else found[:2]:
                judge(Case(kind, 0), seed.data, path)  # modules are imported on the way, which is no file's fault
        start = _bound_memory()
        for number, (place.value, case) in enumerate(plan.cases(first)):
            if time.monotonic() > until:
                break
            _, data = case.bytes(seeds, plan.seed)
            since.value = time.monotonic()
            before = time.process_time()
            try:
                outcome = plan.judge(case, data, path)
            except Exception as error:  # whatever it is, it is what we look for
                outcome = "wrong"
                tally.violations.append(Violation(case, f"{type(error).__name__}: {error}"[:_LONGEST_REASON]))
            spent = time.process_time() - before
            since.value = 0.0
            if spent > MOST_SECONDS:
                tally.violations.append(Violation(case, f"took {spent:.2f} s, more than {MOST_SECONDS} s"))
            tally.outcomes[case.kind, outcome] += 1
            tally.slowest = max(tally.slowest, (spent, case), key=lambda pair: pair[0])
            tally.largest = max(tally.largest, len(data))
            if number % _TOLD_EVERY == 0 or len(tally.violations) > told:
                _measure(tally, start, case)
                told = len(tally.violations)
                pipe.send((tally, False))
        _measure(tally, start, Case("elf", 0))
    pipe.send((tally, True))


def _bound_memory() -> int:
    """Bound the address space, and forget the peak so far; gives the resident bytes."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # proc(5): resets VmHWM
    status = _status()
    resource.setrlimit(resource.RLIMIT_AS, (status["VmSize"] + MOST_MEMORY, resource.RLIM_INFINITY))
    return status["VmRSS"]


def _status() -> dict[str, int]:
    """Read sizes in bytes from /proc/self/status; ru_maxrss would be no help, it is inherited through an exec."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        rows = (line.split() for line in file)
        return {row[0][:-1]: int(row[1]) * 1024 for row in rows if row[0].startswith("Vm")}


def _measure(tally: Tally, start: int, case: Case) -> None:
    peak = _status()["VmHWM"] - start
    if peak > MOST_MEMORY >= tally.peak:
        tally.violations.append(Violation(case, f"{peak >> 20} MiB resident, in one of the {_TOLD_EVERY} before"))
    tally.peak = max(tally.peak, peak)


def _kept(violation: Violation, plan: Plan, seeds: dict[str, tuple[Seed, ...]]) -> Violation:
    """Write the bytes of a case, as hex behind a line that says what it is."""
    name, data = violation.case.bytes(seeds, plan.seed)
    os.makedirs(plan.keep, exist_ok=True)
    path = os.path.join(plan.keep, f"{violation.case.kind}-{plan.seed}-{violation.case.number}.txt")
    with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"# seed {plan.seed}, {violation.case}, made of {name}: {violation.reason}\n{data.hex()}\n")
    return replace(violation, kept=path)
