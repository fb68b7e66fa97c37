"""Build, try, show: `python -m tests.corpus`. Rows that are in the cache for these sources are not made again.

For each package, build host and target: the build as it is, `glibcheck build`, the verdicts of auditwheel and of
`glibcheck check`, a smoke test on old systems, and what it costs in time and size.

Exit codes: 0 every package came out as it must; 1 one did not; 2 wrong usage, or a host that cannot be had.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

from tests.corpus import table
from tests.corpus.hosts import host_for
from tests.corpus.packages import QUICK, Package
from tests.corpus.results import Results, fingerprint
from tests.corpus.row import Row
from tests.corpus.selection import packages
from tests.corpus.trial import TARGETS, attempt
from tests.e2e.buildhosts import BUILD_HOSTS
from tests.e2e.runhosts import RUN_HOSTS, run_host

_RUNS_ON = ("2.31", "2.28", "2.17")
Trial = tuple[Package, str, str]  # a package, a build host, a target
_AT_A_TIME = len(os.sched_getaffinity(0))


def main(words: Sequence[str] | None = None) -> int:
    """Make the rows that are wanted and not there, and show all that are wanted; `words` follow the program's name."""
    options = _parser().parse_args(words)
    hosts, runs_on = options.host or BUILD_HOSTS, options.run_host or _RUNS_ON
    chosen = [row for row in packages() if not options.only or row.name in options.only]
    chosen = [row for row in chosen if not options.quick or row.name in QUICK]
    state, results = fingerprint(), Results()
    wanted = [(package, host, target) for package in chosen for host in hosts for target in options.target or TARGETS]
    done = {} if options.again else results.rows(None if options.any_state else state)
    missing = [trial for trial in wanted if _key(*trial) not in done]
    try:
        _make(missing, runs_on, state, results)
    except pytest.skip.Exception as reason:  # no root, no debootstrap
        print(reason, file=sys.stderr)
        return 2
    found = results.rows(None if options.any_state else state)
    rows = [found[_key(*trial)] for trial in wanted if _key(*trial) in found]
    sys.stdout.write(table.text(rows, runs_on))
    forms = ((options.markdown, table.markdown), (options.html, table.page), (options.json_lines, table.json_lines))
    for path, render in forms:
        if path:
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(render(rows, runs_on))
    return 0 if len(rows) == len(wanted) and all(map(as_expected, rows)) else 1


def as_expected(row: Row) -> bool:
    """Say whether a package came out as the list says: whole, or refused for the reason that is known."""
    (package,) = (package for package in packages() if package.name == row.package)
    if package.left is None:
        return row.holds
    return row.exit_code == 1 and package.left in row.reason


def _make(wanted: Sequence[Trial], runs_on: Sequence[str], state: str, results: Results) -> None:
    """Build what is wanted, as many at a time as there are cores, and tell of each as it ends."""
    if not wanted:
        return
    # What all of them share is made before, by one thread.
    for package, name in {host: (package, host) for package, host, _ in wanted}.values():
        host_for(package, name).glibcheck("build")
    for name in runs_on:
        run_host(name)
    began = time.monotonic()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        jobs = [pool.submit(_one, trial, runs_on, state, results) for trial in wanted]
        for number, job in enumerate(as_completed(jobs), 1):
            left = (time.monotonic() - began) / number * (len(jobs) - number)
            print(f"[{number}/{len(jobs)}, {left / 60:.0f} min left] {job.result()}", file=sys.stderr, flush=True)


def _one(trial: Trial, runs_on: Sequence[str], state: str, results: Results) -> str:
    """Make one row and give a line about it."""
    package, host, target = trial
    about = f"{package.pin} on {host}, {target}"
    try:
        row = attempt(package, host_for(package, host), runs_on, state, target)
    except (
        Exception,
        pytest.skip.Exception,
    ) as error:  # whatever it is: it has no row, so the table says so, and the others have theirs
        return f"{about}: not tried: {type(error).__name__}: {error}"
    results.add(row)
    return f"{about}: {'holds' if row.holds else table.short(row.failed or row.reason)} ({row.seconds:.0f} s)"


def _key(package: Package, host: str, target: str) -> tuple[str, str, str, str]:
    return package.name, package.version, host, target


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description="Build other people's packages.")
    names = [package.name for package in packages()]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="only this package; repeatable")
    parser.add_argument("--host", action="append", choices=BUILD_HOSTS, help="build there; repeatable")
    parser.add_argument("--target", action="append", choices=TARGETS, help="build for it; repeatable")
    parser.add_argument("--run-host", action="append", choices=RUN_HOSTS, help="run there; repeatable")
    parser.add_argument("--quick", action="store_true", help=f"the {len(QUICK)} packages that are quick to build")
    parser.add_argument("--again", action="store_true", help="make rows again that are there")
    parser.add_argument("--any-state", action="store_true", help="take rows that other sources of glibcheck made")
    parser.add_argument("--markdown", metavar="FILE", help="write the table here too")
    parser.add_argument("--html", metavar="FILE", help="write a page here, too")
    parser.add_argument("--json-lines", metavar="FILE", help="write the rows here, too, a line each")
    return parser


if __name__ == "__main__":
    sys.exit(main())
