"""A row for tests: all that holds, but for what a test says otherwise."""

from __future__ import annotations

from typing import Any

from tests.corpus.row import Row


def row(**changes: Any) -> Row:
    """Give a row of a package that came out whole, with changes."""
    values: dict[str, Any] = {
        "package": "webrtcvad",
        "version": "2.0.10",
        "host": "this machine",
        "target": "manylinux_2_17",
        "fingerprint": "state",
        "exit_code": 0,
        "before": {"GLIBC": "2.34"},
        "after": {"GLIBC": "2.14"},
        "runtime": "shared",
        "solved": {"former library": 1},
        "tag": "manylinux_2_17",
        "check": "ok",
        "smoke": {"2.31": "ok"},
        "lost": [],
        "left": [],
        "grafted": [],
        "size": 83200,
        "cpu_seconds": 6.2,
        "seconds": 16.0,
        "reason": "",
        "offenders": ["pthread_create@GLIBC_2.34"],
        "plain_size": 80000,
        "plain_cpu_seconds": 3.1,
        "failed": "",
    }
    return Row(**values | changes)
