"""Go through all points of all writers with all faults, and count: `python -m tests.trust`.

Exit codes: 0 all clean, 1 something is not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.trust.faults import FAULTS, complaints, trials
from tests.trust.injection import Point
from tests.trust.writers import WRITERS, Writer


def main(words: Sequence[str] | None = None) -> int:
    """Try all that was asked for, as many at a time as there are cores, and print a line a writer."""
    parser = argparse.ArgumentParser(prog="python -m tests.trust", description="Faults at every call that writes.")
    parser.add_argument("--only", default="", help="writers whose name holds this")
    options = parser.parse_args(words)
    began, injected, wrong = time.monotonic(), 0, 0
    for writer in (writer for writer in WRITERS if options.only in writer.name):
        with tempfile.TemporaryDirectory(prefix="trust-") as scratch:
            found = trials(writer, Path(scratch, "watched", "work"))
            wanted = [(point, fault) for point in found for fault in FAULTS]
            with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
                said = list(pool.map(partial(_tried, writer, scratch), wanted))
        bad = [line for lines in said for line in lines]
        injected, wrong = injected + len(wanted), wrong + len(bad)
        print(f"{writer.name}: {len(found)} points, {len(wanted)} faults, {len(bad)} not clean", flush=True)
        for line in bad:
            print(f"    {line}", flush=True)
    print(f"{injected} faults injected in {time.monotonic() - began:.0f} s, {wrong} not clean")
    return 1 if wrong or not injected else 0


def _tried(writer: Writer, scratch: str, pair: tuple[Point, str]) -> list[str]:
    point, fault = pair
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        about = f"{fault} at {point.call} {point.number} ({point.what[:90]})"
        return [f"{about}: {line}" for line in complaints(writer, point, fault, Path(folder, "work"))]


if __name__ == "__main__":
    sys.exit(main())
