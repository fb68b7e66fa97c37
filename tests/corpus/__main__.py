"""Build, try, show: `python -m tests.corpus`. Rows that are in the cache for these sources are not made again.

Exit codes: 0 every package came out as it must; 1 one did not; 2 wrong usage, or a host that cannot be had.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

from tests.corpus import table
from tests.corpus.packages import PACKAGES, Package
from tests.corpus.results import Results, fingerprint
from tests.corpus.row import Row
from tests.corpus.trial import TARGET, attempt
from tests.e2e.buildhosts import BUILD_HOSTS, build_host
from tests.e2e.runhosts import RUN_HOSTS, run_host

_HOSTS = ("this machine", "trixie")
_RUNS_ON = ("2.31", "2.17")
_QUICK = 14  # of the list, which begins with the quick ones
_AT_A_TIME = 2


def main(words: Sequence[str] | None = None) -> int:
    """Make the rows that are wanted and not there, and show all that are wanted; `words` follow the program's name."""
    options = _parser().parse_args(words)
    hosts, runs_on = options.host or _HOSTS, options.run_host or _RUNS_ON
    packages = [row for row in PACKAGES if not options.only or row.name in options.only]
    packages = packages[:_QUICK] if options.quick else packages
    state, results = fingerprint(), Results()
    wanted = [(package, host) for package in packages for host in hosts]
    done = {} if options.again else results.rows(None if options.any_state else state)
    missing = [(package, host) for package, host in wanted if _key(package, host) not in done]
    try:
        _make(missing, runs_on, state, results)
    except pytest.skip.Exception as reason:  # no root, no debootstrap
        print(reason, file=sys.stderr)
        return 2
    found = results.rows(None if options.any_state else state)
    rows = [found[_key(*pair)] for pair in wanted if _key(*pair) in found]
    sys.stdout.write(table.text(rows, runs_on))
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as stream:
            stream.write(table.markdown(rows, runs_on))
    return 0 if len(rows) == len(wanted) and all(map(as_expected, rows)) else 1


def as_expected(row: Row) -> bool:
    """Say whether a package came out as the list says: whole, or refused for the reason that is known."""
    (package,) = (package for package in PACKAGES if package.name == row.package)
    if package.left is None:
        return row.holds
    return row.exit_code == 1 and package.left in row.reason


def _make(wanted: Sequence[tuple[Package, str]], runs_on: Sequence[str], state: str, results: Results) -> None:
    """Build what is wanted, two at a time, and tell of each as it ends."""
    if not wanted:
        return
    # What all of them share is made before, by one thread.
    for name in {host for _, host in wanted}:
        build_host(name).glibcheck("build")
    for name in runs_on:
        run_host(name)
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        jobs = [pool.submit(_one, package, host, runs_on, state, results) for package, host in wanted]
        for number, job in enumerate(as_completed(jobs), 1):
            print(f"[{number}/{len(jobs)}] {job.result()}", file=sys.stderr, flush=True)


def _one(package: Package, host: str, runs_on: Sequence[str], state: str, results: Results) -> str:
    """Make one row and give a line about it."""
    try:
        row = attempt(package, build_host(host), runs_on, state)
    except Exception as error:  # whatever it is: it has no row, so the table says so, and the others have theirs
        return f"{package.pin} on {host}: not tried: {type(error).__name__}: {error}"
    results.add(row)
    return f"{package.pin} on {host}: {'holds' if row.holds else row.reason} ({row.seconds:.0f} s)"


def _key(package: Package, host: str) -> tuple[str, str, str, str]:
    return package.name, package.version, host, TARGET


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description="Build other people's packages.")
    names = [package.name for package in PACKAGES]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="only this package; repeatable")
    parser.add_argument("--host", action="append", choices=BUILD_HOSTS, help="build there; repeatable")
    parser.add_argument("--run-host", action="append", choices=RUN_HOSTS, help="run there; repeatable")
    parser.add_argument("--quick", action="store_true", help=f"the first {_QUICK} packages, which are quick to build")
    parser.add_argument("--again", action="store_true", help="make rows again that are there")
    parser.add_argument("--any-state", action="store_true", help="take rows that other sources of glibcheck made")
    parser.add_argument("--markdown", metavar="FILE", help="write the table here too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
