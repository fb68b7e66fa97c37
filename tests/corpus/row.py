"""What became of one package on one build host: the value that the cache keeps and the table shows."""

from __future__ import annotations

from collections.abc import Mapping

from glibcheck.model.record import Record

GOOD = "ok"


class Row(Record):
    """One package, built on one host for one target with the sources of glibcheck that `fingerprint` stands for.

    `exit_code` is that of `glibcheck build`, 124 when it took too long. `before` and `after` map a family to the newest
    number that the plain and the lowered build need; `tag` is auditwheel's, None without a wheel. `check` and the
    values of `smoke`, by run host, are 'ok' or what went wrong; '' when there was nothing to try. `left` is what keeps
    the wheel from the target, `lost` what the lowered build has not, `reason` one line, '' when all holds.
    `cpu_seconds` are those of the whole command, two builds and their environments included.

    Of the build as it is, `plain_size` (bytes) and `plain_cpu_seconds`; `offenders` are the symbols with the versions
    that the target lacks, as `name@VERSION`; `failed` is why it could not be built at all, '' when it was.
    """

    package: str
    version: str
    host: str
    target: str
    fingerprint: str
    exit_code: int
    before: Mapping[str, str]
    after: Mapping[str, str]
    runtime: str
    solved: Mapping[str, int]
    tag: str | None
    check: str
    smoke: Mapping[str, str]
    lost: list[str]
    left: list[str]
    grafted: list[str]
    size: int | None
    cpu_seconds: float
    seconds: float
    reason: str
    offenders: list[str]
    plain_size: int | None
    plain_cpu_seconds: float
    failed: str

    @property
    def holds(self) -> bool:
        """Say whether there is a wheel that keeps what it promises on every run host that was asked."""
        return self.exit_code == 0 and not self.reason
