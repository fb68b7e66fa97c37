"""The rows for programs: one JSON document, with the machine that it was measured on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from tests.bench.harness import Measured, Row, Unmeasured

SCHEMA = "glibcheck.bench/1"


def render(rows: Sequence[Row], machine: dict[str, object]) -> str:
    """Write the document; a row that could not be measured has `error` in place of figures, and says
    whether that is `excused`."""
    document = {
        "schema": SCHEMA,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "rows": [_row(row) for row in rows],
    }
    return json.dumps(document, indent=2) + "\n"


def describe_machine() -> dict[str, object]:
    """Say what the figures depend on; None for what cannot be told."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "glibc": (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ") or None,
        "binutils": _binutils(),
    }


def _row(row: Row) -> dict[str, object]:
    match row:
        case Unmeasured():
            return {"case": row.name, "error": row.reason, "excused": row.excused}
        case Measured():
            return {
                "case": row.case.name,
                "ours": row.case.ours.label,
                "peer": row.case.peer.label,
                "runs": row.runs,
                "ratio": asdict(row.ratio),
                "goal": row.case.goal,
                "peak_goal_kib": row.case.peak_goal_kib,
                "more_seconds": asdict(row.more),
                "more_goal": row.case.more_goal,
                "holds": row.holds,
                "cpu_seconds": {"ours": asdict(row.ours.cpu_seconds), "peer": asdict(row.peer.cpu_seconds)},
                # A peak not above the floor says "at most", see harness.
                "peak_kib": {
                    "ours": row.ours.peak_kib,
                    "peer": row.peer.peak_kib,
                    "floor": max(row.ours.floor_kib, row.peer.floor_kib),
                },
            }


def _cpu_model() -> str | None:
    """Read the model from /proc/cpuinfo; some architectures do not say it there."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as stream:
            lines = [line.partition(":") for line in stream]
    except OSError:
        return None
    return next((value.strip() for key, _, value in lines if key.strip() == "model name"), None)


def _binutils() -> str | None:
    """Ask objdump for its version, the last word of the first line."""
    try:
        shown = subprocess.run(["objdump", "--version"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return shown.splitlines()[0].split()[-1]
