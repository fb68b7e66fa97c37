"""Runs two commands in turn and compares what they cost: CPU time as ratios, and peak memory.

The machine may be shared and its speed drifts, so seconds of two days, or of two minutes, do not compare.
Two runs one right after the other do. So the commands alternate (A B A B), each pair gives one ratio, and
the median of the ratios is the result; minimum and maximum say how far to trust it. One run of each before
is not counted: it fills the page cache and leaves compiled modules behind.

The cost of a run is user and system time of the whole process, start included, as the kernel gives them to
`wait4` (getrusage(2)). What a command prints goes to /dev/null, for both sides alike. It starts in an empty folder:
`glibcheck check` looks for settings in its own and above, and the answer must not depend on where a benchmark is run.

Trap: the peak memory of a child (`ru_maxrss`) starts at what this process had resident when it made the
child, since the kernel keeps the mark through exec. A figure not above that floor says "at most". Our own
`ru_maxrss` is no measure of the floor, for it starts at that of our parent; VmHWM in proc(5) is.
"""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# All that a command sees of the environment. The caller's own would distort: PYTHONDONTWRITEBYTECODE makes
# every start compile again, LD_PRELOAD and GLIBC_TUNABLES change the loader, the language what is read at start.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, the program as a path; `label` is how people would write it."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One question: is `ours` within `goal` times the CPU time of `peer`, and within `peak_goal_kib` of memory?

    With `more_goal`, it may take no more than that many seconds of CPU time above `peer`, either. `once` is for a peer
    that takes a minute: it runs one time, after a warm-up of ours alone.
    """

    name: str
    ours: Command
    peer: Command
    goal: float
    peak_goal_kib: int | None = None
    once: bool = False
    more_goal: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run cost; a peak below `floor_kib` could not be seen."""

    cpu_seconds: float
    wall_seconds: float
    peak_kib: int
    floor_kib: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a set of figures lies."""

    median: float
    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What the runs of one command cost; the peak is that of the worst run."""

    cpu_seconds: Spread
    peak_kib: int
    floor_kib: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The answer to a case."""

    case: Case
    runs: int
    ratio: Spread
    more: Spread  # seconds of CPU time that ours took above the peer's, within each pair
    ours: Cost
    peer: Cost

    @property
    def holds(self) -> bool:
        """Say whether the medians are within their goals, and our peak within its own."""
        peak, more = self.case.peak_goal_kib, self.case.more_goal
        return (
            self.ratio.median <= self.case.goal
            and (peak is None or self.ours.peak_kib <= peak)
            and (more is None or self.more.median <= more)
        )


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A case without an answer, and why; `excused` when that is no fault of the run."""

    name: str
    reason: str
    excused: bool = False


Row = Measured | Unmeasured


class CommandFailedError(Exception):
    """A command could not be started or ended with another exit code than 0; its cost would mean nothing."""


def spread(figures: Sequence[float]) -> Spread:
    """Give median, minimum and maximum; of an even number the median is the mean of the middle two."""
    return Spread(statistics.median(figures), min(figures), max(figures))


def compare(case: Case, pairs: Sequence[tuple[Sample, Sample]]) -> Measured:
    """Make the answer from pairs of runs, ours first; the ratio is taken within each pair."""
    ratios = [ours.cpu_seconds / peer.cpu_seconds for ours, peer in pairs]
    more = [ours.cpu_seconds - peer.cpu_seconds for ours, peer in pairs]
    costs = (_cost([ours for ours, _ in pairs]), _cost([peer for _, peer in pairs]))
    return Measured(case, len(pairs), spread(ratios), spread(more), *costs)


def measure(case: Case, runs: int | None = None, progress: Callable[[str], None] = lambda text: None) -> Row:
    """Run both commands in turn and compare them; `runs` pairs, by default as many as their length allows."""
    pairs = []
    try:
        progress("warm-up")
        warm_up = [run(command) for command in ((case.ours,) if case.once else (case.ours, case.peer))]
        count = 1 if case.once else runs or fitting_runs(sum(sample.wall_seconds for sample in warm_up))
        for number in range(1, count + 1):
            progress(f"{number} of {count}")
            pairs.append((run(case.ours), run(case.peer)))
    except CommandFailedError as failure:
        return Unmeasured(case.name, str(failure))
    return compare(case, pairs)


def fitting_runs(seconds: float) -> int:
    """Choose the number of pairs by the seconds that one takes; always odd, so that the median is a run."""
    if seconds < 0.25:
        return 25  # The start of a program is measured in milliseconds and disturbed by as much.
    return 9 if seconds < 3 else 5 if seconds < 15 else 3


def run(command: Command) -> Sample:
    """Run a command to its end.

    Raises: CommandFailedError with the exit code and the last line that it wrote to stderr.
    """
    floor = _own_peak_kib()
    with tempfile.TemporaryFile() as complaints, tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        began = time.monotonic()
        # wait4 gives the figures of this one child; subprocess keeps only sums over all of them.
        process = _start(command, complaints.fileno())
        _, status, usage = os.wait4(process, 0)
        wall = time.monotonic() - began
        if status:
            raise CommandFailedError(f"{command.label}: {_ending(status)}{_last_line(complaints.fileno())}")
    if not (cpu := usage.ru_utime + usage.ru_stime):
        raise CommandFailedError(f"{command.label}: the system counted no CPU time, so there is nothing to compare")
    return Sample(cpu, wall, usage.ru_maxrss, floor)


def _own_peak_kib() -> int:
    """Read what this process has had resident at most since its own exec."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("VmHWM:"))


def _start(command: Command, stderr: int) -> int:
    """Start a command with nothing to read and /dev/null to write to; gives the process id."""
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, stderr, 2),
    ]
    try:
        # Python ignores SIGPIPE, and a child would inherit that.
        return os.posix_spawn(
            command.words[0], command.words, ENVIRONMENT, file_actions=files, setsigdef=[signal.SIGPIPE]
        )
    except OSError as error:
        raise CommandFailedError(f"{command.label}: cannot be started: {error.strerror}") from error


def _ending(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def _last_line(descriptor: int) -> str:
    """Give ': ' and the last line of a file of complaints, of its last 4000 bytes; '' when it is blank."""
    size = os.fstat(descriptor).st_size
    lines = os.pread(descriptor, 4000, max(0, size - 4000)).decode("utf-8", "replace").strip().splitlines()
    return f": {lines[-1].strip()}" if lines else ""


def _cost(samples: Sequence[Sample]) -> Cost:
    return Cost(
        spread([sample.cpu_seconds for sample in samples]),
        max(sample.peak_kib for sample in samples),
        max(sample.floor_kib for sample in samples),
    )
