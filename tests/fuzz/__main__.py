"""`python -m tests.fuzz`: damaged ELF files, archives and maps by the hundred thousand; exit code 1 for one too much.

`--replay FILE` judges again what a campaign has kept.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

from tests.fuzz.campaign import Case, Plan, Tally, judge, run


def main() -> int:
    arguments = _arguments()
    if arguments.replay:
        return _replay(arguments.replay)
    start = time.monotonic()
    plan = Plan(
        arguments.elf,
        arguments.zip,
        arguments.seed,
        arguments.seconds,
        arguments.keep,
        max(1, arguments.workers),
        trace=arguments.trace,
    )
    tally = run(plan)
    for found in tally.violations:
        print(f"{found.case.kind} {found.case.number}: {found.reason}; kept as {found.kept}")
    print(closing_line(plan, tally, time.monotonic() - start))
    return 1 if tally.violations else 0


def closing_line(plan: Plan, tally: Tally, seconds: float) -> str:
    """Tell all of a campaign in one line."""
    kinds = []
    for kind, wanted in (("elf", plan.elf), ("zip", plan.zip), ("trace", plan.trace)):
        found = sorted((outcome, number) for (of, outcome), number in tally.outcomes.items() if of == kind)
        outcomes = ", ".join(f"{number} {outcome}" for outcome, number in found)
        kinds.append(f"{tally.count(kind)} of {wanted} {kind} ({outcomes})")
    spent, case = tally.slowest
    return (
        f"fuzz: {'; '.join(kinds)}; {len(tally.violations)} violations; "
        f"slowest {spent * 1000:.0f} ms ({case.kind} {case.number}); "
        f"peak {tally.peak / (1 << 20):.1f} MiB above the start; largest file {tally.largest} bytes; "
        f"seed {plan.seed}; {seconds:.0f} s"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Read damaged ELF files and archives.")
    parser.add_argument("--elf", type=int, default=200_000, help="how many damaged ELF files")
    parser.add_argument("--zip", type=int, default=20_000, help="how many damaged zip archives")
    parser.add_argument("--trace", type=int, default=30_000, help="how many damaged clues of a trace")
    parser.add_argument("--seconds", type=float, default=900, help="the time box")
    parser.add_argument("--seed", default="1", help="of chance: the same seed damages in the same way")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", default=os.path.join(tempfile.gettempdir(), "glibcheck-fuzz"), help="for failures")
    parser.add_argument("--replay", help="judge one kept file again")
    return parser.parse_args()


def _replay(kept: str) -> int:
    with open(kept, encoding="utf-8") as file:
        head, text = file.read().splitlines()[:2]
    print(head)
    with tempfile.TemporaryDirectory() as folder:
        kind = os.path.basename(kept).partition("-")[0]
        print(judge(Case(kind, 0), bytes.fromhex(text), os.path.join(folder, "replay.whl")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
