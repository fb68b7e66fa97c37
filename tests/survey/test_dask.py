"""A survey on workers of Dask: every wheel once, and none lost, although a worker is killed in the middle of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glibcheck.errors import ToolError
from glibcheck.survey.engines import by_dask, in_turn
from tests.survey.wheelhouse import large_wheels
from tests.tools import need, need_module

pytestmark = pytest.mark.survey

WHEELS = 40


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two workers, each a process of its own."""
    need("gcc")
    distributed = need_module("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as found:
        yield found


def test_a_worker_that_is_killed_in_the_middle_takes_no_wheel_with_it(tmp_path: Path, cluster: Any) -> None:
    # Each takes long enough that both workers are busy with one when the signal comes.
    paths = large_wheels(tmp_path, WHEELS)
    first, second = (nanny.process.process.pid for nanny in cluster.workers.values())
    found = []
    for rows in by_dask(paths, cluster.scheduler_address):
        found.append(rows)
        if len(found) == WHEELS // 4:
            os.kill(first, signal.SIGKILL)
    assert [rows[0].wheel for rows in found] == paths
    assert found == [*in_turn(paths)]
    assert not any(row.problem for rows in found for row in rows)
    now = {nanny.process.process.pid for nanny in cluster.workers.values() if nanny.process.process is not None}
    assert first not in now
    assert second in now


def test_where_no_scheduler_answers_one_line_says_so(tmp_path: Path) -> None:
    need_module("distributed")
    with pytest.raises(ToolError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        next(by_dask([str(tmp_path)], "tcp://127.0.0.1:9"))
